"""The Celery application. Tasks live in `assessments.tasks`."""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compel.settings")

app = Celery("compel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# The request id of a page follows its work into the worker's log lines.
app.steps["worker"].add(DjangoStructLogInitStep)
