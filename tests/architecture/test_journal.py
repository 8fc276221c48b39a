"""Every service that writes tells the journal, or is named here with its reason."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.architecture.test_rooms import ROOT, WRITING

if TYPE_CHECKING:
    from pathlib import Path

_SERVICES = ROOT / "assessments" / "services"

# The journal's doors: each writes an entry.
RECORDING = {"record", "about_cycle", "about_source"}

# Modules whose writes are no acts of a person, and why.
NO_ACTS = {
    "alert_messages.py": "what is told of alerts; each message is a record",
    "alerting.py": "what is wrong, observed",
    "budgets.py": "what platforms let us ask is counted, nobody decides it",
    "collecting.py": "telemetry arrives by itself; each synchronization is a record",
    "delivering.py": "telemetry that was pushed; each delivery is a record",
    "heartbeat.py": "a worker says that it lives",
    "journal.py": "the journal itself",
    "normalizing.py": "telemetry, parsed",
    "noticing.py": "a mail is written by an act that is recorded, and sent by a worker",
    "observing.py": "telemetry, observed",
    "preferences.py": "how a person wants to see pages concerns nobody else",
    "retention.py": "time passes; the operator says how much of it matters",
    "receiving.py": "telemetry that is sent; each batch is a record",
    "scheduled_runs.py": "time passes; each run is a record",
    "stretching.py": "what platforms cannot tell between two deployments, observed",
    "tables.py": "telemetry that is uploaded; each row is a record",
    "filing.py": "files of telemetry, unpacked",
    "vanishing.py": "what platforms no longer have, observed",
    "file_store.py": "bytes of evidence, whose adding is recorded",
    "versioning.py": "keeps what a change made of the rules; the change is recorded",
}


def _records(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in RECORDING
        and isinstance(node.value, ast.Name)
        and node.value.id == "journal"
        for node in ast.walk(tree)
    )


def _writes(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITING
        and "objects" in ast.unparse(node.func.value)
        for node in ast.walk(tree)
    )


def _silent(file: Path) -> list[str]:
    """Return the public functions of a module that write and record nothing.

    A function speaks through the functions of its module that it calls.
    """
    functions = {
        node.name: node
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }

    def reached(name: str, seen: set[str]) -> set[str]:
        seen.add(name)
        for node in ast.walk(functions[name]):
            if (
                isinstance(node, ast.Name)
                and node.id in functions
                and node.id not in seen
            ):
                reached(node.id, seen)
        return seen

    silent = []
    for name in functions:
        if name.startswith("_"):
            continue
        whole = [functions[one] for one in reached(name, set())]
        if any(map(_writes, whole)) and not any(map(_records, whole)):
            silent.append(name)
    return silent


# Functions of recording modules that write for callers who record, and why.
NO_ACTS_OF = {
    ("api_tokens.py", "opened_by"): "a token notes when it was used last",
    ("hooks.py", "receive"): "each delivery is a record",
    ("inviting.py", "retire"): "a link ends with what its caller records",
    ("organization.py", "remove_workspace"): "a simulated journal goes with the rest",
    ("participating.py", "copy"): "part of starting a cycle, which is recorded",
    ("participating.py", "trim"): "part of editing a draft, which is recorded",
    ("reporting.py", "give_up"): "a worker could not make what was asked for",
    ("reporting.py", "reap"): "a worker died",
    ("sharing.py", "look"): "a link notes when it was opened last",
    ("sheets.py", "discard"): "a sheet that was not taken leaves nothing behind",
    ("sheets.py", "keep"): "what a sheet says is recorded when it is taken",
    ("sources.py", "ask_synchronization"): "each synchronization is a record",
    ("walks.py", "begin"): "the past is read by itself; each walk is a record",
    ("walks.py", "begin_again"): "the last days are read again by themselves",
    ("walks.py", "start_over"): "part of reading anew what was changed",
}


@pytest.mark.parametrize(
    "file",
    [file for file in sorted(_SERVICES.glob("*.py")) if file.name not in NO_ACTS],
    ids=lambda file: file.name,
)
def test_every_service_that_writes_tells_the_journal(file: Path) -> None:
    silent = [one for one in _silent(file) if (file.name, one) not in NO_ACTS_OF]
    assert not silent, f"{file.name}: record what was done, or say why it is no act"


def test_the_exceptions_are_there() -> None:
    for name in NO_ACTS:
        assert _silent(_SERVICES / name), f"{name} is no exception any more"
    for name, function in NO_ACTS_OF:
        assert function in _silent(_SERVICES / name), (name, function)


def test_the_look_for_silence_finds_one(tmp_path: Path) -> None:
    file = tmp_path / "service.py"
    file.write_text("def quiet():\n    Thing.objects.create()\n")
    assert _silent(file) == ["quiet"]
    file.write_text(
        "def loud():\n    Thing.objects.create()\n    _tell()\n"
        "def _tell():\n    journal.record()\n"
    )
    assert _silent(file) == []
