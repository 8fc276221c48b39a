"""Objectives are defined, counted, watched, reviewed: the same rows however often."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.models import (
    JournalEntry,
    Service,
    Slo,
    SloBurn,
    SloDay,
    SloEnd,
    SloReview,
    SloVersion,
    Source,
)
from assessments.queries import service_levels as queries
from assessments.services import filing, measured_from, sources
from assessments.services.facts import Facts
from assessments.services.measured_from import Asked
from assessments.services.refusals import Refusal, Unfit
from assessments.services.service_levels import (
    counting,
    defining,
    reading_in,
    reviewing,
    watching,
)
from assessments.tasks import service_levels as tasks
from scoring.events import Lane, Window
from scoring.metrics import Known
from scoring.service_levels import midnight
from tests import factories
from tests import factories_service_levels as made
from tests.factories import NOW
from tests.made_service_levels import document

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.models import Workspace
    from scoring.metrics import Measurement
    from tests.factories import House

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOURLY: dict[str, Any] = {
    "budgetingMethod": "Timeslices",
    "objectives": [{"target": 0.99, "timeSliceTarget": 1, "timeSliceWindow": "1h"}],
}


@pytest.fixture
def home(house: House) -> Workspace:
    return house.workspace


def days(slo: Slo) -> list[tuple[object, ...]]:
    rows = SloDay.objects.filter(version__slo=slo).order_by("version", "day")
    return list(
        rows.values_list("version__number", "day", "good", "bad", "unknown", "slots")
    )


def row(slo: Slo, now: object = NOW) -> queries.SloRow:
    found = queries.slo(workspace_id=slo.workspace_id, slo_id=slo.pk, now=now)  # type: ignore[arg-type]  # a datetime
    assert found is not None
    return found


# ── counting ───────────────────────────────────────────────────────────────────────


def test_signals_are_counted_by_day_and_slot(home: Workspace) -> None:
    slo = made.slo(home)
    at = NOW - DAY
    made.tell(home, [made.signal(at), made.signal(at + 7 * MINUTE, breached=True)])
    made.refresh(home)
    assert days(slo) == [(1, at.date(), 1, 1, 0, {"108": [1, 0, 0], "109": [0, 1, 0]})]


def test_an_objective_counts_what_happened_before_it_was_made(home: Workspace) -> None:
    made.service(home)
    made.tell(home, [made.signal(NOW - 20 * DAY, breached=True)])
    slo = made.slo(home)
    made.refresh(home)
    assert row(slo).budget.tally.bad == 1


def test_what_is_gone_no_longer_counts(home: Workspace) -> None:
    slo = made.slo(home)
    made.tell(home, [made.signal(NOW - DAY)])
    made.refresh(home)
    sources.remove(
        workspace_id=home.pk, source_id=made.pushed(home).pk, by=None, now=NOW
    )
    made.refresh(home)
    assert days(slo) == []
    assert row(slo).budget.left is None


def test_an_hour_with_an_incident_is_bad_and_others_are_good(home: Workspace) -> None:
    slo = made.slo(home, events="incident", **HOURLY)
    opened = NOW - 30 * HOUR
    made.tell(home, [made.incident(opened, opened + 90 * MINUTE)])
    made.refresh(home)
    budget = row(slo).budget
    # Known from the service's first event, the incident itself, until now.
    assert (budget.tally.bad, budget.tally.good) == (2, 28)


def test_without_anybody_who_tells_of_incidents_nothing_is_known(
    home: Workspace,
) -> None:
    slo = made.slo(home, events="incident", **HOURLY)
    made.tell(home, [made.signal(NOW - DAY)])
    made.refresh(home)
    assert row(slo).budget.left is None


def test_silence_of_whoever_tells_of_incidents_is_not_calm(home: Workspace) -> None:
    slo = made.slo(home, events="incident", **HOURLY)
    made.tell(home, [made.incident(NOW - 10 * HOUR, NOW - 9 * HOUR)])
    # A platform that is read: it was last read four hours ago.
    Source.objects.filter(workspace=home).update(
        kind="pagerduty", last_success_at=NOW - 4 * HOUR
    )
    made.refresh(home)
    assert row(slo).budget.n == 6


def test_time_alone_goes_on_counting_incidents(home: Workspace) -> None:
    slo = made.slo(home, events="incident", **HOURLY)
    made.tell(home, [made.incident(NOW - 2 * HOUR, None)])
    made.refresh(home)
    assert row(slo).budget.tally.bad == 2
    later = NOW + 3 * DAY
    made.refresh(home, now=later)
    assert row(slo, later).budget.tally.bad == 2 + 72


def test_counting_while_events_arrive_starts_over(
    home: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    slo = made.slo(home)
    made.tell(home, [made.signal(NOW - DAY)])
    read = queries.observations
    late = [made.signal(NOW - DAY + HOUR, breached=True)]

    def arriving(*given: Any, **more: Any) -> Any:
        rows = list(read(*given, **more).values_list("data", flat=True))
        if late:
            made.tell(home, [late.pop()])
        kept = read(*given, **more)
        return kept.filter(data__in=rows) if len(rows) < kept.count() else kept

    monkeypatch.setattr(queries, "observations", arriving)
    made.refresh(home)
    assert row(slo).budget.n == 2
    assert Slo.objects.get().dirty_from is None


KINDS = ("availability", "incident", "pipeline_run")
MINUTES = st.integers(0, 12 * 24 * 60)


@st.composite
def told(draw: st.DrawFn) -> made.Record:
    """Draw one event: identities repeat, so that some correct others."""
    at = NOW - 12 * DAY + draw(MINUTES) * MINUTE
    kind, name = draw(st.sampled_from(KINDS)), f"e{draw(st.integers(0, 8))}"
    if kind == "incident":
        span = draw(st.one_of(st.none(), st.integers(-60, 3000)))
        ended = None if span is None else min(at + span * MINUTE, NOW)
        return made.incident(at, ended, id=name)
    if kind == "pipeline_run":
        return {
            "event": "pipeline_run",
            "id": name,
            "service": "checkout",
            "pipeline": "nightly",
            "status": draw(st.sampled_from(["success", "failure", "cancelled"])),
            "started_at": at.isoformat(),
            "finished_at": at.isoformat(),
        }
    return made.signal(at, breached=draw(st.sampled_from([True, False, None])), id=name)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.lists(told(), max_size=6), min_size=1, max_size=4), st.booleans())
def test_increments_equal_a_full_recount(
    home: Workspace, batches: list[list[made.Record]], changed: bool
) -> None:
    Source.objects.all().delete()
    Slo.objects.all().delete()
    Service.objects.all().delete()
    slos = [
        made.slo(home, name="signals"),
        made.slo(home, name="hours", **HOURLY),
        made.slo(home, name="runs", events="pipeline_run"),
        made.slo(home, name="calm", events="incident", **HOURLY),
    ]
    for step, batch in enumerate(batches):
        # Time goes on between what arrives.
        now = NOW + step * 7 * HOUR
        if changed and step == 1:
            made.slo(home, name="signals", objectives=[{"target": 0.9}], now=now)
        made.tell(home, batch, now=now)
        made.refresh(home, now=now)
    increments = [days(slo) for slo in slos]
    SloDay.objects.all().delete()
    for slo in slos:
        counting.forget(slo_id=slo.pk, start=NOW - 500 * DAY)
    made.refresh(home, now=NOW + (len(batches) - 1) * 7 * HOUR)
    assert [days(slo) for slo in slos] == increments


def test_counting_again_writes_nothing(home: Workspace) -> None:
    slo = made.slo(home)
    made.tell(home, [made.signal(NOW - DAY)])
    made.refresh(home)
    before = list(SloDay.objects.values_list("pk", flat=True))
    filing.soil({slo.service_id: NOW - 9 * DAY})
    made.refresh(home)
    assert list(SloDay.objects.values_list("pk", flat=True)) == before


def test_the_worker_counts_and_watches(home: Workspace) -> None:
    slo = made.slo(home)
    made.tell(home, [made.signal(NOW - DAY)])
    tasks.refresh(home.pk)
    assert len(days(slo)) == 1


# ── defining ───────────────────────────────────────────────────────────────────────


def test_a_change_begins_a_version_and_keeps_what_was(home: Workspace) -> None:
    slo = made.slo(home)
    made.tell(home, [made.signal(NOW - DAY, breached=True)])
    made.refresh(home)
    later = NOW + 10 * DAY
    made.slo(home, objectives=[{"target": 0.5}], now=later)
    made.refresh(home, now=later)
    first, second = SloVersion.objects.order_by("number")
    assert (first.ended_at, second.number, second.ended_at) == (later, 2, None)
    told_of = queries.history(
        slo_id=slo.pk, days=[NOW.date(), later.date()], now=later + DAY
    )
    assert [each.number for each in told_of] == [1, 2]
    assert [each.told.budget.left for each in told_of] == pytest.approx([-99, -1])


def test_the_same_definition_again_changes_nothing(home: Workspace) -> None:
    made.slo(home)
    entries = JournalEntry.objects.count()
    made.slo(home)
    assert SloVersion.objects.count() == 1
    assert JournalEntry.objects.count() == entries


def test_a_name_belongs_to_one_service(home: Workspace) -> None:
    made.slo(home)
    with pytest.raises(defining.Defective, match="belongs to `checkout`"):
        made.slo(home, service="search")


def test_a_service_has_to_be_there(home: Workspace) -> None:
    with pytest.raises(defining.Defective, match="no such service"):
        defining.define(
            workspace_id=home.pk,
            document=document(service="nowhere"),
            by=factories.person("ada"),
            now=NOW,
        )


def test_a_retired_objective_keeps_its_past_and_may_be_resumed(home: Workspace) -> None:
    slo = made.burning(home)
    ada = factories.person("ada")
    with pytest.raises(Unfit):
        defining.retire(workspace_id=home.pk, slo_id=slo.pk, why=" ", by=ada, now=NOW)
    defining.retire(
        workspace_id=home.pk, slo_id=slo.pk, why="Replaced.", by=ada, now=NOW
    )
    assert queries.slos(workspace_id=home.pk, now=NOW) == []
    [old] = queries.slos(workspace_id=home.pk, now=NOW, retired=True)
    assert old.budget.n > 0
    assert {burn.cleared_because for burn in SloBurn.objects.all()} == {SloEnd.RETIRED}
    made.slo(home)
    assert len(queries.slos(workspace_id=home.pk, now=NOW)) == 1
    assert JournalEntry.objects.filter(verb="slo.resumed").count() == 1


# ── watching ───────────────────────────────────────────────────────────────────────


def test_what_burns_is_noted_once(home: Workspace) -> None:
    slo = made.burning(home)
    made.refresh(home)
    watching.watch(workspace_id=home.pk, now=NOW)
    rules = sorted(SloBurn.objects.values_list("rule", flat=True))
    assert rules == ["fast", "slow", "steady"]
    # The most urgent first.
    assert [burn.rule for burn in row(slo).burning] == ["fast", "steady", "slow"]


def test_silence_does_not_end_what_burns_and_an_observation_does(
    home: Workspace,
) -> None:
    made.burning(home)
    later = NOW + HOUR
    made.refresh(home, now=later)
    assert SloBurn.objects.filter(cleared_at=None).count() == 3
    made.tell(
        home,
        [made.signal(NOW + n * MINUTE) for n in range(60)],
        now=later,
    )
    made.refresh(home, now=later)
    over = SloBurn.objects.get(rule="fast")
    assert (over.cleared_at, over.cleared_because) == (later, SloEnd.SLOWED)


def test_what_burns_anew_is_a_row_of_its_own(home: Workspace) -> None:
    made.burning(home)
    SloBurn.objects.update(cleared_at=NOW, cleared_because=SloEnd.SLOWED)
    made.refresh(home)
    assert SloBurn.objects.filter(rule="fast").count() == 2


# ── OpenSLO ────────────────────────────────────────────────────────────────────────


def text(*documents: Any) -> str:
    return yaml.safe_dump_all(documents)


def read_in(home: Workspace, written: str) -> list[str]:
    found = reading_in.read_in(
        workspace_id=home.pk, text=written, by=factories.person("ada"), now=NOW
    )
    return [one.outcome for one in found]


def test_a_file_defines_all_its_objectives(home: Workspace) -> None:
    made.service(home)
    both = text(document(name="one"), {"kind": "Service"}, document(name="two"))
    assert read_in(home, both) == ["made", "made"]
    assert read_in(home, both) == ["unchanged", "unchanged"]


def test_a_file_with_a_defect_defines_nothing_and_tells_all(home: Workspace) -> None:
    made.service(home)
    spoiled = text(
        document(name="one"),
        document(name="one"),
        document(name="Two", budgetingMethod="Sometimes"),
        document(name="three", service="nowhere"),
    )
    with pytest.raises(defining.Defective) as refused:
        read_in(home, spoiled)
    assert [one.place for one in refused.value.defects] == [
        "metadata.name",
        "metadata.name",
        "spec.budgetingMethod",
        "spec.service",
    ]
    # Each with the line on which it stands.
    assert all(said.startswith("line ") for said in refused.value.said)
    assert Slo.objects.count() == 0


@pytest.mark.parametrize(
    "written",
    [
        "",
        "kind: [",
        "kind: Service\n",
        "- 1\n",
        "--- {a: 1}\n" * (reading_in.MOST_DOCUMENTS + 1),
    ],
    ids=["empty", "no YAML", "no objective", "a list", "too many documents"],
)
def test_what_is_no_openslo_is_refused(home: Workspace, written: str) -> None:
    with pytest.raises(Refusal):
        read_in(home, written)


# ── reviewing ──────────────────────────────────────────────────────────────────────


def test_a_week_shows_what_it_did_to_a_budget(home: Workspace) -> None:
    slo = made.burning(home)
    monday = queries.monday(NOW.date())
    week = queries.week(workspace_id=home.pk, first=monday, now=NOW)
    [found] = week.rows
    assert found.slo.id == slo.pk
    assert found.after.left == row(slo).budget.left
    assert found.change is not None
    assert found.change < 0
    assert len(found.burns) == 3


def note(home: Workspace, text: str, *, seen: str = "") -> None:
    reviewing.note(
        workspace_id=home.pk,
        week=queries.monday(NOW.date()),
        text=text,
        seen=seen,
        by=factories.person("ada"),
        now=NOW,
    )


def test_a_note_is_kept_by_week_and_told_to_the_journal(home: Workspace) -> None:
    note(home, "Freeze the checkout.")
    note(home, "Freeze the checkout.")
    note(home, "Thawed.", seen="Freeze the checkout.")
    assert SloReview.objects.get().note == "Thawed."
    assert JournalEntry.objects.filter(verb="slo_review.written").count() == 2


def test_a_note_never_overwrites_one_that_was_not_seen(home: Workspace) -> None:
    note(home, "First.")
    with pytest.raises(reviewing.Overtaken):
        note(home, "Second.")
    assert SloReview.objects.get().note == "First."


# ── measuring ──────────────────────────────────────────────────────────────────────


def measured(home: Workspace, lane: Lane, end: datetime) -> Measurement:
    window = Window(end - 30 * DAY, end)
    facts = Facts(
        workspace_id=home.pk,
        service_ids=None,
        first=window.start.date(),
        last=window.end.date(),
    )
    return measured_from.measured(
        facts, Asked(metric="error_budget_left", lane=lane, window=window)
    )


def test_each_lane_measures_its_own_kind_of_promise(home: Workspace) -> None:
    slo = made.burning(home)
    end = midnight(NOW.date() + DAY)
    code, model = (measured(home, lane, end) for lane in (Lane.CODE, Lane.MODEL))
    assert code.value == row(slo, end).budget.left
    assert model.known is Known.UNKNOWN


def test_what_was_not_promised_yet_had_no_budget(home: Workspace) -> None:
    made.burning(home)
    assert measured(home, Lane.CODE, NOW - DAY).known is Known.UNKNOWN


def test_the_version_in_force_then_is_asked(home: Workspace) -> None:
    made.slo(home, now=NOW - 9 * DAY)
    made.tell(home, [made.signal(NOW - 8 * DAY, breached=True)])
    made.slo(home, objectives=[{"target": 0.5}])
    made.refresh(home)
    assert measured(home, Lane.CODE, midnight(NOW.date())).value == pytest.approx(-99)
    later = midnight(NOW.date() + DAY)
    assert measured(home, Lane.CODE, later).value == pytest.approx(-1)
