"""A sealed cycle verified from its file alone: what was tampered with is found."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import verifying
from scoring.__main__ import main
from scoring.sealing import canonical, digest, export, signed_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SEALED = Path(__file__).with_name("sealed_2.json")
_FIRST = Path(__file__).parents[1] / "assessments" / "services" / "sealed_1.json"

Place = tuple[str | int, ...]


def _document() -> dict[str, Any]:
    return verifying.read(_SEALED.read_text())


def _leaves(plain: object, place: Place = ()) -> Iterator[Place]:
    children: Any = ()
    if isinstance(plain, dict):
        children = plain.items()
    elif isinstance(plain, list):
        children = enumerate(plain)
    if not children:
        yield place
    for key, value in children:
        yield from _leaves(value, (*place, key))


def _changed(document: Any, place: Place, value: object) -> Any:
    changed = copy.deepcopy(document)
    inside = changed
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    return changed


def _at(document: Any, place: Place) -> object:
    for key in place:
        document = document[key]
    return document


_LEAVES = sorted(_leaves(_document()), key=str)
_CONTENT = json.loads(_document()["content"])
_CONTENT_LEAVES = sorted(_leaves(_CONTENT), key=str)
_anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(0, 9), st.text(), st.just([])
)


def test_a_sealed_cycle_holds() -> None:
    found = verifying.verify(_document())
    assert found.holds, found.differences
    assert found.sha256 == _document()["sha256"]


def test_a_cycle_of_the_first_format_still_holds() -> None:
    kept = json.loads(_FIRST.read_text())
    found = verifying.verify(
        export(content=kept["content"], sha256=kept["sha256"], edition=kept["edition"])
    )
    assert found.holds, found.differences


@given(place=st.sampled_from(_LEAVES), value=_anything)
def test_any_leaf_of_the_file_that_is_changed_is_found(
    place: Place, value: object
) -> None:
    document = _document()
    changed = _changed(document, place, value)
    if canonical(changed) == canonical(document):
        return
    try:
        read = verifying.read(json.dumps(changed))
    except verifying.NotSealed:
        return
    assert not verifying.verify(read).holds


@given(place=st.sampled_from(_CONTENT_LEAVES), value=_anything)
def test_a_changed_content_is_found_by_its_signatures_even_if_hashed_anew(
    place: Place, value: object
) -> None:
    content = _changed(_CONTENT, place, value)
    if signed_part(content) == signed_part(_CONTENT):
        return  # the moment of locking and the like: only the hash tells
    document = _document()
    text = canonical(content)
    document |= {"content": text, "sha256": digest(text)}
    assert not verifying.verify(document).holds


def test_a_byte_that_is_changed_in_the_content_is_found() -> None:
    document = _document()
    text = document["content"]
    for place in range(0, len(text), 97):
        broken = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        assert not verifying.verify(document | {"content": broken}).holds


def _resigned(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Return a forgery that even signs itself: only computing again can tell."""
    content = copy.deepcopy(_CONTENT)
    change(content)
    for one in content["signatures"]:
        one["sha256"] = digest(signed_part(content))
    text = canonical(content)
    return _document() | {"content": text, "sha256": digest(text)}


_FORGED: dict[str, Callable[[dict[str, Any]], None]] = {
    "score topic B.1": lambda c: c["scores"][-2].update(agreed=["5.0"] * 3),
    "score": lambda c: c["scores"].pop(),
    "proposal A.M1": lambda c: c["proposals"][0].update(level="5.0"),
    "proposal: one is there twice": lambda c: c["proposals"].append(c["proposals"][0]),
    "their card": lambda c: c["ratings"][0].update(level=5),
    "the last one is": lambda c: c["ratings"].append(
        c["ratings"][0] | {"id": c["ratings"][-1]["id"] + 1}
    ),
    "score topic A.2": lambda c: c["settlements"][0].update(level="5.0"),
    "score domain B": lambda c: c["decisions"][-1].update(level="5.0"),
    "proposal B.M1": lambda c: c["measurements"][2].update(value=60.0),
    "another one": lambda c: c["edition"].update(version="2"),
    "is not known here": lambda c: c.update(format="compel-cycle/9"),
    "cannot be computed": lambda c: c.pop("measurements"),
    "who locked it has not signed": lambda c: c["cycle"].update(locked_by=1),
    "0 of 1 hold": lambda c: c["signatures"].clear(),
}


@pytest.mark.parametrize("says", _FORGED)
def test_a_forgery_that_signs_itself_is_found_by_computing_again(says: str) -> None:
    found = verifying.verify(_resigned(_FORGED[says]))
    assert any(says in one for one in found.differences), found.differences


def test_a_whole_forgery_is_told_from_the_original_by_the_noted_hash() -> None:
    forged = _resigned(lambda content: content["cycle"].update(title="Another"))
    assert verifying.verify(forged).holds
    noted = _document()["sha256"]
    assert not verifying.verify(forged, expected=noted).holds
    assert verifying.verify(_document(), expected=noted.upper()).holds


# ── the command ────────────────────────────────────────────────────────────────────


def test_the_command_says_that_a_file_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(_SEALED)]) == 0
    said = capsys.readouterr().out
    assert "It holds." in said
    assert _document()["sha256"] in said


def test_the_command_says_what_does_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sealed.json"
    file.write_text(json.dumps(_document() | {"sha256": "0" * 64}))
    assert main(["verify", str(file)]) == 1
    assert "It does NOT hold." in capsys.readouterr().out
    assert main(["verify", str(_SEALED), "--sha256", "0" * 64]) == 1
    assert "expected" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "compel-sealed-cycle/2"}',
        '{"format": "x", "format": "compel-sealed-cycle/1"}',
        '{"format": "compel-sealed-cycle/1", "n": NaN}',
        "[" * 100_000,
        "\x00",
    ],
)
def test_what_is_no_such_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    assert main(["verify", str(file)]) == 2
    assert str(file) in capsys.readouterr().err


def test_bytes_that_are_no_text_and_no_file_at_all_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "binary"
    file.write_bytes(b"\xff\xfe\x00")
    assert main(["verify", str(file)]) == 2
    assert main(["verify", str(tmp_path / "missing")]) == 2
