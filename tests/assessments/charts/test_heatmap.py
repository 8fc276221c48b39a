"""A cell of the heat map: its text, its shade and its words."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assessments.charts.heatmap import SHOWN, paint
from assessments.queries.heatmap import Cell
from assessments.queries.results import Movement

HALVES = st.integers(2, 10).map(lambda half: Decimal(half) / 2)


def cell(**known: object) -> Cell:
    return Cell(**({"asked": True, "left_out": ""} | known))  # type: ignore[arg-type]  # keywords


@given(level=HALVES, coverage=st.decimals(0, 1, places=2))
def test_a_known_level_is_its_number_on_its_shade(
    level: Decimal, coverage: Decimal
) -> None:
    painted = paint(cell(agreed=level, coverage=coverage), "agreed")

    assert painted.text == f"{level:.1f}"
    assert painted.shade == str(int(level))
    assert f"{float(coverage) * 100:.0f}\N{NO-BREAK SPACE}%" in painted.said


def test_an_unknown_level_is_a_dash_with_its_reason_whatever_is_shown() -> None:
    for show in SHOWN:
        for one in (
            cell(because=("Agreed: too little is known.",)),
            cell(asked=False),
            cell(left_out="not done here"),
        ):
            painted = paint(one, show)
            assert (painted.text, painted.shade) == ("—", "none")
            assert painted.said.startswith("No level: ")
            assert painted.said != "No level: "
    assert (
        "too little is known"
        in paint(cell(because=("Agreed: too little is known.",)), "gap").said.lower()
    )


def test_a_gap_is_darker_the_further_and_zero_where_it_is_reached() -> None:
    shades = [
        paint(cell(agreed=Decimal(level), target=Decimal(4)), "gap").shade
        for level in ("4.5", "4.0", "3.5", "3.0", "2.0", "1.0")
    ]
    assert shades == ["1", "1", "2", "3", "4", "5"]
    reached = paint(cell(agreed=Decimal("4.5"), target=Decimal(4)), "gap")
    assert reached.text == "0.0"
    assert reached.said.startswith("Target of 4.0 reached")
    assert "no target is set" in paint(cell(agreed=Decimal(4)), "gap").said


def test_a_change_says_its_direction_in_words_and_whether_it_is_sure() -> None:
    def changed(by: str, *, sure: bool) -> Cell:
        now = Decimal(3) + Decimal(by)
        return cell(
            agreed=now,
            movement=Movement(
                before=Decimal(3),
                change=Decimal(by),
                uncertainty=Decimal("0.7"),
                significant=sure,
            ),
        )

    up = paint(changed("1.0", sure=True), "change")
    down = paint(changed("-0.5", sure=False), "change")

    assert up.text == "▲ +1.0"
    assert up.said == "+1.0, from 3.0 to 4.0, uncertainty 0.7"
    assert down.text == "▼ −0.5"
    assert "within its uncertainty of 0.7" in down.said
    assert paint(changed("0", sure=False), "change").said == "No change, 3.0 as before"
