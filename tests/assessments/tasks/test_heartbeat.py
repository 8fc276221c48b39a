"""The scheduler's knock."""

from __future__ import annotations

import pytest
from django.conf import settings

from assessments.models import Heartbeat
from assessments.tasks.heartbeat import beat


@pytest.mark.django_db
def test_a_beat_is_one_row_however_often_it_comes() -> None:
    beat()
    first = Heartbeat.objects.get().seen_at
    beat()
    assert Heartbeat.objects.get().seen_at >= first


def test_every_scheduled_task_exists() -> None:
    from compel.celery import app

    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert wanted <= set(app.tasks)
