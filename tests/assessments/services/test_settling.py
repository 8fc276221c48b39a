from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction

from assessments.models import JournalEntry, Score, Scoring, Settlement
from assessments.queries import cycles as rows
from assessments.queries import results
from assessments.services import settling, verifying
from assessments.services.refusals import Refusal, Unfit
from tests import factories
from tests.factories_calibration import REASON, settlement

if TYPE_CHECKING:
    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry

pytestmark = pytest.mark.django_db
LATER = factories.NOW + timedelta(hours=2)


@pytest.fixture
def cycle(house: factories.House) -> Cycle:
    """An open cycle whose topics Rui and Ada see differently."""
    found = factories.cycle(house.workspace)
    for topic in ("A.1", "A.2", "A.3", "B.1", "C.1"):
        factories.rating(found, topic, house["rui"], 2)
        factories.rating(found, topic, house["ada"], 4, vantage="leadership")
    return found


def agreed(cycle: Cycle, topic: str) -> Decimal | None:
    newest = Scoring.objects.filter(cycle=cycle).order_by("-pk").first()
    return Score.objects.get(scoring=newest, kind="topic", code=topic).agreed


def settle(cycle: Cycle, house: factories.House, who: str, **changes: object) -> int:
    given = {
        "cycle_id": cycle.pk,
        "topic": "A.1",
        "level": Decimal(3),
        "reason": REASON,
        "by": house[who],
        "now": factories.NOW,
    }
    return settling.settle(**(given | changes))  # type: ignore[arg-type]  # a mapping


def test_a_settled_level_counts_in_the_next_scoring_and_leaves_the_rest_alone(
    cycle: Cycle, house: factories.House, telemetry: Telemetry
) -> None:
    factories.scored(cycle)
    assert agreed(cycle, "A.1") == Decimal("2.0")

    row = settlement(cycle, "A.1", "3.5")
    assert rows.is_stale(cycle_id=cycle.pk)
    assert results.results(cycle_id=cycle.pk).header.stale
    factories.scored(cycle, at=LATER)

    assert not rows.is_stale(cycle_id=cycle.pk)
    assert agreed(cycle, "A.1") == Decimal("3.5")
    score = Score.objects.get(scoring__made_at=LATER, kind="topic", code="A.1")
    assert (score.declared, score.lowest) == (Decimal(2), Decimal(2))
    assert score.highest == Decimal(4)
    scoring = Scoring.objects.get(made_at=LATER)
    assert scoring.last_settlement == row.pk
    told = next(one for one in scoring.changes if one["code"] == "A.1")
    assert told["because"] == (
        "A.1: 3.5 was agreed in calibration by Noa: Two of three teams do it."
    )


def test_what_was_settled_is_computed_again_to_the_byte(
    cycle: Cycle, house: factories.House, telemetry: Telemetry
) -> None:
    settlement(cycle, "A.1", "3.5")
    factories.scored(cycle)
    settlement(cycle, "A.1", "4.0", reason="Seen since.")  # no scoring saw this

    assert verifying.verify(cycle_id=cycle.pk).holds


def test_the_newest_settlement_counts_and_can_be_taken_back(
    cycle: Cycle, house: factories.House, telemetry: Telemetry
) -> None:
    settlement(cycle, "A.1", "3.5")
    settlement(cycle, "A.1", "4.0", reason="The third team does it as well.")
    factories.scored(cycle)
    assert agreed(cycle, "A.1") == Decimal("4.0")

    settling.take_back(
        cycle_id=cycle.pk,
        topic="A.1",
        reason="We mixed up two teams.",
        by=house["ada"],
        now=LATER,
    )
    factories.scored(cycle, at=LATER)

    assert agreed(cycle, "A.1") == Decimal("2.0")
    told = Scoring.objects.get(made_at=LATER).changes
    assert "The settlement was taken back by Ada: We mixed up two teams." in str(told)
    assert Settlement.objects.filter(cycle=cycle).count() == 3


def test_a_second_click_settles_nothing_further(
    cycle: Cycle, house: factories.House
) -> None:
    first = settle(cycle, house, "noa")
    again = settle(cycle, house, "noa", reason=f"  {REASON} ")
    assert first == again

    def back() -> int:
        return settling.take_back(
            cycle_id=cycle.pk, topic="A.1", reason="No.", by=house["noa"], now=LATER
        )

    assert back() == back()
    assert Settlement.objects.count() == 2


def test_the_journal_says_who_settled_what_and_why(
    cycle: Cycle, house: factories.House
) -> None:
    settle(cycle, house, "noa", level=Decimal("2.5"))
    settle(cycle, house, "ada", level=Decimal(3), reason="Seen.")

    entry = JournalEntry.objects.filter(verb="settlement.made").latest("pk")

    assert (entry.by, entry.why) == (house["ada"], "Seen.")
    assert (entry.before, entry.after) == ({"level": "2.5"}, {"level": "3.0"})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 4001}, "reason"),
        ({"level": None}, "level"),
        ({"level": Decimal("5.5")}, "level"),
        ({"level": Decimal("2.7")}, "level"),
    ],
)
def test_a_settlement_needs_a_level_of_the_scale_and_a_reason(
    cycle: Cycle, house: factories.House, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Unfit) as refused:
        settle(cycle, house, "noa", **changes)

    assert refused.value.field_name == field
    assert not Settlement.objects.exists()


@pytest.mark.parametrize("who", ["rui", "vera", "sam", "otto"])
def test_only_leads_and_assessors_settle(
    cycle: Cycle, house: factories.House, who: str
) -> None:
    with pytest.raises(settling.NotYours):
        settle(cycle, house, who)


def test_a_topic_that_is_not_asked_cannot_be_settled(house: factories.House) -> None:
    cycle = factories.cycle(house.workspace, left_out={"C": "Not ours."})

    with pytest.raises(settling.NoSuchTopic, match="has no topic Z"):
        settle(cycle, house, "noa", topic="Z.9")
    with pytest.raises(settling.NoSuchTopic, match="Not ours"):
        settle(cycle, house, "noa", topic="C.1")


def test_nothing_settled_is_nothing_to_take_back(
    cycle: Cycle, house: factories.House
) -> None:
    with pytest.raises(settling.NothingSettled):
        settling.take_back(
            cycle_id=cycle.pk, topic="A.1", reason="No.", by=house["noa"], now=LATER
        )


def test_settling_ends_with_the_lock(
    cycle: Cycle, house: factories.House, telemetry: Telemetry
) -> None:
    draft = factories.cycle(house.workspace, state="draft", title="Next")
    with pytest.raises(settling.NotNow, match="draft"):
        settle(draft, house, "noa")
    row = settlement(cycle)
    factories.locked(cycle)

    with pytest.raises(settling.NotNow, match="locked"):
        settle(cycle, house, "noa", reason="Too late.")
    with pytest.raises(DatabaseError), transaction.atomic():
        Settlement.objects.filter(pk=row.pk).update(level=5)


def test_in_review_topics_are_still_settled(house: factories.House) -> None:
    cycle = factories.cycle(house.workspace, state="in_review")

    assert settlement(cycle).level == Decimal("3.0")


def test_a_role_over_another_part_of_the_organization_settles_nothing_here(
    house: factories.House,
) -> None:
    there = factories.unit(house.workspace, "Elsewhere")
    here = factories.unit(house.workspace, "Here")
    cycle = factories.cycle(house.workspace, scope=here)
    member = house.workspace.members.get(user=house["rui"])
    member.grants.create(scope=there, role="assessor")

    with pytest.raises(Refusal):
        settle(cycle, house, "rui")
    member.grants.create(scope=here, role="assessor")
    assert settle(cycle, house, "rui")
