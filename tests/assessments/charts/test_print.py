"""Print charts of levels: every row named, nothing unknown drawn as a level."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

from assessments.charts import print as charts
from assessments.charts import scales, words

FIVE = charts.Scale(lowest=1, highest=5)
SPACE = "{http://www.w3.org/2000/svg}"


def bar(code: str, level: str | None, target: Decimal | None = None) -> charts.Bar:
    return charts.Bar(
        code=code,
        name=f"Domain <{code}>",
        level=None if level is None else Decimal(level),
        target=target,
    )


def test_an_unknown_level_is_said_and_not_drawn() -> None:
    drawing = charts.profile([bar("D1", None)], title="Profile", scale=FIVE)
    assert "too little known" in drawing
    fills = [r.get("fill") for r in ET.fromstring(drawing).iter(f"{SPACE}rect")]
    assert len(fills) == 1  # the key's


def test_names_cannot_become_markup() -> None:
    drawing = ET.fromstring(charts.profile([bar("D1", "3.0")], title="<b>", scale=FIVE))
    assert drawing.findtext(f"{SPACE}title") == "<b>"


def test_higher_levels_have_longer_and_darker_bars() -> None:
    drawing = ET.fromstring(
        charts.profile(
            [bar("D1", "1.5"), bar("D2", "4.5")], title="Profile", scale=FIVE
        )
    )
    low, high, _key = drawing.iter(f"{SPACE}rect")
    assert float(low.get("width", "0")) < float(high.get("width", "0"))
    assert low.get("fill", "") > high.get("fill", "")


def test_the_description_lists_every_level_and_target() -> None:
    bars = [bar("D1", "3.0", target=Decimal("4.0")), bar("D2", None)]
    for drawing in (
        charts.profile(bars, title="P", scale=FIVE),
        charts.radar(bars, title="R", scale=FIVE),
    ):
        said = ET.fromstring(drawing).findtext(f"{SPACE}desc") or ""
        assert "3.0" in said
        assert "—" in said


def test_the_same_rows_give_the_same_bytes() -> None:
    bars = [bar(f"D{n}", "2.5") for n in range(1, 19)]
    first = charts.radar(bars, title="R", scale=FIVE)
    assert charts.radar(bars, title="R", scale=FIVE) == first


def test_a_scale_may_start_at_zero_and_its_lowest_level_is_drawn() -> None:
    scale = charts.Scale(lowest=0, highest=2)
    drawing = charts.profile(
        [bar("D1", "0.0"), bar("D2", "2.0")], title="Profile", scale=scale
    )
    low, high, _key = ET.fromstring(drawing).iter(f"{SPACE}rect")

    assert 0 < float(low.get("width", "0")) < float(high.get("width", "0"))
    assert low.get("fill", "") > high.get("fill", "")
    assert charts.radar([bar("D1", "0.0")] * 3, title="R", scale=scale)


def test_an_axis_ends_on_a_round_number_in_a_unit_that_suits() -> None:
    scale = scales.of(3.3 * 86400, "seconds")
    assert (scale.name, scale.write(scale.top)) == ("days", "4")
    assert scales.of(0.083, "ratio").name == "percent"
    assert scales.of(7, "weeks").ticks[-1] >= 7


def test_numbers_become_words_in_their_natural_unit() -> None:
    gap = "\N{NO-BREAK SPACE}"
    assert words.duration(42) == f"42{gap}s"
    assert words.duration(5400) == f"1.5{gap}h"
    assert words.duration(3 * 86400) == f"3{gap}days"
    assert words.quantity(0.25, "seconds") == f"250{gap}ms"
    assert words.quantity(0.0734, "ratio") == f"7.3{gap}%"
    assert words.quantity(0.035, "points") == "3.5 points"
    assert words.quantity(0.274, "index") == "0.27"
    assert words.quantity(1234.5, "amount") == "1,234.50"
    assert words.quantity(None, "seconds") == "—"
    assert words.signed(Decimal("-0.5")) == "−0.5"
