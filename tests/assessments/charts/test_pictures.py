"""Drawings of the server: whole, reachable, in the page's colors, honest in grey."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from assessments.charts import portfolio, practices, strips
from assessments.queries.drifting import Stream
from assessments.queries.portfolio import Moved, Mover
from assessments.queries.practices import Practice, Standing, Topic
from assessments.queries.strips import Piece, Strip

if TYPE_CHECKING:
    from assessments.charts.figures import Figure, Picture

DAY = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
QUIET = Stream(first=DAY, last=DAY, seen=0, breached=0, degradations=0, reactions=0)
SVG = "{http://www.w3.org/2000/svg}"


def standing(key: str, *levels: str | None) -> Standing:
    """A unit with these levels in a framework of five steps."""
    return Standing(
        edition_key=key,
        edition_title="Practices",
        unit="Shop & Co",
        cycle_id=7,
        cycle_title="Spring",
        period_end=DAY,
        locked=True,
        steps=("None", "Some", "Most", "All"),
        lowest=1,
        practices=tuple(
            Practice(
                code=f"P{number}",
                name=f"Practice <{number}>",
                group="First" if number < 2 else "Second",
                level=None if level is None else Decimal(level),
                measured=False,
                coverage=None if level is None else Decimal(1),
                because=(),
                topics=(Topic(name="Owner", level=None),),
                facts={"Owner": ("Somebody",)},
            )
            for number, level in enumerate(levels)
        ),
    )


def practised(key: str, *levels: str | None, stream: Stream = QUIET) -> Figure:
    return practices.figure(
        standing(key, *levels),
        stream=stream,
        href=lambda shown, code: f"/cycles/{shown.cycle_id}/{code}?a=1&b=2",
    )


def strip(number: int, *stages: str, hours: float = 6, lane: str = "code") -> Strip:
    span = timedelta(hours=hours / len(stages))
    start = NOON - timedelta(hours=hours)
    return Strip(
        change=f"change-{number}",
        service="Checkout",
        lane=lane,
        deployment_id=number,
        deployed_at=NOON,
        seconds=hours * 3600,
        pieces=tuple(
            Piece(
                stage=stage, start=start + place * span, end=start + (place + 1) * span
            )
            for place, stage in enumerate(stages)
        ),
    )


def gantt() -> Figure:
    return strips.figure(
        [strip(1, "coding", "review", "waiting", "deploy"), strip(2, "", hours=48)],
        first=DAY,
        last=DAY,
        most=20,
        href=lambda one: f"/deployments/{one.deployment_id}",
    )


def mover(change: str) -> Mover:
    return Mover(
        unit="Shop",
        cycle_id=7,
        since="Before",
        code="D1",
        name="Data",
        before=Decimal(3),
        now=3 + Decimal(change),
        change=Decimal(change),
        uncertainty=Decimal("0.4"),
    )


KEYS = ("calms-ml", "unified-pipeline", "mlops-levels", "three-planes")
FIGURES = {key: practised(key, "3.5", "1.0", None) for key in KEYS} | {
    "strips": gantt()
}


def sides(figure: Figure) -> list[str]:
    picture: Picture | None = figure.picture
    assert picture is not None
    return [picture.wide, picture.narrow]


@pytest.mark.parametrize("name", FIGURES)
def test_a_picture_is_whole_and_says_what_it_shows(name: str) -> None:
    for drawn in sides(FIGURES[name]):
        tree = ET.fromstring(drawn)
        assert tree.get("aria-label") == FIGURES[name].title
        _, _, width, height = map(float, (tree.get("viewBox") or "").split())
        for box in tree.iter(f"{SVG}rect"):
            if box.get("height", "").endswith("%"):
                continue
            assert 0 <= float(box.get("x") or 0) <= width
            right = float(box.get("x") or 0) + float(box.get("width") or 0)
            low = float(box.get("y") or 0) + float(box.get("height") or 0)
            assert right <= width + 1
            assert low <= height + 1


@pytest.mark.parametrize("name", FIGURES)
def test_everything_in_a_picture_is_a_link_with_a_name(name: str) -> None:
    for drawn in sides(FIGURES[name]):
        links = list(ET.fromstring(drawn).iter(f"{SVG}a"))
        assert links
        assert all(one.get("href") and one.get("aria-label") for one in links)


@pytest.mark.parametrize("name", FIGURES)
def test_pictures_have_the_colors_of_the_page(name: str) -> None:
    style = Path("static/css/compel.css").read_text(encoding="utf-8")
    for drawn in sides(FIGURES[name]):
        tokens = set(re.findall(r"var\((--c-[\w-]+)\)", drawn))
        assert tokens
        assert {one for one in tokens if f"  {one}: " not in style} == set()
        assert not re.search(r"#[0-9a-f]{6}\b", drawn)


@pytest.mark.parametrize("key", KEYS)
def test_what_is_unknown_is_dashed_named_and_no_number(key: str) -> None:
    figure = FIGURES[key]
    assert "unknown" in figure.title
    assert "Practice <2>" in figure.title
    assert all("stroke-dasharray" in drawn for drawn in sides(figure))
    assert figure.table is not None
    unknown = figure.table.rows[2]
    assert (unknown[2].text, unknown[2].value) == ("—", None)
    assert dict(figure.facts)["n"] == "2 of 3"


def test_a_ring_is_lit_from_two_thirds_of_the_scale_on() -> None:
    assert (
        "2 of 4 rings are lit"
        in practised("calms-ml", "3.0", "2.5", "4.0", "1.0").title
    )


def test_planes_tell_of_drift_only_what_was_seen() -> None:
    assert "unknown" in practices.streaming(QUIET)
    seen = Stream(first=DAY, last=DAY, seen=40, breached=3, degradations=4, reactions=2)
    figure = practised("three-planes", "3.0", "3.0", "3.0", stream=seen)
    assert "drift went over its line 3 times" in figure.title
    assert "machines answered 2 of 4 degradations" in practices.streaming(seen)


def test_a_framework_without_an_assessment_says_so() -> None:
    figure = practices.unassessed("calms-ml", "CALMS for ML", unit="Shop")
    assert figure.empty == "There is no scored assessment of “CALMS for ML” for Shop."
    assert figure.picture is None


def test_strips_say_which_part_of_their_time_is_told_apart() -> None:
    facts = dict(gantt().facts)
    assert facts["n"] == "2 of at most 20"
    assert facts["Coverage"] == "11\N{NO-BREAK SPACE}%"  # 6 of 54 hours


def test_movers_name_the_largest_and_what_could_not_be_compared() -> None:
    told = Moved(movers=(mover("-1.0"), mover("0.5")), compared=4, cells=10)
    assert (told.rises, told.falls) == (1, 1)
    none = Moved(movers=(), compared=0, cells=10)
    assert "nothing moved" in portfolio._moved_title(none)
    assert "No unit has an earlier locked cycle" in portfolio._why_none(none)
    assert "−1.0" in portfolio._moved_title(told)
