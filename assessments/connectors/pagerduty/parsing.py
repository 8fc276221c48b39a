"""Incidents of PagerDuty become incidents; no network."""

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
from assessments.connectors.lists import as_list, field
from assessments.connectors.pagerduty.rules import Rules
from scoring.events import Incident, Json

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base import Payload, Plain, Source, Verdict
    from scoring.events import Event

_RESOLVED = "resolved"
_OPEN = frozenset({"triggered", "acknowledged"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What rules ask of an incident."""

    service: str
    teams: tuple[str, ...]
    severity: str
    title: str | None
    opened_at: datetime

    def judge(self, rules: Rules) -> Verdict:
        """Return whether it counts."""
        return rules.judge(
            service=self.service, teams=self.teams, severity=self.severity
        )


def read(incident: Fields) -> Read:
    """Read what rules ask of an incident."""
    service = incident.fields("service")
    priority = incident.fields("priority") if "priority" in incident else None
    teams = incident.list_of("teams") if "teams" in incident else []
    return Read(
        service=service.text_or_none("summary") or service.text("id"),
        teams=tuple(team.text_or_none("summary") or team.text("id") for team in teams),
        severity=(priority.text_or_none("summary") if priority else None)
        or incident.text_or_none("urgency")
        or "",
        title=first_line(incident.text_or_none("title")),
        opened_at=incident.moment("created_at"),
    )


def events(payload: Payload, source: Source) -> list[Event]:
    """Return the incident of a payload, if it counts."""
    rules = Rules.of(source.rules)
    body = Fields(payload.body, "")
    incident = body.fields("incident")
    seen = read(incident)
    if not seen.judge(rules).counts:
        return []
    fields = _fields(payload.body)
    status = incident.text("status")
    return [
        Incident(
            id=incident.text("id"),
            service=service_of(
                [seen.service], rules.service_keys, otherwise=source.service_key
            ),
            opened_at=seen.opened_at,
            resolved_at=_resolved_at(incident, status),
            severity=seen.severity.lower() or None,
            deployment_id=deployment_named(rules.deployment_fields, fields, ()),
            cause=cause_named(rules.cause_fields, fields, ()),
            url=incident.text_or_none("html_url"),
            attributes=told(
                title=seen.title,
                status=status,
                urgency=incident.text_or_none("urgency"),
                pagerduty_service=seen.service,
                teams=list[Json](seen.teams) or None,
                ended_by=_ended_by(incident),
            ),
        )
    ]


def _resolved_at(incident: Fields, status: str) -> datetime | None:
    """Return when it was resolved, the last time; None: it is open, perhaps again."""
    if status in _OPEN:
        return None
    if status != _RESOLVED:
        raise Garbled(f"incident.status: {status[:40]!r} is none that we know")
    return incident.moment_or_none("resolved_at") or incident.moment(
        "last_status_change_at"
    )


def _ended_by(incident: Fields) -> str | None:
    """Return what resolved it where that was no repair: it was merged into another."""
    if "resolve_reason" not in incident:
        return None
    return incident.fields("resolve_reason").text_or_none("type")


def _fields(body: Plain) -> dict[str, str]:
    """Return the fields that may name a deployment or a cause, by their names."""
    found = texts_of(
        field(body, "incident", "first_trigger_log_entry", "channel", "details")
    )
    for each in as_list(field(body, "custom_fields")) or ():
        value = field(each, "value")
        for name in ("display_name", "name"):
            found |= texts_of({str(field(each, name)): value})
    return found
