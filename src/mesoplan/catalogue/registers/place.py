"""Where the store of registers lies: in the user's data folder."""

import os
from collections.abc import Mapping
from pathlib import Path

STORE_NAME = "pharmacopoeia.sqlite"


def user_folder(environment: Mapping[str, str] | None = None) -> Path:
    """``MESOPLAN_HOME``, else ``XDG_DATA_HOME/mesoplan``, else ``~/.local/share/mesoplan``."""
    given = os.environ if environment is None else environment
    if given.get("MESOPLAN_HOME"):
        return Path(given["MESOPLAN_HOME"]).expanduser()
    if given.get("XDG_DATA_HOME"):
        return Path(given["XDG_DATA_HOME"]) / "mesoplan"
    return Path.home() / ".local" / "share" / "mesoplan"


def default_store_path(environment: Mapping[str, str] | None = None) -> Path:
    """The store in the user's data folder."""
    return user_folder(environment) / STORE_NAME
