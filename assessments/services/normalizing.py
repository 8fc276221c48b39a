"""Records become events: validated one by one, written in bulk, upserted by identity.

The same records written twice, in another order or in other batches leave the same
rows. What cannot be understood is kept as a rejection with its line and its reason;
everything else of the same batch is stored.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction

from assessments.connectors.base.people import without_people
from assessments.models import Rejection, Source
from assessments.services import clocks, credentials, filing, people
from assessments.services.lines import Line
from scoring import events
from scoring.events import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from scoring.events import Event, Json

T = TypeVar("T")

_CHUNK = 2000
_EXCERPT = 500
_LONGEST_ID = 250
_LONGEST_SERVICE = 200
_YEARS = range(1970, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What became of some records; `rejected` names line and reason."""

    stored: int = 0
    unchanged: int = 0
    rejected: list[tuple[int | None, str]] = field(default_factory=list)
    # Services whose rollups no longer match their events.
    services: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An event that a connector found in a raw record that is already kept."""

    event: Event
    raw_record_id: int
    # What it is upserted by, where that is not the event's own.
    identity: str = ""


def take_in(
    *,
    source_id: int,
    records: Iterable[tuple[int | None, Mapping[str, Json]]],
    now: datetime,
) -> Intake:
    """Store records of the event contract, each with the number of its line."""
    lines = (Line(number=number, record=record) for number, record in records)
    return take_in_lines(source_id=source_id, lines=lines, now=now)


@transaction.atomic
def take_in_lines(*, source_id: int, lines: Iterable[Line], now: datetime) -> Intake:
    """Store the lines that are events; list the others."""
    # One writer per source: what is looked up here is still true when it is written.
    source = Source.objects.select_for_update().get(pk=source_id)
    cabinet = filing.Cabinet(source, now=now)
    guard = people.Guard(source.workspace_id, now=now)
    rejected: list[tuple[Line, str]] = []
    for chunk in _chunks(lines, _CHUNK):
        facts = []
        for line in chunk:
            try:
                facts.append(_fact(line, guard, now))
            except Malformed as flaw:
                rejected.append((line, _sentence(flaw)))
        cabinet.file(facts)
    cabinet.close()
    _keep_rejections(source, rejected, guard, now)
    return Intake(
        stored=cabinet.stored,
        unchanged=cabinet.unchanged,
        rejected=[(line.number, reason) for line, reason in rejected],
        services=cabinet.touched,
    )


@transaction.atomic
def take_in_findings(
    *, source_id: int, findings: Iterable[Finding], now: datetime
) -> Intake:
    """Store what a connector found; an event that cannot be kept is a rejection."""
    source = Source.objects.select_for_update().get(pk=source_id)
    cabinet = filing.Cabinet(source, now=now)
    refused: list[Rejection] = []
    for chunk in _chunks(findings, _CHUNK):
        facts = []
        for finding in chunk:
            try:
                facts.append(_found(finding, now))
            except Malformed as flaw:
                refused.append(
                    Rejection(
                        source=source,
                        raw_record_id=finding.raw_record_id,
                        reason=_sentence(flaw),
                        seen_at=now,
                    )
                )
        cabinet.file(facts)
    cabinet.close()
    Rejection.objects.bulk_create(refused, batch_size=500)
    return Intake(
        stored=cabinet.stored,
        unchanged=cabinet.unchanged,
        rejected=[(None, rejection.reason) for rejection in refused],
        services=cabinet.touched,
    )


def _fact(line: Line, guard: people.Guard, now: datetime) -> filing.Fact:
    if line.record is None:
        raise Malformed("", line.flaw)
    text = canonical(line.record)
    record = credentials.without_secrets(dict(line.record), text=text)
    record = guard(record, text=text)
    if record != line.record:
        text = canonical(record)
    event = _understood(record)
    return filing.Fact(
        event=event,
        data=_plain(event, now),
        raw_text=text,
        raw_digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _understood(record: Json) -> Event:
    if not isinstance(record, dict):
        raise Malformed("", "not a JSON object")
    envelope = record.get("data") if "specversion" in record else record
    if isinstance(envelope, dict) and {"context", "subject"} <= envelope.keys():
        event = events.from_cdevent(envelope)
        if event is None:
            raise Malformed("context.type", "this type of CDEvent is not counted")
        return event
    return events.parse(record)


def _found(finding: Finding, now: datetime) -> filing.Fact:
    data = _plain(finding.event, now)
    canonical(data)
    if len(finding.identity) > _LONGEST_ID:
        raise Malformed("id", f"longer than {_LONGEST_ID} characters")
    return filing.Fact(
        event=finding.event,
        data=data,
        raw_record_id=finding.raw_record_id,
        alias=finding.identity,
    )


def _plain(event: Event, now: datetime) -> dict[str, Json]:
    """Return the event as stored, or refuse what no column could hold."""
    if len(event.id) > _LONGEST_ID:
        raise Malformed("id", f"longer than {_LONGEST_ID} characters")
    if not event.service.strip():
        raise Malformed("service", "is empty")
    if len(event.service) > _LONGEST_SERVICE:
        raise Malformed("service", f"longer than {_LONGEST_SERVICE} characters")
    if event.at.year not in _YEARS:
        raise Malformed("at", f"the year {event.at.year} is not believable")
    clocks.refuse_future(event, now)
    return events.dump(event)


def canonical(body: Json | Mapping[str, Json]) -> str:
    """Return the one JSON text of a body; refuses what databases cannot keep."""
    try:
        text = json.dumps(
            body,
            ensure_ascii=False,
            allow_nan=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        text.encode()
    except (ValueError, TypeError, RecursionError) as flaw:
        raise Malformed("", "holds a value that JSON cannot carry") from flaw
    if "\\u0000" in text:
        raise Malformed("", "holds a null character")
    return text


def _sentence(flaw: Malformed) -> str:
    return f"{flaw.field_name}: {flaw.why}" if flaw.field_name else flaw.why


def _keep_rejections(
    source: Source,
    rejected: list[tuple[Line, str]],
    guard: people.Guard,
    now: datetime,
) -> None:
    Rejection.objects.bulk_create(
        (
            Rejection(
                source=source,
                line=line.number,
                excerpt=_excerpt(line, guard),
                reason=reason,
                seen_at=now,
            )
            for line, reason in rejected
        ),
        batch_size=500,
    )


def _excerpt(line: Line, guard: people.Guard) -> str:
    """Return the start of the line, without secrets, people and what cannot be kept."""
    if line.record is None:
        return _keepable(without_people(line.excerpt))
    text = json.dumps(line.record, ensure_ascii=False, default=str)
    body = credentials.without_secrets(dict(line.record), text=text)
    body = guard(body, text=text)
    return _keepable(json.dumps(body, ensure_ascii=False, default=str))


def _keepable(text: str) -> str:
    clean = text[:_EXCERPT].replace("\x00", "\ufffd")
    return clean.encode("utf-8", "replace").decode()


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
