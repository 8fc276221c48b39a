"""What is left of error budgets: the metric over objectives that are in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.metrics.measurement import MINIMUM_N, Question, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.events import Lane, Window
    from scoring.metrics.measurement import Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLeft:
    """What is left of one objective's budget at the end of the window."""

    # None: nothing was observed.
    left: float | None
    interval: tuple[float, float] | None
    n: int
    coverage: float


def error_budget_left(
    budgets: Sequence[BudgetLeft],
    *,
    lane: Lane,
    window: Window,
    minimum_n: int = MINIMUM_N,
) -> Measurement:
    """Measure the budget of which least is left; the others are counted beside it.

    An average would let a service that is well pay for one that is not. What is not
    known of an objective lowers the coverage.
    """
    asked = Question(
        metric="error_budget_left",
        lane=lane,
        window=window,
        unit=Unit.RATIO,
        minimum_n=minimum_n,
    )
    if not budgets:
        return asked.unknown("No service level objective was in force.")
    coverage = sum(one.coverage for one in budgets) / len(budgets)
    known = [(one.left, one) for one in budgets if one.left is not None]
    detail = {
        "objectives": float(len(budgets)),
        "known": float(len(known)),
        "spent": float(sum(left <= 0 for left, _one in known)),
    }
    if not known:
        return asked.unknown(
            "Nothing was observed for any objective in force.",
            coverage=coverage,
            detail=detail,
        )
    left, least = min(known, key=lambda pair: (pair[0], pair[1].n))
    return asked.value(
        left,
        n=least.n,
        interval=least.interval,
        coverage=coverage,
        detail=detail,
    )
