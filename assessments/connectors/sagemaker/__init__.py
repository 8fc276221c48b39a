"""SageMaker's model registry, as `aws sagemaker list-model-packages` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import (
    FieldKind,
    Fields,
    Garbled,
    RuleField,
    answers,
    told,
)
from assessments.connectors.files import Files
from scoring.events import Deployment, Lane, ModelVersion, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event, Json

_LIST = "ModelPackageSummaryList"
_KEPT = (
    "ModelPackageGroupName", "ModelPackageVersion", "ModelPackageStatus",
    "ModelApprovalStatus", "CreationTime", "LastModifiedTime",
)  # fmt: skip
_REGISTERED = "Completed"
_NOT_REGISTERED = frozenset({"Pending", "InProgress", "Failed", "Deleting"})
_APPROVED = "Approved"
_APPROVALS = frozenset({_APPROVED, "Rejected", "PendingManualApproval"})
_DEPLOYS = "deploys"


class SageMaker(Files):
    """Reads what the command for listing or describing model packages printed."""

    kind: ClassVar[str] = "sagemaker"
    label: ClassVar[str] = "SageMaker model registry (exported files)"
    family: ClassVar[str] = "models"
    reads: ClassVar[str] = (
        "Versions of models and their approvals, from files that the platform's own "
        "commands write."
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = (
        RuleField(
            name="approval",
            label="What an approval means",
            help="Where a pipeline deploys each model package that is approved, its"
            " approval is the deployment. It is dated by the package's last change.",
            kind=FieldKind.CHOICE,
            default="says",
            choices=(("says", "It deploys nothing"), (_DEPLOYS, "It deploys")),
        ),
    )

    def kept(self, content: Json) -> dict[str, Json] | None:
        """Return the model packages of a file; None: it has none."""
        if not isinstance(content, dict):
            return None
        rows = content.get(_LIST, [content] if "ModelPackageArn" in content else None)
        return (
            {"packages": [_package(row) for row in rows]}
            if isinstance(rows, list)
            else None
        )

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a file."""
        deploys = answers(self.rule_fields, source.rules).text("approval") == _DEPLOYS
        content = Fields(payload.body, "").fields("content")
        found: list[Event] = []
        for each in content.list_of("packages"):
            # A package without a version is none of a registry's groups.
            if "ModelPackageVersion" in each:
                found += _events(each, deploys=deploys)
        yield from found


def _package(row: Json) -> Json:
    if not isinstance(row, dict):
        return row
    made = row.get("MetadataProperties")
    return {name: row[name] for name in _KEPT if name in row} | {
        name: made[name]
        for name in ("CommitId", "GeneratedBy")
        if isinstance(made, dict) and name in made
    }


def _events(package: Fields, *, deploys: bool) -> list[Event]:
    status = package.text("ModelPackageStatus")
    approval = package.text_or_none("ModelApprovalStatus")
    if status not in {_REGISTERED, *_NOT_REGISTERED}:
        raise Garbled(f"ModelPackageStatus: {status[:40]!r} is none that we know")
    if approval is not None and approval not in _APPROVALS:
        raise Garbled(f"ModelApprovalStatus: {approval[:40]!r} is none that we know")
    if status in _NOT_REGISTERED:
        return []
    name = package.text("ModelPackageGroupName")
    number = str(package.number("ModelPackageVersion"))
    created_at = package.moment("CreationTime")
    changed_at = package.moment_or_none("LastModifiedTime")
    found: list[Event] = [
        ModelVersion(
            id=f"{name}/{number}",
            model=name,
            version=number,
            code_sha=package.text_or_none("CommitId"),
            trained_at=created_at,
            registered_at=created_at,
            pipeline_run_id=package.text_or_none("GeneratedBy"),
            attributes=told(approval=approval),
        )
    ]
    if deploys and approval == _APPROVED and changed_at is not None:
        found.append(
            Deployment(
                id=f"{name}/{number}",
                service=name,
                environment="production",
                status=Status.SUCCESS,
                finished_at=changed_at,
                lane=Lane.MODEL,
                model_version=f"{name}/{number}",
                attributes=told(by="approval"),
            )
        )
    return found
