"""The agreed levels of a scope's cycles over time, domain by domain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max, Q

from assessments.models import Cycle, CycleState, Score, ScoreKind, Scoring

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from assessments.queries.results.rows import Results

_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One cycle."""

    cycle_id: int
    title: str
    period_end: date
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where a domain stood in one cycle; `level` is what was agreed."""

    cycle_id: int
    level: Decimal | None = None
    coverage: Decimal | None = None
    declared: Decimal | None = None
    measured: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One domain over all cycles."""

    code: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Domains down, cycles across, oldest first."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def history(*, results: Results) -> History:
    """Return this cycle and the locked ones of its scope and edition before it."""
    head = results.header
    # A corrected result is told by the revision that took its place.
    earlier = Q(state=CycleState.LOCKED, period_end__lt=head.period_end) & ~Q(
        revised_by__state=CycleState.LOCKED
    )
    cycles = list(
        Cycle.objects.filter(
            Q(pk=head.cycle_id) | earlier,
            workspace_id=head.workspace_id,
            scope_id=head.scope_id,
            edition__key=head.edition_key,
        )
        .only("title", "period_end", "state")
        .order_by("-period_end", "-pk")[:_SHOWN]
    )
    cycles.reverse()
    newest = (
        Scoring.objects.filter(cycle__in=[cycle.pk for cycle in cycles])
        .order_by()
        .values("cycle")
        .annotate(newest=Max("pk"))
    )
    cells: dict[str, dict[int, Cell]] = defaultdict(dict)
    scores = Score.objects.filter(
        scoring__in=newest.values("newest"), kind=ScoreKind.DOMAIN
    )
    for code, cycle_id, *stood in scores.values_list(
        "code",
        "scoring__cycle_id",
        "agreed",
        "agreed_coverage",
        "declared",
        "measured",
    ):
        level, coverage, declared, measured = stood
        cells[code][cycle_id] = Cell(
            cycle_id=cycle_id,
            level=level,
            coverage=coverage,
            declared=declared,
            measured=measured,
        )
    return History(
        columns=tuple(
            Column(
                cycle_id=cycle.pk,
                title=cycle.title,
                period_end=cycle.period_end,
                locked=cycle.state == CycleState.LOCKED,
            )
            for cycle in cycles
        ),
        lines=tuple(
            Line(
                code=domain.code,
                name=domain.name,
                cells=tuple(
                    cells[domain.code].get(cycle.pk, Cell(cycle_id=cycle.pk))
                    for cycle in cycles
                ),
            )
            for domain in results.domains
        ),
    )
