"""What reports are made of: the results, and what some templates want beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessments.charts.trends import Trend
    from assessments.queries.brands import BrandRow
    from assessments.queries.plan import InitiativeRow
    from assessments.queries.results import Results
    from assessments.queries.trail import Trail

# What can be wanted beside the results.
TRENDS, PLAN, TRAIL = "trends", "plan", "trail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything one report prints; what its template does not want is empty."""

    results: Results
    # None: the product's own look.
    brand: BrandRow | None = None
    trends: tuple[Trend, ...] = ()
    plan: tuple[InitiativeRow, ...] = ()
    trail: Trail | None = None


class NothingScored(Exception):
    """Results without a scoring have no numbers to print."""
