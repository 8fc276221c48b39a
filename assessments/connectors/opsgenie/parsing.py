"""Incidents of Opsgenie become incidents; no network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, Garbled, first_line, told
from assessments.connectors.base.incidents import (
    cause_named,
    deployment_named,
    service_of,
    texts_of,
)
from assessments.connectors.lists import field
from assessments.connectors.opsgenie.rules import Rules
from scoring.events import Incident, Json

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base import Payload, Source, Verdict
    from scoring.events import Event

_OPEN = "open"
_OVER = frozenset({"resolved", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What rules ask of an incident."""

    services: tuple[str, ...]
    teams: tuple[str, ...]
    priority: str
    title: str | None
    opened_at: datetime

    def judge(self, rules: Rules) -> Verdict:
        """Return whether it counts."""
        return rules.judge(
            services=self.services, teams=self.teams, priority=self.priority
        )


def read(body: Fields) -> Read:
    """Read what rules ask of an incident."""
    incident = body.fields("incident")
    return Read(
        services=body.texts("services"),
        teams=body.texts("teams"),
        priority=incident.text_or_none("priority") or "",
        title=first_line(incident.text_or_none("message")),
        opened_at=incident.moment_or_none("impactStartDate")
        or incident.moment("createdAt"),
    )


def events(payload: Payload, source: Source) -> list[Event]:
    """Return the incident of a payload, if it counts."""
    rules = Rules.of(source.rules)
    body = Fields(payload.body, "")
    seen = read(body)
    if not seen.judge(rules).counts:
        return []
    incident = body.fields("incident")
    tags = incident.texts("tags") if "tags" in incident else ()
    properties = texts_of(field(payload.body, "incident", "extraProperties"))
    status = incident.text("status")
    return [
        Incident(
            id=incident.text("id"),
            service=service_of(
                seen.services, rules.service_keys, otherwise=source.service_key
            ),
            opened_at=seen.opened_at,
            resolved_at=_resolved_at(incident, status),
            severity=seen.priority.lower() or None,
            deployment_id=deployment_named(rules.deployment_fields, properties, tags),
            cause=cause_named(rules.cause_fields, properties, tags),
            url=_address(incident),
            attributes=told(
                title=seen.title,
                status=status,
                labels=list[Json](tags),
                opsgenie_services=list[Json](seen.services) or None,
                teams=list[Json](seen.teams) or None,
            ),
        )
    ]


def _resolved_at(incident: Fields, status: str) -> datetime | None:
    """Return when its impact ended; None: it is open, perhaps again."""
    if status == _OPEN:
        return None
    if status not in _OVER:
        raise Garbled(f"incident.status: {status[:40]!r} is none that we know")
    return incident.moment_or_none("impactEndDate") or incident.moment("updatedAt")


def _address(incident: Fields) -> str | None:
    if "links" not in incident:
        return None
    return incident.fields("links").text_or_none("web")
