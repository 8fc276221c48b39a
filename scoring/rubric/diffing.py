"""What differs between two editions, field by field, and how much it matters.

The comparison runs over what `dump` returns, so that every field of the schema takes
part in it. Parts are told apart by their permanent codes, never by their place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

from scoring.rubric.criteria import Comparison
from scoring.rubric.dumping import dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.events import Json
    from scoring.rubric.edition import Edition, Topic


class Kind(StrEnum):
    """What happened to a part or to one of its fields."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Sort(StrEnum):
    """What a change is about, the most consequential first."""

    MEANING = "meaning"  # what is asked, and what a level stands for
    THRESHOLD = "threshold"  # the lines and rules that numbers are held against
    WEIGHT = "weight"  # how much a part counts
    WORDING = "wording"  # nothing that moves a score


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of one part; without a field, the whole part came or went."""

    part: str  # "topic", "domain", "criterion", "scoring", …
    code: str  # empty for parts that an edition has only one of
    field: str
    kind: Kind
    sort: Sort
    before: str
    after: str

    def mirrored(self) -> Change:
        """Return the change as seen from the other edition."""
        return Change(
            part=self.part,
            code=self.code,
            field=self.field,
            kind=_MIRROR[self.kind],
            sort=self.sort,
            before=self.after,
            after=self.before,
        )


class Run(StrEnum):
    """What became of a stretch of words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


_MIRROR = {
    Kind.ADDED: Kind.REMOVED,
    Kind.REMOVED: Kind.ADDED,
    Kind.CHANGED: Kind.CHANGED,
}
# The lists that hold parts: of which part, in which field -> what they hold, and what
# tells their entries apart.
_LISTS = {
    ("edition", "pillars"): ("pillar", "code"),
    ("pillar", "domains"): ("domain", "code"),
    ("domain", "topics"): ("topic", "code"),
    ("domain", "criteria"): ("criterion", "code"),
    ("scale", "levels"): ("level", "level"),
    ("edition", "vantage_points"): ("vantage point", "key"),
    ("edition", "stages"): ("stage", "code"),
    ("edition", "gates"): ("gate", "code"),
    ("gate", "criteria"): ("gate criterion", "code"),
    ("edition", "notes"): ("note", "code"),
    ("edition", "guidance"): ("guidance", "code"),
    ("edition", "activities"): ("activity", "code"),
    ("edition", "publications"): ("publication", "tag"),
}
_ALONE = ("scale", "scoring")  # an edition has one of each
_PARTS = ("edition", *_ALONE, *(part for part, _ in _LISTS.values()))
_ORDER = " → "

_Fields = dict[str, str]
_Found = dict[tuple[str, str], _Fields]


def diff(before: Edition, after: Edition) -> tuple[Change, ...]:
    """Return every change, in an order that does not depend on the direction."""
    old, new = _parts(before), _parts(after)
    changes = [
        change
        for key in sorted(old.keys() | new.keys(), key=_place)
        for change in _of_part(key, old.get(key), new.get(key))
    ]
    return tuple(changes)


def same_question(before: Topic, after: Topic) -> bool:
    """Say whether an answer to the one topic is an answer to the other."""
    return (before.code, before.question, dict(before.levels)) == (
        after.code,
        after.question,
        dict(after.levels),
    )


def words(before: str, after: str) -> tuple[tuple[Run, str], ...]:
    """Return a text as stretches that stayed, went or came, word by word."""
    old, new = _tokens(before), _tokens(after)
    runs: list[tuple[Run, str]] = []
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for verdict, from_, to, start, end in matcher.get_opcodes():
        if verdict == "equal":
            runs.append((Run.SAME, "".join(old[from_:to])))
            continue
        if to > from_:
            runs.append((Run.REMOVED, "".join(old[from_:to])))
        if end > start:
            runs.append((Run.ADDED, "".join(new[start:end])))
    return tuple(runs)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+\s*|[^\w\s]\s*|\s+", text)


# ── parts ──────────────────────────────────────────────────────────────────────────


def _parts(edition: Edition) -> _Found:
    """Return the fields of every part as texts, by kind of part and code."""
    found: _Found = {}
    _collect("edition", "", dump(edition), found)
    return found


def _collect(
    part: str, code: str, plain: Mapping[str, Json], found: _Found, inside: str = ""
) -> None:
    fields = found.setdefault((part, code), {})
    if inside:
        fields["inside"] = inside
    for name, value in plain.items():
        known = _LISTS.get((part, name))
        if name in _ALONE and isinstance(value, dict):
            _collect(name, "", value, found)
        elif known is not None and isinstance(value, list):
            fields[name] = _collect_list(known, value, found, inside=code)
        else:
            fields |= dict(_flat(name, value))


def _collect_list(
    known: tuple[str, str], value: Sequence[Json], found: _Found, *, inside: str
) -> str:
    """Collect the parts of a list and return their order."""
    part, key = known
    codes = []
    for one in value:
        if isinstance(one, dict):
            codes.append(str(one[key]))
            _collect(part, codes[-1], one, found, inside)
    return _ORDER.join(codes)


def _flat(name: str, value: Json) -> Iterator[tuple[str, str]]:
    """Yield a field, or the fields of a mapping or of a ladder, as texts."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flat(f"{name}.{key}", one)
    elif name == "ladder" and isinstance(value, list):
        for rung in value:
            if isinstance(rung, dict):
                yield f"ladder.{rung['level']}", _text(rung["when"])
    else:
        yield name, _text(value)


def _text(value: Json) -> str:
    if isinstance(value, list):
        return "\n".join(_line(one) for one in value)
    return _line(value)


def _line(value: Json) -> str:
    if isinstance(value, dict):
        if "metric" in value:
            return _condition(value)
        said = {key: _line(one) for key, one in value.items()}
        return ", ".join(f"{key}: {one}" for key, one in said.items() if one)
    if isinstance(value, list):
        return ", ".join(_line(one) for one in value)
    return "" if value is None else str(value)


def _condition(value: Mapping[str, Json]) -> str:
    metric = str(value["metric"]).replace("_", " ")
    asks = [
        f"{one.words} {value[one.value]}" for one in Comparison if one.value in value
    ]
    return " ".join((metric, *asks))


# ── changes ────────────────────────────────────────────────────────────────────────


def _of_part(
    key: tuple[str, str], old: _Fields | None, new: _Fields | None
) -> Iterator[Change]:
    part, code = key
    if old is None or new is None:
        yield Change(
            part=part,
            code=code,
            field="",
            kind=Kind.ADDED if old is None else Kind.REMOVED,
            sort=Sort.MEANING,
            before=_whole(old),
            after=_whole(new),
        )
        return
    for name in sorted(old.keys() | new.keys(), key=_natural):
        before, after = old.get(name, ""), new.get(name, "")
        if (part, name) in _LISTS:
            before, after = _reordered(before, after)
        if before != after:
            yield Change(
                part=part,
                code=code,
                field=name,
                kind=_kind(before, after),
                sort=_sort(part, name),
                before=before,
                after=after,
            )


def _kind(before: str, after: str) -> Kind:
    if not before:
        return Kind.ADDED
    return Kind.CHANGED if after else Kind.REMOVED


def _whole(fields: _Fields | None) -> str:
    """Return a part that came or went as one text: what people would read of it."""
    telling = ("name", "title", "question", "purpose", "text", "short")
    found = fields or {}
    said = [found[name] for name in telling if found.get(name)]
    said += [text for name, text in found.items() if _is_level(name) and text]
    return "\n".join(said)


def _is_level(name: str) -> bool:
    return name.startswith(("levels.", "ladder."))


def _reordered(before: str, after: str) -> tuple[str, str]:
    """Return the orders of the parts that both editions have."""
    old, new = before.split(_ORDER), after.split(_ORDER)
    both = set(old) & set(new)
    return (
        _ORDER.join(code for code in old if code in both),
        _ORDER.join(code for code in new if code in both),
    )


# Fields that are not wording, by kind of part; a star stands for every kind.
_SORTS: dict[str, dict[str, Sort]] = {
    "*": {"weight": Sort.WEIGHT, "inside": Sort.MEANING},
    "topic": {"question": Sort.MEANING, "levels": Sort.MEANING},
    "level": {"short": Sort.MEANING, "anchors": Sort.MEANING},
    "criterion": dict.fromkeys(
        ("ladder", "lane", "topic", "window_days", "minimum_n", "minimum_coverage"),
        Sort.THRESHOLD,
    ),
    "scale": {"step": Sort.THRESHOLD},
    "domain": {"prerequisites": Sort.THRESHOLD},
    "gate": {"opens": Sort.MEANING},
    "gate criterion": {"text": Sort.MEANING},
}
# What the source of a rule is, moves no score.
_ONLY_WORDS = {"source", "note", "name"}


def _sort(part: str, field: str) -> Sort:
    name = field.partition(".")[0]
    if part == "scoring" and name not in _ONLY_WORDS:
        return Sort.THRESHOLD
    return _SORTS.get(part, {}).get(name) or _SORTS["*"].get(name, Sort.WORDING)


def _place(key: tuple[str, str]) -> tuple[int, list[tuple[int, int, str]]]:
    return _PARTS.index(key[0]), _natural(key[1])


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Return what puts D2 before D10."""
    return [
        (0, int(one), "") if one.isdigit() else (1, 0, one)
        for one in re.findall(r"\d+|\D+", text)
    ]
