"""What a workspace may decide about Prometheus: which expressions are which signals.

A line is written as an alert rule would be: `drift ranker: max(psi{model="ranker"}) >
0.2`. The comparison at its end is taken off and judged here, so that values which are
well come too.
"""

from __future__ import annotations

import hashlib
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.alerts import RULE_FIELDS as OF_ALERTS
from assessments.connectors.base import (
    HISTORY_DAYS,
    FieldKind,
    Refused,
    RuleField,
    answers,
)
from scoring.events import SignalKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessments.connectors.base import Plain

RULE_FIELDS = (
    RuleField(
        name="series",
        label="Expressions that are signals",
        help="One a line: a kind, what it is of, a colon, PromQL, and a limit if there"
        " is one: drift ranker: max(psi) > 0.2. In place of a name, {model} takes the"
        " value of that label. Kinds: drift, performance, fairness, freshness,"
        " availability, latency, cost.",
        kind=FieldKind.LINES,
        default=(),
        optional=True,
    ),
    RuleField(
        name="step_minutes",
        label="Minutes between two values",
        help="Each expression is evaluated at whole steps of this length.",
        kind=FieldKind.NUMBER,
        default=60,
        least=1,
        most=1440,
    ),
    RuleField(
        name="alerts",
        label="Alerts of the past",
        help="Only where no Alertmanager is connected: what both tell of would count"
        " twice.",
        kind=FieldKind.CHOICE,
        default="no",
        choices=(("no", "Are not read"), ("yes", "Are read: by labels, as below")),
    ),
    RuleField(
        name="alert_step_minutes",
        label="Minutes between two looks at alerts",
        help="How exactly the beginning and the end of an alert are known.",
        kind=FieldKind.NUMBER,
        default=5,
        least=1,
        most=60,
    ),
    *OF_ALERTS,
    HISTORY_DAYS,
)

_KINDS = tuple(
    kind.value
    for kind in SignalKind
    if kind not in {SignalKind.ALERT, SignalKind.ROLLBACK}
)
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LINE = re.compile(
    rf"(?P<kind>{'|'.join(_KINDS)})(?:\s+(?P<subject>[^\s:]+|{{\w+}}))?\s*:\s+"
    rf"(?P<query>\S.*?)(?:\s*(?P<than>>=|<=|>|<)\s*(?P<limit>{_NUMBER}))?\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\{(\w+)\}")
_THAN: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """An expression, what it observes, and from where on that is too much."""

    kind: SignalKind
    # "" is the service of the source; {label}: what that label says.
    subject: str
    query: str
    than: str | None
    limit: float | None

    @property
    def key(self) -> str:
        """A short name of the expression, whatever is thought of its values."""
        return hashlib.sha256(self.query.encode()).hexdigest()[:16]

    def breached(self, value: float) -> bool | None:
        """Whether a value is beyond the limit; None: there is none."""
        if self.than is None or self.limit is None:
            return None
        return _THAN[self.than](value, self.limit)

    def of(self, labels: Mapping[str, str], service: str) -> str:
        """Return what a value with these labels is of."""
        label = _LABEL.fullmatch(self.subject)
        if label:
            return labels.get(label[1], "").strip() or service
        return self.subject or service


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    lines: tuple[str, ...]
    step_seconds: int
    reads_alerts: bool
    alert_step_seconds: int
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            lines=found.texts("series"),
            step_seconds=found.number("step_minutes") * 60,
            reads_alerts=found.text("alerts") == "yes",
            alert_step_seconds=found.number("alert_step_minutes") * 60,
            history_days=found.number("history_days"),
        )

    @property
    def series(self) -> tuple[Series, ...]:
        """The expressions; refuses a line that is none."""
        return tuple(series_of(line) for line in self.lines)

    def series_by_query(self, query: str) -> list[Series]:
        """Return what an expression means by today's rules: nothing, or several."""
        found = (read_line(line) for line in self.lines)
        return [each for each in found if each and each.query == query]


def series_of(line: str) -> Series:
    """Read a line; refuse one that says no kind or no expression."""
    found = read_line(line)
    if found is None:
        raise Refused(
            f"“{line[:80]}” is no signal: write a kind ({', '.join(_KINDS)}), what it"
            " is of, a colon and PromQL, for example drift ranker: max(psi) > 0.2."
        )
    return found


def read_line(line: str) -> Series | None:
    """Read a line; None: it is none that we know."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        return None
    limit = found["limit"]
    return Series(
        kind=SignalKind(found["kind"].lower()),
        subject=found["subject"] or "",
        query=found["query"],
        than=found["than"],
        limit=float(limit) if limit else None,
    )
