"""The last ways to production, stage by stage as far as events tell."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Service, Source
from assessments.queries import strips
from assessments.services import rolling_up
from tests import factories
from tests.assessments.services.test_normalizing import pushed, taken
from tests.assessments.services.test_stages import HOUR, at, change

if TYPE_CHECKING:
    from assessments.queries.strips import Strip
    from scoring.events import Json

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return pushed(factories.workspace())


def look(source: Source, *records: dict[str, Json]) -> list[Strip]:
    taken(source, *records)
    for service in Service.objects.filter(workspace_id=source.workspace_id):
        rolling_up.refresh(service_id=service.pk)
    return strips.strips(
        workspace_id=source.workspace_id,
        service_ids=None,
        first=date(2026, 1, 1),
        last=date(2026, 3, 31),
    )


def told(one: Strip) -> dict[str, float]:
    return {piece.stage: piece.seconds / HOUR for piece in one.pieces}


def test_the_stages_of_a_way_add_up_to_its_lead_time(source: Source) -> None:
    newest, *_ = look(source, *change(0), *change(1), *change(2))
    assert told(newest) == {"coding": 2, "review": 3, "waiting": 4, "deploy": 1}
    assert sum(told(newest).values()) * HOUR == newest.seconds
    assert newest.change == "change-2"


def test_what_no_event_tells_is_not_told_apart(source: Source) -> None:
    bare = change(1, first_commit_at=at(24), opened_at=None)
    newest, *_ = look(source, *change(0), *bare)
    # From the first commit to the merge is one piece: nobody knows when it was opened.
    assert "coding" not in told(newest)
    assert sum(told(newest).values()) * HOUR == newest.seconds


def test_a_clock_that_is_ahead_tells_of_no_stage(source: Source) -> None:
    newest, *_ = look(source, *change(0), *change(1, opened_at=at(500)))
    assert "coding" not in told(newest)
    assert all(piece.seconds > 0 for piece in newest.pieces)


def test_no_more_than_the_last_are_read_with_the_same_queries(source: Source) -> None:
    def asked(number: int) -> int:
        look(source, *(one for n in range(number) for one in change(n)))
        with CaptureQueriesContext(connection) as queries:
            found = look(source)
        assert len(found) == min(number - 1, strips.MOST)
        return sum("carriage" in one["sql"].lower() for one in queries)

    assert asked(4) == asked(strips.MOST + 5)
