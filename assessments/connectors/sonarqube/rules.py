"""What a workspace may decide about a project of SonarQube."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import HISTORY_DAYS, FieldKind, RuleField, answers

if TYPE_CHECKING:
    from assessments.connectors.base import Plain

RULE_FIELDS = (
    RuleField(
        name="metrics",
        label="Measures to read",
        help="Keys of metrics that are numbers, one a line; empty: the quality gate"
        " alone.",
        kind=FieldKind.LIST,
        default=(
            "coverage", "duplicated_lines_density", "ncloc", "bugs", "vulnerabilities",
            "code_smells", "reliability_rating", "security_rating", "sqale_rating",
        ),
        optional=True,
    ),
    HISTORY_DAYS,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    metrics: tuple[str, ...]
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            metrics=found.texts("metrics"), history_days=found.number("history_days")
        )
