"""SageMaker's model registry, from what its commands print."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assessments.connectors.base import Garbled, Payload
from assessments.connectors.sagemaker import SageMaker
from scoring.events import Deployment, Lane, ModelVersion, Status
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.test_files import source


def told(content: Any, **rules: Any) -> list[Any]:
    """The events of a file's content."""
    kept = SageMaker().kept(content)
    payload = Payload(sort="file", body={"file": "x.json", "content": kept})
    return list(SageMaker().parse(payload, source("sagemaker", "/x", **rules)))


def test_registered_packages_are_model_versions() -> None:
    events = told(ours("sagemaker", "list-model-packages"))

    assert [(each.id, each.attributes) for each in events] == [
        ("ranker/2", {"approval": "Approved"}),
        ("ranker/1", {"approval": "Rejected"}),
    ]
    assert events[1].registered_at == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_a_description_tells_more() -> None:
    (version,) = told(ours("sagemaker", "describe-model-package"))

    assert version == ModelVersion(
        id="ranker/2",
        model="ranker",
        version="2",
        code_sha="d" * 40,
        trained_at=datetime(2026, 1, 7, 10, 0, 0, 123000, tzinfo=UTC),
        registered_at=datetime(2026, 1, 7, 10, 0, 0, 123000, tzinfo=UTC),
        pipeline_run_id="arn:aws:sagemaker:eu-central-1:111122223333:"
        "pipeline/train/execution/abc",
        attributes={"approval": "Approved"},
    )


def test_an_approval_is_a_deployment_where_the_rules_say_so() -> None:
    _, deployment = told(
        ours("sagemaker", "describe-model-package"), approval="deploys"
    )
    listed = told(ours("sagemaker", "list-model-packages"), approval="deploys")

    assert deployment == Deployment(
        id="ranker/2",
        service="ranker",
        environment="production",
        status=Status.SUCCESS,
        finished_at=datetime(2026, 1, 8, 9, 30, tzinfo=UTC),
        lane=Lane.MODEL,
        model_version="ranker/2",
        attributes={"by": "approval"},
    )
    # A list says no moment of the approval.
    assert not any(isinstance(each, Deployment) for each in listed)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("ModelPackageStatus", "Odd", "ModelPackageStatus: 'Odd' is none that we know"),
        ("ModelApprovalStatus", "Odd", "ModelApprovalStatus: 'Odd' is none"),
        ("CreationTime", 1767780000.1, "CreationTime: is a number, not a text"),
        ("CreationTime", "2026-01-07T10:00:00", "has no offset"),
    ],
)
def test_what_is_not_known_is_garbled(name: str, value: Any, reason: str) -> None:
    with pytest.raises(Garbled, match=reason):
        told(ours("sagemaker", "describe-model-package") | {name: value})
