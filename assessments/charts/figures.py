"""A figure as every page shows it: a finding, what it rests on, a drawing, a table.

Pure. The table holds what is drawn; page and CSV file are written from the same cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from assessments.charts import words

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    Value = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: as people read it, as machines do, and where it leads."""

    text: str
    value: Value = None
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column; numbers stand at its end."""

    label: str
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a figure is drawn from; the first cell of a row names it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Rows with the column of each cell."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing of the server, for wide places and for a phone."""

    wide: str
    narrow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The one thing to do next, or where a figure is explained."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a page; `empty` says why there is nothing to draw."""

    name: str
    title: str
    note: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    table: Table | None = None
    drawing: dict[str, Any] | None = None
    picture: Picture | None = None
    empty: str = ""
    step: Step | None = None  # where it is explained; of an empty one, what to do
    csv: str = ""

    def leading_to(self, *, csv: str = "", step: Step | None = None) -> Figure:
        """Return it with its addresses, which only pages know."""
        return replace(self, csv=csv if self.table else "", step=step)


def text(said: str, href: str = "") -> Cell:
    """Return a cell of words."""
    return Cell(text=said, value=said, href=href)


def count(number: int | None) -> Cell:
    """Return a cell with how many."""
    return Cell(text=words.DASH if number is None else str(number), value=number)


def quantity(value: float | None, unit: str) -> Cell:
    """Return a cell with a value in its unit; the file has it unrounded."""
    return Cell(text=words.quantity(value, unit), value=value)


def share(value: float | Decimal | None) -> Cell:
    """Return a cell with a share in whole percent."""
    return Cell(text=words.DASH if value is None else words.share(value), value=value)


def level(value: Decimal | None) -> Cell:
    """Return a cell with a level."""
    return Cell(text=words.level(value), value=value)


def day(moment: date | None) -> Cell:
    """Return a cell with a day."""
    return Cell(text=words.DASH if moment is None else words.day(moment), value=moment)


def window(first: date, last: date) -> tuple[str, str]:
    """Return the fact that names a window."""
    return _("Window"), words.span(first, last)
