"""A domain over its cycles: three lines that a gap interrupts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import plotly.graph_objects as go
import pytest

from assessments.charts import trio
from assessments.queries.results.history import Cell, Column, History, Line
from assessments.queries.results.rows import Thresholds
from tests.assessments.charts.test_delivery import painted

SCALE = Thresholds(
    minimum_coverage=Decimal("0.5"),
    discussion_gap=Decimal(1),
    spread_gap=Decimal(2),
    lowest=1,
    highest=5,
)


def told(*levels: str | None) -> History:
    ends = [date(2025, month, 28) for month in range(1, len(levels) + 1)]
    return History(
        columns=tuple(
            Column(cycle_id=place, title=f"Cycle {place}", period_end=end, locked=True)
            for place, end in enumerate(ends)
        ),
        lines=(
            Line(
                code="D1",
                name="Data",
                cells=tuple(
                    Cell(
                        cycle_id=place,
                        level=None if level is None else Decimal(level),
                        declared=Decimal(3),
                    )
                    for place, level in enumerate(levels)
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("levels", "says"),
    [
        (("2.0", "3.0"), "went from 2.0 to 3.0"),
        (("2.0", "3.0", "2.0"), "is back at 2.0"),
        (("2.0", None, "2.0"), "stays at 2.0"),
        (("2.0",), "agreed at 2.0, once so far"),
        ((None,), "no agreed level yet"),
    ],
)
def test_the_title_says_how_it_went(levels: tuple[str | None, ...], says: str) -> None:
    assert says in trio.figure(told(*levels), "D1", SCALE).title


def test_a_cycle_without_a_level_is_a_gap_in_drawing_table_and_file() -> None:
    figure = trio.figure(told("2.0", None), "D1", SCALE)
    assert figure.drawing is not None
    assert figure.table is not None
    made = go.Figure(painted({k: figure.drawing[k] for k in ("data", "layout")}))
    agreed = next(one for one in made.data if one.name == "Agreed")
    assert list(agreed.y) == [2.0, None]
    assert not agreed.connectgaps
    assert [row[5].value for row in figure.table.rows] == [Decimal("2.0"), None]
    assert figure.table.rows[1][5].text == "—"
