"""What is kept of an answer: everything but people, and what repeats in every row.

Accounts, names, mail addresses and free text go, because no measure needs them. What
is the same in each row, and changes for reasons of its own, goes too: nothing would
ever be the same twice. Each platform adds its own names to what every platform has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base.people import hints, said, without_people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scoring.events import Json

_DEEPEST = 30
_WORDS_OF_ACCOUNTS = frozenset({"login", "username", "user_name"})

# Fields that hold a person on whatever platform.
PEOPLE = frozenset(
    {
        "assignee", "assignees", "author", "author_email", "author_name", "avatar_url",
        "committer_email", "committer_name", "display_name", "displayName", "email",
        "emailAddress", "gravatar_id", "login", "mail", "reporter",
        "reviewers", "user", "userName", "user_email", "user_name", "username",
    }
)  # fmt: skip


def is_account(value: Mapping[str, Json]) -> bool:
    """Whether an object is somebody's account."""
    return not _WORDS_OF_ACCOUNTS.isdisjoint(value)


def _as_it_is(_: dict[str, Json]) -> dict[str, Json] | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimming:
    """What goes, by the names of fields."""

    # Fields that go with everything in them.
    dropped: frozenset[str] = PEOPLE
    # Of fields that end with `_url`: those that stay. None: all of them.
    kept_addresses: frozenset[str] | None = None
    # Descriptions: only their lines on reverts and repairs stay.
    described: frozenset[str] = frozenset({"body", "description"})
    # Messages: their first line stays, and those lines.
    messages: frozenset[str] = frozenset({"message"})
    # Objects that go wherever they are.
    account: Callable[[Mapping[str, Json]], bool] = is_account
    # What an object becomes instead of being looked through.
    shortened: Callable[[dict[str, Json]], dict[str, Json] | None] = _as_it_is


# What goes unless a platform says otherwise.
WITHOUT_PEOPLE = Trimming()


def trimmed(value: Json, trimming: Trimming, depth: int = 0) -> Json:
    """Return the answer without people and repetitions."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        kept = (each for each in value if not _goes(each, trimming))
        return [trimmed(each, trimming, depth + 1) for each in kept]
    if isinstance(value, dict):
        return _object(value, trimming, depth)
    return without_people(value) if isinstance(value, str) else value


def _object(value: dict[str, Json], trimming: Trimming, depth: int) -> dict[str, Json]:
    short = trimming.shortened(value)
    if short is not None:
        return short
    # Who made or wrote something: a mail address, and the name beside it.
    dropped = trimming.dropped | {"name"} if "email" in value else trimming.dropped
    return {
        name: _told(name, each, trimming, depth)
        for name, each in value.items()
        if name not in dropped
        and not _goes(each, trimming)
        and not _is_elsewhere(name, trimming)
    }


def _told(name: str, value: Json, trimming: Trimming, depth: int) -> Json:
    if isinstance(value, str) and name in trimming.described:
        return hints(value)
    if isinstance(value, str) and name in trimming.messages:
        return said(value)
    return trimmed(value, trimming, depth + 1)


def _goes(value: Json, trimming: Trimming) -> bool:
    return isinstance(value, dict) and trimming.account(value)


def _is_elsewhere(name: str, trimming: Trimming) -> bool:
    kept = trimming.kept_addresses
    return kept is not None and name.endswith("_url") and name not in kept
