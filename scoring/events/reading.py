"""Records of the contract become events, and events become records again.

How the kind of a record is found, first rule that answers:
1. `kind` names one of the seven kinds of events.
2. `event`, then `type`, names one of them.
3. `kind`, then `type`, is a word for what a signal observes (drift, latency, …): the
   record is a signal of that kind.
So a signal may be written {"event": "signal", "kind": "drift", …}, as `dump` does, or
{"kind": "drift", …}, or {"kind": "signal", "signal": "drift", …}.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from scoring.events import values
from scoring.events.kinds import (
    Change,
    Commit,
    Deployment,
    Incident,
    Kind,
    Malformed,
    ModelVersion,
    PipelineRun,
    Signal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scoring.events.kinds import Attributes, Event, Json

    Reader = Callable[[Json, str], object]
    # key of a record -> field of the event, how to read it, and its place among the
    # names of the field: the contract's own name comes first
    Names = dict[str, tuple[str, Reader, int]]

_CLASSES: dict[Kind, type[Event]] = {
    Kind.DEPLOYMENT: Deployment,
    Kind.CHANGE: Change,
    Kind.COMMIT: Commit,
    Kind.INCIDENT: Incident,
    Kind.PIPELINE_RUN: PipelineRun,
    Kind.MODEL_VERSION: ModelVersion,
    Kind.SIGNAL: Signal,
}
_KIND_WORDS: dict[str, Kind] = {str(kind): kind for kind in Kind} | {
    "deploy": Kind.DEPLOYMENT,
    "pull_request": Kind.CHANGE,
    "merge_request": Kind.CHANGE,
    "run": Kind.PIPELINE_RUN,
}
_KIND_KEYS = ("kind", "event", "type")
_SIGNAL_KEYS = ("signal", "signal_kind", "kind", "type")

_READERS: dict[str, Reader] = {
    "id": values.identity,
    "deployment_id": values.identity,
    "pipeline_run_id": values.identity,
    "version": values.identity,
    "model_version": values.identity,
    "severity": values.identity,
    "status": values.status,
    "lane": values.lane,
    "cause": values.cause,
    "signal": values.signal,
    "automated": values.truth,
    "breached": values.truth,
    "value": values.number,
    "threshold": values.number,
    "commits": values.texts,
    "labels": values.texts,
    "parents": values.texts,
}
# Names that other tools use for a field of the contract.
_ALIASES: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.DEPLOYMENT: {
        "environment": ("env",),
        "sha": ("commit_sha", "revision", "commit"),
        "status": ("state", "result", "outcome", "conclusion"),
        "started_at": ("start_time",),
        "finished_at": ("deployed_at", "completed_at", "ended_at", "end_time"),
    },
    Kind.CHANGE: {
        "merged_sha": ("merge_commit_sha", "sha"),
        "opened_at": ("created_at",),
    },
    Kind.COMMIT: {
        "sha": ("id",),
        "committed_at": ("committed_date", "timestamp"),
        "parents": ("parent_shas",),
    },
    Kind.INCIDENT: {
        "opened_at": ("created_at", "started_at", "detected_at"),
        "resolved_at": ("closed_at", "restored_at", "ended_at"),
        "deployment_id": ("deployment", "caused_by"),
    },
    Kind.PIPELINE_RUN: {
        "pipeline": ("workflow",),
        "status": ("state", "result", "outcome", "conclusion"),
        "sha": ("commit_sha", "revision"),
        "started_at": ("start_time",),
        "finished_at": ("completed_at", "ended_at", "end_time"),
    },
    Kind.MODEL_VERSION: {
        "model": ("service", "name"),
        "code_sha": ("commit_sha", "sha"),
        "evaluated_at": ("validated_at",),
        "pipeline_run_id": ("run_id",),
    },
    Kind.SIGNAL: {
        "subject": ("service", "model"),
        "at": ("timestamp", "time", "observed_at"),
    },
}


def _names(kind: Kind) -> Names:
    names: Names = {}
    for each in fields(_CLASSES[kind]):
        if each.name == "attributes":
            continue
        moment = each.name == "at" or each.name.endswith("_at")
        fallback = values.moment if moment else values.text
        reader = _READERS.get(each.name, fallback)
        for place, key in enumerate((each.name, *_ALIASES[kind].get(each.name, ()))):
            names.setdefault(key, (each.name, reader, place))
    return names


_NAMES = {kind: _names(kind) for kind in Kind}
_REQUIRED = {
    kind: tuple(
        each.name
        for each in fields(event)
        if each.default is MISSING and each.default_factory is MISSING
    )
    for kind, event in _CLASSES.items()
}


def parse(record: Mapping[str, Json], kind: Kind | None = None) -> Event:
    """Read a record of the contract; `kind` saves the search where it is known.

    Raises Malformed, which names the field and what was expected of it.
    """
    if kind is None:
        kind = kind_of(record)
    read, rest = _sorted_out(record, _NAMES[kind])
    _spend_kind(record, kind, read, rest)
    for field in _REQUIRED[kind]:
        if field not in read:
            raise Malformed(field, f"is missing; every {kind} needs it")
    if rest:
        read["attributes"] = _attributes(rest)
    return _made(kind, read)


def _sorted_out(
    record: Mapping[str, Json], names: Names
) -> tuple[dict[str, object], dict[str, Json]]:
    """Read what the contract names; keep the rest, weaker aliases included."""
    read: dict[str, object] = {}
    rest: dict[str, Json] = {}
    keys: dict[str, str] = {}
    for key, value in record.items():
        name = names.get(key)
        if name is None:
            rest[key] = value
        elif value is not None:
            field, reader, place = name
            if field in keys:
                weaker = key if names[keys[field]][2] < place else keys[field]
                rest[weaker] = record[weaker]
                if weaker == key:
                    continue
            read[field] = reader(value, key)
            keys[field] = key
    return read, rest


def kind_of(record: Mapping[str, Json]) -> Kind:
    """Return the kind of a record, by the rules at the head of this module."""
    for key in _KIND_KEYS:
        word = record.get(key)
        if isinstance(word, str):
            kind = _KIND_WORDS.get(word) or _KIND_WORDS.get(word.lower())
            if kind is not None:
                return kind
    for key in ("kind", "type"):
        word = record.get(key)
        if isinstance(word, str) and word.lower() in values.SIGNAL_WORDS:
            return Kind.SIGNAL
    given = next((record[key] for key in _KIND_KEYS if key in record), None)
    allowed = ", ".join(Kind)
    raise Malformed("kind", f"expected one of {allowed}; got {values.shown(given)}")


def _spend_kind(
    record: Mapping[str, Json],
    kind: Kind,
    read: dict[str, object],
    rest: dict[str, Json],
) -> None:
    """Take out of the rest what only said the kind, and find a signal's own."""
    for key in _KIND_KEYS:
        word = rest.get(key) if rest else None
        if isinstance(word, str) and _KIND_WORDS.get(word.lower()) is kind:
            del rest[key]
    if kind is not Kind.SIGNAL or "signal" in read:
        return
    for key in _SIGNAL_KEYS:
        word = record.get(key)
        if isinstance(word, str) and word.lower() in values.SIGNAL_WORDS:
            read["signal"] = values.signal(word, key)
            rest.pop(key, None)
            return
    allowed = ", ".join(values.SIGNAL_WORDS)
    given = values.shown(rest.get("kind"))
    raise Malformed("kind", f"expected what it observes: {allowed}; got {given}")


def _attributes(rest: dict[str, Json]) -> Attributes:
    nested = rest.pop("attributes", None)
    if nested is not None and not isinstance(nested, dict):
        raise Malformed("attributes", f"expected an object, got {values.shown(nested)}")
    kept = rest | (nested or {})
    return MappingProxyType(
        {
            values.storable(key, "attributes"): values.anything(value, key)
            for key, value in kept.items()
        }
    )


def _made(kind: Kind, read: dict[str, object]) -> Event:
    if kind is Kind.DEPLOYMENT and not ("finished_at" in read or "started_at" in read):
        raise Malformed(
            "finished_at", "is missing; a deployment needs it, or started_at at least"
        )
    # The readers made each value of the type that its field declares.
    return _CLASSES[kind](**read)  # type: ignore[arg-type]


def dump(event: Event) -> dict[str, Json]:
    """Write an event as a record that `parse` reads back to an equal event."""
    signal = isinstance(event, Signal)
    record: dict[str, Json] = {"event" if signal else "kind": str(event.kind)}
    for each in fields(event):
        value = getattr(event, each.name)
        if each.name == "attributes":
            if value:
                record["attributes"] = dict(value)
        elif value is not None and value != ():
            key = "kind" if each.name == "signal" else each.name
            record[key] = _plain(value)
    return record


def _plain(value: datetime | tuple[str, ...] | str | float) -> Json:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value
