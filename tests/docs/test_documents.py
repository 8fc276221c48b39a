"""Documents say what is: commands, settings, decisions are compared with the code."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    lines = "\n".join(SHELL.findall(text)).splitlines()
    return [line.split(" #")[0].strip() for line in lines if line.strip()]


def targets() -> set[str]:
    found = re.findall(r"^([a-z][a-z-]*):.*## ", (ROOT / "Makefile").read_text(), re.M)
    return set(found)


def test_the_two_commands_of_the_readme_exist() -> None:
    said = commands((ROOT / "README.md").read_text())
    assert {"make run", "make test"} <= set(said)


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_every_make_command_of_a_document_exists(file: Path) -> None:
    asked = re.findall(
        r"`?make ([a-z]+)\b(?=[ `\n]|$)", "\n".join(commands(file.read_text()))
    )
    assert set(asked) <= targets()


def test_make_help_lists_the_targets() -> None:
    done = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in ("run", "test", "check", "fix", "demo", "bench", "lock", "help"):
        assert f"make {name}" in done.stdout


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_every_link_of_a_document_leads_to_a_file(file: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", file.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (file.parent / target).exists(), target


def anchors(file: Path) -> set[str]:
    """Return the addresses of a page's headings, as Git hosts make them."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", one.lower()).strip() for one in headings]
    return {one.replace(" ", "-") for one in plain}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_every_link_into_a_document_leads_to_a_heading(file: Path) -> None:
    for target, anchor in re.findall(
        r"\]\(([^)#\s:]*\.md)?#([^)\s]+)\)", file.read_text()
    ):
        assert anchor in anchors(file.parent / target if target else file), anchor


def test_the_index_lists_every_page() -> None:
    listed = set(
        re.findall(r"\]\(([a-z-]+\.md)\)", (ROOT / "docs" / "README.md").read_text())
    )
    there = {file.name for file in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert listed == there


def test_the_map_for_developers_is_that_of_the_tree() -> None:
    """Every folder of the application that holds code has its line, and no other."""
    told = set(
        re.findall(
            r"^\| ((?:`[a-z]+/` ?)+)\|",
            (ROOT / "docs" / "developing.md").read_text(),
            re.MULTILINE,
        )
    )
    named = {name for cell in told for name in re.findall(r"`([a-z]+)/`", cell)}
    kept = subprocess.run(
        ["git", "ls-files", "assessments", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    top = {name.split("/")[0] for name in kept if "/" in name}
    rooms = {
        name.split("/")[1]
        for name in kept
        if name.startswith("assessments/") and name.count("/") > 1
    }
    assert named == {one for one in top | rooms if not one.startswith(".")}


def test_the_table_of_settings_is_that_of_the_code() -> None:
    code = (ROOT / "compel" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    table = (ROOT / "docs" / "operating.md").read_text()
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert told == read


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == settings.VERSION
    assert (
        f"COMPEL_VERSION:-{settings.VERSION}"
        in (ROOT / "docker-compose.yml").read_text()
    )


def test_decisions_are_numbered_as_their_headings_and_have_all_parts() -> None:
    files = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [file.name[:4] for file in files]
    assert len(set(numbers)) == len(numbers)
    for file in files:
        text = file.read_text()
        assert text.startswith(f"# {file.name[:4]} "), file.name
        for part in ("Status:", "## Context", "## Decision", "## Consequences"):
            assert part in text, f"{file.name} lacks {part}"


def test_decisions_have_no_gaps() -> None:
    files = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(len(files)))
