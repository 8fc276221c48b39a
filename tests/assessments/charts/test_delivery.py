"""Figures of delivery: valid for Plotly, light, and telling lanes apart."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import plotly.graph_objects as go
import pytest

from assessments.charts import delivery, findings, print_delivery, trends
from assessments.charts.trends import Trend
from tests import samples

BOTH = (samples.trend("code"), samples.trend("model"))
NOTHING = tuple(
    Trend(lane=lane, label=lane, weeks=(), rates=()) for lane in ("code", "model")
)


def painted(figure: dict[str, Any]) -> Any:
    """Put a color in for each token, as the browser does."""
    return json.loads(re.sub(r'"--c-[a-z-]+"', '"#123456"', json.dumps(figure)))


@pytest.mark.parametrize("name", ["frequency", "lead", "fail", "recovery"])
def test_plotly_accepts_every_figure(name: str) -> None:
    figure = painted(delivery.figures(BOTH)[name])
    # Refuses names and values that its schema does not know.
    made = go.Figure({"data": figure["data"], "layout": figure["layout"]})
    assert len(made.data) == len(figure["data"])
    assert "template" not in figure["layout"]


def test_every_color_is_a_token_of_the_style_sheet() -> None:
    text = json.dumps(delivery.figures(BOTH))
    tokens = set(re.findall(r'"(--c-[a-z-]+)"', text))
    style = Path("static/css/compel.css").read_text(encoding="utf-8")
    assert tokens
    assert {one for one in tokens if style.count(f"  {one}: ") != 2} == set()
    assert not re.search(r"#[0-9a-f]{6}", text)


def test_figures_are_light_enough_for_a_phone() -> None:
    assert len(json.dumps(delivery.figures(BOTH))) < 40_000


def test_lanes_differ_in_more_than_color() -> None:
    lines = [t for t in delivery.figures(BOTH)["lead"]["data"] if "median" in t["name"]]
    assert len({(t["line"]["dash"], t["marker"]["symbol"]) for t in lines}) == 2
    bars = delivery.figures(BOTH)["frequency"]["data"]
    assert len({bar["marker"]["pattern"]["shape"] for bar in bars}) == 2


def test_a_week_without_a_value_is_a_gap_and_not_a_zero() -> None:
    line = delivery.figures(BOTH)["lead"]["data"][0]
    assert line["y"][7] is None
    assert line["text"][7] == "—"
    assert line["connectgaps"] is False


def test_weeks_without_a_deployment_are_counted() -> None:
    assert sum(trends.binned(BOTH[0].weeks)) == len(BOTH[0].weeks)
    assert trends.binned(BOTH[0].weeks)[0] == 2


def test_a_week_that_the_period_cuts_is_not_counted() -> None:
    cut = trends.Week(start=BOTH[0].weeks[0].start, deployments=0, whole=False)
    assert sum(trends.binned((cut,))) == 0


def test_a_goal_stands_where_its_value_is_in_the_unit_of_the_axis() -> None:
    goal = delivery.Line(value=86400.0, words="below 24 hours")
    figure = delivery.figures(BOTH, {"change_lead_time": goal})["lead"]
    layout = figure["layout"]
    go.Figure(painted({"data": figure["data"], "layout": layout}))
    assert layout["yaxis"]["title"]["text"] == "days"
    assert layout["shapes"][0]["y0"] == pytest.approx(1.0)
    assert layout["shapes"][0]["name"] == "goal: below 24 hours"


def test_without_anything_observed_nothing_is_drawn_and_the_title_says_so() -> None:
    assert delivery.figures(NOTHING) == {}
    assert set(print_delivery.charts(NOTHING).values()) == {""}
    assert all("nothing observed yet" in t for t in findings.titles(NOTHING).values())


def test_titles_state_the_finding() -> None:
    assert findings.frequency(BOTH) == (
        "Deployment frequency: software deployed in 24 of 26 weeks;"
        " models deployed in 24 of 26 weeks"
    )
    assert findings.fail(BOTH).startswith(
        "Change fail rate over 30 days: software went from 14"
    )


@pytest.mark.parametrize(
    ("begin", "end", "sure"),
    [
        ((1.0, 2.0), (4.0, 6.0), True),
        ((1.0, 5.5), (4.0, 6.0), False),  # five days may be what it was before
        ((None, None), (4.0, 6.0), False),  # too few changes for an interval
    ],
)
def test_a_title_is_no_surer_of_lead_time_than_its_intervals(
    begin: tuple[float | None, float | None],
    end: tuple[float | None, float | None],
    *,
    sure: bool,
) -> None:
    day = 86400.0
    weeks = [
        trends.Week(
            start=date(2026, 1, 5),
            deployments=1,
            lead_median=value * day,
            lead_low=low and low * day,
            lead_high=high and high * day,
        )
        for value, (low, high) in ((1.5, begin), (5.0, end))
    ]
    went = trends.Trend(lane="code", label="Software", weeks=tuple(weeks), rates=())
    said = findings.lead([went])
    assert (
        "software went from 1.5\N{NO-BREAK SPACE}days to 5\N{NO-BREAK SPACE}days"
        in said
    )
    assert said.endswith("within its uncertainty") is not sure


@pytest.mark.parametrize("name", ["frequency", "lead", "fail", "recovery"])
def test_print_charts_are_drawings_with_a_title_and_a_description(name: str) -> None:
    drawing = ET.fromstring(print_delivery.charts(BOTH)[name])
    space = "{http://www.w3.org/2000/svg}"
    assert drawing.findtext(f"{space}title")
    assert "Software" in (drawing.findtext(f"{space}desc") or "")
    assert "nan" not in ET.tostring(drawing, encoding="unicode").lower()
