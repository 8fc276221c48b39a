"""Saying: what a change or a commit tells in words of what it undoes or repeats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.attribution.rules import Rules
    from scoring.events import Attributes

# Where platforms keep what a change or a deployment is called.
_TITLES = ("title", "message", "branch", "head", "head_ref", "source_branch")
_TEXTS = ("message", "body", "description", "title")
_LONGEST = 300  # characters of a title that are looked at
_REVERTED = re.compile(r"\bThis reverts commit ([0-9a-f]{40})\b")
_PICKED = re.compile(r"\(cherry picked from commit ([0-9a-f]{40})\)")
# What brings a change back that was reverted; Git calls it a reapply.
_BRINGS_BACK = re.compile(r"^(revert\w*\W+revert|re-?apply\b)", re.IGNORECASE)


class Repair(NamedTuple):
    """Something that says it reverts or repairs, and of what."""

    # The commit that it says it reverts.
    reverts: str | None = None
    # Whether it says in words or by a flag that it repairs; else it only names one.
    said: bool = True


def repair_of(
    told: Attributes, rules: Rules, labels: Iterable[str] = ()
) -> Repair | None:
    """Return what an event repairs by its own words; None if it does not say so."""
    words = _words(told, labels)
    flagged = any(told.get(flag) is True for flag in rules.repair_flags)
    if flagged or any(rules.says_repair(text) for text in words):
        return Repair(reverts=_reverted(told))
    named = told.get("reverts")
    if isinstance(named, str) and not any(map(_BRINGS_BACK.search, words)):
        return Repair(reverts=named, said=False)
    return None


def picked_from(told: Attributes) -> tuple[str, ...]:
    """Return the commits that an event says it was cherry-picked from."""
    named = told.get("cherry_picked_from")
    if isinstance(named, str):
        return (named,)
    texts = (told.get(key) for key in _TEXTS)
    found = [_PICKED.findall(text) for text in texts if isinstance(text, str)]
    return tuple(dict.fromkeys(sha for shas in found for sha in shas))


def _words(told: Attributes, labels: Iterable[str]) -> list[str]:
    listed = told.get("labels")
    texts = (
        *labels,
        *(told.get(key) for key in _TITLES),
        *(listed if isinstance(listed, list) else ()),
    )
    return [
        text.partition("\n")[0][:_LONGEST] for text in texts if isinstance(text, str)
    ]


def _reverted(told: Attributes) -> str | None:
    """Return the commit that an event says it reverts."""
    named = told.get("reverts")
    if isinstance(named, str):
        return named
    for key in _TEXTS:
        text = told.get(key)
        found = _REVERTED.search(text) if isinstance(text, str) else None
        if found is not None:
            return found[1]
    return None
