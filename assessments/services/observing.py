"""Payloads of a platform become raw records, and raw records become events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors import base
from assessments.connectors.base.assigning import Assigner
from assessments.models import Event, RawRecord, Rejection
from assessments.services import credentials, filing, normalizing, vanishing
from scoring.events import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from assessments.connectors.base import Connector, Payload
    from assessments.models import Source

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A source with the connector that reads it."""

    source: Source
    connector: Connector
    plain: base.Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What some payloads said."""

    stored: int
    rejected: int
    identities: frozenset[tuple[str, str]]
    # Where a walk met them, as their lists order them.
    moments: Mapping[tuple[str, str], datetime]


def observe(
    reader: Reader, payloads: Iterable[Payload], *, now: datetime
) -> Understood:
    """Keep payloads, and store the events they tell of."""
    understood = understand(reader, _keep(reader, payloads, now), now=now)
    vanishing.seen_again(reader.source, understood.identities)
    return understood


def understand(
    reader: Reader, kept: Sequence[tuple[int, Payload]], *, now: datetime
) -> Understood:
    """Parse what is kept; a payload that cannot be understood is a rejection."""
    findings: list[normalizing.Finding] = []
    garbled: dict[int, str] = {}
    assigner = Assigner(reader.plain)
    for raw_record_id, payload in kept:
        try:
            findings += [
                normalizing.Finding(
                    event=assigned.event,
                    raw_record_id=raw_record_id,
                    identity=assigned.identity,
                )
                for event in reader.connector.parse(payload, reader.plain)
                for assigned in assigner.assign(event, payload.body)
            ]
        except (base.Garbled, Malformed) as flaw:
            garbled[raw_record_id] = f"{payload.sort}: {flaw}"
    _reject(reader.source, garbled, now)
    intake = normalizing.take_in_findings(
        source_id=reader.source.pk, findings=findings, now=now
    )
    return Understood(
        stored=intake.stored,
        rejected=len(intake.rejected) + len(garbled),
        identities=frozenset(
            (finding.event.kind.value, finding.identity) for finding in findings
        ),
        moments=_moments(findings, {pk: payload.at for pk, payload in kept}),
    )


def _moments(
    findings: Iterable[normalizing.Finding], places: Mapping[int, datetime | None]
) -> dict[tuple[str, str], datetime]:
    """Return the newest place of each event that has any."""
    moments: dict[tuple[str, str], datetime] = {}
    for finding in findings:
        at = places[finding.raw_record_id]
        if at is not None:
            key = finding.event.kind.value, finding.identity
            moments[key] = max(at, moments.get(key, at))
    return moments


def observe_again(reader: Reader, *, now: datetime) -> None:
    """Parse every kept payload by today's rules; drop events they no longer tell of."""
    kept = RawRecord.objects.filter(source=reader.source).exclude(sort=filing.LINE)
    Rejection.objects.filter(source=reader.source, raw_record__in=kept).delete()
    told: set[tuple[str, str]] = set()
    part: list[tuple[int, Payload]] = []
    for record in kept.order_by("pk").iterator(_AT_ONCE):
        payload = base.Payload(sort=record.sort, body=record.body)
        part.append((record.pk, payload))
        if len(part) == _AT_ONCE:
            told |= understand(reader, part, now=now).identities
            part = []
    told |= understand(reader, part, now=now).identities
    _drop_others(reader.source, told)
    vanishing.keep_aside(reader.source)


def _drop_others(source: Source, told: set[tuple[str, str]]) -> None:
    """Delete events of the source's payloads that were not told of again.

    What came from a payload that is dropped by now could not be told of: it stays.
    """
    kept = Event.objects.filter(source=source, raw_record__isnull=False)
    events = kept.exclude(raw_record__sort=filing.LINE)
    gone: list[int] = []
    earliest: dict[int, datetime] = {}
    rows = events.values_list(
        "pk", "kind", "external_id", "service_id", "at", "data__started_at"
    )
    for pk, kind, external_id, service_id, ended, started in rows.iterator():
        if (kind, external_id) not in told:
            gone.append(pk)
            at = filing.touches(kind, ended, {"started_at": started})
            earliest[service_id] = min(at, earliest.get(service_id, at))
    for start in range(0, len(gone), _AT_ONCE):
        Event.objects.filter(pk__in=gone[start : start + _AT_ONCE]).delete()
    filing.count_out(source, len(gone))
    filing.soil(earliest)


def _keep(
    reader: Reader, payloads: Iterable[Payload], now: datetime
) -> list[tuple[int, Payload]]:
    """Keep payloads as raw records, secrets blotted out; append-only, each once."""
    bodies: dict[str, tuple[str, str, Payload]] = {}
    for payload in payloads:
        try:
            text = normalizing.canonical(payload.body)
        except Malformed as flaw:
            reason = f"{payload.sort}: {flaw.why}"
            Rejection.objects.create(source=reader.source, reason=reason, seen_at=now)
            continue
        body = credentials.without_secrets(
            payload.body, text=text, known=reader.plain.secret or ""
        )
        digest = hashlib.sha256(f"{payload.sort}\n{text}".encode()).hexdigest()
        kept = text if body is payload.body else normalizing.canonical(body)
        bodies[digest] = (payload.sort, kept, payload)
    wanted = [(sort, kept, digest) for digest, (sort, kept, _) in bodies.items()]
    ids = filing.keep_raw_records(reader.source, wanted, now=now)
    return [(ids[digest], payload) for digest, (_, _, payload) in bodies.items()]


def _reject(source: Source, garbled: dict[int, str], now: datetime) -> None:
    """List what was garbled, once for each raw record."""
    listed = Rejection.objects.filter(source=source, raw_record_id__in=garbled)
    known = set(listed.values_list("raw_record_id", flat=True))
    Rejection.objects.bulk_create(
        Rejection(source=source, raw_record_id=pk, reason=reason, seen_at=now)
        for pk, reason in garbled.items()
        if pk not in known
    )
