"""A mapping applied to a payload: the events it tells of, or why it tells of none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assessments.connectors.base import Garbled
from assessments.connectors.mapping import expressions
from assessments.connectors.mapping.values import fitted, slots_of
from scoring.events import Malformed, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assessments.connectors.mapping.moments import Clock
    from assessments.connectors.mapping.shape import Mapped, Rule
    from assessments.connectors.mapping.values import Slot
    from scoring.events import Event, Json

_MOST_PARTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one rule makes of one part of a payload."""

    # The place of the rule in the mapping, and the kind of event it makes.
    rule: int
    kind: str
    event: Event | None = None
    # Field → what is wrong with it; none: the event is there.
    flaws: Mapping[str, str] = field(default_factory=dict)


def told(mapped: Mapped, body: Json) -> list[Told]:
    """Return what each rule that applies makes of a payload."""
    work = expressions.Work()
    return [
        each
        for place, rule in enumerate(mapped.rules)
        for each in _Applied(rule, place, mapped.clock, work).to(body)
    ]


def events_of(mapped: Mapped, body: Json) -> list[Event]:
    """Return the events of a payload; raise Garbled where one cannot be understood."""
    found = told(mapped, body)
    for each in found:
        for name, why in each.flaws.items():
            raise Garbled(f"rule {each.rule + 1} ({each.kind}), {name}: {why}")
    return [each.event for each in found if each.event is not None]


class _Applied:
    """One rule, applied to one payload."""

    def __init__(
        self, rule: Rule, place: int, clock: Clock, work: expressions.Work
    ) -> None:
        self._rule = rule
        self._place = place
        self._clock = clock
        self._work = work

    def to(self, body: Json) -> Iterator[Told]:
        """Yield what the rule makes of each part that it is about."""
        try:
            parts = self._parts(body)
        except expressions.Unusable as flaw:
            yield self._flawed({"each": str(flaw)})
            return
        for part in parts:
            try:
                applies = self._is_about(part)
            except expressions.Unusable as flaw:
                yield self._flawed({"when": str(flaw)})
                continue
            if applies:
                yield self._made(part)

    def _parts(self, body: Json) -> list[Json]:
        if not self._rule.each:
            return [body]
        found = expressions.found(self._rule.each, body, self._work)
        parts = found if isinstance(found, list) else [found]
        if len(parts) > _MOST_PARTS:
            raise expressions.Unusable(f"finds more than {_MOST_PARTS} entries")
        return [part for part in parts if part is not None]

    def _is_about(self, part: Json) -> bool:
        when = self._rule.when
        return not when or expressions.is_true(
            expressions.found(when, part, self._work)
        )

    def _made(self, part: Json) -> Told:
        record: dict[str, Json] = {}
        flaws: dict[str, str] = {}
        for slot in slots_of(self._rule.kind):
            try:
                value = self._value(slot, part)
            except ValueError as flaw:
                flaws[slot.name] = str(flaw)
            else:
                record |= {} if value is None else {slot.name: value}
        if flaws:
            return self._flawed(flaws)
        try:
            event = parse(record, self._rule.kind)
        except Malformed as flaw:
            return self._flawed({flaw.field_name: flaw.why})
        return Told(rule=self._place, kind=self._rule.kind.value, event=event)

    def _value(self, slot: Slot, part: Json) -> Json:
        """Return what a field takes; raise ValueError with what is wrong."""
        text = self._rule.fields.get(slot.name)
        if not text:
            return None
        found = expressions.found(text, part, self._work)
        value = _worded(found, self._rule.words.get(slot.name))
        if value is not None and value != "":
            return fitted(slot, value, self._clock)
        if slot.required:
            raise ValueError(f"nothing is found at {text}")
        return None

    def _flawed(self, flaws: dict[str, str]) -> Told:
        return Told(rule=self._place, kind=self._rule.kind.value, flaws=flaws)


def _worded(value: Json, table: Mapping[str, str] | None) -> Json:
    """Return our word for theirs; what is not in the table stays as it is."""
    if not table or isinstance(value, list | dict) or value is None:
        return value
    text = str(value).lower() if isinstance(value, bool) else str(value).strip().lower()
    return table.get(text, value)
