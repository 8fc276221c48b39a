"""The wiring: settings, addresses, and the Celery application."""

from compel.celery import app as celery_app

__all__ = ["celery_app"]
