"""The cases of docs/worked-cases.md: the engine says what the pencil says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scoring.__main__ import main

if TYPE_CHECKING:
    from scoring.events import Json

PAGE = (Path(__file__).parents[2] / "docs" / "worked-cases.md").read_text()
CASES = dict(re.findall(r"^### (.+?)\n(.+?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))


def _block(case: str, language: str) -> list[str]:
    blocks = re.findall(rf"^```{language}\n(.*?)^```", case, re.MULTILINE | re.DOTALL)
    [block] = map(str, blocks)
    return block.splitlines()


def _at(found: Json, path: str) -> Json:
    for key in path.split("."):
        assert isinstance(found, dict)
        assert key in found, f"{path}: there are {', '.join(found)}"
        found = found[key]
    return found


def test_the_page_has_cases() -> None:
    assert len(CASES) > 20


@pytest.mark.parametrize("name", CASES)
def test_the_engine_says_what_the_page_works_out(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = tmp_path / "events.jsonl"
    events.write_text("\n".join(_block(CASES[name], "jsonl")), encoding="utf-8")
    said = dict(line.split(": ", 1) for line in _block(CASES[name], "expect"))
    options = said.pop("options", "").split()

    assert main(["measure", str(events), *options, "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert said
    for path, figure in said.items():
        wanted = json.loads(figure)
        if isinstance(wanted, int | float) and not isinstance(wanted, bool):
            wanted = pytest.approx(wanted, rel=1e-4)
        if isinstance(wanted, list):
            wanted = pytest.approx(wanted, rel=1e-4)
        assert _at(found, path) == wanted, path
