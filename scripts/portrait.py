"""Copies the public-domain portrait out of the scikit-image package: portrait.py OUT.png."""

import importlib.util
import shutil
import sys
from pathlib import Path

found = importlib.util.find_spec("skimage")
if found is None or found.origin is None:
    raise SystemExit("scikit-image is not installed; make .venv/.dev installs it")
shutil.copy(Path(found.origin).parent / "data" / "astronaut.png", sys.argv[1])
