"""The Celery application. Tasks live in `assessments.tasks`."""

import os
from logging.config import dictConfig

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compel.settings")

app = Celery("compel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# The request id of a page follows its work into the worker's log lines.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def begin_as_the_web_does(**_rest: object) -> None:
    """Write the same lines, and refuse the same settings, before anything else.

    A worker and a scheduler ask for their logs first of all.
    """
    from assessments import checks

    dictConfig(settings.LOGGING)
    checks.refuse_unsafe_start()
