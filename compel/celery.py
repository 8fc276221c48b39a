"""The Celery application. Tasks live in `assessments.tasks`."""

import os
from logging.config import dictConfig

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compel.settings")

app = Celery("compel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# The request id of a page follows its work into the worker's log lines.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def log_as_the_web_does(**_rest: object) -> None:
    """Write the same structured lines as the web."""
    dictConfig(settings.LOGGING)


@worker_init.connect
@beat_init.connect
def refuse_unsafe_start(**_rest: object) -> None:
    """Run the system checks, which commands run by themselves."""
    from assessments import checks

    checks.refuse_unsafe_start()
