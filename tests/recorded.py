"""The one door to payloads recorded from real platforms, which are not ours to keep.

They lie beside the repository, or where COMPEL_RECORDED says. On CI their absence is a
failure; elsewhere the tests that need them are skipped, and the summary says so.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from scoring.events import Json

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One recorded object, and the request that brought it."""

    path: str
    payload: Json
    parent: Json
    # Of what was pushed: what it tells of.
    event: str = ""


def folder() -> Path:
    """Return the folder of recorded payloads, or skip (on CI: fail) the test."""
    place = Path(os.environ.get("COMPEL_RECORDED", _ROOT.parent / "shared/recorded"))
    if not place.is_dir():
        sentence = "No recorded payloads: set COMPEL_RECORDED to their folder."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return place


def rows(platform: str, name: str) -> tuple[Row, ...]:
    """Return the rows of one file."""
    return _rows(folder() / platform / f"{name}.jsonl")


def specification(name: str) -> dict[str, Json]:
    """Return an official API description."""
    return _specification(folder() / "specs" / f"{name}.json")


@cache
def _rows(file: Path) -> tuple[Row, ...]:
    with file.open(encoding="utf-8") as lines:
        return tuple(_row(json.loads(line)) for line in lines if line.strip())


def _row(plain: dict[str, Json]) -> Row:
    return Row(
        path=str(plain.get("path", "")),
        payload=plain.get("payload"),
        parent=plain.get("parent"),
        event=str(plain.get("event") or _header(plain.get("headers"))),
    )


def _header(headers: Json) -> str:
    found = headers.get("X-GitHub-Event") if isinstance(headers, dict) else None
    return str(found or "")


@cache
def _specification(file: Path) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(file.read_text(encoding="utf-8"))
    return found
