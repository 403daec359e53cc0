"""What a plan amounts to: totals, exposure, coverage, homogeneity, overlap, plasma."""
