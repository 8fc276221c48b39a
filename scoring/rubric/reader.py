"""Reads plain data field by field and notes every defect with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.events import Json

_T = TypeVar("_T")
# More digits nobody writes by hand; whole numbers of them would keep a machine busy.
_MOST_BEFORE_POINT, _MOST_BEHIND_POINT = 15, 30
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong, where, and what to write instead."""

    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: {self.why}" if self.place else self.why


class Defects(ValueError):
    """An edition was refused; holds every defect, in the order of the document."""

    def __init__(self, defects: Iterable[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("\n".join(str(defect) for defect in self.defects))


class Reader:
    """One mapping of the document.

    A field that is missing or wrong is noted and read as an empty value, so that one
    pass finds every defect; `Defects` is raised by whoever holds the list.
    """

    def __init__(self, plain: Json, place: str, defects: list[Defect]) -> None:
        self.place = place
        self.defects = defects
        self._read: list[str] = []
        self._fields: dict[str, Json] = {}
        if isinstance(plain, dict):
            self._fields = plain
        else:
            self.note("", f"must be a mapping of fields, not {_kind(plain)}")

    def note(self, field: str, why: str) -> None:
        """Note a defect of a field, or of the whole mapping if `field` is empty."""
        self.defects.append(Defect(self.at(field), why))

    def at(self, field: str) -> str:
        """Return the place of a field."""
        return ".".join(part for part in (self.place, field) if part)

    def has(self, field: str) -> bool:
        """Say whether the field is there and not empty."""
        return self._fields.get(field) is not None

    def raw(self, field: str) -> Json:
        """Return the value as it is; None if it is missing."""
        self._read.append(field)
        return self._fields.get(field)

    def text(self, field: str, default: str | None = None) -> str:
        """Return a text, stripped; it is required unless there is a default."""
        value = self.raw(field)
        if value is None:
            return self._default(field, default, "")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.note(field, f"must be a text, not {_kind(value)}")
            return ""
        said = str(value).strip()
        if not said and default is None:
            self.note(field, "is empty")
        return said

    def number(
        self,
        field: str,
        default: Decimal | None = None,
        *,
        least: Decimal | None = None,
        most: Decimal | None = None,
    ) -> Decimal:
        """Return a number, within bounds."""
        value = self.raw(field)
        if value is None:
            return self._default(field, default, Decimal(0))
        number = decimal_of(value)
        if number is None:
            self.note(field, f"must be a number, not {_kind(value)}")
            return Decimal(0)
        if least is not None and number < least:
            self.note(field, f"must be at least {least}, not {number}")
        if most is not None and number > most:
            self.note(field, f"must be at most {most}, not {number}")
        return number

    def whole(self, field: str, default: int | None = None, *, least: int) -> int:
        """Return a whole number of at least `least`."""
        fallback = None if default is None else Decimal(default)
        number = self.number(field, fallback, least=Decimal(least))
        if number != number.to_integral_value():
            self.note(field, f"must be a whole number, not {number}")
        return int(number)

    def code(self, field: str = "code") -> str:
        """Return a name that may stand in addresses and file names."""
        said = self.text(field)
        if said and not _CODE.fullmatch(said):
            self.note(
                field,
                f"`{said}` must be of letters, digits, dots and hyphens, at most 40",
            )
        return said

    def flag(self, field: str, *, default: bool) -> bool:
        """Return yes or no; as with numbers, `true` and `false` may be texts."""
        value = self.raw(field)
        if value is None:
            return default
        said = str(value).lower()
        if said not in {"true", "false"}:
            self.note(field, f"must be yes or no, not {_kind(value)}")
        return said == "true"

    def weight(self) -> Decimal:
        """Return the field `weight`, 1 if it is missing; it must be above 0."""
        weight = self.number("weight", Decimal(1))
        if weight <= 0 and decimal_of(self._fields.get("weight")) is not None:
            self.note("weight", f"must be above 0, not {weight}")
        return weight

    def texts(self, field: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts; one text alone is a list of one."""
        value = self.raw(field)
        if value is None or value == []:
            if required:
                self.note(field, "is missing: name at least one")
            return ()
        if isinstance(value, str):
            return (value.strip(),)
        if not isinstance(value, list):
            self.note(field, f"must be a list of texts, not {_kind(value)}")
            return ()
        for index, one in enumerate(value):
            if not isinstance(one, str) or not one.strip():
                self.note(f"{field}[{index}]", f"must be a text, not {_kind(one)}")
        return tuple(one.strip() for one in value if isinstance(one, str))

    def child(self, field: str) -> Reader:
        """Return the reader of a mapping inside this one."""
        value = self.raw(field)
        if value is None:
            self.note(field, "is missing")
            return Reader({}, self.at(field), [])
        return Reader(value, self.at(field), self.defects)

    def part(self, field: str) -> Reader:
        """Return the reader of a mapping that may be missing."""
        value = self.raw(field)
        return Reader({} if value is None else value, self.at(field), self.defects)

    def rows(self, field: str, *, required: bool = False) -> list[Reader]:
        """Return a reader for each mapping of a list."""
        value = self.raw(field)
        if value is None or value == []:
            if required:
                self.note(field, "is missing: it needs at least one entry")
            return []
        if not isinstance(value, list):
            self.note(field, f"must be a list, not {_kind(value)}")
            return []
        return [
            Reader(one, f"{self.at(field)}[{index}]", self.defects)
            for index, one in enumerate(value)
        ]

    def keyed(self, field: str) -> dict[str, Json]:
        """Return a mapping whose keys are data, such as the levels of a topic."""
        value = self.raw(field)
        if value is None:
            self.note(field, "is missing")
            return {}
        if not isinstance(value, dict):
            self.note(field, f"must be a mapping, not {_kind(value)}")
            return {}
        return {str(key): one for key, one in value.items()}

    def done(self, of: str = "an edition") -> None:
        """Note every field that nobody asked for: most likely a misspelling."""
        for field in self._fields:
            if field in self._read:
                continue
            near = get_close_matches(str(field), self._read, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            self.note(str(field), f"is not a field of {of}{hint}")

    def _default(self, field: str, default: _T | None, empty: _T) -> _T:
        if default is not None:
            return default
        self.note(field, "is missing")
        return empty


def decimal_of(value: Json) -> Decimal | None:
    """Return a plain number as a Decimal, or None if it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):  # a whole number of thousands of digits
        return None
    return number if _is_handy(number) else None


def _is_handy(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return (
        isinstance(exponent, int)  # neither infinite nor no number
        and number.adjusted() < _MOST_BEFORE_POINT
        and exponent >= -_MOST_BEHIND_POINT
    )


_KINDS: dict[type, str] = {
    str: "a text",
    bool: "yes or no",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a mapping",
    type(None): "nothing",
}


def _kind(value: Json) -> str:
    if value == "":
        return "an empty text"
    return _KINDS.get(type(value), "something else")
