"""What a workspace may decide about incidents of PagerDuty, and the verdicts of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    HISTORY_DAYS,
    FieldKind,
    RuleField,
    answers,
    counts,
    left_out,
    matches,
)
from assessments.connectors.base.incidents import (
    CAUSE_FIELDS,
    DEPLOYMENT_FIELDS,
    SERVICE_KEYS,
    SERVICES,
    SEVERITIES,
    TEAMS,
    not_among,
    service_keys,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.connectors.base import Plain, Verdict

RULE_FIELDS = (
    SERVICES,
    TEAMS,
    replace(
        SEVERITIES,
        help="One pattern a line, of the incident's priority, or of its urgency (high,"
        " low) where it has none; * stands for anything.",
    ),
    SERVICE_KEYS,
    RuleField(
        name="custom_fields",
        label="Custom fields",
        help="They may name deployment and cause. Each incident takes a request of its"
        " own for them. What the first alert of an incident tells needs none.",
        kind=FieldKind.CHOICE,
        default="skip",
        choices=(("skip", "Leave them out"), ("read", "Read them")),
    ),
    DEPLOYMENT_FIELDS,
    CAUSE_FIELDS,
    HISTORY_DAYS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    services: tuple[str, ...]
    teams: tuple[str, ...]
    severities: tuple[str, ...]
    service_entries: tuple[str, ...]
    service_keys: Mapping[str, str]
    reads_custom_fields: bool
    deployment_fields: tuple[str, ...]
    cause_fields: tuple[str, ...]
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        given = answers(RULE_FIELDS, plain)
        entries = given.texts("service_keys")
        return cls(
            services=given.texts("services"),
            teams=given.texts("teams"),
            severities=given.texts("severities"),
            service_entries=entries,
            service_keys=service_keys(entries),
            reads_custom_fields=given.text("custom_fields") == "read",
            deployment_fields=given.texts("deployment_fields"),
            cause_fields=given.texts("cause_fields"),
            history_days=given.number("history_days"),
        )

    def judge(self, *, service: str, teams: tuple[str, ...], severity: str) -> Verdict:
        """Return whether an incident of that service counts."""
        odd = not_among("service", [service], self.services)
        if odd is None and self.teams:
            odd = not_among("team", teams, self.teams)
        if odd is not None:
            return odd
        if matches(severity, self.severities) is None:
            return left_out(f"severity “{severity}” does not count")
        return counts(f"service “{service}”, severity “{severity}”")
