"""Every connector has its page, and its line in the table of connectors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assessments.connectors.registry import OURS

FOLDER = Path(__file__).resolve().parents[2] / "docs/connectors"
PARTS = ("| address |", "## What becomes of it", "## Limits", "## Verified against")


@pytest.mark.parametrize("kind", sorted(OURS))
def test_every_kind_has_its_page(kind: str) -> None:
    page = (FOLDER / f"{kind}.md").read_text(encoding="utf-8")

    assert page.startswith("# ")
    assert [part for part in PARTS if part not in page] == []


def test_the_table_of_connectors_is_that_of_the_registry() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\w+)\]\((\w+)\.md\) \| (.+?) \| .+ \|$", text, re.M)

    assert [(kind, page, label) for kind, page, label in rows] == [
        (kind, kind, OURS[kind].label) for kind in sorted(OURS)
    ]


def test_the_protocol_of_the_page_is_that_of_the_code() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    verbs = re.findall(r"^\| `(\w+)\(", text, re.M)

    for connector in OURS.values():
        assert all(callable(getattr(connector, verb)) for verb in verbs)
    assert len(verbs) == 5
