"""What is exposed to Prometheus of scores: the newest of each unit and framework."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from assessments.models import CycleState, Score, ScoreKind, Scoring
from assessments.queries.reach import under

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from assessments.queries.reach import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedScore:
    """One level of one column; None is no level."""

    unit: str
    framework: str
    version: str
    kind: str  # scope | domain
    code: str  # "scope" for the whole
    column: str  # declared | measured | agreed
    level: Decimal | None
    coverage: Decimal | None
    scored_at: datetime


def scores(*, workspace_id: int, reach: Reach) -> list[ExposedScore]:
    """Return the levels of each unit's newest cycle of each framework."""
    newest = _newest(workspace_id, reach)
    rows = (
        Score.objects.filter(
            scoring__in=newest, kind__in=(ScoreKind.SCOPE, ScoreKind.DOMAIN)
        )
        .select_related("scoring__cycle__scope", "scoring__cycle__edition")
        .defer(
            "scoring__card",
            "scoring__changes",
            "scoring__spans",
            "scoring__cycle__content",
            "scoring__cycle__edition__document",
        )
        .order_by("scoring__cycle__scope__path", "scoring__cycle__edition__key", "pk")
    )
    return [exposed for row in rows for exposed in _columns(row)]


def _newest(workspace_id: int, reach: Reach) -> list[int]:
    """Return the newest scoring of the newest cycle of each unit and framework."""
    rows = (
        Scoring.objects.filter(
            under("cycle__scope__path", reach), cycle__workspace_id=workspace_id
        )
        .exclude(cycle__state=CycleState.DRAFT)
        .order_by("cycle__period_end", "cycle_id")
        .values_list("cycle__scope_id", "cycle__edition__key", "cycle_id")
        .annotate(newest=Max("pk"))
    )
    # The last of each wins: the one whose period ends last.
    return list({(scope, key): newest for scope, key, _, newest in rows}.values())


def _columns(row: Score) -> Iterable[ExposedScore]:
    cycle = row.scoring.cycle
    for column in ("declared", "measured", "agreed"):
        yield ExposedScore(
            unit=cycle.scope.name,
            framework=cycle.edition.key,
            version=cycle.edition.version,
            kind=row.kind,
            code=row.code,
            column=column,
            level=getattr(row, column),
            coverage=getattr(row, f"{column}_coverage"),
            scored_at=row.scoring.made_at,
        )
