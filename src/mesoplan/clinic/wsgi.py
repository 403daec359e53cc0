"""The application that the server's processes run."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mesoplan.clinic.settings")

application = get_wsgi_application()
