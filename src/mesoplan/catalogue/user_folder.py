"""Where the user's own data lie."""

import os
from collections.abc import Mapping
from pathlib import Path


def user_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """``MESOPLAN_HOME``, else ``mesoplan`` under ``XDG_DATA_HOME``, else ``~/.local/share``."""
    named = environ.get("MESOPLAN_HOME")
    if named:
        return Path(named)
    shared = environ.get("XDG_DATA_HOME")
    return (Path(shared) if shared else Path.home() / ".local" / "share") / "mesoplan"
