"""Writing of events in bulk: raw records, services they name, and the events."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce, Greatest, Least

from assessments.connectors.base.assigning import TABLE, alias, table_of
from assessments.models import Event as EventRow
from assessments.models import RawRecord, Service, Slo, Source
from assessments.services import bulk, organization
from scoring.attribution.saying import picked_from
from scoring.attribution.tables import version_of
from scoring.events import (
    Change,
    Commit,
    Deployment,
    Incident,
    Kind,
    Lane,
    ModelVersion,
    PipelineRun,
    Signal,
    SignalKind,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.events import Event, Json

_ABOUT_MODELS = {SignalKind.DRIFT, SignalKind.PERFORMANCE, SignalKind.FAIRNESS}
# What incidents carry whose end is not known better than between two looks.
_FOUND_OUT = "resolved_after"
# How raw records that arrived as lines of the event contract are called.
LINE = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A valid event on its way to its row, with the raw record it came from."""

    event: Event
    data: dict[str, Json]
    # A raw record that is already kept, or the JSON to keep.
    raw_record_id: int | None = None
    raw_text: str = ""
    raw_digest: str = ""
    # An event of several services is a row for each, by another name.
    alias: str = ""

    @property
    def external_id(self) -> str:
        """By which name its row is found."""
        return self.alias or self.event.id

    @property
    def identity(self) -> tuple[str, str]:
        """What the event is upserted by, within its source."""
        return self.event.kind.value, self.external_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a row held before."""

    data: dict[str, Json]
    at: datetime
    service_id: int
    refers_to: str


@dataclass(slots=True)
class Cabinet:
    """Files facts of one source; one use, inside one transaction."""

    source: Source
    now: datetime
    stored: int = 0
    unchanged: int = 0
    _services: dict[str, int] = field(default_factory=dict)
    _dirty: dict[int, datetime] = field(default_factory=dict)
    _fresh: int = 0
    _newest: datetime | None = None
    # Deployments, of whatever service, that incidents name or named, since when.
    _blamed: dict[str, datetime] = field(default_factory=dict)

    @property
    def touched(self) -> frozenset[int]:
        """The services whose events changed."""
        return frozenset(self._dirty)

    def file(self, facts: Sequence[Fact]) -> None:
        """Write the facts that differ from what is stored."""
        if not facts:
            return
        known = self._known(facts)
        pending: dict[tuple[str, str], Fact] = {}
        for fact in facts:
            before = pending.get(fact.identity)
            row = known.get(fact.identity)
            data = before.data if before else row.data if row else None
            if data is not None and (data == fact.data or _is_stale(fact, data)):
                self.unchanged += 1
            else:
                pending[fact.identity] = fact
                self.stored += 1
        if pending:
            self._write(list(pending.values()), known)

    def close(self) -> None:
        """Mark the rollups that no longer match, in one order for all writers."""
        if self._newest is not None:
            Source.objects.filter(pk=self.source.pk).update(
                event_count=F("event_count") + self._fresh,
                newest_event_at=Greatest(
                    Coalesce("newest_event_at", self._newest), self._newest
                ),
            )
        self._soil_blamed()
        soil(self._dirty)

    def _known(self, facts: Sequence[Fact]) -> dict[tuple[str, str], _Known]:
        ids: dict[str, list[str]] = {}
        for fact in facts:
            kind, external_id = fact.identity
            ids.setdefault(kind, []).append(external_id)
        wanted = Q()
        for kind, external_ids in ids.items():
            # With the source in each part an index answers each, on SQLite too.
            wanted |= Q(
                source_id=self.source.pk, kind=kind, external_id__in=external_ids
            )
        rows = EventRow.objects.filter(wanted)
        return {
            (row.kind, row.external_id): _Known(
                data=row.data,
                at=row.at,
                service_id=row.service_id,
                refers_to=row.refers_to,
            )
            for row in rows.order_by()
        }

    def _write(
        self, facts: Sequence[Fact], known: dict[tuple[str, str], _Known]
    ) -> None:
        self._meet_services(facts)
        raw_ids = self._keep_raw_records(facts)
        for fact in facts:
            self._mark(fact, known.get(fact.identity))
        self._soil_for_blaming(facts)
        bulk.upsert(
            EventRow,
            {
                "source_id": [self.source.pk] * len(facts),
                "service_id": [self._services[_key(fact.event)] for fact in facts],
                "kind": [fact.event.kind.value for fact in facts],
                "external_id": [fact.external_id for fact in facts],
                "lane": [_lane(fact.event) for fact in facts],
                "refers_to": [_refers_to(fact.event) for fact in facts],
                "at": [fact.event.at for fact in facts],
                "data": [_text(fact.data) for fact in facts],
                "raw_record_id": [
                    fact.raw_record_id or raw_ids[fact.raw_digest] for fact in facts
                ],
            },
            identity=("source_id", "kind", "external_id"),
        )

    def _mark(self, fact: Fact, before: _Known | None) -> None:
        """Note what an event that is written changes."""
        event = fact.event
        kind = event.kind.value
        self._soil(self._services[_key(event)], touches(kind, event.at, fact.data))
        self._newest = max(self._newest or event.at, event.at)
        if isinstance(event, Incident):
            self._blame(_refers_to(event), event.at)
        if before is None:
            self._fresh += 1
            return
        self._soil(before.service_id, touches(kind, before.at, before.data))
        if isinstance(event, Incident):
            self._blame(before.refers_to, before.at)

    def _blame(self, deployment: str, moment: datetime) -> None:
        if deployment:
            self._blamed[deployment] = min(moment, self._blamed.get(deployment, moment))

    def _soil_blamed(self) -> None:
        """An incident changes what is said of the deployment that it names."""
        if not self._blamed:
            return
        names = {name: name for name in self._blamed} | {
            alias(name, key): name
            for key in _tabled(self.source.workspace_id)
            for name in self._blamed
        }
        blamed = EventRow.objects.filter(
            source__workspace_id=self.source.workspace_id,
            kind=Kind.DEPLOYMENT,
            external_id__in=names,
        )
        for service_id, name, at in blamed.order_by().values_list(
            "service_id", "external_id", "at"
        ):
            self._soil(service_id, min(at, self._blamed[names[name]]))

    def _soil_for_blaming(self, facts: Iterable[Fact]) -> None:
        """A deployment may have been named by an incident before it was told of."""
        services: dict[str, list[int]] = {}
        for fact in facts:
            if isinstance(fact.event, Deployment):
                service_id = self._services[_key(fact.event)]
                services.setdefault(fact.event.id, []).append(service_id)
        naming = EventRow.objects.referring(Kind.INCIDENT, services).filter(
            source__workspace_id=self.source.workspace_id
        )
        for name, at in naming.order_by().values_list("refers_to", "at"):
            for service_id in services[name]:
                self._soil(service_id, at)

    def _soil(self, service_id: int, moment: datetime) -> None:
        earliest = self._dirty.get(service_id)
        if earliest is None or moment < earliest:
            self._dirty[service_id] = moment

    def _keep_raw_records(self, facts: Sequence[Fact]) -> dict[str, int]:
        texts = {
            fact.raw_digest: fact.raw_text
            for fact in facts
            if fact.raw_record_id is None
        }
        return keep_raw_records(
            self.source,
            [(LINE, text, digest) for digest, text in texts.items()],
            now=self.now,
        )

    def _meet_services(self, facts: Sequence[Fact]) -> None:
        new = {_key(fact.event) for fact in facts} - self._services.keys()
        if not new:
            return
        rows = Service.objects.filter(workspace_id=self.source.workspace_id)
        self._services |= dict(rows.filter(key__in=new).values_list("key", "pk"))
        models = {_key(fact.event) for fact in facts if _is_of_a_model(fact.event)}
        for key in sorted(new - self._services.keys()):
            self._services[key] = organization.add_service(
                workspace_id=self.source.workspace_id,
                parent_id=self.source.scope_id,
                key=key,
                name=key[:120],
                kind="model" if key in models else "service",
                by=None,
                now=self.now,
            )


def keep_raw_records(
    source: Source, bodies: Sequence[tuple[str, str, str]], *, now: datetime
) -> dict[str, int]:
    """Keep (sort, JSON, digest) that are not kept yet; return the ids by digest."""
    wanted = {digest: (sort, text) for sort, text, digest in bodies}
    if wanted:
        bulk.upsert(
            RawRecord,
            {
                "source_id": [source.pk] * len(wanted),
                "digest": list(wanted),
                "sort": [sort for sort, _ in wanted.values()],
                "body": [text for _, text in wanted.values()],
                "seen_at": [now] * len(wanted),
            },
            identity=("source_id", "digest"),
            keep=True,
        )
    kept = RawRecord.objects.filter(source=source, digest__in=wanted)
    return dict(kept.order_by().values_list("digest", "pk"))


def touches(kind: str, at: datetime, data: Mapping[str, Json]) -> datetime:
    """Return from when on an event can change rollups: a run, those it deployed."""
    started = data.get("started_at")
    if kind != Kind.PIPELINE_RUN.value or not isinstance(started, str):
        return at
    return min(at, datetime.fromisoformat(started))


def soil(earliest: Mapping[int, datetime]) -> None:
    """Mark that rollups and service levels do not match from these moments on."""
    for service_id, moment in sorted(earliest.items()):
        marks = {
            "dirty_from": Least(Coalesce("dirty_from", moment), moment),
            "revision": F("revision") + 1,
        }
        Service.objects.filter(pk=service_id).update(**marks)
        Slo.objects.filter(service_id=service_id).update(**marks)


def count_out(source: Source, removed: int) -> None:
    """Count events out that were deleted."""
    if not removed:
        return
    newest = EventRow.objects.filter(source=source).aggregate(at=Max("at"))["at"]
    Source.objects.filter(pk=source.pk).update(
        event_count=F("event_count") - removed, newest_event_at=newest
    )


def _tabled(workspace_id: int) -> set[str]:
    """Return the services that sources of a workspace deliver by a table."""
    rows = Source.objects.filter(workspace_id=workspace_id, rules__has_key=TABLE)
    rules = rows.order_by().values_list("rules", flat=True)
    return {line.service for each in rules for line in table_of(each)}


def _text(data: dict[str, Json]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _key(event: Event) -> str:
    return event.service.strip()


def _lane(event: Event) -> str:
    if isinstance(event, Deployment):
        return event.lane.value
    return Lane.MODEL.value if event.kind is Kind.MODEL_VERSION else ""


def _refers_to(event: Event) -> str:
    """Return the version, deployment or commit that an event names."""
    named: str | None = None
    if isinstance(event, Deployment):
        named = version_of(event)
    elif isinstance(event, Incident):
        named = event.deployment_id
    elif isinstance(event, Change):
        named = event.merged_sha
    elif isinstance(event, ModelVersion):
        named = event.version
    elif isinstance(event, Commit):
        named = next(iter(picked_from(event.attributes)), None)
    return (named or "")[:250]


def _is_of_a_model(event: Event) -> bool:
    if isinstance(event, Signal):
        return event.signal in _ABOUT_MODELS
    return _lane(event) == Lane.MODEL


def _end_was_told(data: Mapping[str, Json]) -> bool:
    told = data.get("attributes")
    found_out = isinstance(told, dict) and _FOUND_OUT in told
    return data.get("resolved_at") is not None and not found_out


def _is_stale(fact: Fact, data: dict[str, Json]) -> bool:
    """Tell a late "in progress" from a new attempt.

    Observations arrive out of order: one of a deployment under way must not undo the
    finished one, unless it started later, which is how platforms tell of a re-run. And
    the end of an incident that was told stands before one that looking found out.
    """
    event = fact.event
    if isinstance(event, Incident):
        return _FOUND_OUT in event.attributes and _end_was_told(data)
    if not isinstance(event, Deployment | PipelineRun):
        return False
    if event.status is not Status.IN_PROGRESS:
        return False
    finished = data.get("status") != Status.IN_PROGRESS.value
    started = data.get("started_at")
    return finished and not (
        event.started_at is not None
        and isinstance(started, str)
        and event.started_at > datetime.fromisoformat(started)
    )
