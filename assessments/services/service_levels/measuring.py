"""What is left of error budgets, for measuring: software and model quality apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.queries import service_levels as queries
from scoring.events import Lane
from scoring.metrics import BudgetLeft
from scoring.service_levels import Category

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

_CATEGORIES = {Lane.CODE: Category.SOFTWARE, Lane.MODEL: Category.MODEL_QUALITY}


def budgets_left(
    *, service_ids: Collection[int], lane: Lane, at: datetime
) -> list[BudgetLeft]:
    """Return the budgets of a lane's objectives that were in force at a moment.

    The version in force then is asked; what is known of that time today is counted.
    """
    found = queries.of_services(service_ids=service_ids, at=at)
    budgets = [
        row.budget for row in found if row.definition.category is _CATEGORIES[lane]
    ]
    return [
        BudgetLeft(
            left=one.left,
            interval=one.left_interval,
            n=one.n,
            coverage=one.coverage,
        )
        for one in budgets
    ]
