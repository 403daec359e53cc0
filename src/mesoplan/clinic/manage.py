"""Django's own chores for developers: ``python -m mesoplan.clinic.manage makemigrations``."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mesoplan.clinic.settings")
    execute_from_command_line(sys.argv)
