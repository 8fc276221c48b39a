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
    with pytest.raises(reporting.NotAReport, match="reports that are offered"):
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


def test_a_report_whose_worker_died_waits_for_another(
    cycle: Cycle, house: factories.House
) -> None:
    report_id = ask(cycle, house)
    reporting.begin(report_id=report_id, now=NOW)
    assert reporting.reap(now=NOW + timedelta(minutes=5)) == []
    assert reporting.reap(now=NOW + timedelta(minutes=11)) == [report_id]
    assert reporting.begin(report_id=report_id, now=NOW) is not None


def test_a_report_that_takes_every_worker_along_is_closed_with_a_reason(
    cycle: Cycle, house: factories.House
) -> None:
    report_id = ask(cycle, house)
    for _life in range(3):
        assert reporting.begin(report_id=report_id, now=NOW) is not None
        reporting.reap(now=NOW + timedelta(minutes=11))
    report = Report.objects.get(pk=report_id)
    assert (report.state, "Ask for it again" in report.error) == ("failed", True)


def test_what_a_dead_worker_left_behind_is_swept_away(
    cycle: Cycle,
    house: factories.House,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(django_settings, "REPORTS_DIR", tmp_path)
    report_id = ask(cycle, house)
    folder = Path(django_settings.REPORTS_DIR) / str(cycle.workspace_id)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("0123456789abcdef.pdf", "0123456789abcdef.pdf.part"):
        (folder / f"{report_id}-{name}").write_bytes(b"half")
    finish(report_id, cycle)
    kept = Report.objects.get(pk=report_id).file_name
    assert [place.name for place in folder.iterdir()] == [Path(kept).name]


def scheduled(cycle: Cycle, period: str) -> reporting.Asked:
    return reporting.ask(
        cycle_id=cycle.pk,
        kind="board_pdf",
        by=None,
        origin=f"schedule-4/{period}",
        now=NOW,
    )


def test_a_schedule_has_one_report_for_a_period_whatever_the_scores_are_by_then(
    cycle: Cycle, house: factories.House
) -> None:
    first = scheduled(cycle, "2026-03")
    factories.scored(cycle)
    assert scheduled(cycle, "2026-03") == reporting.Asked(
        report_id=first.report_id, new=False
    )
    assert scheduled(cycle, "2026-04").report_id != first.report_id
    assert ask(cycle, house) != first.report_id


def test_a_scheduled_report_that_failed_is_tried_again_in_its_place(
    cycle: Cycle,
) -> None:
    first = scheduled(cycle, "2026-03")
    reporting.begin(report_id=first.report_id, now=NOW)
    reporting.give_up(report_id=first.report_id, sentence="No room.", now=NOW)
    assert scheduled(cycle, "2026-03") == first
    assert Report.objects.get(pk=first.report_id).error == ""


def test_a_report_made_in_an_older_layout_stays_and_another_is_made(
    cycle: Cycle, house: factories.House
) -> None:
    old = ask(cycle, house)
    finish(old, cycle)
    Report.objects.filter(pk=old).update(layout=1)
    assert ask(cycle, house) != old
    assert reporting.file_of(report_id=old) is not None


def test_only_a_finished_report_is_sent_along(
    cycle: Cycle, house: factories.House
) -> None:
    report_id = ask(cycle, house)
    assert reporting.file_of(report_id=report_id) is None
    finish(report_id, cycle)
    sent = reporting.file_of(report_id=report_id)
    assert sent is not None
    assert (sent.body, sent.media_type) == (b"%PDF-1.7 words", "application/pdf")
    assert sent.name == f"board-report-{cycle.period_end.isoformat()}-en.pdf"


def test_a_report_that_nobody_took_on_is_knocked_for_again(
    cycle: Cycle, house: factories.House
) -> None:
    report_id = ask(cycle, house)
    assert reporting.reap(now=NOW + timedelta(minutes=4)) == [report_id]
