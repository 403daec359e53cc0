"""The clinic's own products, mixtures and protocols."""
