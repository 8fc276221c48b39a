"""A mapping as it is stored and written: plain data, every part of it checked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from assessments.connectors.mapping import expressions
from assessments.connectors.mapping.moments import Clock, Dates, is_zone
from assessments.connectors.mapping.values import slots_of
from scoring.events import Json, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_RULES = 12
_MOST_WORDS = 100
_MOST_LEFT_OUT = 100
_LONGEST_WORD = 200
# A deployment needs one of the two.
_EITHER = ("started_at", "finished_at")
_PARTS = ("dates", "zone", "leave_out", "rules")
_PARTS_OF_RULES = ("kind", "each", "when", "fields", "words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What becomes an event of one kind, and where its fields are."""

    kind: Kind
    # The part that tells of it, every entry where it is a list; empty: the whole.
    each: str = ""
    # What has to be true of that part; empty: nothing.
    when: str = ""
    # Field of the event → expression.
    fields: Mapping[str, str] = field(default_factory=dict)
    # Field of the event → their word, in small letters → ours.
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A whole mapping."""

    rules: tuple[Rule, ...] = ()
    clock: Clock = field(default_factory=Clock)
    # Names of fields that are not kept: people and free texts.
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with a part of a mapping: `rules[0].fields.id`, and a sentence."""

    place: str
    why: str


class Flawed(ValueError):
    """A mapping that cannot be used; `flaws` says all that is wrong with it."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__("; ".join(f"{each.place}: {each.why}" for each in self.flaws))


def read(data: Json) -> Mapped:
    """Return the mapping that plain data describe; raise Flawed with every flaw."""
    reading = _Reading()
    mapped = reading.mapping(data)
    if reading.flaws:
        raise Flawed(reading.flaws)
    return mapped


def stored(data: Json) -> Mapped:
    """Return a mapping that was checked when it was stored; read once, used often."""
    return _stored(json.dumps(data, sort_keys=True))


@lru_cache(maxsize=100)
def _stored(text: str) -> Mapped:
    return read(json.loads(text))


def dump(mapped: Mapped) -> dict[str, Json]:
    """Return a mapping as plain data that `read` reads back, without what is empty."""
    whole: dict[str, Json] = {
        "dates": mapped.clock.dates.value,
        "zone": mapped.clock.zone,
        "leave_out": list[Json](mapped.leave_out),
        "rules": [_dumped(rule) for rule in mapped.rules],
    }
    return {name: value for name, value in whole.items() if value or name == "rules"}


def _dumped(rule: Rule) -> dict[str, Json]:
    words: dict[str, Json] = {
        name: dict[str, Json](table) for name, table in rule.words.items() if table
    }
    whole: dict[str, Json] = {
        "kind": rule.kind.value,
        "each": rule.each,
        "when": rule.when,
        "fields": dict[str, Json](rule.fields),
        "words": words,
    }
    return {name: value for name, value in whole.items() if value or name == "fields"}


class _Reading:
    """Reads a mapping and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []

    def mapping(self, data: Json) -> Mapped:
        whole = self._object(data, "", _PARTS)
        found = whole.get("rules") or []
        if not isinstance(found, list):
            self._flaw("rules", "is no list of rules")
            found = []
        if len(found) > MOST_RULES:
            self._flaw("rules", f"are more than {MOST_RULES}")
        return Mapped(
            rules=tuple(
                self._rule(each, f"rules[{place}]")
                for place, each in enumerate(found[:MOST_RULES])
            ),
            clock=self._clock(whole),
            leave_out=self._left_out(whole.get("leave_out")),
        )

    def _clock(self, whole: Mapping[str, Json]) -> Clock:
        dates, zone = whole.get("dates") or Dates.ISO, whole.get("zone") or ""
        if dates not in set(Dates):
            self._flaw("dates", f"is none of {', '.join(Dates)}")
            dates = Dates.ISO
        if not isinstance(zone, str) or (zone and not is_zone(zone)):
            self._flaw(
                "zone", "is no time zone; write one such as Europe/Berlin or UTC"
            )
            zone = ""
        return Clock(dates=Dates(str(dates)), zone=zone)

    def _left_out(self, data: Json) -> tuple[str, ...]:
        names = data or []
        if not isinstance(names, list) or not all(_is_word(each) for each in names):
            self._flaw("leave_out", "is no list of names")
            return ()
        if len(names) > _MOST_LEFT_OUT:
            self._flaw("leave_out", f"are more than {_MOST_LEFT_OUT} names")
        return tuple(str(each).strip() for each in names)

    def _rule(self, data: Json, place: str) -> Rule:
        whole = self._object(data, place, _PARTS_OF_RULES)
        word = whole.get("kind")
        if word not in set(Kind):
            self._flaw(f"{place}.kind", f"is none of {', '.join(Kind)}")
            return Rule(kind=Kind.DEPLOYMENT)
        kind = Kind(str(word))
        return Rule(
            kind=kind,
            each=self._expression(whole.get("each"), f"{place}.each"),
            when=self._expression(whole.get("when"), f"{place}.when"),
            fields=self._fields(whole.get("fields"), kind, f"{place}.fields"),
            words=self._words(whole.get("words"), kind, f"{place}.words"),
        )

    def _fields(self, data: Json, kind: Kind, place: str) -> dict[str, str]:
        slots = slots_of(kind)
        whole = self._object(data or {}, place, [slot.name for slot in slots])
        read = {
            slot.name: self._expression(whole.get(slot.name), f"{place}.{slot.name}")
            for slot in slots
        }
        for slot in slots:
            if slot.required and not whole.get(slot.name):
                self._flaw(f"{place}.{slot.name}", "is missing; every event needs it")
        if kind is Kind.DEPLOYMENT and not any(whole.get(name) for name in _EITHER):
            self._flaw(
                f"{place}.{_EITHER[1]}", "is missing; say when it started or ended"
            )
        return {name: text for name, text in read.items() if text}

    def _words(self, data: Json, kind: Kind, place: str) -> dict[str, dict[str, str]]:
        wordy = [slot.name for slot in slots_of(kind) if slot.wordy]
        whole = self._object(data or {}, place, wordy)
        return {
            name: self._table(table, f"{place}.{name}")
            for name, table in whole.items()
            if name in wordy and table
        }

    def _table(self, data: Json, place: str) -> dict[str, str]:
        if not isinstance(data, dict) or not all(map(_is_word, data.values())):
            self._flaw(place, "is no table of words: theirs, and ours")
            return {}
        if len(data) > _MOST_WORDS:
            self._flaw(place, f"has more than {_MOST_WORDS} words")
        return {
            theirs.strip().lower(): str(ours).strip() for theirs, ours in data.items()
        }

    def _expression(self, data: Json, place: str) -> str:
        text = data.strip() if isinstance(data, str) else ""
        if data is not None and not isinstance(data, str):
            self._flaw(place, "is no expression")
        if not text:
            return ""
        try:
            expressions.check(text)
        except expressions.Unusable as flaw:
            self._flaw(place, str(flaw))
        return text

    def _object(
        self, data: Json, place: str, known: Iterable[str]
    ) -> Mapping[str, Json]:
        if not isinstance(data, dict):
            self._flaw(place, "is no object with named parts")
            return {}
        names = list(known)
        for name in data:
            if name not in names:
                said = f"is not known here; known are {', '.join(names)}"
                self._flaw(f"{place}.{name}"[:100].removeprefix("."), said)
        return data

    def _flaw(self, place: str, why: str) -> None:
        self.flaws.append(Flaw(place=place, why=why))


def _is_word(value: Json) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST_WORD
