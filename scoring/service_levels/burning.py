"""Burn rates, and alerts that look at two windows at once.

A burn rate of 1 spends the budget in exactly its window. An alert fires when a long and
a short window both burn at its rate: the long one says that it matters, the short one
that it still goes on (Google, "The Site Reliability Workbook", chapter 5, "Alerting on
SLOs", approach 6: multiwindow, multi-burn-rate alerts).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from scoring.rubric.reader import Defect, Defects, Reader

if TYPE_CHECKING:
    from datetime import datetime

    from scoring.events import Json
    from scoring.service_levels.budgets import Ledger
    from scoring.service_levels.counting import Tally

_SEVERITIES = ("page", "ticket")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Fires when a share of the budget is spent within the long window."""

    key: str
    severity: str
    budget_share: Decimal
    long: timedelta
    short: timedelta

    def factor(self, window: timedelta) -> float:
        """Return the burn rate at which the share is spent within the long window."""
        return float(self.budget_share) * (window / self.long)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Rules that belong together, and where their numbers come from."""

    key: str
    name: str
    meaning: str
    source: str
    rules: tuple[Rule, ...]

    @property
    def longest(self) -> timedelta:
        """How far back its rules look."""
        return max(rule.long for rule in self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """How fast a budget goes over one window; None where nothing was observed."""

    span: timedelta
    rate: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What one rule sees at a moment."""

    rule: Rule
    factor: float
    long: Burn
    short: Burn

    @property
    def fires(self) -> bool | None:
        """Whether both windows burn at the rate; None where one is not known.

        A known window that is slower settles it whatever the other would say.
        """
        rates = (self.long.rate, self.short.rate)
        if any(rate is not None and rate < self.factor for rate in rates):
            return False
        return None if None in rates else True


def burn_rate(tally: Tally, target: Decimal) -> float | None:
    """Return the share of bad ÷ the share that may be bad."""
    if not tally.known:
        return None
    return tally.bad / tally.known / float(1 - target)


def watches(
    ledger: Ledger,
    policy: Policy,
    *,
    target: Decimal,
    window: timedelta,
    as_of: datetime,
) -> list[Watch]:
    """Return what each rule sees; `window` is the length of the budget's window."""

    def burn(span: timedelta) -> Burn:
        tally = ledger.between(as_of - span, as_of)
        return Burn(span=span, rate=burn_rate(tally, target), n=tally.known)

    return [
        Watch(
            rule=rule,
            factor=rule.factor(window),
            long=burn(rule.long),
            short=burn(rule.short),
        )
        for rule in policy.rules
    ]


def policies(plain: Json) -> dict[str, Policy]:
    """Read policies from plain data; raises `Defects`."""
    defects: list[Defect] = []
    reader = Reader(plain, "", defects)
    found = [_policy(one) for one in reader.rows("policies", required=True)]
    if defects:
        raise Defects(defects)
    return {policy.key: policy for policy in found}


def _policy(reader: Reader) -> Policy:
    return Policy(
        key=reader.code("key"),
        name=reader.text("name"),
        meaning=reader.text("meaning"),
        source=reader.text("source"),
        rules=tuple(_rule(one) for one in reader.rows("rules", required=True)),
    )


def _rule(reader: Reader) -> Rule:
    severity = reader.text("severity")
    if severity not in _SEVERITIES:
        reader.note("severity", f"must be one of {', '.join(_SEVERITIES)}")
    long, short = (
        reader.whole(name, least=5) for name in ("long_minutes", "short_minutes")
    )
    if short > long:
        reader.note("short_minutes", "must not be longer than the long window")
    return Rule(
        key=reader.code("key"),
        severity=severity,
        budget_share=reader.number(
            "budget_share", least=Decimal("0.001"), most=Decimal(1)
        ),
        long=timedelta(minutes=long),
        short=timedelta(minutes=short),
    )
