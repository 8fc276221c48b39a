"""How one cell of the heat map looks and reads. Pure.

The number is always there; its shade, light to dark, only repeats it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.charts import words
from assessments.charts.reasons import about

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assessments.queries.heatmap import Cell

    Known = Callable[[str, Decimal, Decimal | None], "Painted"]

SHOWN = {
    "agreed": gettext_lazy("Agreed"),
    "declared": gettext_lazy("Declared"),
    "measured": gettext_lazy("Measured"),
    "gap": gettext_lazy("Gap to target"),
    "change": gettext_lazy("Change"),
}
# From here on a gap is as dark as a level of two and up.
_GAPS = (Decimal(0), Decimal("0.5"), Decimal(1), Decimal(2))
_LARGE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """A cell for the eye, and in words."""

    text: str
    shade: str  # 1 (light) to 5 (dark), or none
    said: str


def paint(cell: Cell, show: str) -> Painted:
    """Return one cell as the heat map shows it."""
    return painter(show)(cell)


def painter(show: str) -> Callable[[Cell], Painted]:
    """Return what paints the cells of one map; alike levels are worded once."""
    known = cache(_known)

    def painted(cell: Cell) -> Painted:
        return _painted(cell, show, known)

    return painted


def _painted(cell: Cell, show: str, known: Known) -> Painted:
    if not cell.asked:
        return _unknown([_("the edition of this cycle does not have this domain")])
    if cell.left_out:
        return _unknown([_("left out: %(reason)s") % {"reason": cell.left_out}])
    match show:
        case "gap":
            return _gap(cell)
        case "change":
            return _change(cell)
        case "declared":
            level, coverage = cell.declared, cell.declared_coverage
        case "measured":
            level, coverage = cell.measured, cell.measured_coverage
        case _:
            show, level, coverage = "agreed", cell.agreed, cell.coverage
    if level is None:
        return _unknown(about(cell.because, show))
    return known(show, level, coverage)


def _known(column: str, level: Decimal, coverage: Decimal | None) -> Painted:
    text = words.level(level)
    said = {
        "column": SHOWN[column],
        "level": text,
        "coverage": words.share(coverage or 0),
    }
    return Painted(
        text=text,
        shade=str(int(level)),
        said=_("%(column)s %(level)s, coverage %(coverage)s") % said,
    )


def _gap(cell: Cell) -> Painted:
    if cell.agreed is None:
        return _unknown(about(cell.because, "agreed"))
    if cell.gap is None or cell.target is None:
        return _unknown([_("no target is set")])
    length = max(cell.gap, Decimal(0))
    said = {
        "gap": words.level(length),
        "target": words.level(cell.target),
        "level": words.level(cell.agreed),
        "coverage": words.share(cell.coverage or 0),
    }
    if length:
        told = _(
            "%(gap)s below the target of %(target)s, agreed %(level)s,"
            " coverage %(coverage)s"
        )
    else:
        told = _(
            "Target of %(target)s reached, agreed %(level)s, coverage %(coverage)s"
        )
    return Painted(
        text=words.level(length),
        shade=str(1 + sum(length > line for line in _GAPS)),
        said=told % said,
    )


def _change(cell: Cell) -> Painted:
    moved = cell.movement
    if moved is None:
        return _unknown([_("no earlier locked cycle to compare with")])
    if moved.change is None:
        return _unknown([_("one of the two cycles has no level here")])
    said = {
        "change": words.signed(moved.change),
        "before": words.level(moved.before),
        "now": words.level(cell.agreed),
        "unsure": words.level(moved.uncertainty),
    }
    if not moved.change:
        told = _("No change, %(now)s as before")
    elif moved.significant:
        told = _("%(change)s, from %(before)s to %(now)s, uncertainty %(unsure)s")
    else:
        told = _(
            "%(change)s, from %(before)s to %(now)s: within its uncertainty of"
            " %(unsure)s"
        )
    return Painted(
        text=f"{_arrow(moved.change)} {words.signed(moved.change)}",
        shade=_weight(moved.change, significant=moved.significant),
        said=told % said,
    )


def _arrow(change: Decimal) -> str:
    if not change:
        return "="
    return "▲" if change > 0 else "▼"


def _weight(change: Decimal, *, significant: bool) -> str:
    if not significant:
        return "1"
    return "4" if abs(change) >= _LARGE else "3"


def _unknown(reasons: Sequence[str]) -> Painted:
    why = " ".join(reasons) or _("nothing is known here")
    return Painted(
        text=words.DASH, shade="none", said=_("No level: %(why)s") % {"why": why}
    )
