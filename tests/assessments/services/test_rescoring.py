"""Answers, decisions and measurements become scorings, once each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assessments.models import Report, Scoring
from assessments.services import agreeing, computing, rescoring, signing
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def cycle(house: House, telemetry: Telemetry) -> Cycle:
    """An open cycle in which telemetry knows A.M1."""
    telemetry.values = {"A.M1": 36_000.0}
    return factories.cycle(house.workspace)


def _score(
    cycle: Cycle,
    trigger: str = "answer",
    *,
    at: datetime = NOW,
    period: str | None = None,
) -> Scoring | None:
    pk = rescoring.rescore(cycle_id=cycle.pk, trigger=trigger, period=period, now=at)
    return None if pk is None else Scoring.objects.get(pk=pk)


def _must(scoring: Scoring | None) -> Scoring:
    assert scoring is not None
    return scoring


def test_a_scoring_keeps_its_inputs_proposals_and_scores(
    cycle: Cycle, house: House, telemetry: Telemetry
) -> None:
    rating = factories.rating(cycle, "B.1", house["rui"], 3)
    scoring = _must(_score(cycle))
    assert (scoring.trigger, scoring.last_rating, scoring.seen) == ("answer", rating, 1)
    measured = scoring.measurements.get(criterion="A.M1")
    assert (measured.value, measured.status, measured.n) == (36_000.0, "value", 40)
    assert scoring.measurements.get(criterion="B.M1").status == "unknown"
    proposal = scoring.proposals.get(criterion="A.M1")
    assert (proposal.level, proposal.topic) == (Decimal(4), "A.1")
    assert scoring.proposals.get(criterion="B.M1").level is None
    assert scoring.scores.get(kind="topic", code="B.1").declared == Decimal(3)
    assert scoring.scores.get(kind="scope").code == "scope"
    assert telemetry.asked == [(cycle.scope_id, NOW.date())]


def test_rows_come_back_as_the_values_that_they_were_stored_from(
    cycle: Cycle, house: House
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 4, confidence="high")
    scoring = _must(_score(cycle))
    from scoring.engine import canonical

    again = computing.stored_scores(scoring.scores.order_by("pk"))
    assert canonical(again) == scoring.card


def test_the_same_inputs_write_nothing(cycle: Cycle, house: House) -> None:
    factories.rating(cycle, "A.1", house["rui"], 3)
    assert _score(cycle)
    assert _score(cycle) is None
    assert _score(cycle, "events", at=NOW + HOUR) is None
    assert Scoring.objects.count() == 1


def test_a_burst_of_answers_is_scored_once(
    cycle: Cycle, house: House, telemetry: Telemetry
) -> None:
    for topic in ("A.1", "A.2", "A.3"):
        factories.rating(cycle, topic, house["rui"], 3)
    for _ in range(3):
        _score(cycle)
    assert Scoring.objects.count() == 1
    assert len(telemetry.asked) == 1


def test_a_period_is_recorded_once_even_if_nothing_moved(
    cycle: Cycle, house: House
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 3)
    _score(cycle)
    scoring = _must(_score(cycle, "schedule", period="2026-03-02"))
    assert scoring.changes == []
    for _ in range(3):
        assert _score(cycle, "schedule", period="2026-03-02") is None
    assert _score(cycle, "schedule", period="2026-03-03", at=NOW + DAY)


@pytest.mark.parametrize("state", ["draft", "locked"])
def test_only_open_and_reviewed_cycles_are_scored(
    house: House, telemetry: Telemetry, state: str
) -> None:
    cycle = factories.cycle(
        house.workspace, state="draft" if state == "draft" else "open"
    )
    if state == "locked":
        factories.rating(cycle, "A.1", house["rui"])
        signing.start_review(cycle_id=cycle.pk, by=house["ada"], now=NOW)
        signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    before = Scoring.objects.count()
    assert _score(cycle, "events", at=NOW + DAY) is None
    assert Scoring.objects.count() == before


def test_a_period_that_is_over_is_measured_up_to_its_last_day(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(
        house.workspace, first=date(2025, 10, 1), last=date(2025, 12, 31)
    )
    _score(cycle, "events")
    assert telemetry.asked == [(cycle.scope_id, date(2025, 12, 31))]


def test_a_domain_left_out_is_neither_measured_nor_scored(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace, left_out={"A": "Elsewhere."})
    scoring = _must(_score(cycle, "events"))
    criteria = scoring.proposals.values_list("criterion", flat=True)
    assert list(criteria) == ["B.M1"]
    assert not scoring.measurements.filter(criterion__startswith="A").exists()
    assert not scoring.scores.filter(code__startswith="A").exists()


# ── what moved, and why ────────────────────────────────────────────────────────────


def _told(scoring: Scoring, code: str, column: str) -> tuple[str, str]:
    found = [c for c in scoring.changes if (c["code"], c["column"]) == (code, column)]
    assert len(found) == 1
    return found[0]["sentence"], found[0]["because"]


def test_an_answer_that_moves_a_score_is_its_cause_and_nobody_is_named(
    cycle: Cycle, house: House
) -> None:
    factories.rating(cycle, "C.1", house["rui"], 2)
    first = _must(_score(cycle))
    assert first.changes == []
    factories.rating(cycle, "C.1", house["rui"], 4)
    second = _must(_score(cycle, at=NOW + HOUR))
    assert _told(second, "C", "declared") == (
        "C Domain C: declared rose from 2.0 to 4.0.",
        "One person answered C.1 anew.",
    )
    overall, because = _told(second, "scope", "declared")
    assert overall.startswith("Overall: declared")
    assert because == "C Domain C moved."
    assert "Rui" not in str(second.changes)


def test_new_measurements_are_told_with_value_window_and_n(
    cycle: Cycle, telemetry: Telemetry
) -> None:
    _score(cycle, "events")
    telemetry.values = {"A.M1": 1_800.0}
    scoring = _must(_score(cycle, "events", at=NOW + HOUR))
    sentence, because = _told(scoring, "A.1", "measured")
    assert sentence == "A.1 Topic A.1: measured rose from 4.0 to 5.0."
    assert because == (
        "Change lead time went from 10.0 hours to 30.0 minutes (in 90 days, n = 40)."
    )
    telemetry.values = {}
    scoring = _must(_score(cycle, "events", at=NOW + 2 * HOUR))
    sentence, because = _told(scoring, "A.1", "measured")
    assert sentence == "A.1 Topic A.1: measured is no longer known, it was 5.0."
    assert "to unknown (No deployment in the window)" in because


def test_decisions_and_their_end_are_told_by_name_and_day(
    cycle: Cycle, house: House
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 2)
    _score(cycle)
    agreeing.decide(
        cycle_id=cycle.pk,
        criterion="A.M1",
        verb="override",
        level=Decimal("3.5"),
        reason="Half is connected.",
        expires_on=NOW.date() + DAY,
        by=house["noa"],
        now=NOW,
    )
    decided = _must(_score(cycle, at=NOW + HOUR))
    _, because = _told(decided, "A.1", "agreed")
    assert because == "Noa overrode A.M1 at 3.5."
    on_its_last_day = NOW + DAY
    _score(cycle, "schedule", period="2026-03-03", at=on_its_last_day)
    ended = _must(_score(cycle, "schedule", period="2026-03-04", at=NOW + 2 * DAY))
    _, because = _told(ended, "A.1", "agreed")
    assert because == "The decision on A.M1 ended on 3 March 2026."


# ── who is due ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rhythm", "moment", "period"),
    [
        ("daily", datetime.fromisoformat("2026-11-21T23:30:00-02:00"), "2026-11-22"),
        ("weekly", datetime.fromisoformat("2026-11-21T12:00:00+00:00"), "2026-W47"),
        ("weekly", datetime.fromisoformat("2027-01-01T12:00:00+00:00"), "2026-W53"),
    ],
)
def test_a_period_is_a_day_or_an_iso_week_in_utc(
    rhythm: str, moment: datetime, period: str
) -> None:
    assert rescoring.period_of(rhythm=rhythm, now=moment) == period


def test_a_cycle_is_due_until_its_period_has_a_scoring(
    house: House, telemetry: Telemetry
) -> None:
    edition = factories.edition()
    weekly = factories.cycle(house.workspace, of=edition, rescoring="weekly")
    factories.cycle(house.workspace, of=edition, rescoring="never")
    factories.cycle(house.workspace, of=edition, rescoring="daily", state="draft")
    assert rescoring.due_cycles(now=NOW) == [(weekly.pk, "2026-W10")]
    _score(weekly, "schedule", period="2026-W10")
    assert rescoring.due_cycles(now=NOW) == []
    assert rescoring.due_cycles(now=NOW + 7 * DAY) == [(weekly.pk, "2026-W11")]


def test_a_cycle_is_stale_while_an_answer_is_not_scored(
    cycle: Cycle, house: House
) -> None:
    assert rescoring.stale_cycles() == [cycle.pk]
    _score(cycle, "events")
    assert rescoring.stale_cycles() == []
    factories.rating(cycle, "A.1", house["rui"])
    assert rescoring.stale_cycles() == [cycle.pk]


def test_events_of_a_service_concern_the_cycles_above_it(
    house: House, telemetry: Telemetry
) -> None:
    edition = factories.edition()
    north = factories.unit(house.workspace, "North")
    south = factories.unit(house.workspace, "South")
    service = factories.service(house.workspace, parent=north)
    whole = factories.cycle(house.workspace, of=edition)
    mine = factories.cycle(house.workspace, of=edition, scope=north)
    factories.cycle(house.workspace, of=edition, scope=south)
    found = rescoring.cycles_of_services(service_ids=[service.pk])
    assert found == [whole.pk, mine.pk]


# ── thinning ───────────────────────────────────────────────────────────────────────


def test_the_newest_scoring_of_a_day_stays_and_tells_the_whole_day(
    cycle: Cycle, house: House
) -> None:
    factories.rating(cycle, "C.1", house["rui"], 1)
    kept = [_must(_score(cycle))]
    for hour, level in enumerate((2, 3, 4)):
        at = NOW + DAY + hour * HOUR
        factories.rating(cycle, "C.1", house["rui"], level)
        kept.append(_must(_score(cycle, at=at)))
    assert rescoring.thin(cycle_id=cycle.pk, now=NOW + 2 * DAY) == 2
    assert list(Scoring.objects.order_by("pk")) == [kept[0], kept[3]]
    sentence, _ = _told(Scoring.objects.get(pk=kept[3].pk), "C", "declared")
    assert sentence == "C Domain C: declared rose from 1.0 to 4.0."
    assert rescoring.thin(cycle_id=cycle.pk, now=NOW + 2 * DAY) == 0


def test_what_is_scheduled_printed_or_fresh_is_not_thinned(
    cycle: Cycle, house: House
) -> None:
    _score(cycle, "schedule", period="2026-03-02")
    factories.rating(cycle, "C.1", house["rui"], 2)
    printed = _must(_score(cycle, at=NOW + timedelta(minutes=1)))
    Report.objects.create(cycle=cycle, scoring=printed, kind="board_pdf", asked_at=NOW)
    for minute in (2, 50, 59):
        factories.rating(cycle, "C.1", house["rui"], minute % 5 + 1)
        _score(cycle, at=NOW + timedelta(minutes=minute))
    before = Scoring.objects.count()
    now = NOW + timedelta(minutes=90)
    assert rescoring.thin(cycle_id=cycle.pk, now=now) == 1
    assert Scoring.objects.count() == before - 1
    assert Scoring.objects.filter(pk=printed.pk).exists()
