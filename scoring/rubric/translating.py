"""The texts of an edition that people read, each with its address.

A field that is annotated with `Text` can be translated. The address of a text is the
code of its part and the way from there: `D1.1/question`, `D1.1/levels/3`,
`D1/evidence/0`, `vantage_points/oversight/name`, `scale/levels/2/short`,
`D7/prerequisites/D6-2/why`. What has no name goes by its place in the list. Only a
criterion, which may bear the code of its topic, is named within its domain:
`D7/criteria/D7.2/name`.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from typing import TYPE_CHECKING, TypeGuard, TypeVar

from scoring.rubric.criteria import Criterion, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import DataclassInstance

    from scoring.events import Json

    # From address and text to the text that stands there instead.
    Say = Callable[[str, Text], Text]

_P = TypeVar("_P", bound="DataclassInstance")


def texts(part: DataclassInstance) -> dict[str, Text]:
    """Return every text of an edition by its address."""
    found: dict[str, Text] = {}
    said(part, lambda at, text: found.setdefault(at, text))
    return found


def said(part: _P, say: Say, at: str = "") -> _P:
    """Return a part in which `say` has had its word on each text."""
    changes: dict[str, object] = {}
    for name, is_text in _fields(type(part)):
        value: object = getattr(part, name)
        here = _joined(at, name)
        if is_text:
            changes[name] = _said_texts(value, say, here)
        elif isinstance(value, tuple):
            changes[name] = tuple(
                said(one, say, _place(one, here, index)) if _is_part(one) else one
                for index, one in enumerate(value)
            )
        elif _is_part(value):
            changes[name] = said(value, say, here)
    return dataclasses.replace(part, **changes)


def flat(plain: Json) -> Iterator[tuple[str, Json]]:
    """Yield what stands in a tree of mappings and lists, each with its address.

    Translations may be written as a tree, by code and field, or by address at once.
    """
    if isinstance(plain, dict):
        branches = [(str(key), one) for key, one in plain.items()]
    elif isinstance(plain, list):
        branches = [(str(index), one) for index, one in enumerate(plain)]
    else:
        yield "", plain
        return
    for name, one in branches:
        for address, leaf in flat(one):
            yield _joined(name, address), leaf


@cache
def _fields(of: type[DataclassInstance]) -> tuple[tuple[str, bool], ...]:
    """List the fields that are given, and whether each is for people to read."""
    return tuple(
        (field.name, re.search(r"\bText\b", str(field.type)) is not None)
        for field in dataclasses.fields(of)
        if field.init
    )


def _said_texts(value: object, say: Say, at: str) -> object:
    if isinstance(value, tuple):
        return tuple(say(_joined(at, str(i)), one) for i, one in enumerate(value))
    if isinstance(value, dict):
        return {key: say(_joined(at, str(key)), one) for key, one in value.items()}
    text = str(value)
    return say(at, text) if text else text


def _is_part(value: object) -> TypeGuard[DataclassInstance]:
    return dataclasses.is_dataclass(value)


def _place(part: object, within: str, index: int) -> str:
    code = getattr(part, "code", None)
    if code is not None and not isinstance(part, Criterion):
        return str(code)
    names = (getattr(part, field, None) for field in ("key", "tag", "code", "place"))
    name = next((one for one in names if one is not None), index)
    return _joined(within, str(name))


def _joined(at: str, name: str) -> str:
    return f"{at}/{name}" if at and name else at or name
