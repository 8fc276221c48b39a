"""Pictures of a plan say what their tables say, whatever they are given."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.charts import roadmap

_SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 11, 21)


def bar(**changes: object) -> roadmap.Bar:
    """A bar of a quarter."""
    plain: dict[str, object] = {
        "title": "Automate",
        "group": "Planned",
        "start": date(2026, 10, 1),
        "due": date(2026, 12, 31),
        "status": "planned",
        "status_label": "Planned",
        "overdue": False,
    }
    return roadmap.Bar(**(plain | changes))  # type: ignore[arg-type]  # by field


def words(drawing: str) -> list[str]:
    """Every text of a drawing."""
    root = ElementTree.fromstring(drawing)
    return [one.text or "" for one in root.iter(f"{_SVG}text")]


def test_quarters_groups_statuses_and_today_are_named() -> None:
    drawn = roadmap.roadmap(
        [bar(), bar(title="Later", group="Done", status="done", status_label="Done")],
        today=TODAY,
        title="Roadmap",
    )
    assert {"Q4 2026", "Planned", "Done", "today", "Later"} <= set(words(drawn))
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    description = root.findtext(f"{_SVG}desc")
    assert description == (
        "Automate: 1 Oct 2026 to 31 Dec 2026, Planned;"
        " Later: 1 Oct 2026 to 31 Dec 2026, Done"
    )


def test_overdue_is_said_in_words() -> None:
    drawn = roadmap.roadmap([bar(overdue=True)], today=TODAY, title="Roadmap")
    assert "Planned, overdue" in words(drawn)


def test_today_is_drawn_only_where_the_plan_is() -> None:
    drawn = roadmap.roadmap([bar()], today=date(2030, 1, 1), title="Roadmap")
    assert "today" not in words(drawn)


def test_a_title_cannot_break_out_of_the_picture() -> None:
    drawn = roadmap.roadmap(
        [bar(title="<script>alert(1)</script>")], today=TODAY, title="Roadmap"
    )
    assert "<script>" not in drawn
    ElementTree.fromstring(drawn)


@given(
    st.lists(
        st.tuples(st.dates(date(1970, 1, 1), date(2199, 1, 1)), st.integers(0, 4000)),
        min_size=1,
        max_size=5,
    ),
    st.dates(date(1970, 1, 1), date(2199, 1, 1)),
)
def test_any_dates_stay_on_the_sheet(
    spans: list[tuple[date, int]], today: date
) -> None:
    drawn = roadmap.roadmap(
        [bar(start=one, due=one + timedelta(days=days)) for one, days in spans],
        today=today,
        title="Roadmap",
    )
    root = ElementTree.fromstring(drawn)
    for box in root.iter(f"{_SVG}rect"):
        left, wide = float(box.get("x", 0)), float(box.get("width", 0))
        assert left >= 300
        assert left + wide <= 965


def point(code: str, impact: str, effort: int = 3) -> roadmap.Point:
    """A gap."""
    return roadmap.Point(
        code=code, name=f"Domain {code}", impact=Decimal(impact), effort=effort
    )


@pytest.mark.parametrize("impacts", [["0.10"] * 5, ["0.10", "0.099", "0.098"], ["0"]])
def test_every_gap_is_told_and_no_label_covers_another(impacts: list[str]) -> None:
    points = [point(f"D{place}", one) for place, one in enumerate(impacts)]
    drawn = roadmap.impact_by_effort(
        points, efforts=["a", "b", "c", "d", "e"], title="Gaps"
    )
    root = ElementTree.fromstring(drawn)
    description = root.findtext(f"{_SVG}desc") or ""
    assert all(f"Domain {one.code}" in description for one in points)
    labels = [
        float(one.get("y", 0))
        for one in root.iter(f"{_SVG}text")
        if (one.text or "").startswith("D")
    ]
    assert all(abs(a - b) >= 12 for i, a in enumerate(labels) for b in labels[:i])
    assert len(labels) == len(set(impacts))
