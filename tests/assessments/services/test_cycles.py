"""Planning, opening, reviewing and locking a cycle."""

from __future__ import annotations

import json
import threading
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction

from assessments.models import Cycle, JournalEntry, Rating, Scoring
from assessments.services import contents, cycles, signing
from assessments.services.plans import Plan
from assessments.services.refusals import Unfit
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.contrib.auth.models import User

    from assessments.models import Edition
    from tests.assessments.conftest import Telemetry
    from tests.factories import House


@pytest.fixture
def edition(db: None) -> Edition:
    """The small edition, published."""
    return factories.edition()


def _plan(
    house: House,
    edition: Edition,
    *,
    scope_ids: Sequence[int] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    plan: dict[str, Any] = {
        "edition_id": edition.pk,
        "title": "Q1 2026",
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 3, 31),
    } | changes
    scopes = [factories.root(house.workspace).pk] if scope_ids is None else scope_ids
    return {
        "workspace_id": house.workspace.pk,
        "scope_ids": scopes,
        "plan": Plan(**plan),
        "by": house["ada"],
        "now": NOW,
    }


def test_a_draft_keeps_targets_and_reasons_in_the_order_of_the_edition(
    house: House, edition: Edition
) -> None:
    pk = cycles.create(
        **_plan(
            house,
            edition,
            targets={"B": "3", "A": "2.5", "C": "4"},
            left_out={"C": " Nobody works on it. "},
        )
    )
    cycle = Cycle.objects.get(pk=pk)
    assert cycle.state == "draft"
    assert list(cycle.targets.items()) == [("A", "2.5"), ("B", "3.0")]
    assert cycle.left_out == {"C": "Nobody works on it."}
    entry = JournalEntry.objects.get(verb="cycle.created")
    assert (entry.target_id, entry.by) == (pk, house["ada"])


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"title": "  "}, "title", "Give the cycle a title"),
        ({"title": "x" * 161}, "title", "within 160 characters"),
        ({"period_end": date(2025, 12, 31)}, "period_end", "before it starts"),
        ({"due_on": date(2025, 12, 31)}, "due_on", "before the period starts"),
        ({"targets": {"A": "5.5"}}, "target_A", "from 1 to 5"),
        ({"targets": {"A": "3.2"}}, "target_A", "steps of 0.5"),
        ({"targets": {"A": "NaN"}}, "target_A", "from 1 to 5"),
        ({"targets": {"A": "high"}}, "target_A", "from 1 to 5"),
        ({"targets": {"Z": "3"}}, "target_Z", "no domain Z"),
        ({"left_out": {"A": " "}}, "reason_A", "Say why A is left out"),
        ({"left_out": {"Z": "x"}}, "left_out_Z", "no domain Z"),
        ({"left_out": dict.fromkeys("ABC", "x")}, "left_out", "at least one domain"),
        ({"scope_ids": [0]}, "scope", "part of this organization"),
        ({"edition_id": 0}, "edition", "published editions"),
        ({"rescoring": "hourly"}, "rescoring", "how often"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_place(
    house: House, edition: Edition, changes: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(Unfit, match=says) as refusal:
        cycles.create(**_plan(house, edition, **changes))
    assert refusal.value.field_name == field
    assert not Cycle.objects.exists()


def test_a_scope_or_edition_of_another_workspace_is_not_offered(
    house: House, edition: Edition
) -> None:
    elsewhere = factories.root(house.other).pk
    with pytest.raises(Unfit, match="part of this organization"):
        cycles.create(**_plan(house, edition, scope_ids=[elsewhere]))
    theirs = factories.edition(of=house.other, document=_another())
    with pytest.raises(Unfit, match="published editions"):
        cycles.create(**_plan(house, edition, edition_id=theirs.pk))


def _another() -> dict[str, Any]:
    from tests import frameworks

    return dict(frameworks.plain(key="another"))


def test_only_a_draft_is_revised(house: House, edition: Edition) -> None:
    pk = cycles.create(**_plan(house, edition))
    cycles.revise(
        cycle_id=pk,
        changes={"title": "Better", "targets": {"A": "4"}},
        by=house["ada"],
        now=NOW,
    )
    assert Cycle.objects.get().title == "Better"
    cycles.open_(cycle_id=pk, by=house["ada"], now=NOW)
    with pytest.raises(cycles.NotDraft, match="opened already"):
        cycles.revise(cycle_id=pk, changes={"title": "Worse"}, by=house["ada"], now=NOW)
    assert Cycle.objects.get().title == "Better"


def test_a_cycle_goes_its_way_in_order(house: House) -> None:
    cycle = factories.cycle(house.workspace, state="draft")
    ada = house["ada"]
    with pytest.raises(signing.NotOpen, match="open it first"):
        signing.start_review(cycle_id=cycle.pk, by=ada, now=NOW)
    cycles.open_(cycle_id=cycle.pk, by=ada, now=NOW)
    with pytest.raises(cycles.NotDraft):
        cycles.open_(cycle_id=cycle.pk, by=ada, now=NOW)
    with pytest.raises(signing.NotInReview, match="start the review"):
        signing.lock(cycle_id=cycle.pk, by=ada, now=NOW)
    signing.start_review(cycle_id=cycle.pk, by=ada, now=NOW)
    signing.reopen(cycle_id=cycle.pk, by=ada, now=NOW)
    with pytest.raises(signing.NotInReview):
        signing.reopen(cycle_id=cycle.pk, by=ada, now=NOW)
    verbs = JournalEntry.objects.filter(target_kind="cycle").order_by("pk")
    assert [entry.verb for entry in verbs] == [
        "cycle.created",
        "cycle.opened",
        "cycle.review_started",
        "cycle.reopened",
    ]


def test_a_cycle_without_an_answer_is_not_locked(house: House) -> None:
    cycle = factories.cycle(house.workspace, state="in_review")
    with pytest.raises(signing.NothingAnswered, match="Nobody has answered"):
        signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    assert Cycle.objects.get().state == "in_review"


def test_locking_scores_a_last_time_and_keeps_everything_under_a_hash(
    house: House, telemetry: Telemetry
) -> None:
    telemetry.values = {"A.M1": 3600.0}
    cycle = factories.cycle(house.workspace, targets={"A": "3"})
    factories.rating(cycle, "A.1", house["rui"], 3)
    factories.rating(cycle, "A.1", house["rui"], 4, rationale="I looked again.")
    signing.start_review(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    cycle.refresh_from_db()
    assert (cycle.state, cycle.locked_by, cycle.locked_at) == (
        "locked",
        house["ada"],
        NOW,
    )
    assert cycle.content_sha256 == contents.digest(cycle.content)
    kept = json.loads(cycle.content)
    assert kept["edition"]["sha256"] == cycle.edition.sha256
    assert kept["targets"] == {"A": "3.0"}
    assert [one["level"] for one in kept["ratings"]] == [3, 4]
    assert kept["cycle"]["locked_by"] == house["ada"].pk
    assert {one["criterion"] for one in kept["proposals"]} == {"A.M1", "A.M2", "B.M1"}
    scoring = Scoring.objects.get()
    assert scoring.trigger == "lock"
    assert kept["scored"]["card_sha256"] == scoring.card_sha256
    assert len(kept["scores"]) == scoring.scores.count() == 11
    assert cycle.content == contents.canonical(kept)
    with pytest.raises(signing.NotInReview, match="already"):
        signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)


def test_the_rhythm_can_be_set_until_the_cycle_is_locked(
    house: House, telemetry: Telemetry
) -> None:
    ada = house["ada"]
    cycle = factories.cycle(house.workspace)
    cycles.set_rhythm(cycle_id=cycle.pk, rescoring="daily", by=ada, now=NOW)
    cycles.set_rhythm(cycle_id=cycle.pk, rescoring="daily", by=ada, now=NOW)
    assert JournalEntry.objects.filter(verb="cycle.rhythm_set").count() == 1
    with pytest.raises(Unfit):
        cycles.set_rhythm(cycle_id=cycle.pk, rescoring="hourly", by=ada, now=NOW)
    factories.rating(cycle, "A.1", ada)
    signing.start_review(cycle_id=cycle.pk, by=ada, now=NOW)
    signing.lock(cycle_id=cycle.pk, by=ada, now=NOW)
    with pytest.raises(cycles.Locked):
        cycles.set_rhythm(cycle_id=cycle.pk, rescoring="weekly", by=ada, now=NOW)


# ── locking while somebody else writes ─────────────────────────────────────────────


class _Elsewhere:
    """Do something on a connection of its own."""

    def __init__(self, deed: Callable[[], object]) -> None:
        self.refusal: Exception | None = None
        self._deed = deed
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._deed()
        except IntegrityError as refusal:
            self.refusal = refusal
        finally:
            connection.close()

    def waits(self) -> bool:
        """Whether it is still held up after a while."""
        self._thread.join(0.7)
        return self._thread.is_alive()

    def end(self) -> None:
        """Wait until it is done."""
        self._thread.join(20)
        assert not self._thread.is_alive()


def _rate(cycle: Cycle, person: User, level: int) -> None:
    Rating.objects.create(
        cycle=cycle,
        topic="A.1",
        person=person,
        vantage="practitioner",
        answer="level",
        level=level,
        rated_at=NOW,
    )


def _reviewed() -> tuple[Cycle, User]:
    ada = factories.person("ada")
    cycle = factories.cycle(factories.workspace(led_by=ada))
    factories.rating(cycle, "A.1", ada, 3)
    signing.start_review(cycle_id=cycle.pk, by=ada, now=NOW)
    return cycle, ada


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time"
)
def test_locking_waits_for_an_answer_that_is_on_its_way(telemetry: Telemetry) -> None:
    cycle, ada = _reviewed()
    with transaction.atomic():
        _rate(cycle, ada, 5)
        locking = _Elsewhere(lambda: signing.lock(cycle_id=cycle.pk, by=ada, now=NOW))
        assert locking.waits()
    locking.end()
    kept = json.loads(Cycle.objects.get().content)
    assert [one["level"] for one in kept["ratings"]] == [3, 5]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time"
)
def test_an_answer_during_the_locking_waits_and_is_refused(
    telemetry: Telemetry,
) -> None:
    cycle, ada = _reviewed()
    with transaction.atomic():
        signing.lock(cycle_id=cycle.pk, by=ada, now=NOW)
        answering = _Elsewhere(lambda: _rate(cycle, ada, 5))
        assert answering.waits()
    answering.end()
    assert "locked" in str(answering.refusal)
    assert Rating.objects.count() == 1
