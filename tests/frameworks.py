"""Small frameworks for tests, as plain data; and the documents that are shipped."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import yaml

from scoring import rubric

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json

_ROOT = Path(__file__).parent.parent
SHIPPED = _ROOT / "fixtures" / "frameworks"
KEYS = sorted(file.stem for file in SHIPPED.glob("*.yaml"))
DOCS = _ROOT / "docs"

Row = dict[str, "Json"]


def topic(code: str, /, **changes: Json) -> Row:
    """A topic of which only the code matters."""
    levels: Row = {str(level): f"Sentence {level} of {code}." for level in range(1, 6)}
    made: Row = {
        "code": code,
        "name": f"Topic {code}",
        "question": "How far is this done?",
        "levels": levels,
        "source": ["own"],
    }
    return made | changes


def criterion(code: str, topic: str, /, **changes: Json) -> Row:
    """A criterion on change lead time, unless told otherwise."""
    made: Row = {
        "code": code,
        "name": f"Criterion {code}",
        "topic": topic,
        "lane": "code",
        "window_days": 90,
        "minimum_n": 5,
        "minimum_coverage": 0.5,
        "ladder": ladder("30 days", "7 days", "24 hours", "1 hour"),
        "source": ["own"],
    }
    return made | changes


def ladder(
    *lines: Json, metric: str = "change_lead_time", asks: str = "at_most"
) -> Json:
    """A ladder of one metric, from level 2 upward."""
    return [
        {"level": level, "when": [{"metric": metric, asks: line}]}
        for level, line in enumerate(lines, start=2)
    ]


def domain(code: str, /, *topics: Row, **changes: Json) -> Row:
    """A domain of these topics."""
    made: Row = {
        "code": code,
        "name": f"Domain {code}",
        "purpose": "Shows something.",
        "topics": list(topics),
        "source": ["own"],
    }
    return made | changes


def plain(*pillars: Row, **changes: Json) -> Row:
    """An edition; without pillars it has three domains, two of them measured."""
    made: Row = {
        "key": "small",
        "version": "1",
        "title": "A small framework",
        "publications": [{"tag": "own", "title": "Our own words"}],
        "scale": {
            "step": 0.5,
            "levels": [{"level": n, "name": f"Level {n}"} for n in range(1, 6)],
        },
        "scoring": {
            "minimum_coverage": 0.5,
            "confidence": {
                "low": 0.4,
                "medium": 0.7,
                "high": 0.9,
                "not_stated": 0.5,
                "decided": 0.9,
            },
            "confidence_labels": [
                {"name": "low", "at_least": 0},
                {"name": "high", "at_least": 0.75},
            ],
            "source": "own",
        },
        "vantage_points": [{"key": "leadership", "name": "Leadership"}],
        "pillars": list(pillars) or _pillars(),
    }
    return made | changes


def _pillars() -> list[Json]:
    return [
        {
            "code": "process",
            "name": "Process",
            "domains": [
                domain(
                    "A",
                    topic("A.1"),
                    topic("A.2"),
                    topic("A.3", weight=2),
                    criteria=[criterion("A.M1", "A.1"), criterion("A.M2", "A.1")],
                ),
                domain("B", topic("B.1"), criteria=[criterion("B.M1", "B.1")]),
            ],
        },
        {"code": "people", "name": "People", "domains": [domain("C", topic("C.1"))]},
    ]


def edition(*pillars: Row, **changes: Json) -> rubric.Edition:
    """The same, parsed."""
    return rubric.parse(plain(*pillars, **changes))


@cache
def shipped(key: str) -> Mapping[str, Json]:
    """The plain document of a shipped edition."""
    document = _read(SHIPPED / f"{key}.yaml")
    for file in sorted((SHIPPED / "translations").glob(f"{key}.*.yaml")):
        spoken = document.setdefault("translations", {})
        spoken[file.stem.removeprefix(f"{key}.")] = _read(file)  # type: ignore[index, call-overload]  # plain data, known shape
    return document


def _read(file: Path) -> Row:
    read = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    return cast("Row", json.loads(json.dumps(read)))
