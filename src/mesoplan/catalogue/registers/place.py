"""Where the store of registers lies: in the user's data folder."""

from collections.abc import Mapping
from pathlib import Path

from mesoplan.catalogue.user_folder import user_folder

STORE_NAME = "pharmacopoeia.sqlite"


def default_store_path(environment: Mapping[str, str] | None = None) -> Path:
    """The store in the user's data folder."""
    return user_folder(environment) / STORE_NAME
