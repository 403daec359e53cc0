"""Where the user's own data lie."""

import os
from collections.abc import Mapping
from pathlib import Path


def user_folder(environment: Mapping[str, str] | None = None) -> Path:
    """``MESOPLAN_HOME``, else ``XDG_DATA_HOME/mesoplan``, else ``~/.local/share/mesoplan``."""
    given = os.environ if environment is None else environment
    if given.get("MESOPLAN_HOME"):
        return Path(given["MESOPLAN_HOME"]).expanduser()
    if given.get("XDG_DATA_HOME"):
        return Path(given["XDG_DATA_HOME"]) / "mesoplan"
    return Path.home() / ".local" / "share" / "mesoplan"
