"""The built pages that a browser shows; made from ``frontend/``, and nothing else."""
