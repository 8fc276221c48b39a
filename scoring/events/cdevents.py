"""CDEvents envelopes that have a counterpart in the contract become events.

Read after the CDEvents specification, versions 0.3 to 0.6; the envelope may come bare
or inside `data` of a CloudEvent. What an envelope cannot say may stand in `customData`
under the contract's own names (service, sha, lane, model_version, opened_at …).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.events.kinds import Event, Kind, Malformed
from scoring.events.reading import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scoring.events.kinds import Json

    Record = dict[str, Json]

_ESCAPED = re.compile("%([0-9A-Fa-f]{2})")
_TYPE = re.compile(r"dev\.cdevents\.([a-z]+)\.([a-z]+)\.")


def from_cdevent(envelope: Mapping[str, Json]) -> Event | None:
    """Return the event that an envelope tells of, or None where none is counted.

    Raises Malformed if it is no CDEvent at all or lacks what its event needs.
    """
    inner = envelope.get("data")
    if "context" not in envelope and isinstance(inner, dict):
        envelope = inner
    context, subject = _part(envelope, "context"), _part(envelope, "subject")
    kind = context.get("type")
    matched = _TYPE.match(kind) if isinstance(kind, str) else None
    if matched is None:
        raise Malformed("context.type", "expected a type as dev.cdevents.….…")
    told = _TELLERS.get((matched[1], matched[2]))
    if told is None:
        return None
    content = subject.get("content")
    return told(context, subject, content if isinstance(content, dict) else {}).event(
        envelope.get("customData")
    )


def _part(envelope: Mapping[str, Json], name: str) -> Record:
    part = envelope.get(name)
    if not isinstance(part, dict):
        raise Malformed(name, "is missing; every CDEvent has one")
    return part


class _Told:
    """A record under way, before customData has its say."""

    def __init__(self, kind: Kind, record: Record, tool: Record) -> None:
        self.kind = kind
        self.record = record
        self.tool = tool

    def event(self, custom: Json) -> Event:
        own = custom if isinstance(custom, dict) else {}
        known = {key: value for key, value in self.record.items() if value is not None}
        return parse(known | self.tool | own, self.kind)


def _inside(content: Record, name: str, key: str = "id") -> Json:
    part = content.get(name)
    return part.get(key) if isinstance(part, dict) else None


def _origin(context: Record) -> Record:
    return {"cdevent": context.get("type"), "cdevent_id": context.get("id")}


def _version(content: Record) -> Json:
    """Return the version in a package URL: what follows the last @."""
    artifact = content.get("artifactId")
    if not isinstance(artifact, str):
        return None
    version = artifact.rpartition("@")[2] if "@" in artifact else artifact
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), version.split("?")[0])


def _service(context: Record, subject: Record, content: Record) -> _Told:
    record: Record = {
        "id": context.get("id"),
        "service": subject.get("id"),
        "environment": _inside(content, "environment"),
        "sha": _version(content),
        "status": "success",
        "finished_at": context.get("timestamp"),
    }
    return _Told(Kind.DEPLOYMENT, record, _origin(context))


def _rolled_back(context: Record, subject: Record, content: Record) -> _Told:
    told = _service(context, subject, content)
    told.tool["rollback"] = True
    return told


def _deployment(context: Record, subject: Record, content: Record) -> _Told:
    record: Record = {
        "id": subject.get("id"),
        "service": _inside(content, "service") or subject.get("source"),
        "environment": _inside(content, "environment"),
        "sha": _version(content),
        "status": content.get("outcome"),
        "finished_at": context.get("timestamp"),
    }
    return _Told(Kind.DEPLOYMENT, record, _origin(context))


def _merged(context: Record, subject: Record, content: Record) -> _Told:
    record: Record = {
        "id": subject.get("id"),
        "service": _inside(content, "repository") or subject.get("source"),
        "merged_at": context.get("timestamp"),
    }
    return _Told(Kind.CHANGE, record, _origin(context))


def _incident(context: Record, subject: Record, content: Record) -> _Told:
    record: Record = {
        "id": subject.get("id"),
        "service": _inside(content, "service") or subject.get("source"),
        "opened_at": context.get("timestamp"),
    }
    return _Told(Kind.INCIDENT, record, _origin(context))


def _resolved(context: Record, subject: Record, content: Record) -> _Told:
    # The envelope does not say when the incident was opened: until the event of its
    # detection is merged with this one, both moments are the same.
    told = _incident(context, subject, content)
    told.record["resolved_at"] = context.get("timestamp")
    return told


def _run(context: Record, subject: Record, content: Record) -> _Told:
    outcome = content.get("outcome")
    record: Record = {
        "id": subject.get("id"),
        "service": subject.get("source") or context.get("source"),
        "pipeline": content.get("pipelineName"),
        "status": "cancelled" if outcome == "cancel" else outcome,
        "url": content.get("url"),
        "started_at": context.get("timestamp"),
        "finished_at": context.get("timestamp"),
    }
    return _Told(Kind.PIPELINE_RUN, record, _origin(context))


def _run_started(context: Record, subject: Record, content: Record) -> _Told:
    told = _run(context, subject, content)
    told.record |= {"status": "in_progress", "finished_at": None}
    return told


_TELLERS: dict[tuple[str, str], Callable[[Record, Record, Record], _Told]] = {
    ("service", "deployed"): _service,
    ("service", "upgraded"): _service,
    ("service", "rolledback"): _rolled_back,
    ("deployment", "finished"): _deployment,
    ("change", "merged"): _merged,
    ("incident", "detected"): _incident,
    ("incident", "reported"): _incident,
    ("incident", "resolved"): _resolved,
    ("pipelinerun", "started"): _run_started,
    ("pipelinerun", "finished"): _run,
}
