"""A chain of entries: each one's hash covers the hash of the one before.

Nothing in it can then be changed, taken out, put in or moved without the hashes saying
so from that place on. What it cannot tell by itself is that its end was cut off: for
that, a head that was noted elsewhere is held against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from scoring.sealing.texts import canonical, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from scoring.events import Json

# What stands before the first entry.
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry of a chain; people and workspaces appear by number."""

    workspace: int
    sequence: int
    at: datetime
    actor: int | None
    verb: str
    target: tuple[str, int]
    detail: Json
    why: str
    before: Json
    after: Json
    previous_sha256: str

    @property
    def sha256(self) -> str:
        """The hash of the entry, and with it of all before it."""
        return digest(
            canonical(
                {
                    "workspace": self.workspace,
                    "sequence": self.sequence,
                    "at": self.at.astimezone(UTC).isoformat(),
                    "actor": self.actor,
                    "verb": self.verb,
                    "target": list(self.target),
                    "detail": self.detail,
                    "why": self.why,
                    "before": self.before,
                    "after": self.after,
                    "previous_sha256": self.previous_sha256,
                }
            )
        )


def breaks(entries: Iterable[tuple[Link, str]]) -> Iterator[str]:
    """Say where entries, with the hash that was stored of each, are no chain."""
    expected, previous = 1, GENESIS
    for link, stored in entries:
        if link.sequence != expected:
            yield _gap(expected, link.sequence)
        elif link.previous_sha256 != previous:
            yield f"entry {link.sequence}: it does not follow the entry before it."
        if link.sha256 != stored:
            yield f"entry {link.sequence}: it is not what was written."
        expected, previous = link.sequence + 1, stored


def _gap(expected: int, found: int) -> str:
    if found < expected:
        return f"entry {found}: it is there twice, or out of order."
    if found == expected + 1:
        return f"entry {expected}: it is missing."
    return f"entries {expected} to {found - 1}: they are missing."
