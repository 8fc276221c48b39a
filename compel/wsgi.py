"""The WSGI door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compel.settings")

application = get_wsgi_application()

# Commands run the system checks by themselves; a server has to ask for them.
from assessments.checks import refuse_unsafe_start  # noqa: E402  # needs the apps

refuse_unsafe_start()
