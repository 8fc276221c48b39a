"""Rules that most platforms share: their questions, and the verdicts by them.

A connector takes the fields as they are, or with another help or default by
`dataclasses.replace`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base.rules import FieldKind, RuleField, clean_rules, matches
from assessments.connectors.base.values import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.connectors.base.values import Plain

ENVIRONMENTS = RuleField(
    name="environments",
    label="Environments that are production",
    help="One pattern a line; * stands for anything. Upper and lower case are the"
    " same.",
    kind=FieldKind.LIST,
    default=(
        "production", "production-*", "*-production", "prod", "prod-*", "*-prod",
        "live",
    ),
)  # fmt: skip

BRANCH = RuleField(
    name="branch",
    label="Branch that leads to production",
    help="What is merged into it is a change. Empty: the default branch.",
    kind=FieldKind.TEXT,
    default="",
    optional=True,
)

INCIDENT_LABELS = RuleField(
    name="incident_labels",
    label="Labels that make an issue an incident",
    help="One label a line, as it is written there; empty: no issue is one.",
    kind=FieldKind.LIST,
    default=("incident", "outage"),
    optional=True,
)

HOTFIX_LABELS = RuleField(
    name="hotfix_labels",
    label="Labels of unplanned repairs",
    help="One pattern a line, of labels on changes.",
    kind=FieldKind.LIST,
    default=("hotfix", "hot-fix", "emergency"),
    optional=True,
)

HISTORY_DAYS = RuleField(
    name="history_days",
    label="Days of history to read at first",
    help="More days take longer, the first time.",
    kind=FieldKind.NUMBER,
    default=365,
    least=1,
    most=3650,
)


def answers(fields: tuple[RuleField, ...], plain: Plain) -> Answers:
    """Return stored answers to these fields; what is missing or wrong: its default."""
    known = {field.name for field in fields}
    asked = {name: value for name, value in plain.items() if name in known}
    return Answers(clean_rules(fields, asked).rules)


class Answers:
    """Answers to rule fields, typed."""

    def __init__(self, rules: Plain) -> None:
        self._rules = rules

    def text(self, name: str) -> str:
        """Return the answer to a text or a choice."""
        return str(self._rules[name])

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the answer to a list."""
        entries = self._rules[name]
        return tuple(map(str, entries)) if isinstance(entries, list) else ()

    def number(self, name: str) -> int:
        """Return the answer to a number."""
        number = self._rules[name]
        return number if isinstance(number, int) else 0


def counts(reason: str) -> Verdict:
    """Return the verdict that it counts."""
    return Verdict(counts=True, reason=reason)


def left_out(reason: str) -> Verdict:
    """Return the verdict that it does not count."""
    return Verdict(counts=False, reason=reason)


def judge_environment(environment: str, patterns: Iterable[str]) -> Verdict:
    """Return whether an environment is production."""
    pattern = matches(environment, patterns)
    if pattern is None:
        return left_out(f"environment “{environment}” is not production")
    return counts(f"environment “{environment}” matches “{pattern}”")


def are_incident(labels: Iterable[str], wanted: Iterable[str]) -> bool:
    """Return whether one of these labels is wanted; any case."""
    lowered = {label.lower() for label in wanted}
    return any(label.lower() in lowered for label in labels)
