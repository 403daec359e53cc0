"""Skin layers by site, surfaces of areas, and the plane a needle tip reaches."""
