"""Vertex AI's models and endpoints, from what its commands print."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assessments.connectors.base import Garbled, Payload
from assessments.connectors.vertex import Vertex
from scoring.events import Deployment, Lane, ModelVersion, Status
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.test_files import source


def told(content: Any, **rules: Any) -> list[Any]:
    """The events of a file's content."""
    kept = Vertex().kept(content)
    payload = Payload(sort="file", body={"file": "x.json", "content": kept})
    return list(Vertex().parse(payload, source("vertex", "/x", **rules)))


def test_versions_of_models_are_model_versions() -> None:
    first, second = told(ours("vertex", "list-version"))

    assert first == ModelVersion(
        id="ranker/2",
        model="ranker",
        version="2",
        trained_at=datetime(2026, 1, 7, 10, 0, 0, 123456, tzinfo=UTC),
        registered_at=datetime(2026, 1, 7, 10, 0, 0, 123456, tzinfo=UTC),
        pipeline_run_id="projects/p/locations/europe-west4/pipelineJobs/train-2",
        attributes={"aliases": ["default"]},
    )
    assert second.pipeline_run_id.endswith("/trainingPipelines/9")


def test_models_that_serve_at_an_endpoint_are_deployments() -> None:
    first, second = told(ours("vertex", "endpoints"))
    (only,) = told(ours("vertex", "endpoints"), endpoints=["*-production"])

    assert first == only
    assert first == Deployment(
        id="77/501",
        service="ranker",
        environment="production",
        status=Status.SUCCESS,
        finished_at=datetime(2026, 1, 8, 9, tzinfo=UTC),
        lane=Lane.MODEL,
        model_version="ranker/2",
        attributes={"endpoint": "ranker-production"},
    )
    assert second.model_version == "ranker/1"


def test_one_model_or_endpoint_may_be_described_alone() -> None:
    assert len(told(ours("vertex", "list-version")[0])) == 1
    assert len(told(ours("vertex", "endpoints")[0])) == 1


@pytest.mark.parametrize("name", ["displayName", "versionId"])
def test_what_is_missing_is_garbled(name: str) -> None:
    with pytest.raises(Garbled, match=f"{name}: is missing"):
        told(ours("vertex", "list-version")[0] | {name: None})
