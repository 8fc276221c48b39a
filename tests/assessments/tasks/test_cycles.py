"""Knocks of workers and the scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.models import Scoring
from assessments.tasks import cycles as tasks
from tests import factories

if TYPE_CHECKING:
    from pytest_django import DjangoCaptureOnCommitCallbacks

    from tests.assessments.conftest import Telemetry
    from tests.factories import House

pytestmark = pytest.mark.usefixtures("eager_tasks")


def test_what_is_due_by_rhythm_is_scored_once_however_often_it_is_asked(
    house: House, telemetry: Telemetry
) -> None:
    edition = factories.edition()
    for rhythm in ("daily", "weekly"):
        factories.cycle(house.workspace, of=edition, rescoring=rhythm)
    for _ in range(3):
        tasks.rescore_due()
    scheduled = Scoring.objects.filter(trigger="schedule")
    assert scheduled.count() == 2
    assert all(one.period for one in scheduled)


def test_what_a_lost_task_left_stale_is_scored_by_the_scheduler(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace)
    factories.rating(cycle, "A.1", house["rui"])
    tasks.rescore_due()
    tasks.rescore_due()
    assert Scoring.objects.get().trigger == "answer"


def test_new_events_of_a_service_score_the_cycles_above_it(
    house: House, telemetry: Telemetry
) -> None:
    service = factories.service(house.workspace)
    cycle = factories.cycle(house.workspace)
    tasks.rescore_cycles_of_services([service.pk])
    assert Scoring.objects.get().cycle_id == cycle.pk
    tasks.rescore_cycles_of_services([service.pk])
    assert Scoring.objects.count() == 1


def test_a_scoring_is_asked_for_once_the_answer_is_committed(
    house: House,
    telemetry: Telemetry,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    cycle = factories.cycle(house.workspace)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.ask(cycle.pk, "events")
        assert not Scoring.objects.exists()
    assert Scoring.objects.exists()
