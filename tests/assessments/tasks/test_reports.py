"""The worker's side of reports: made once, and never left hanging."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils import timezone

from assessments.models import Report
from assessments.reports import workbook
from assessments.services import reporting
from assessments.tasks import reports as tasks
from tests import factories
from tests.assessments.queries.test_results import answered

if TYPE_CHECKING:
    from assessments.reports.material import Material
    from tests.assessments.conftest import Telemetry

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(house: factories.House, telemetry: Telemetry) -> Report:
    """A workbook that somebody waits for."""
    cycle = factories.scored(answered(house))
    asked = reporting.ask(
        cycle_id=cycle.pk, kind="workbook", by=house["ada"], now=timezone.now()
    )
    return Report.objects.get(pk=asked.report_id)


def test_a_waiting_report_is_made_and_kept(report: Report) -> None:
    tasks.render(report.pk)
    report.refresh_from_db()
    assert report.state == "ready"
    assert (Path(settings.REPORTS_DIR) / report.file_name).is_file()


def test_a_task_that_arrives_twice_makes_it_once(report: Report) -> None:
    tasks.render(report.pk)
    report.refresh_from_db()
    finished = report.finished_at
    tasks.render(report.pk)
    report.refresh_from_db()
    assert report.finished_at == finished


def test_the_board_report_is_made_with_the_weeks_of_its_scope(
    report: Report, house: factories.House
) -> None:
    asked = reporting.ask(
        cycle_id=report.cycle_id,
        kind="board_pdf",
        by=house["ada"],
        now=timezone.now(),
    )
    tasks.render(asked.report_id)
    assert Report.objects.get(pk=asked.report_id).state == "ready"


def test_a_failure_is_said_without_its_stack_and_raised_for_the_log(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(material: Material) -> bytes:
        raise OSError("No space left on /secret/path")

    monkeypatch.setattr(workbook, "render", broken)
    with pytest.raises(OSError, match="No space"):
        tasks.render(report.pk)
    report.refresh_from_db()
    assert report.state == "failed"
    assert "Ask for it again" in report.error
    assert "secret" not in report.error


def test_what_was_forgotten_is_knocked_for_again(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    knocked: list[int] = []
    monkeypatch.setattr(tasks.render, "delay", knocked.append)
    Report.objects.update(asked_at=timezone.now() - timedelta(minutes=5))
    tasks.reap()
    assert knocked == [report.pk]
