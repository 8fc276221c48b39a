"""What a workspace may decide about issues of Jira, and the verdicts of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    HISTORY_DAYS,
    INCIDENT_LABELS,
    FieldKind,
    RuleField,
    answers,
    are_incident,
    counts,
    left_out,
    listed,
    matches,
)
from assessments.connectors.base.incidents import (
    CAUSE_FIELDS,
    DEPLOYMENT_FIELDS,
    SERVICE_KEYS,
    SEVERITIES,
    service_keys,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.connectors.base import Plain, Verdict

RULE_FIELDS = (
    RuleField(
        name="projects",
        label="Projects to read",
        help="One key a line, such as OPS. Empty: the project of the address, or"
        " whatever the token may see.",
        kind=FieldKind.LIST,
        default=(),
        optional=True,
    ),
    RuleField(
        name="issue_types",
        label="Types of issues that are incidents",
        help="One pattern a line, of their names; empty: labels alone decide.",
        kind=FieldKind.LIST,
        default=("*incident",),
        optional=True,
    ),
    replace(
        INCIDENT_LABELS,
        help="One label a line: whatever its type, an issue with it is an incident."
        " Empty: types alone decide.",
    ),
    replace(
        SEVERITIES,
        label="Priorities that count",
        help="One pattern a line, of the issue's priority; * stands for anything, also"
        " for none.",
    ),
    RuleField(
        name="resolved_statuses",
        label="Statuses in which an incident is over",
        help="One pattern a line. Empty: the statuses of the category Done.",
        kind=FieldKind.LIST,
        default=(),
        optional=True,
    ),
    replace(
        SERVICE_KEYS,
        help="One a line, a component, or the key or name of a project, and the key"
        " here: Checkout = checkout. It may be a pattern; the first that matches"
        " counts. What is not named belongs to the service of this source.",
    ),
    DEPLOYMENT_FIELDS,
    RuleField(
        name="deployment_links",
        label="Links that lead to a deployment",
        help="One pattern a line, of the addresses of an issue's web links, such as"
        " https://github.com/*/deployments/*; the address ends with the deployment's"
        " id. Each incident takes a request of its own. Empty: links are not read.",
        kind=FieldKind.LIST,
        default=(),
        optional=True,
    ),
    CAUSE_FIELDS,
    HISTORY_DAYS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    projects: tuple[str, ...]
    issue_types: tuple[str, ...]
    incident_labels: tuple[str, ...]
    severities: tuple[str, ...]
    resolved_statuses: tuple[str, ...]
    service_entries: tuple[str, ...]
    service_keys: Mapping[str, str]
    deployment_fields: tuple[str, ...]
    deployment_links: tuple[str, ...]
    cause_fields: tuple[str, ...]
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        given = answers(RULE_FIELDS, plain)
        entries = given.texts("service_keys")
        return cls(
            projects=given.texts("projects"),
            issue_types=given.texts("issue_types"),
            incident_labels=given.texts("incident_labels"),
            severities=given.texts("severities"),
            resolved_statuses=given.texts("resolved_statuses"),
            service_entries=entries,
            service_keys=service_keys(entries),
            deployment_fields=given.texts("deployment_fields"),
            deployment_links=given.texts("deployment_links"),
            cause_fields=given.texts("cause_fields"),
            history_days=given.number("history_days"),
        )

    def is_incident_type(self, names: Iterable[str]) -> bool:
        """Return whether a type with one of these names is that of incidents."""
        return any(matches(name, self.issue_types) for name in names)

    def judge(
        self, *, types: tuple[str, ...], labels: tuple[str, ...], priority: str
    ) -> Verdict:
        """Return whether an issue counts as an incident."""
        is_labeled = are_incident(labels, self.incident_labels)
        if not is_labeled and not self.is_incident_type(types):
            shown = f", with {listed(labels)}" if labels else ""
            called = types[0] if types else "?"
            return left_out(f"type “{called}”{shown} is no incident")
        if matches(priority, self.severities) is None:
            return left_out(f"priority “{priority}” does not count")
        if is_labeled:
            return counts(f"its labels are {listed(labels)}")
        return counts(f"it is of the type “{types[0]}”")
