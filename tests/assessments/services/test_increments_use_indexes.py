"""What is asked of the events an index answers, however long the history."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from assessments.models import Event
from assessments.queries import strips
from assessments.services import normalizing, rolling_up, upkeep
from tests import factories
from tests.assessments.services.test_normalizing import pushed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.models import Source

NOW = factories.NOW

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "sqlite",
        reason="PostgreSQL reads a small table whole, whatever indexes it has",
    ),
]


def _records(month: str) -> list[tuple[int, dict[str, Any]]]:
    records = [
        {
            "kind": "deployment",
            "id": f"deployment-{month}",
            "service": "shop",
            "environment": "production",
            "sha": f"{month}a",
            "status": "success",
            "finished_at": f"{month}-02T10:00:00Z",
        },
        {
            "kind": "change",
            "id": f"change-{month}",
            "service": "shop",
            "merged_sha": f"{month}a",
            "merged_at": f"{month}-01T10:00:00Z",
        },
        {
            "kind": "commit",
            "sha": f"{month}a",
            "service": "shop",
            "committed_at": f"{month}-01T09:00:00Z",
        },
        {
            "kind": "incident",
            "id": f"incident-{month}",
            "service": "shop",
            "opened_at": f"{month}-02T11:00:00Z",
            "deployment_id": f"deployment-{month}",
        },
    ]
    return list(enumerate(records, 1))


def _long_history(source: Source) -> None:
    """Write what would take long to take in, and let the database count it."""
    for month in ("2025-03", "2025-11"):
        normalizing.take_in(source_id=source.pk, records=_records(month), now=NOW)
    rolling_up.refresh_workspace(workspace_id=source.workspace_id)
    for kind in ("deployment", "change", "commit", "incident"):
        one = Event.objects.filter(kind=kind).earliest("at")
        Event.objects.bulk_create(
            Event(
                source=source,
                service_id=one.service_id,
                kind=kind,
                external_id=f"long-ago-{number}",
                lane=one.lane,
                at=one.at - timedelta(minutes=number),
                refers_to=f"{kind}-{number}" if one.refers_to else "",
                carried_at=one.carried_at,
                data=one.data,
            )
            for number in range(1, 1000)
        )
    upkeep.refresh_statistics()


def test_no_question_of_an_increment_reads_a_whole_history() -> None:
    source = pushed(factories.workspace())
    _long_history(source)
    with _reading_no_whole_history():
        normalizing.take_in(source_id=source.pk, records=_records("2026-02"), now=NOW)
        rolling_up.refresh_workspace(workspace_id=source.workspace_id)


def test_the_last_ways_to_production_are_found_without_the_others() -> None:
    source = pushed(factories.workspace())
    _long_history(source)
    with _reading_no_whole_history():
        found = strips.strips(
            workspace_id=source.workspace_id,
            service_ids=None,
            first=date(2025, 11, 1),
            last=date(2025, 11, 30),
        )
    assert [one.change for one in found] == ["change-2025-11"]


@contextmanager
def _reading_no_whole_history() -> Iterator[None]:
    """Let fail what reads more of the events than an index finds."""
    asked: list[tuple[str, Any]] = []

    def note(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if sql.startswith("SELECT") and "assessments_event" in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield
    assert asked
    assert [sql for sql, params in asked if _reads_a_whole_history(sql, params)] == []


# All events, or all of a source, a service or a kind: as long as the history.
_WHOLE = re.compile(
    r"SCAN assessments_event"
    r"|SEARCH assessments_event .*\((source_id|service_id|kind)=\?( AND kind=\?)?\)"
)


def _reads_a_whole_history(sql: str, params: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = [row[-1] for row in cursor.fetchall()]
        return any(map(_WHOLE.search, plan))
