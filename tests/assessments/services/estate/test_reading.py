"""What is read of models for their metrics, from events as systems send them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import ModelNote, Service, Source
from assessments.services import rolling_up
from assessments.services.estate import estate
from scoring.events import SignalKind, Window
from scoring.events.recorded import Trigger
from tests import factories
from tests.assessments.services.test_normalizing import pushed, taken

if TYPE_CHECKING:
    from scoring.events import Json
    from scoring.metrics import Estate

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
WINDOW = Window.of_days(date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def source(db: None) -> Source:
    return pushed(factories.workspace())


def at(days: float) -> str:
    return (START + timedelta(days=days)).isoformat()


def version(number: int, model: str = "ranker", **more: Json) -> dict[str, Json]:
    return {
        "kind": "model_version",
        "id": f"{model}/{number}",
        "model": model,
        "version": str(number),
        "trained_at": at(number),
        "registered_at": at(number + 0.1),
        **more,
    }


def rollout(number: int, model: str = "ranker", **more: Json) -> dict[str, Json]:
    return {
        "kind": "deployment",
        "id": f"{model}-out-{number}",
        "service": model,
        "environment": "production",
        "status": "success",
        "finished_at": at(number + 0.5),
        "lane": "model",
        "model_version": f"{model}/{number}",
        **more,
    }


def run(name: str, model: str = "ranker", **more: Json) -> dict[str, Json]:
    return {
        "kind": "pipeline_run",
        "id": name,
        "service": model,
        "pipeline": "train",
        "status": "success",
        "started_at": at(1),
        "finished_at": at(1.1),
        **more,
    }


def signal(name: str, model: str = "ranker", **more: Json) -> dict[str, Json]:
    return {
        "event": "signal",
        "id": name,
        "subject": model,
        "kind": "drift",
        "at": at(2),
        "automated": True,
        **more,
    }


def read(source: Source, *records: dict[str, Json]) -> Estate:
    if records:
        assert not taken(source, *records).rejected
        rolling_up.refresh_workspace(workspace_id=source.workspace_id)
    return estate(
        workspace_id=source.workspace_id,
        service_ids=list(Service.objects.values_list("pk", flat=True)),
        window=WINDOW,
    )


def test_the_registry_says_who_answers_and_what_a_version_was_made_with(
    source: Source,
) -> None:
    found = read(
        source,
        version(
            1,
            code_sha="abc",
            dataset_ref="sales@1",
            parameters={"depth": 3},
            image="registry.example.org/train@sha256:1",
            owner="Search team",
            review_on="2026-06-30",
            model_card="https://cards.example.org/ranker",
            shared_on_call=True,
        ),
        rollout(1),
    )
    (model,) = found.models
    assert (model.service, model.version) == ("ranker", "ranker/1")
    assert (model.owned, model.carded, model.shared_on_call) == (True, True, True)
    assert model.review_on == date(2026, 6, 30)
    assert model.trained_at == START + timedelta(days=1)
    (record,) = found.versions
    assert record.code
    assert record.data
    assert record.parameters
    assert record.environment


def test_no_parameters_are_none_and_not_recorded_ones(source: Source) -> None:
    found = read(source, version(1, parameters=0), version(2, parameters={}))
    assert [one.parameters for one in found.versions] == [False, False]


def test_what_people_noted_counts_where_the_registry_is_silent(source: Source) -> None:
    read(source, version(1, owner="Search team"), rollout(1))
    ModelNote.objects.create(
        service=Service.objects.get(),
        owner="Somebody else",
        review_on=date(2026, 5, 1),
        noted_by=factories.person("ada"),
        noted_at=START,
    )
    (model,) = read(source).models
    assert model.owned
    assert model.review_on == date(2026, 5, 1)
    assert not model.carded


@pytest.mark.parametrize(
    ("retired", "live"), [(date(2026, 1, 5), 1), (date(2026, 2, 1), 0)]
)
def test_a_retired_model_is_not_live_unless_it_was_deployed_again(
    source: Source, retired: date, live: int
) -> None:
    read(source, version(1), rollout(1))
    ModelNote.objects.create(
        service=Service.objects.get(),
        retired_on=retired,
        noted_by=factories.person("ada"),
        noted_at=START,
    )
    assert len(read(source).models) == live


def test_of_each_quantity_and_feature_the_newest_signal_counts(source: Source) -> None:
    found = read(
        source,
        rollout(1),
        signal("s1", value=0.4, threshold=0.25, measure="psi", feature="age", at=at(2)),
        signal("s2", value=0.1, threshold=0.25, measure="psi", feature="age", at=at(3)),
        signal("s3", value=0.3, threshold=0.25, measure="psi", at=at(1)),
        signal("s4", value=9.0, measure="psi", at=at(-30)),
        signal("s5", kind="alert", at=at(4)),
    )
    (model,) = found.models
    assert [(one.feature, one.value, one.over) for one in model.readings] == [
        ("", 0.3, True),
        ("age", 0.1, False),
    ]
    assert model.monitored == {SignalKind.DRIFT, SignalKind.ALERT}


def test_an_approval_may_stand_with_the_release_or_with_its_version(
    source: Source,
) -> None:
    found = read(
        source,
        version(1, approval="Approved"),
        version(2),
        rollout(1, released_by="ci", reason="Quarterly refresh"),
        rollout(2, approved_by="risk", self_service=True),
    )
    first, second = found.releases
    assert first.who
    assert first.why
    assert first.approved
    assert second.approved
    assert not second.who
    assert (first.self_service, second.self_service) == (None, True)


def test_trainings_say_so_themselves_or_by_their_stage(source: Source) -> None:
    found = read(
        source,
        run("r1", purpose="training", trigger="drift", tracked=True),
        run("r2", stage="training", run_type="scheduled"),
        run("r3", stage="build"),
        run("r4", stage="training", purpose="data"),
    )
    assert [one.trigger for one in found.trainings] == [Trigger.DRIFT, Trigger.SCHEDULE]
    assert [one.tracked for one in found.trainings] == [True, None]


def test_drills_are_successful_runs_that_are_called_so(source: Source) -> None:
    found = read(
        source,
        run("d1", purpose="drill", findings="The registry's backup was stale."),
        run("d2", purpose="drill"),
        run("d3", purpose="drill", status="failure", findings="Not finished."),
    )
    assert sorted(found.drills) == [False, True]
    assert found.drilled_before


def test_the_live_version_is_made_by_the_pipeline_that_its_record_names(
    source: Source,
) -> None:
    found = read(
        source,
        run("r1", automated=True),
        version(1, pipeline_run_id="r1"),
        rollout(1),
        version(2, "pricer", pipeline_run_id="gone"),
        rollout(2, "pricer"),
        version(1, "router"),
        rollout(1, "router"),
        rollout(1, "blind"),
    )
    assert {one.service: one.by_pipeline for one in found.models} == {
        "blind": None,
        "pricer": None,
        "ranker": True,
        "router": False,
    }


def test_sending_again_changes_nothing(source: Source) -> None:
    records = [
        version(1, owner="Search team"),
        rollout(1, approved_by="risk"),
        run("r1", stage="training"),
        signal("s1", value=0.4, threshold=0.25),
        signal("s2", kind="rollback", at=at(4)),
    ]
    once = read(source, *records)
    assert read(source, *reversed(records)) == once
    assert once.rollbacks == (True,)


def test_more_models_take_no_more_queries(source: Source) -> None:
    def cost(*models: str) -> int:
        for model in models:
            read(
                source,
                version(1, model),
                rollout(1, model),
                signal(f"s-{model}", model),
            )
        with CaptureQueriesContext(connection) as asked:
            read(source)
        return len(asked)

    assert cost("a", "b") == cost("c", "d", "e", "f")
