"""What imports cannot show: who writes, what scoring may know, what lies where."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]

WRITING = {
    "save",
    "asave",
    "create",
    "acreate",
    "update",
    "aupdate",
    "delete",
    "adelete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
# Modules that scoring may import, and where only one of its rooms may.
SCORING_MAY = {
    "_typeshed",  # names of types, which type checkers alone read
    "__future__",
    "argparse",
    "array",
    "bisect",
    "collections",
    "contextlib",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "gzip",
    "hashlib",
    "heapq",
    "io",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "scoring",
    "statistics",
    "string",
    "sys",
    "types",
    "typing",
    "zlib",
}
TOP_FOLDERS = {
    ".ci",
    "assessments",
    "benchmarks",
    "compel",
    "docs",
    "fixtures",
    "requirements",
    "scoring",
    "static",
    "templates",
    "tests",
}
TOP_FILES = {
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "docker-compose.yml",
    "manage.py",
    "pyproject.toml",
}


def sources(*parts: str) -> list[Path]:
    return sorted(
        file
        for part in parts
        for file in (ROOT / part).rglob("*.py")
        if "__pycache__" not in file.parts
    )


def tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in done.stdout.split("\0") if name]


def services_named(tree: ast.AST) -> set[str]:
    """Return the names under which a module knows services: those are to be asked."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("assessments.services")
        for alias in node.names
    }


def writing_calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    services = services_named(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner))) if (
                owner in services
            ):
                pass
            case ast.Call(func=ast.Attribute(attr=name)) if name in WRITING:
                yield node.lineno, name
            case _:
                pass


# Rooms that may hold a row or a queryset, or be handed one. Services and migrations
# write; charts, connectors, forms and reports cannot reach the tables at all.
READERS = ("admin", "api", "checks", "management", "queries", "tasks", "templatetags")


@pytest.mark.parametrize(
    "file",
    [
        file
        for file in sources("assessments")
        if file.relative_to(ROOT).with_suffix("").parts[1] in (*READERS, "views")
    ],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_only_services_and_migrations_write(file: Path) -> None:
    found = list(writing_calls(ast.parse(file.read_text())))
    assert not found, f"{file}: ask a service to write; dicts merge with |"


@pytest.mark.parametrize(
    "line",
    [
        "Cycle.objects.filter(pk=1).update(state='locked')",
        "from assessments.services import cycles; row.save()",
    ],
)
def test_the_look_for_writers_sees_one(line: str) -> None:
    assert len(list(writing_calls(ast.parse(line)))) == 1


def test_asking_a_service_to_write_is_not_writing() -> None:
    tree = ast.parse("from assessments.services import cycles; cycles.create(by=me)")
    assert list(writing_calls(tree)) == []


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Import(names=aliases):
                names |= {alias.name.split(".")[0] for alias in aliases}
            case ast.ImportFrom(module=str(module), level=0):
                names.add(module.split(".")[0])
            case _:
                pass
    return names


@pytest.mark.parametrize(
    "file", sources("scoring"), ids=lambda file: str(file.relative_to(ROOT))
)
def test_scoring_imports_an_allowed_list(file: Path) -> None:
    library = {"nltk"} if file.name == "agreement.py" else {"numpy"}
    assert imported(file) <= SCORING_MAY | library


def test_scoring_alone_loads_no_framework() -> None:
    code = (
        "import sys, scoring.engine, scoring.metrics, scoring.rubric;"
        "print([m for m in ('django', 'sqlite3', 'httpx') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_the_top_level_holds_exactly_these() -> None:
    names = {name.split("/")[0]: "/" in name for name in tracked()}
    folders = {name for name, is_folder in names.items() if is_folder}
    files = {name for name, is_folder in names.items() if not is_folder}
    assert folders == TOP_FOLDERS
    assert {name for name in files if not name.startswith(".")} <= TOP_FILES


TEXTS = (
    ".py",
    ".md",
    ".yaml",
    ".yml",
    ".html",
    ".js",
    ".css",
    ".txt",
    ".toml",
    ".json",
    ".jsonl",
    ".csv",
    ".sh",
    "",
)
# Names that nobody can own, or that only tell where a program is from.
FREE = re.compile(
    r"@(?:[\w-]+\.)*(?:example\.(?:org|com|net)|example|invalid|test|localhost)\b"
)
ADDRESS = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}\b", re.IGNORECASE)


def readable(prefixes: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for name in tracked():
        file = ROOT / name
        if name.startswith("static/vendor/") or file.suffix not in TEXTS:
            continue
        if file.is_file() and not name.startswith(prefixes or "\0"):
            yield name, file.read_text(errors="replace")


def test_no_mail_address_of_a_real_domain_is_in_the_repository() -> None:
    found = [
        (name, address)
        for name, text in readable()
        for address in ADDRESS.findall(text)
        if not FREE.search(address)
        and not address.startswith(("git@", "x-access-token"))
    ]
    assert found == []


def test_no_path_of_a_machine_is_in_the_repository() -> None:
    path = re.compile(r"(?<![\w.])/(?:work|home/\w+|Users/\w+)/(?=\w)")
    found = [
        (name, match.group())
        for name, text in readable(prefixes=("tests/architecture/",))
        for match in path.finditer(text)
    ]
    assert found == []


def test_vendored_files_carry_version_and_license() -> None:
    folders = [
        folder for folder in (ROOT / "static/vendor").iterdir() if folder.is_dir()
    ]
    assert folders
    for folder in folders:
        assert (folder / "VERSION").is_file(), folder
        assert list(folder.glob("LICENSE*")), folder
