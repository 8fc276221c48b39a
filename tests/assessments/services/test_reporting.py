"""Reports are asked for once, kept whole, and never left hanging."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings

from assessments.models import JournalEntry, Report
from assessments.services import reporting
from tests import factories

if TYPE_CHECKING:
    from assessments.models import Cycle

NOW = factories.NOW


@pytest.fixture
def cycle(house: factories.House, telemetry: object) -> Cycle:
    """A cycle with one answer, scored."""
    made = factories.cycle(house.workspace)
    topic = made.edition.document["pillars"][0]["domains"][0]["topics"][0]["code"]
    factories.rating(made, topic, house["rui"], 3)
    return factories.scored(made)


def ask(cycle: Cycle, house: factories.House, kind: str = "board_pdf") -> int:
    return reporting.ask(
        cycle_id=cycle.pk, kind=kind, by=house["ada"], now=NOW
    ).report_id


def finish(report_id: int, cycle: Cycle) -> None:
    reporting.begin(report_id=report_id, now=NOW)
    reporting.hand_over(
        report_id=report_id,
        scoring_id=cycle.scorings.latest("pk").pk,
        body=b"%PDF-1.7 words",
        now=NOW,
    )


def test_the_same_scores_and_kind_give_the_same_report(
    cycle: Cycle, house: factories.House
) -> None:
    first = ask(cycle, house)
    again = reporting.ask(
        cycle_id=cycle.pk, kind="board_pdf", by=house["petra"], now=NOW
    )
    assert again == reporting.Asked(report_id=first, new=False)
    assert ask(cycle, house, "workbook") != first


def test_a_cycle_without_scores_has_nothing_to_report(house: factories.House) -> None:
    empty = factories.cycle(house.workspace)
    empty.scorings.all().delete()
    with pytest.raises(reporting.NothingToReport, match="no scores yet"):
        ask(empty, house)


def test_an_unknown_kind_is_refused(cycle: Cycle, house: factories.House) -> None:
    with pytest.raises(reporting.NotAReport, match="board report or the workbook"):
        ask(cycle, house, "poster")


def test_only_one_worker_makes_a_report(cycle: Cycle, house: factories.House) -> None:
    report_id = ask(cycle, house)
    assert reporting.begin(report_id=report_id, now=NOW) is not None
    assert reporting.begin(report_id=report_id, now=NOW) is None


def test_the_file_is_kept_under_its_hash_and_journaled(
    cycle: Cycle, house: factories.House
) -> None:
    report_id = ask(cycle, house)
    finish(report_id, cycle)
    report = Report.objects.get(pk=report_id)
    stored = Path(django_settings.REPORTS_DIR) / report.file_name
    assert stored.read_bytes() == b"%PDF-1.7 words"
    assert report.sha256[:16] in report.file_name
    assert not list(stored.parent.glob("*.part"))
    assert JournalEntry.objects.filter(verb="report.made").count() == 1


def test_handing_over_twice_changes_nothing(
    cycle: Cycle, house: factories.House
) -> None:
    report_id = ask(cycle, house)
    finish(report_id, cycle)
    before = Report.objects.values().get(pk=report_id)
    finish(report_id, cycle)
    assert Report.objects.values().get(pk=report_id) == before


def test_asking_again_after_a_failure_makes_another(
    cycle: Cycle, house: factories.House
) -> None:
    report_id = ask(cycle, house)
    reporting.begin(report_id=report_id, now=NOW)
    reporting.give_up(report_id=report_id, sentence="The disk is full.", now=NOW)
    again = reporting.ask(cycle_id=cycle.pk, kind="board_pdf", by=house["ada"], now=NOW)
    assert again.new
    assert again.report_id != report_id


def test_a_report_whose_worker_died_is_closed_with_a_reason(
    cycle: Cycle, house: factories.House
) -> None:
    report_id = ask(cycle, house)
    reporting.begin(report_id=report_id, now=NOW)
    assert reporting.reap(now=NOW + timedelta(minutes=5)) == []
    reporting.reap(now=NOW + timedelta(minutes=11))
    report = Report.objects.get(pk=report_id)
    assert (report.state, "Ask for it again" in report.error) == ("failed", True)


def test_a_report_that_nobody_took_on_is_knocked_for_again(
    cycle: Cycle, house: factories.House
) -> None:
    report_id = ask(cycle, house)
    assert reporting.reap(now=NOW + timedelta(minutes=4)) == [report_id]
