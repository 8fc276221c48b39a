"""The form of a mapping: rules with fields, as many as there are.

Its names are the places of a mapping: `rules-0-field-id` is `rules[0].fields.id`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.events import Json

_PARTS = {"fields": "field", "words": "words"}


class Slot(Protocol):
    """A field of an event, as the form needs it."""

    @property
    def name(self) -> str: ...
    @property
    def sort(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def wordy(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One field of a rule, with what was typed."""

    name: str
    required: bool
    wordy: bool
    moment: bool
    # Of tables: the column that was chosen; the expression is empty then.
    column: str
    expression: str
    words: str
    flaw: str
    words_flaw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule, with what was typed."""

    place: int
    kind: str
    each: str
    when: str
    each_flaw: str
    when_flaw: str
    fields: tuple[FieldRow, ...]


def typed(
    post: Mapping[str, str], *, slots: Mapping[str, Sequence[Slot]], most: int
) -> dict[str, Json]:
    """Return the mapping that a form describes, whatever it is worth."""
    rules: list[Json] = []
    for place in range(most):
        kind = post.get(f"rules-{place}-kind")
        if kind is None:
            break
        rules.append(_typed_rule(post, f"rules-{place}", kind, slots.get(kind, ())))
    names = post.get("leave_out", "").splitlines()
    return {
        "dates": post.get("dates", ""),
        "zone": post.get("zone", "").strip(),
        "leave_out": [name.strip() for name in names if name.strip()],
        "rules": rules,
    }


def _typed_rule(
    post: Mapping[str, str], start: str, kind: str, slots: Iterable[Slot]
) -> Json:
    fields: dict[str, Json] = {}
    words: dict[str, Json] = {}
    for slot in slots:
        column = post.get(f"{start}-column-{slot.name}", "")
        text = post.get(f"{start}-field-{slot.name}", "").strip()
        if column or text:
            quoted = json.dumps(column, ensure_ascii=False)
            fields[slot.name] = quoted if column else text
        if table := _typed_words(post.get(f"{start}-words-{slot.name}", "")):
            words[slot.name] = table
    return {
        "kind": kind,
        "each": post.get(f"{start}-each", ""),
        "when": post.get(f"{start}-when", ""),
        "fields": fields,
        "words": words,
    }


def _typed_words(text: str) -> dict[str, Json]:
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


def rows(
    data: Mapping[str, Json],
    *,
    slots: Mapping[str, Sequence[Slot]],
    columns: Sequence[str],
    defects: Mapping[str, str],
) -> list[RuleRow]:
    """Return the rules of a mapping as the form shows them, flaws beside fields."""
    rules = data.get("rules")
    return [
        _rule_row(rule, place, slots.get(str(rule.get("kind")), ()), columns, defects)
        for place, rule in enumerate(rules if isinstance(rules, list) else [])
        if isinstance(rule, dict)
    ]


def _rule_row(
    rule: Mapping[str, Json],
    place: int,
    slots: Sequence[Slot],
    columns: Sequence[str],
    defects: Mapping[str, str],
) -> RuleRow:
    start = f"rules[{place}]"
    fields, words = _object(rule.get("fields")), _object(rule.get("words"))
    quoted = {json.dumps(name, ensure_ascii=False): name for name in columns}

    def row(slot: Slot) -> FieldRow:
        text = str(fields.get(slot.name) or "")
        return FieldRow(
            name=slot.name,
            required=slot.required,
            wordy=slot.wordy,
            moment=slot.sort == "moment",
            column=quoted.get(text, ""),
            expression="" if text in quoted else text,
            words="\n".join(
                f"{theirs} = {ours}"
                for theirs, ours in _object(words.get(slot.name)).items()
            ),
            flaw=defects.get(f"{start}.fields.{slot.name}", ""),
            words_flaw=defects.get(f"{start}.words.{slot.name}", ""),
        )

    return RuleRow(
        place=place,
        kind=str(rule.get("kind") or ""),
        each=str(rule.get("each") or ""),
        when=str(rule.get("when") or ""),
        each_flaw=defects.get(f"{start}.each", ""),
        when_flaw=defects.get(f"{start}.when", ""),
        fields=tuple(row(slot) for slot in slots),
    )


def element_of(place: str) -> str:
    """Return the element that a place of a mapping is typed into."""
    parts = re.findall(r"[^.\[\]]+", place)
    return "-".join(["id", *(_PARTS.get(part, part) for part in parts)])


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
