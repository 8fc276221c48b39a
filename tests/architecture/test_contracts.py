"""The import contracts hold, and each one breaks on a violation planted in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# The contract's id, the file that gets the line or is made, and the line.
VIOLATIONS: dict[str, tuple[str, str]] = {
    "storeys": ("scoring/events.py", "import assessments.access"),
    "compel-rooms": ("compel/extra.py", ""),
    "assessments-rooms": ("assessments/utils.py", ""),
    "scoring-rooms": ("scoring/helpers.py", ""),
    "connectors-rooms": (
        "assessments/connectors/base.py",
        "import assessments.connectors.http",
    ),
    "scoring-pure": ("scoring/events.py", "import socket"),
    "tables-door": ("assessments/views/home.py", "import assessments.models.cycle"),
    "writers-door": (
        "assessments/queries/home.py",
        "import assessments.services.journal",
    ),
    "connectors-door": (
        "assessments/views/home.py",
        "import assessments.connectors.base",
    ),
    "engine-door": ("assessments/views/home.py", "import scoring.engine"),
    "library-doors": ("assessments/views/home.py", "import httpx"),
    "no-knots": (
        "assessments/services/journal.py",
        "import assessments.services.organization",
    ),
}


def contracts() -> list[dict[str, str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found: list[dict[str, str]] = settings["tool"]["importlinter"]["contracts"]
    return found


def lint(folder: Path, *which: str) -> subprocess.CompletedProcess[str]:
    options = [part for one in which for part in ("--contract", one)]
    script = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(script), "--no-cache", *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Plant one violation in a copy for each contract; return what the linter says."""

    def try_one(name: str) -> tuple[str, str]:
        folder = tmp_path_factory.mktemp(name)
        for part in ("compel", "assessments", "scoring"):
            shutil.copytree(
                ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        shutil.copy(ROOT / "pyproject.toml", folder)
        place, line = VIOLATIONS[name]
        with (folder / place).open("a") as file:
            file.write(f"\n{line}\n")
        done = lint(folder, name)
        shutil.rmtree(folder)
        return name, f"{done.returncode} {done.stdout}"

    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(pool.map(try_one, VIOLATIONS))


def test_all_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_every_contract_has_a_violation_to_break_it() -> None:
    assert {one["id"] for one in contracts()} == set(VIOLATIONS)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_contract_breaks_on_its_violation(name: str, broken: dict[str, str]) -> None:
    title = next(one["name"] for one in contracts() if one["id"] == name)
    said = broken[name]
    assert said.startswith("1 "), said
    assert title in said or "does not exist" not in said, said
    assert "BROKEN" in said, said
