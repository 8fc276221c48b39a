"""Names of people become pseudonyms before anything is kept. Pure.

A pseudonym is a keyed hash: whoever has no key cannot try names until one fits. The
same name under the same key is the same pseudonym, under another key another one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from assessments.connectors.base.people import without_people
from assessments.connectors.base.trimming import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json

_SHOWN = 16
_DEEPEST = 30
_MADE = re.compile(r"p-[0-9a-f]{16}")
# A mail address alone, or with the name it belongs to.
_MAIL = re.compile(
    r"(?:[^<>@]*<)?([^\s<>@\"'(),;:]+@[^\s<>@\"'(),;:]+\.[A-Za-z]{2,})>?"
)
# The lines of a message that say who signed, wrote or reviewed it.
_TRAILERS = re.compile(r"^(?:[\w-]+-by|cc):.*(?:\n|$)", re.IGNORECASE | re.MULTILINE)
_MARKS = re.compile(r"[\W_]+")
_ACTS = (
    "acknowledged", "approved", "assigned", "authored", "canceled", "cancelled",
    "changed", "closed", "committed", "created", "deployed", "edited", "merged",
    "modified", "opened", "owned", "pushed", "released", "reported", "requested",
    "resolved", "reviewed", "rolled_back", "started", "submitted", "triggered",
    "updated",
)  # fmt: skip
_OTHERS = (
    "actor", "approver", "approvers", "authors", "committer", "committers", "deployer",
    "login_name", "on_call", "people", "person", "pusher", "real_name", "requester",
    "responder", "responders", "reviewer", "sender", "users",
)  # fmt: skip
# Fields that hold people, without marks and in small letters.
_PEOPLE = frozenset(
    _MARKS.sub("", name).casefold()
    for name in (*PEOPLE, *(f"{act}_by" for act in _ACTS), *_OTHERS)
)
# What things are called is no address of a person, though a version may look like one.
_NAMES_OF_THINGS = frozenset(
    {
        "deployment_id", "environment", "id", "model", "model_version", "pipeline",
        "pipeline_run_id", "ref", "service", "sha", "stage", "subject", "url",
        "version",
    }
)  # fmt: skip
_TEXTS = frozenset(
    {"body", "comment", "description", "message", "note", "summary", "title"}
)
# What tells an account from others, surest first.
_IDENTITIES = ("email", "mail", "emailAddress", "login", "username", "user_name", "id")
# One of them is in every name above: most records name nobody after this look.
_SIGNS = (
    "@", "actor", "approver", "assignee", "author", "avatar", "by\"", "call",
    "committer", "deployer", "display", "login", "mail", "people", "person", "pusher",
    "real", "reporter", "requester", "responder", "reviewer", "sender", "user",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonyms:
    """Pseudonyms under one key; without a key people are left out."""

    # Never printed: a representation may end up in a log.
    key: bytes | None = field(default=None, repr=False)

    def of(self, name: str) -> str | None:
        """Return the pseudonym of a person's address, account or name."""
        found = _MAIL.fullmatch(name.strip())
        same = (found[1] if found else " ".join(name.split())).casefold()
        if _MADE.fullmatch(same):
            return same
        if self.key is None or not same:
            return None
        digest = hmac.new(self.key, same.encode(), hashlib.sha256).hexdigest()
        return f"p-{digest[:_SHOWN]}"

    def instead_of_names(self, body: Json, depth: int = 0) -> Json:
        """Return the body with pseudonyms where people are."""
        if depth > _DEEPEST:
            return None
        if isinstance(body, list):
            return [self.instead_of_names(each, depth + 1) for each in body]
        if not isinstance(body, dict):
            return body
        told = {
            name: self._told(name, value, depth + 1) for name, value in body.items()
        }
        return {
            name: value
            for name, value in told.items()
            if value is not None or body[name] is None
        }

    def _told(self, name: str, value: Json, depth: int) -> Json:
        if is_of_people(name):
            return self._people(value)
        if not isinstance(value, str):
            return self.instead_of_names(value, depth)
        if name.casefold() in _TEXTS:
            return without_people(_TRAILERS.sub("", value)).rstrip()
        is_address = name not in _NAMES_OF_THINGS and _MAIL.fullmatch(value.strip())
        return self.of(value) if is_address else value

    def _people(self, value: Json) -> Json:
        if isinstance(value, list):
            found = [self._people(each) for each in value]
            return [each for each in found if each is not None]
        if isinstance(value, dict):
            return self._people(_identity(value))
        if isinstance(value, bool) or value is None:
            return value
        return self.of(str(value))


def names_somebody(text: str) -> bool:
    """Whether a record, as JSON, may hold people and has to be looked through."""
    lowered = text.lower()
    return any(sign in lowered for sign in _SIGNS)


@lru_cache(maxsize=4096)
def is_of_people(name: str) -> bool:
    """Whether a field of this name holds people."""
    return _MARKS.sub("", name).casefold() in _PEOPLE


def _identity(account: Mapping[str, Json]) -> Json:
    """Return what tells an account from others; nothing if that is not known."""
    told = (account.get(name) for name in (*_IDENTITIES, "name"))
    return next((each for each in told if isinstance(each, str | int) and each), None)
