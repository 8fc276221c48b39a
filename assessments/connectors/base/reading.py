"""Reading a payload field by field; what is not as it should be is Garbled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base.errors import Garbled

if TYPE_CHECKING:
    from assessments.connectors.base.values import Plain
    from scoring.events import Json

_LONGEST = 2000
_ENDLESS = float(10**300)


class Fields:
    """An object of a payload; every complaint names the field by its place."""

    def __init__(self, value: Json | Plain, place: str) -> None:
        if not isinstance(value, dict):
            raise Garbled(f"{place}: is {_what(value)}, not an object")
        self._body = value
        self._place = place

    def __contains__(self, name: str) -> bool:
        return self._body.get(name) is not None

    def names(self) -> tuple[str, ...]:
        """Return the names of its fields."""
        return tuple(self._body)

    def text(self, name: str) -> str:
        """Return a text that has to be there."""
        text = self.text_or_none(name)
        if not text:
            raise Garbled(f"{self._at(name)}: is missing")
        return text

    def text_or_none(self, name: str) -> str | None:
        """Return a text, None where it is missing or empty."""
        value = self._body.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise Garbled(f"{self._at(name)}: is {_what(value)}, not a text")
        return value[:_LONGEST]

    def number(self, name: str) -> int:
        """Return a whole number that has to be there."""
        value = self._body.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Garbled(f"{self._at(name)}: is {_what(value)}, not a number")
        return value

    def decimal_or_none(self, name: str) -> float | None:
        """Return a number, whole or not; None where there is none."""
        value = self._body.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if abs(value) < _ENDLESS else None

    def truth(self, name: str) -> bool:
        """Return a truth that has to be there."""
        value = self._body.get(name)
        if not isinstance(value, bool):
            raise Garbled(f"{self._at(name)}: is {_what(value)}, not true or false")
        return value

    def moment(self, name: str) -> datetime:
        """Return a moment that has to be there."""
        moment = self.moment_or_none(name)
        if moment is None:
            raise Garbled(f"{self._at(name)}: is missing")
        return moment

    def moment_or_none(self, name: str) -> datetime | None:
        """Return a moment with its offset, None where it is missing."""
        text = self.text_or_none(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Garbled(f"{self._at(name)}: {text[:40]!r} is no moment") from None
        if moment.tzinfo is None:
            raise Garbled(f"{self._at(name)}: {text[:40]!r} has no offset")
        return moment

    def millis(self, name: str, *more: str) -> datetime:
        """Return a moment in milliseconds since 1970, and some more after it."""
        number = self.number(name) + sum(self.number(each) for each in more)
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number)
        except OverflowError:
            raise Garbled(f"{self._at(name)}: {str(number)[:40]} is no moment") from (
                None
            )

    def millis_or_none(self, name: str) -> datetime | None:
        """Return such a moment, None where it is missing."""
        return self.millis(name) if name in self else None

    def fields(self, name: str) -> Fields:
        """Return an object that has to be there."""
        return Fields(self._body.get(name), self._at(name))

    def list_of(self, name: str) -> list[Fields]:
        """Return a list of objects that has to be there."""
        return [
            Fields(each, f"{self._at(name)}[{place}]")
            for place, each in enumerate(self.items(name))
        ]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts that has to be there."""
        found = []
        for place, each in enumerate(self.items(name)):
            if not isinstance(each, str):
                at = f"{self._at(name)}[{place}]"
                raise Garbled(f"{at}: is {_what(each)}, not a text")
            found.append(each[:_LONGEST])
        return tuple(found)

    def items(self, name: str) -> list[Json]:
        """Return a list that has to be there."""
        value = self._body.get(name)
        if not isinstance(value, list):
            raise Garbled(f"{self._at(name)}: is {_what(value)}, not a list")
        return value

    def _at(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name


def _what(value: object) -> str:
    if value is None:
        return "missing"
    names = {bool: "a truth", int: "a number", float: "a number", str: "a text"}
    return names.get(type(value), "a list" if isinstance(value, list) else "an object")
