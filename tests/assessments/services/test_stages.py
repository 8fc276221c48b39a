"""Where lead time goes: stages, their shares, and a bottleneck only if certain."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.models import Service, Source
from assessments.services import rolling_up, stages
from assessments.services.facts import Facts
from tests import factories
from tests.assessments.services.test_normalizing import pushed, taken

if TYPE_CHECKING:
    from assessments.services.stages import Funnel, Stage
    from scoring.events import Json

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 5, 10, tzinfo=UTC)
HOUR = 3600.0


@pytest.fixture
def source() -> Source:
    return pushed(factories.workspace())


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat()


def change(number: int, **more: Json) -> list[dict[str, Json]]:
    """Two hours of coding, three of review, four of waiting, one of deployment."""
    hours = number * 24
    return [
        {
            "kind": "change",
            "id": f"change-{number}",
            "service": "checkout",
            "merged_sha": f"sha-{number}",
            "first_commit_at": at(hours),
            "opened_at": at(hours + 2),
            "merged_at": at(hours + 5),
            **more,
        },
        {
            "kind": "deployment",
            "id": f"deployment-{number}",
            "service": "checkout",
            "environment": "production",
            "sha": f"sha-{number}",
            "status": "success",
            "started_at": at(hours + 9),
            "finished_at": at(hours + 10),
        },
    ]


def version(number: int) -> list[dict[str, Json]]:
    """Five hours to a trained model, one each to tests and registry, 40 to release."""
    hours = number * 72
    return [
        {
            "kind": "model_version",
            "id": f"ranker-{number}",
            "service": "ranker",
            "model": "ranker",
            "version": str(number),
            "dataset_at": at(hours),
            "trained_at": at(hours + 5),
            "evaluated_at": at(hours + 6),
            "registered_at": at(hours + 7),
        },
        {
            "kind": "deployment",
            "id": f"release-{number}",
            "service": "ranker",
            "environment": "production",
            "lane": "model",
            "model_version": str(number),
            "status": "success",
            "finished_at": at(hours + 47),
        },
    ]


def look(source: Source, *records: dict[str, Json]) -> Funnel:
    taken(source, *records)
    for service in Service.objects.filter(workspace_id=source.workspace_id):
        rolling_up.refresh(service_id=service.pk)
    return stages.funnel(
        Facts(
            workspace_id=source.workspace_id,
            service_ids=None,
            first=date(2026, 1, 1),
            last=date(2026, 3, 31),
        )
    )


def code(found: Funnel) -> dict[str, Stage]:
    return {one.key: one for one in found.lanes[0].stages}


def test_each_stage_has_its_median_and_its_share_of_the_whole(source: Source) -> None:
    found = look(source, *(one for n in range(12) for one in change(n)))
    lane = code(found)
    assert lane["coding"].now.value == 2 * HOUR
    assert lane["review"].share == pytest.approx(0.3)
    assert lane["waiting"].now.value == 4 * HOUR
    assert found.lanes[0].longest == lane["waiting"]


def test_a_stage_that_nothing_tells_of_has_no_share_not_even_zero(
    source: Source,
) -> None:
    found = look(source, *(one for n in range(12) for one in change(n)))
    pipeline = code(found)["pipeline"]
    assert pipeline.now.value is None
    assert pipeline.now.because
    assert pipeline.share is None


def test_without_the_moment_of_opening_no_bottleneck_is_named(source: Source) -> None:
    found = look(source, *(one for n in range(12) for one in change(n, opened_at=None)))
    assert found.lanes[0].longest is None
    assert found.wider is None


def test_the_wider_gap_is_named_only_if_both_lanes_are_certain(source: Source) -> None:
    changes = [one for n in range(12) for one in change(n)]
    assert look(source, *changes).wider is None
    found = look(source, *(one for n in range(1, 12) for one in version(n)))
    assert found.wider is not None
    assert found.wider.lane == "model"
    assert found.wider.longest is not None
    assert found.wider.longest.key == "release"


def test_an_empty_workspace_is_unknown_in_both_lanes(source: Source) -> None:
    found = look(source)
    assert not any(lane.known for lane in found.lanes)
    assert all(lane.bottleneck.because for lane in found.lanes)
