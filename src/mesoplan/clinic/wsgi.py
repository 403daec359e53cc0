"""The application that the server's processes run."""

import os

from django.core.wsgi import get_wsgi_application

from mesoplan.clinic.whole_body import with_whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mesoplan.clinic.settings")

application = with_whole_bodies(get_wsgi_application())
