"""One event and one raw record: where the walk from a number ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from assessments.models import Carriage, Event, RawRecord, Rejection, Verdict
from assessments.queries.reach import EVERYWHERE, under

if TYPE_CHECKING:
    from assessments.queries.reach import Reach
    from scoring.events import Json

_MOST_CARRIED = 100
_HIDDEN = {"kind", "event", "attributes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One typed field of an event; `url` where it leads out of the product."""

    name: str
    value: str
    at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """Why a deployment counts as failed or as rework."""

    failed: bool
    rework: bool
    tier: str
    because: str
    restored_at: datetime | None
    evidence_id: int | None
    evidence_kind: str
    evidence_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriageRow:
    """A change and the deployment that first carried it."""

    change: str
    deployment_id: int
    deployment_name: str
    started_at: datetime
    deployed_at: datetime
    lead_seconds: float | None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event with what was concluded from it."""

    id: int
    kind: str
    name: str
    lane: str
    at: datetime
    service_id: int
    service: str
    service_name: str
    source_id: int
    source_name: str
    simulated: bool
    raw_record_id: int | None
    fields: list[Field]
    attributes: list[Field]
    verdict: VerdictRow | None
    carried: list[CarriageRow]
    carried_count: int
    carried_by: CarriageRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecordRow:
    """What one observation of a platform brought, verbatim."""

    id: int
    sort: str
    digest: str
    seen_at: datetime
    source_id: int
    source_name: str
    text: str
    # (id, kind, name) of the events that were found in it.
    events: list[tuple[int, str, str]]
    reasons: list[str]


def event_row(
    *, workspace_id: int, event_id: int, reach: Reach = EVERYWHERE
) -> EventRow | None:
    """Return one event, or None when there is no such event within reach."""
    event = (
        Event.objects.filter(pk=event_id, source__workspace_id=workspace_id)
        .filter(under("service__scope__path", reach))
        .select_related("source", "service__scope")
        .first()
    )
    if event is None:
        return None
    attributes = event.data.get("attributes") or {}
    carried = Carriage.objects.filter(deployment=event).select_related("deployment")
    return EventRow(
        id=event.pk,
        kind=event.kind,
        name=event.external_id,
        lane=event.lane,
        at=event.at,
        service_id=event.service_id,
        service=event.service.key,
        service_name=event.service.scope.name,
        source_id=event.source_id,
        source_name=event.source.name,
        simulated=event.source.simulated,
        raw_record_id=event.raw_record_id,
        fields=[
            _field(name, value)
            for name, value in event.data.items()
            if name not in _HIDDEN
        ],
        attributes=[_field(name, value) for name, value in attributes.items()],
        verdict=_verdict(event),
        carried=[_carriage(row) for row in carried.order_by("pk")[:_MOST_CARRIED]],
        carried_count=carried.count(),
        carried_by=_carried_by(event),
    )


def raw_record_row(*, workspace_id: int, raw_record_id: int) -> RawRecordRow | None:
    """Return one raw record, or None when the workspace has no such record."""
    record = (
        RawRecord.objects.filter(pk=raw_record_id, source__workspace_id=workspace_id)
        .select_related("source")
        .first()
    )
    if record is None:
        return None
    events = record.events.order_by("kind", "external_id")
    reasons = Rejection.objects.filter(raw_record=record).order_by("pk")
    return RawRecordRow(
        id=record.pk,
        sort=record.sort,
        digest=record.digest,
        seen_at=record.seen_at,
        source_id=record.source_id,
        source_name=record.source.name,
        text=json.dumps(record.body, indent=2, ensure_ascii=False),
        events=list(events.values_list("pk", "kind", "external_id")[:_MOST_CARRIED]),
        reasons=list(reasons.values_list("reason", flat=True)),
    )


def _field(name: str, value: Json) -> Field:
    if isinstance(value, str):
        url = value if value.startswith(("https://", "http://")) else ""
        at = _moment(value) if name == "at" or name.endswith("_at") else None
        return Field(name=name, value=value, at=at, url=url)
    return Field(name=name, value=_text(value))


def _text(value: Json) -> str:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(str(part) for part in value)
    return json.dumps(value, ensure_ascii=False)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _verdict(event: Event) -> VerdictRow | None:
    verdict = (
        Verdict.objects.filter(deployment=event).select_related("evidence").first()
    )
    if verdict is None:
        return None
    evidence = verdict.evidence
    return VerdictRow(
        failed=verdict.failed,
        rework=verdict.rework,
        tier=verdict.tier,
        because=verdict.because,
        restored_at=verdict.restored_at,
        evidence_id=evidence.pk if evidence else None,
        evidence_kind=evidence.kind if evidence else "",
        evidence_name=evidence.external_id if evidence else "",
    )


def _carried_by(event: Event) -> CarriageRow | None:
    if event.kind not in {"change", "commit", "model_version"}:
        return None
    carriage = (
        Carriage.objects.filter(service_id=event.service_id, change=event.external_id)
        .select_related("deployment")
        .order_by("lane")
        .first()
    )
    return _carriage(carriage) if carriage else None


def _carriage(row: Carriage) -> CarriageRow:
    return CarriageRow(
        change=row.change,
        deployment_id=row.deployment_id,
        deployment_name=row.deployment.external_id,
        started_at=row.started_at,
        deployed_at=row.deployed_at,
        lead_seconds=row.lead_seconds,
        basis=row.basis,
    )
