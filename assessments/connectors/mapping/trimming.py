"""What is kept of a payload that nobody knows beforehand: everything but people.

A mapping names more fields that go; what a platform calls them does not matter:
`assigned_to`, `Assigned to` and `assignedTo` are the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assessments.connectors.base import PEOPLE, Trimming, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.events import Json

# Fields that hold people or free texts on many platforms.
LEFT_OUT = (
    "actor", "additional comments", "approver", "assigned to", "caller", "caller id",
    "close notes", "closed by", "comments", "contact", "created by", "creator",
    "description", "incident role assignments", "modified by", "notes", "on call",
    "opened by", "owner", "phone", "postmortem body", "requested by", "requested for",
    "resolved by", "responders", "short description", "summary", "sys created by",
    "sys updated by", "text", "triggered by", "updated by", "watch list", "work notes",
)  # fmt: skip
_DEEPEST = 30
_BREAKS = re.compile(r"[^a-z0-9]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def plain_name(name: str) -> str:
    """Return a name in the one form in which names are compared."""
    return _BREAKS.sub(" ", _HUMPS.sub(" ", name).lower()).strip()


_PEOPLE = frozenset(map(plain_name, PEOPLE))


def kept_of(body: dict[str, Json], left_out: Iterable[str]) -> dict[str, Json]:
    """Return what is kept of a payload."""
    unwanted = _PEOPLE.union(map(plain_name, left_out))
    dropped = frozenset(name for name in _names(body) if plain_name(name) in unwanted)
    kept = trimmed(body, Trimming(dropped=PEOPLE | dropped))
    return kept if isinstance(kept, dict) else {}


def _names(value: Json, depth: int = 0) -> Iterator[str]:
    inner: list[Json] = value if isinstance(value, list) else []
    if isinstance(value, dict):
        yield from value
        inner = list(value.values())
    for each in inner if depth < _DEEPEST else []:
        yield from _names(each, depth + 1)
