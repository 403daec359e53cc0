"""Django's settings for tests: those of a clinic in a throw-away folder."""

import atexit
import os
import shutil
import tempfile

if "MESOPLAN_CLINIC" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="mesoplan-clinic-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ["MESOPLAN_CLINIC"] = _folder

from mesoplan.clinic.settings import *  # noqa: F403
