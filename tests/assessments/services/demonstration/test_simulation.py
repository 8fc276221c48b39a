"""The simulation tells the story it is given, the same way each time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from assessments.services.demonstration import simulation, story
from scoring import events

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
YEAR = timedelta(days=364)


@pytest.fixture(scope="module")
def tale() -> story.Story:
    return story.read(settings.BASE_DIR / "fixtures" / "demo" / "story.yaml")


@pytest.fixture(scope="module")
def told(tale: story.Story) -> list[events.Event]:
    delivery = simulation.simulate(tale, until=NOW)
    return [events.parse(record) for record in (*delivery.code, *delivery.models)]


def _kinds(told: list[events.Event]) -> Counter[events.Kind]:
    return Counter(event.kind for event in told)


def test_the_same_day_tells_the_same_events(tale: story.Story) -> None:
    assert simulation.simulate(tale, until=NOW) == simulation.simulate(tale, until=NOW)


def test_every_record_is_an_event_of_the_contract_with_an_identity_of_its_own(
    told: list[events.Event],
) -> None:
    identities = Counter((event.kind, event.id) for event in told)
    assert max(identities.values()) == 1
    assert set(_kinds(told)) == set(events.Kind)


def test_nothing_is_told_of_the_future(told: list[events.Event]) -> None:
    assert max(event.at for event in told) < NOW


def test_no_change_is_deployed_before_it_was_begun(told: list[events.Event]) -> None:
    begun = {
        event.merged_sha: event.first_commit_at
        for event in told
        if isinstance(event, events.Change)
    }
    deployed = [
        event
        for event in told
        if isinstance(event, events.Deployment) and event.lane == events.Lane.CODE
    ]
    assert deployed
    for deployment in deployed:
        start = begun[deployment.sha]
        assert start is not None
        assert start < deployment.at


def _releases(told: list[events.Event], service: str, since: datetime) -> int:
    return sum(
        1
        for event in told
        if isinstance(event, events.Deployment)
        and event.service == service
        and since <= event.at < since + YEAR / 2
    )


def test_one_team_improves_and_one_slips(told: list[events.Event]) -> None:
    beginning, end = NOW - 2 * YEAR, NOW - YEAR / 2
    assert _releases(told, "claims-intake", end) > 2 * _releases(
        told, "claims-intake", beginning
    )
    assert _releases(told, "customer-app", beginning) > 1.5 * _releases(
        told, "customer-app", end
    )
