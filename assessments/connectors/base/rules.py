"""Rules: what the page asks, what it may be answered, and how patterns match."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scoring.events import Json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MOST_ENTRIES = 50
_LONGEST_ENTRY = 200
_LONGEST_LINE = 1000


class FieldKind(StrEnum):
    """How a rule is asked."""

    TEXT = "text"
    # One entry a line; commas part entries too.
    LIST = "list"
    # One entry a line, in which commas are what they are: expressions, for example.
    LINES = "lines"
    CHOICE = "choice"
    # Any of the choices; none of them means all.
    SEVERAL = "several"
    NUMBER = "number"
    # Lines of a service and its patterns.
    TABLE = "table"


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
        if self.kind in {FieldKind.LIST, FieldKind.LINES}:
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
        lines = self.kind is FieldKind.LINES
        between = r"\n" if lines else r"[\n,]"
        parts = re.split(between, raw) if isinstance(raw, str) else raw
        if not isinstance(parts, list | tuple) or not all(
            isinstance(part, str) for part in parts
        ):
            raise ValueError(f"{self.label}: a list of texts, one a line.")
        entries = [part.strip() for part in parts if part.strip()]
        if len(entries) > _MOST_ENTRIES:
            raise ValueError(f"{self.label}: at most {_MOST_ENTRIES} entries.")
        longest = _LONGEST_LINE if lines else _LONGEST_ENTRY
        if any(len(entry) > longest for entry in entries):
            raise ValueError(f"{self.label}: at most {longest} characters each.")
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
