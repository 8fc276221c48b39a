"""What every connector is: plain values in, payloads and events out.

A connector knows one platform and no table. `fetch` touches the network and parses
nothing, `parse` touches nothing: what was fetched yesterday can be parsed again with
today's code and today's rules. An error names what to do next: `Unreachable` (try again
later), `Refused` (a person has to fix the set-up), `Garbled` (keep the record, skip it,
count it).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

from scoring.events import Event, Json

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from pathlib import Path

Plain: TypeAlias = Mapping[str, Json]

_NOTHING: Plain = MappingProxyType({})
_MOST_ENTRIES = 50
_LONGEST_ENTRY = 200


# ── errors ─────────────────────────────────────────────────────────────────────────


class ConnectorError(Exception):
    """Something went wrong with a source; `sentence` is fit for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unreachable(ConnectorError):
    """The platform does not answer at the moment: try again, after a pause."""

    def __init__(self, sentence: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Refused(ConnectorError):
    """Trying again will not help: the sentence says what a person has to change."""


class Garbled(ConnectorError):
    """A payload cannot be understood; `reason` names the field."""

    @property
    def reason(self) -> str:
        """Which field, and why."""
        return self.sentence


# ── what goes in and out ───────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A configured source, as a connector needs it."""

    kind: str
    address: str
    # The name that events use for the service that this source delivers.
    service_key: str
    # Never printed: a representation may end up in a log.
    secret: str | None = field(default=None, repr=False)
    rules: Plain = field(default_factory=lambda: _NOTHING)
    # A folder of this source's own, for what is kept between synchronizations.
    storage: Path | None = None
    # May the address be a local path, or a machine on the local network?
    allow_local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One observation: what is stored as a raw record, and parsed."""

    # The connector's name for what it is: "deployment", "pull_request", "tag" …
    sort: str
    body: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some payloads, and the cursor to keep once all of them are stored."""

    payloads: tuple[Payload, ...]
    cursor: dict[str, Json]
    # What is being read, in words: "Pull requests, page 3".
    doing: str = ""
    # How many payloads are still to come, where the platform tells.
    remaining: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that may count as a production deployment, and why it does or not."""

    what: str
    at: datetime | None
    environment: str
    reason: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the rules would count, on a bounded look at the newest candidates."""

    counted: tuple[Candidate, ...]
    left_out: tuple[Candidate, ...]
    # What was looked at, in one sentence.
    looked_at: str


# ── rules: what the page asks, and what it may be answered ─────────────────────────


class FieldKind(StrEnum):
    """How a rule is asked."""

    TEXT = "text"
    # One entry a line; commas part entries too.
    LIST = "list"
    CHOICE = "choice"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleField:
    """One rule of a connector: its question, its kind and its default."""

    name: str
    label: str
    help: str
    kind: FieldKind
    default: str | int | tuple[str, ...]
    # (value, label) pairs, of a choice.
    choices: tuple[tuple[str, str], ...] = ()
    least: int = 0
    most: int = 3650
    # May the answer be empty?
    optional: bool = False

    @property
    def plain_default(self) -> Json:
        """The default as it is stored."""
        if isinstance(self.default, tuple):
            return list[Json](self.default)
        return self.default

    def clean(self, raw: object) -> Json:
        """Return the answer as it is stored; raise ValueError with a sentence."""
        if self.kind is FieldKind.LIST:
            return list[Json](self._entries(raw))
        if self.kind is FieldKind.NUMBER:
            return self._number(raw)
        text = raw.strip() if isinstance(raw, str) else ""
        if not isinstance(raw, str) or (not text and not self.optional):
            raise ValueError(f"{self.label}: write something here.")
        if len(text) > _LONGEST_ENTRY:
            raise ValueError(f"{self.label}: at most {_LONGEST_ENTRY} characters.")
        if self.kind is FieldKind.CHOICE and text not in dict(self.choices):
            known = ", ".join(value for value, _ in self.choices)
            raise ValueError(f"{self.label}: choose one of {known}.")
        return text

    def _number(self, raw: object) -> int:
        try:
            number = int(raw) if isinstance(raw, int | str) else None
        except ValueError:
            number = None
        if number is None or not self.least <= number <= self.most:
            between = f"{self.least} and {self.most}"
            raise ValueError(f"{self.label}: a whole number between {between}.")
        return number

    def _entries(self, raw: object) -> list[str]:
        parts = re.split(r"[\n,]", raw) if isinstance(raw, str) else raw
        if not isinstance(parts, list | tuple) or not all(
            isinstance(part, str) for part in parts
        ):
            raise ValueError(f"{self.label}: a list of texts, one a line.")
        entries = [part.strip() for part in parts if part.strip()]
        if len(entries) > _MOST_ENTRIES:
            raise ValueError(f"{self.label}: at most {_MOST_ENTRIES} entries.")
        if any(len(entry) > _LONGEST_ENTRY for entry in entries):
            raise ValueError(f"{self.label}: at most {_LONGEST_ENTRY} characters each.")
        if not entries and not self.optional:
            raise ValueError(f"{self.label}: name at least one.")
        return entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Answers to rule fields: what is right of them, and what is wrong."""

    rules: dict[str, Json]
    # Field name → one sentence.
    defects: dict[str, str]


def clean_rules(fields: Iterable[RuleField], answers: Mapping[str, object]) -> Cleaned:
    """Return every rule, defaults filled in; wrong ones keep their default."""
    rules: dict[str, Json] = {}
    defects: dict[str, str] = {}
    asked = tuple(fields)
    for each in asked:
        rules[each.name] = each.plain_default
        if each.name not in answers:
            continue
        try:
            rules[each.name] = each.clean(answers[each.name])
        except ValueError as defect:
            defects[each.name] = str(defect)
    known = {each.name for each in asked}
    for name in answers:
        if name not in known:
            defects[name] = f"There is no rule {name!r} for this kind of source."
    return Cleaned(rules=rules, defects=defects)


def matches(name: str, patterns: Iterable[str]) -> str | None:
    """Return the first pattern that the name matches (`*`, `?`, `[…]`; any case)."""
    lowered = name.lower()
    for pattern in patterns:
        if fnmatch.fnmatchcase(lowered, pattern.lower()):
            return pattern
    return None


# ── people are left out ────────────────────────────────────────────────────────────

_MAIL = re.compile(r"<?[^\s<>@\"'(),;:]+@[^\s<>@\"'(),;:]+\.[A-Za-z]{2,}>?")
# Lines of a message that say what a change undoes or repairs.
_HINT = re.compile(r"^\s*(this reverts commit|reverts?:?|fix(es|ed)?|hot-?fix)\b", re.I)
_MOST_HINTS = 10
_LONGEST_LINE = 300
_REVERTED = re.compile(r"\breverts commit ([0-9a-f]{7,64})\b", re.I)


def said(text: str) -> str:
    """Return the first line of a message and its lines on reverts and repairs.

    Mail addresses and trailers with people's names are not among them.
    """
    first, *others = text.strip().splitlines() or [""]
    kept = [first, *[line for line in others if _HINT.match(line)][:_MOST_HINTS]]
    return "\n".join(without_mail(line.strip())[:_LONGEST_LINE] for line in kept)


def without_mail(text: str) -> str:
    """Return the text with mail addresses blotted out."""
    return _MAIL.sub("(address removed)", text)


def reverted(message: str) -> list[str]:
    """Return the shas that a message says it reverts."""
    return list(dict.fromkeys(sha.lower() for sha in _REVERTED.findall(message)))


# ── the protocol ───────────────────────────────────────────────────────────────────


class Connector(Protocol):
    """One kind of platform."""

    kind: ClassVar[str]
    label: ClassVar[str]
    # What the page asks: labels and help of the address and of the credential.
    address_label: ClassVar[str]
    address_help: ClassVar[str]
    secret_label: ClassVar[str]
    secret_help: ClassVar[str]
    rule_fields: ClassVar[tuple[RuleField, ...]]

    def test(self, source: Source, *, now: datetime) -> str:
        """Return one sentence on what was found; raise Refused or Unreachable."""
        ...

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield what is new since the cursor, page by page.

        May raise Refused or Unreachable between pages: what was yielded before it
        stands, and its cursor is where the next attempt starts.
        """
        ...

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload; raise Garbled before the first of them."""
        ...

    def preview(self, source: Source, *, now: datetime) -> Preview:
        """Return what the source's rules would count and leave out, each with why."""
        ...
