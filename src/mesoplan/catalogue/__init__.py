"""Substances, products, protocols, rules and sources: TOML files with their loader."""

from mesoplan.catalogue.store import Catalogue, load_catalogue

__all__ = ["Catalogue", "load_catalogue"]
