"""What an alert becomes: a signal that was breached and, by rule, an incident."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assessments.connectors.alerts.rules import fitting
from assessments.connectors.base import counts, left_out, told
from scoring.events import Incident, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.connectors.alerts.rules import Rules
    from assessments.connectors.base import Source, Verdict
    from scoring.events import Event, Json


_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """When an alert ended: at a moment, or since it was last seen and before that."""

    at: datetime
    # None: the moment is known.
    after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert, from when it fires until it does not."""

    labels: Mapping[str, str]
    since: datetime
    # Its labels in short, as the platform calls it; "" where it has no such name.
    fingerprint: str = ""
    end: End | None = None
    url: str | None = None

    @property
    def id(self) -> str:
        """The same for every notice of it; firing again it is another one."""
        name = self.fingerprint or digest(self.labels)
        return f"{name}@{(self.since - _ORIGIN) // timedelta(milliseconds=1)}"


def digest(labels: Mapping[str, str]) -> str:
    """Return a short name for some labels."""
    text = json.dumps(dict(labels), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def judge(labels: Mapping[str, str], rules: Rules) -> Verdict:
    """Return whether an alert is an incident, and why."""
    ignored = fitting(labels, rules.ignored)
    if ignored:
        return left_out(f"left out by “{ignored}”")
    incident = fitting(labels, rules.incidents)
    if incident:
        return counts(f"an incident by “{incident}”")
    return left_out(f"no incident, a signal on {rules.signal(labels)}")


def events(alert: Alert, rules: Rules, source: Source) -> list[Event]:
    """Return the signal that an alert is, and the incident if it is one."""
    if fitting(alert.labels, rules.ignored):
        return []
    name = alert.labels.get("alertname")
    service = rules.service(alert.labels) or source.service_key
    labels: dict[str, Json] = dict(alert.labels)
    signal = Signal(
        id=alert.id,
        subject=service,
        signal=rules.signal(alert.labels),
        breached=True,
        at=alert.since,
        automated=True,
        attributes=told(alert=name, labels=labels),
    )
    if not fitting(alert.labels, rules.incidents):
        return [signal]
    end = alert.end
    after = end.after.isoformat() if end and end.after else None
    incident = Incident(
        id=alert.id,
        service=service,
        opened_at=alert.since,
        resolved_at=end.at if end else None,
        severity=alert.labels.get(rules.severity_label) or None,
        deployment_id=alert.labels.get(rules.deployment_label) or None,
        cause=rules.cause(alert.labels),
        url=alert.url,
        # Where only two looks are known, it ended between them.
        attributes=told(title=name, labels=labels, resolved_after=after),
    )
    return [signal, incident]
