"""Service levels: objectives, error budgets, burn rates and OpenSLO."""

from scoring.service_levels.budgets import Budget, DayOfBudget, Ledger, budget, history
from scoring.service_levels.burning import (
    Burn,
    Policy,
    Rule,
    Watch,
    policies,
    watches,
)
from scoring.service_levels.counting import (
    SLOT,
    Day,
    Days,
    Tally,
    count,
    floor,
    observes,
    total,
    verdict,
)
from scoring.service_levels.definition import (
    Category,
    Definition,
    Indicator,
    Line,
    Method,
    Observed,
    Operator,
    Period,
    Slices,
    midnight,
)
from scoring.service_levels.openslo import parse
from scoring.service_levels.openslo_parts import MOST_DAYS
from scoring.service_levels.openslo_writing import dump

__all__ = [
    "MOST_DAYS",
    "SLOT",
    "Budget",
    "Burn",
    "Category",
    "Day",
    "DayOfBudget",
    "Days",
    "Definition",
    "Indicator",
    "Ledger",
    "Line",
    "Method",
    "Observed",
    "Operator",
    "Period",
    "Policy",
    "Rule",
    "Slices",
    "Tally",
    "Watch",
    "budget",
    "count",
    "dump",
    "floor",
    "history",
    "midnight",
    "observes",
    "parse",
    "policies",
    "total",
    "verdict",
    "watches",
]
