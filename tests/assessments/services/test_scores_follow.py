"""Scores follow events and answers, a little at a time or all at once, to the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from assessments.models import (
    Cycle,
    Measurement,
    Proposal,
    Score,
    Scoring,
    Source,
)
from assessments.services import normalizing, rescoring
from tests import factories, frameworks
from tests.assessments.services.test_normalizing import pushed
from tests.assessments.services.test_rolling_up import (
    EXAMPLES,
    NOW,
    from_the_beginning,
    histories,
    refreshed,
    undone,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import Model

    from scoring.events import Json

TOPICS = ("A.1", "A.2", "A.3", "B.1", "C.1")
# One step of people's work: who, about what, what they say.
SAID = st.lists(
    st.tuples(
        st.sampled_from(["ada", "rui"]), st.sampled_from(TOPICS), st.integers(1, 5)
    ),
    max_size=4,
)


def measured_by(code: str, metric: str, *lines: Json, asks: str) -> frameworks.Row:
    return frameworks.criterion(
        code,
        "A.1",
        minimum_n=1,
        minimum_coverage=0.1,
        ladder=frameworks.ladder(*lines, metric=metric, asks=asks),
    )


def edition() -> dict[str, Json]:
    """An edition with a criterion for several metrics, known from one deployment on."""
    criteria: list[Json] = [
        measured_by(
            "A.M1", "change_lead_time", "30 days", "7 days", "3 days", "1 day",
            asks="at_most",
        ),
        measured_by(
            "A.M2", "change_fail_rate", 0.8, 0.5, 0.25, 0.05, asks="at_most"
        ),
        measured_by(
            "A.M3", "deployment_frequency", "0.1 per week", "0.3 per week",
            "0.6 per week", "1 per week", asks="at_least",
        ),
    ]  # fmt: skip
    topics = [frameworks.topic(code) for code in ("A.1", "A.2", "A.3")]
    return frameworks.plain(
        {
            "code": "process",
            "name": "Process",
            "domains": [
                frameworks.domain("A", *topics, criteria=criteria),
                frameworks.domain("B", frameworks.topic("B.1")),
                frameworks.domain("C", frameworks.topic("C.1")),
            ],
        }
    )


def columns(model: type[Model]) -> list[str]:
    """Return the columns of a table that tell something."""
    fields = model._meta.concrete_fields
    return [one.name for one in fields if one.name not in {"id", "scoring"}]


def stored(cycle: Cycle) -> dict[str, Any]:
    """Return the newest scoring with all its rows."""
    scoring = cycle.scorings.order_by("-pk").first()
    assert scoring is not None
    return {
        "card": (scoring.card, scoring.card_sha256, scoring.seen),
        **{
            model.__name__: sorted(
                map(repr, model.objects.filter(scoring=scoring).values(*columns(model)))
            )
            for model in (Measurement, Proposal, Score)
        },
    }


@pytest.fixture
def people(house: factories.House) -> dict[str, User]:
    return {name: house[name] for name in ("ada", "rui")}


@pytest.fixture
def source(house: factories.House) -> Source:
    return pushed(house.workspace)


@pytest.fixture
def cycle(house: factories.House) -> Cycle:
    return factories.cycle(house.workspace, of=factories.edition(edition()))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(), said=SAID, data=st.data())
def test_scores_after_any_batches_are_those_computed_from_scratch(
    source: Source,
    cycle: Cycle,
    people: dict[str, User],
    history: list[dict[str, Json]],
    said: list[tuple[str, str, int]],
    data: st.DataObject,
) -> None:
    with undone():
        waiting = data.draw(st.permutations(history))
        while waiting or said:
            size = data.draw(st.integers(1, max(len(waiting), 1)))
            batch, waiting = waiting[:size], waiting[size:]
            normalizing.take_in(
                source_id=source.pk,
                records=((None, record) for record in batch),
                now=NOW,
            )
            refreshed(source)
            if said:
                name, topic, level = said.pop()
                factories.rating(cycle, topic, people[name], level)
            rescoring.rescore(cycle_id=cycle.pk, trigger="events", now=NOW)

        by_steps = stored(cycle)
        Scoring.objects.filter(cycle=cycle).delete()
        from_the_beginning(source)
        rescoring.rescore(cycle_id=cycle.pk, trigger="events", now=NOW)

        assert by_steps == stored(cycle)
        event(f"measured: {'Decimal' in ''.join(by_steps['Proposal'])}")
