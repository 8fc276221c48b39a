"""Facts of flow: what is stored says what the arithmetic says of the same events."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from assessments.models import DayFlow, Service, Source
from assessments.services import normalizing, rolling_up
from assessments.services.facts import Facts
from assessments.services.measured_from import Asked, measured
from scoring import metrics
from scoring.attribution import gather, settle
from scoring.events import Lane, Window, parse
from scoring.rollups import follow, roll_up
from tests import factories
from tests.assessments.services.test_normalizing import pushed

if TYPE_CHECKING:
    from scoring.events import Json

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)
WINDOW = Window.of_days(FIRST, LAST)


def at(day: int, hour: int) -> str:
    return f"2026-01-{day:02d}T{hour:02d}:00:00+00:00"


def history(service: str) -> list[dict[str, Json]]:
    """A month in which a change goes out every other day, after a run that flickers."""
    records: list[dict[str, Json]] = []
    for number, day in enumerate(range(1, 31, 2)):
        own: dict[str, Json] = {"service": service}
        run = own | {
            "kind": "pipeline_run",
            "pipeline": "build",
            "sha": f"{service}{number}",
            "purpose": "data" if number % 2 else "delivery",
        }
        records += [
            own
            | {
                "kind": "change",
                "id": f"{service}-c{number}",
                "merged_sha": f"{service}{number}",
                "first_commit_at": at(day, 1),
                "opened_at": at(day, 3),
                "merged_at": at(day, 8),
            },
            run
            | {
                "id": f"{service}-f{number}",
                "status": "failure",
                "started_at": at(day, 9),
                "finished_at": at(day, 10),
            },
            run
            | {
                "id": f"{service}-r{number}",
                "status": "success",
                "started_at": at(day, 10),
                "finished_at": at(day, 13),
                "gate": "data_validation",
            },
            own
            | {
                "kind": "deployment",
                "id": f"{service}-d{number}",
                "environment": "production",
                "sha": f"{service}{number}",
                "status": "success",
                "started_at": at(day, 12),
                "finished_at": at(day, 13),
            },
        ]
    return records


@pytest.fixture
def source(db: None) -> Source:
    return pushed(factories.workspace())


def told(source: Source, records: list[dict[str, Json]]) -> None:
    intake = normalizing.take_in(
        source_id=source.pk,
        records=((None, record) for record in records),
        now=factories.NOW,
    )
    assert not intake.rejected
    rolling_up.refresh_workspace(workspace_id=source.workspace_id)


def facts(source: Source, service_ids: list[int] | None) -> Facts:
    return Facts(
        workspace_id=source.workspace_id,
        service_ids=service_ids,
        first=FIRST,
        last=LAST,
    )


@pytest.mark.parametrize("only", [None, "shop"])
def test_stored_flow_says_what_the_arithmetic_says(
    source: Source, only: str | None
) -> None:
    records = history("shop") + history("till")
    told(source, records)
    ids = [Service.objects.get(key=only).pk] if only else None
    seen = facts(source, ids)

    wanted = {only} if only else {"shop", "till"}
    ledgers = gather(parse(record) for record in records)
    found = [settle(ledger) for key, ledger in ledgers.items() if key in wanted]
    for lane in Lane:
        expected = metrics.measure_flow(
            [row for one in found for row in roll_up(one)],
            [day for one in found for day in follow(one)],
            lane=lane,
            window=WINDOW,
        )
        for one in expected:
            asked = Asked(metric=one.metric, lane=lane, window=WINDOW)
            assert measured(seen, asked) == one


def test_flow_is_read_once_however_much_is_asked(
    source: Source, django_assert_num_queries: Any
) -> None:
    told(source, history("shop"))
    seen = facts(source, None)
    with django_assert_num_queries(1):
        for metric in metrics.FLOW:
            measured(seen, Asked(metric=metric, lane=Lane.CODE, window=WINDOW))


def test_what_a_day_tells_is_measured_for_criteria_and_pages(source: Source) -> None:
    told(source, history("shop"))
    found = {
        metric: measured(
            facts(source, None), Asked(metric=metric, lane=Lane.CODE, window=WINDOW)
        )
        for metric in ("review_time", "pipeline_time", "flaky_pipeline_rate")
    }
    assert found["review_time"].value == 5 * 3600
    assert found["review_time"].n == 14  # all but the first
    assert found["pipeline_time"].value == 2 * 3600
    assert found["flaky_pipeline_rate"].value == 1
    day = DayFlow.objects.order_by("day").first()
    assert day is not None
    assert day.gates == {"data_validation": {"passed": 1}}


def test_a_run_that_ends_late_still_counts_for_its_deployment(source: Source) -> None:
    records = [one for one in history("shop") if one["kind"] != "pipeline_run"]
    told(source, records)
    told(
        source,
        [
            {
                "kind": "pipeline_run",
                "id": "shop-r1",
                "service": "shop",
                "pipeline": "build",
                "status": "success",
                "sha": "shop1",
                "started_at": at(3, 10),
                "finished_at": at(9, 10),
            }
        ],
    )
    asked = Asked(metric="pipeline_time", lane=Lane.CODE, window=WINDOW)
    assert measured(facts(source, None), asked).value == 2 * 3600
