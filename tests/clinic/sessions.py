"""Sessions at a served clinic without its sign-in page: an account and its cookie, by a program."""

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

from clinic.serving import Served, environment

_MAKE = """
import sys
from pathlib import Path
from mesoplan.clinic.serve.start import set_up
set_up(Path(sys.argv[1]))
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from mesoplan.clinic.people.models import User
user = User.objects.create_user(sys.argv[3], "Dr T", [sys.argv[2]], "a long password!")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""


def signed_in_at(clinic: Served, role: str, username: str = "") -> str:
    """The session key of a new account with a role."""
    done = subprocess.run(
        [sys.executable, "-c", _MAKE, str(clinic.folder), role, username or role],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def in_clinic(folder: Path, program: str) -> "subprocess.CompletedProcess[str]":
    """A program in a process of its own, whose clinic is this folder."""
    start = "import django; django.setup()\n"
    names = {
        "MESOPLAN_CLINIC": str(folder), "DJANGO_SETTINGS_MODULE": "mesoplan.clinic.settings",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", start + program], env=environment(**names), text=True,
        capture_output=True, check=False,
    )  # fmt: skip


def csrf_of(clinic: Served, session: str) -> str:
    """The token that this session's forms carry."""
    request = urllib.request.Request(
        f"{clinic.base}/patients/new/", headers={"Cookie": f"mesoplan-session={session}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    assert found is not None, text
    return found[1]
