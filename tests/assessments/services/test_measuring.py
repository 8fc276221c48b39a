"""Measurements come from rollups and models, the same however they are read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from assessments.models import Scope, Service, Source
from assessments.services import daily, measured_from, measuring, rolling_up
from assessments.services.facts import Facts
from scoring import metrics, rubric
from scoring.events import Lane, Window
from scoring.metrics import Known
from tests import factories, frameworks
from tests.assessments.services.test_normalizing import pushed, taken

if TYPE_CHECKING:
    from scoring.events import Json
    from scoring.metrics import Measurement
    from scoring.rollups import DayFlow, DayRollup

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
WINDOW = Window.of_days(FIRST, LAST)


@pytest.fixture
def source(db: None) -> Source:
    return pushed(factories.workspace())


def at(days: float) -> str:
    return (START + timedelta(days=days)).isoformat()


def deployed(number: int, service: str = "checkout", **more: Json) -> dict[str, Json]:
    return {
        "kind": "deployment",
        "id": f"{service}-{number}",
        "service": service,
        "environment": "production",
        "sha": f"{service}-{number}",
        "status": "success",
        "finished_at": at(number * 3),
        **more,
    }


def history() -> list[dict[str, Json]]:
    """Two services: deployments with their changes, and what went wrong."""
    records: list[dict[str, Json]] = []
    for service in ("checkout", "billing"):
        for number in range(12):
            status = "failure" if number == 7 else "success"
            records.append(deployed(number, service, status=status))
            records.append(
                {
                    "kind": "change",
                    "id": f"{service}-change-{number}",
                    "service": service,
                    "merged_sha": f"{service}-{number}",
                    "first_commit_at": at(number * 3 - number / 10 - 0.1),
                    "merged_at": at(number * 3 - 0.05),
                }
            )
    records.append(
        {
            "kind": "incident",
            "id": "i1",
            "service": "checkout",
            "opened_at": at(6.1),
            "resolved_at": at(6.3),
            "deployment_id": "checkout-2",
        }
    )
    return records


def told(source: Source, *records: dict[str, Json]) -> None:
    intake = taken(source, *records)
    assert not intake.rejected
    rolling_up.refresh_workspace(workspace_id=source.workspace_id)


def test_days_summed_by_the_database_measure_as_single_rollups(source: Source) -> None:
    told(source, *history())
    asked: Any = {
        "workspace_id": source.workspace_id,
        "service_ids": None,
        "first": FIRST,
        "last": LAST,
    }

    summed = daily.summed(**asked)

    single = daily.of_lane(lane=Lane.CODE, **asked)
    assert len(single) > len(summed)
    for metric in metrics.DELIVERY:
        one = metric(summed, lane=Lane.CODE, window=WINDOW)
        assert one == metric(single, lane=Lane.CODE, window=WINDOW)
        assert one.known is Known.VALUE


def test_sums_that_are_late_are_added_up_when_they_are_read(source: Source) -> None:
    told(source, *history())
    taken(source, deployed(1, finished_at=at(3.2)), deployed(40, finished_at=at(50)))
    for service in Service.objects.all():
        rolling_up.refresh(service_id=service.pk)

    def days(
        service_ids: list[int] | None = None,
    ) -> tuple[list[DayRollup], list[DayFlow]]:
        asked: Any = {
            "workspace_id": source.workspace_id,
            "service_ids": service_ids,
            "first": FIRST,
            "last": LAST,
        }
        return daily.summed(**asked), daily.flows(**asked)

    late = days()
    assert all(late)
    assert rolling_up.left_behind() == [source.workspace_id]
    rolling_up.refresh_workspace(workspace_id=source.workspace_id)

    assert rolling_up.left_behind() == []
    assert days() == late
    assert days(list(Service.objects.values_list("pk", flat=True))) == late


def delivered(
    workspace_id: int, window: Window, service_ids: list[int] | None = None
) -> dict[Lane, dict[str, Measurement]]:
    facts = Facts(
        workspace_id=workspace_id,
        service_ids=service_ids,
        first=window.start.date(),
        last=(window.end - timedelta(days=1)).date(),
    )
    return measuring.delivery(facts, window)


def test_only_the_services_asked_for_are_measured(source: Source) -> None:
    told(source, *history())
    checkout = Service.objects.get(key="checkout")

    def deployments(ids: list[int] | None) -> float | None:
        measured = delivered(source.workspace_id, WINDOW, ids)
        return measured[Lane.CODE]["change_fail_rate"].detail["total"]

    assert deployments([checkout.pk]) == 12
    assert deployments(None) == 24


def test_another_workspace_measures_nothing_of_this_one(source: Source) -> None:
    told(source, *history())
    other = factories.workspace("Elsewhere")

    measured = delivered(other.pk, WINDOW)

    assert {one.known for one in measured[Lane.CODE].values()} == {Known.UNKNOWN}


def test_no_deployment_in_the_window_is_zero_only_if_there_were_some_before(
    source: Source,
) -> None:
    told(source, *history())
    later = Window.of_days(date(2026, 9, 1), date(2026, 9, 30))

    measured = delivered(source.workspace_id, later)

    frequency = measured[Lane.CODE]["deployment_frequency"]
    assert (frequency.known, frequency.value) == (Known.VALUE, 0)
    assert measured[Lane.MODEL]["deployment_frequency"].known is Known.UNKNOWN


def test_a_criterion_is_measured_below_its_scope_in_its_window(source: Source) -> None:
    unit = factories.unit(source.workspace, "Payments")
    factories.service(source.workspace, "billing", parent=unit)
    told(source, *history())
    asked = frameworks.criterion("C1", "T1", window_days=30)
    edition = frameworks.edition(
        {
            "code": "P",
            "name": "P",
            "domains": [
                frameworks.domain("D1", frameworks.topic("T1"), criteria=[asked])
            ],
        }
    )
    on = date(2026, 1, 31)

    found = measuring.measure(scope_id=unit.pk, edition=edition, on=on)

    one = found["C1", "change_lead_time"]
    assert one.window == Window.of_days(date(2026, 1, 2), on)
    assert one.n == 8  # billing's, without its first


# ── models ─────────────────────────────────────────────────────────────────────────


def model(name: str, *, run: str | None, version: str = "1") -> list[dict[str, Json]]:
    """A model version in production, made by that run."""
    return [
        {
            "kind": "model_version",
            "id": f"{name}/{version}",
            "model": name,
            "version": version,
            "trained_at": at(1),
            "evaluated_at": at(2),
            **({"pipeline_run_id": run} if run else {}),
        },
        deployed(
            1,
            name,
            lane="model",
            model_version=f"{name}/{version}",
            finished_at=at(4),
            id=f"{name}-{version}",
        ),
    ]


def run(name: str, *, automated: bool) -> dict[str, Json]:
    return {
        "kind": "pipeline_run",
        "id": name,
        "service": "training",
        "pipeline": "train",
        "status": "success",
        "started_at": at(0.5),
        "finished_at": at(1),
        "automated": automated,
    }


def seen(name: str, kind: str, **more: Json) -> dict[str, Json]:
    return {
        "kind": "signal",
        "signal": kind,
        "id": f"{name}-{kind}",
        "subject": name,
        "at": at(20),
        "automated": True,
        **more,
    }


def d7(source: Source) -> dict[tuple[str, str], metrics.Measurement]:
    root = Scope.objects.get(workspace=source.workspace, parent=None)
    edition = rubric.parse(frameworks.shipped("d7-mlops"))
    return measuring.measure(scope_id=root.pk, edition=edition, on=LAST)


def test_models_made_by_an_automated_pipeline_are_a_share_of_those_known(
    source: Source,
) -> None:
    told(
        source,
        run("r1", automated=True),
        run("r2", automated=False),
        *model("ranker", run="r1"),
        *model("pricer", run="r2"),
        *model("spotter", run=None),
        *model("namer", run="gone"),
    )

    share = d7(source)["C1", "standard_pipeline_share"]

    assert share.value == pytest.approx(1 / 3)
    assert (share.n, share.coverage) == (3, 0.75)


def test_the_newest_version_of_a_model_is_the_one_that_counts(source: Source) -> None:
    newer = model("ranker", run=None, version="2")
    newer[1]["finished_at"] = at(30)
    told(source, run("r1", automated=True), *model("ranker", run="r1"), *newer)

    assert d7(source)["C1", "standard_pipeline_share"].value == 0


def test_monitors_are_counted_by_what_they_send_by_themselves(source: Source) -> None:
    told(
        source,
        *model("ranker", run=None),
        *model("pricer", run=None),
        seen("ranker", "drift"),
        seen("ranker", "performance"),
        seen("pricer", "drift"),
        seen("pricer", "performance", automated=False),
        seen("ranker", "availability", at=at(-60)),
    )

    found = d7(source)

    both = found["C2", "performance_and_drift_monitoring_share"]
    assert (both.value, both.n) == (0.5, 2)
    assert found["C2", "availability_monitoring_share"].value == 0


def test_without_any_model_nothing_is_known_of_models(source: Source) -> None:
    told(source, *history())

    found = [one for one in d7(source).values() if one.lane is Lane.MODEL]

    assert {one.known for one in found} == {Known.UNKNOWN}
    assert all(one.because for one in found)


def test_every_metric_there_is_can_be_measured() -> None:
    assert measured_from.MEASURED_FROM.keys() == metrics.METRICS.keys()
