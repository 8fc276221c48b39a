"""Vertex AI's models and endpoints, as `gcloud ai … --format=json` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import (
    FieldKind,
    Fields,
    RuleField,
    answers,
    matches,
    told,
)
from assessments.connectors.files import Files
from scoring.events import Deployment, Lane, ModelVersion, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event, Json

_OF_MODEL = (
    "name", "displayName", "versionId", "versionAliases", "versionCreateTime",
    "createTime", "pipelineJob", "trainingPipeline",
)  # fmt: skip
_OF_ENDPOINT = ("name", "displayName")
_OF_DEPLOYED = ("id", "model", "modelVersionId", "displayName", "createTime")


class Vertex(Files):
    """Reads what the commands for listing versions and endpoints printed."""

    kind: ClassVar[str] = "vertex"
    label: ClassVar[str] = "Vertex AI models (exported files)"
    family: ClassVar[str] = "models"
    reads: ClassVar[str] = (
        "Versions of models and where they are deployed, from files that the "
        "platform's own commands write."
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = (
        RuleField(
            name="endpoints",
            label="Endpoints that are production",
            help="One pattern a line, of the endpoint's display name; a model that is"
            " deployed to one of them is a deployment.",
            kind=FieldKind.LIST,
            default=("*",),
        ),
    )

    def kept(self, content: Json) -> dict[str, Json] | None:
        """Return the models and endpoints of a file; None: it has none."""
        rows = content if isinstance(content, list) else [content]
        known = [row for row in rows if isinstance(row, dict)]
        if not known or len(known) < len(rows):
            return None
        models = [row for row in known if "/models/" in str(row.get("name"))]
        endpoints = [row for row in known if "/endpoints/" in str(row.get("name"))]
        if len(models) + len(endpoints) < len(rows):
            return None
        return {
            "models": [_only(row, _OF_MODEL) for row in models],
            "endpoints": [_endpoint(row) for row in endpoints],
        }

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a file."""
        patterns = answers(self.rule_fields, source.rules).texts("endpoints")
        content = Fields(payload.body, "").fields("content")
        found: list[Event] = [_version(each) for each in content.list_of("models")]
        for endpoint in content.list_of("endpoints"):
            if matches(endpoint.text("displayName"), patterns):
                found += _deployments(endpoint)
        yield from found


def _only(row: dict[str, Json], names: tuple[str, ...]) -> dict[str, Json]:
    return {name: row[name] for name in names if name in row}


def _endpoint(row: dict[str, Json]) -> dict[str, Json]:
    deployed = row.get("deployedModels")
    return _only(row, _OF_ENDPOINT) | {
        "deployedModels": [
            _only(each, _OF_DEPLOYED) if isinstance(each, dict) else each
            for each in (deployed if isinstance(deployed, list) else [])
        ]
    }


def _version(model: Fields) -> ModelVersion:
    name, number = model.text("displayName"), model.text("versionId")
    created_at = model.moment_or_none("versionCreateTime") or model.moment("createTime")
    made_by = model.text_or_none("pipelineJob") or model.text_or_none(
        "trainingPipeline"
    )
    return ModelVersion(
        id=f"{name}/{number}",
        model=name,
        version=number,
        trained_at=created_at,
        registered_at=created_at,
        pipeline_run_id=made_by,
        attributes=told(
            aliases=list(model.texts("versionAliases"))
            if "versionAliases" in model
            else None
        ),
    )


def _deployments(endpoint: Fields) -> list[Deployment]:
    """Return a deployment for each model that serves there; it has its own moment."""
    place = endpoint.text("name").rpartition("/")[2]
    return [
        Deployment(
            id=f"{place}/{each.text('id')}",
            service=each.text("displayName"),
            environment="production",
            status=Status.SUCCESS,
            finished_at=each.moment("createTime"),
            lane=Lane.MODEL,
            model_version=f"{each.text('displayName')}/{_number(each)}",
            attributes=told(endpoint=endpoint.text("displayName")),
        )
        for each in endpoint.list_of("deployedModels")
    ]


def _number(deployed: Fields) -> str:
    """Return the version; the address of the model ends with it too."""
    number = deployed.text_or_none("modelVersionId")
    return number or deployed.text("model").rpartition("@")[2]
