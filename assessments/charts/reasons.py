"""Why a level is what it is, or is missing: sentences of a scoring, column by column.

Pure. They are stored in English and shown in the reader's language: a sentence that is
not known, or that somebody wrote, stays as it is.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from assessments.charts import words
from assessments.charts.reason_texts import KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django_stubs_ext import StrPromise

_COLUMNS = {"Declared": _("Declared"), "Measured": _("Measured"), "Agreed": _("Agreed")}
_INSIDE = {
    "declared": pgettext_lazy("in a sentence", "declared"),
    "measured": pgettext_lazy("in a sentence", "measured"),
    "agreed": pgettext_lazy("in a sentence", "agreed"),
}
# Said in place of a value.
_SILENT = (gettext_noop("unknown"), gettext_noop("not applicable"))
_NUMBER = r"\d+(?:\.\d+)?(?:e[+-]\d+)?"
_CODE = r"[\w.-]+"
_VALUE = rf"(?:{_NUMBER}(?: [a-z%]+){{0,2}}|{'|'.join(_SILENT)})"
_COLUMN = "(?:declared|measured|agreed)"
# What may stand in a place of a sentence, by the name of the place.
_SHAPES = {
    "n": r"\d+",
    "of": _NUMBER,
    "level": _NUMBER,
    "before": _NUMBER,
    "after": _NUMBER,
    "share": rf"{_NUMBER} percent",
    "needed": rf"{_NUMBER} percent",
    "value": _VALUE,
    "now": _VALUE,
    "code": _CODE,
    "codes": rf"{_CODE}(?:, {_CODE})*",
    "day": r"\d{4}-\d\d-\d\d",
    "metric": r"[A-Za-z][a-z ]+",
    "line": r"[a-z ]+ (?:at least|above|at most|below) .+",
    "columns": rf"{_COLUMN}(?: and {_COLUMN})*",
    "proposals": rf"{_CODE} proposes {_NUMBER}(?:, {_CODE} proposes {_NUMBER})*",
}
_PLACE = re.compile(r"%\((\w+)\)s")
_LINE = re.compile(r"(?P<metric>.+?) (?P<how>at least|above|at most|below) (?P<at>.+)")
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})(?P<gap> ?)(?P<unit>.*)")
# Sentences stand in a row; what somebody wrote into one may hold several.
_ENDS = re.compile(r"(?<=[.!?]) (?=\S)")
_NO_NAMES: Mapping[str, StrPromise] = MappingProxyType({})


def about(sentences: Iterable[str], column: str) -> list[str]:
    """Return the sentences about one column, without its name."""
    prefix = f"{column.capitalize()}: "
    told = [one.removeprefix(prefix) for one in sentences if one.startswith(prefix)]
    return [said(one[:1].upper() + one[1:]) for one in told]


def said(text: str, names: Mapping[str, StrPromise] = _NO_NAMES) -> str:
    """Return what the arithmetic wrote in the reader's language.

    `names` are what metrics are called, by their keys.
    """
    if (get_language() or "en").startswith("en"):
        return text
    return " ".join(_sentence(one, names) for one in _ENDS.split(text))


def _sentence(text: str, names: Mapping[str, StrPromise]) -> str:
    column, colon, rest = text.partition(": ")
    if colon and column in _COLUMNS:
        told = _sentence(rest[:1].upper() + rest[1:], names)
        # After a colon a sentence goes on, except with a name or a code.
        first = told[:1].lower() if rest[:1].islower() else told[:1]
        return words.labelled(_COLUMNS[column], first + told[1:])
    for known, pattern in _patterns():
        if found := pattern.fullmatch(text):
            places = {
                place: _place(place, value, names)
                for place, value in found.groupdict().items()
            }
            return gettext(known) % places if places else gettext(known)
    return text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((known, pattern(known)) for known in KNOWN)


def pattern(known: str) -> re.Pattern[str]:
    """Return what a sentence looks like whose places are filled."""
    pieces = _PLACE.split(known)
    return re.compile(
        "".join(
            f"(?P<{piece}>{_SHAPES.get(piece, '.+?')})" if odd else re.escape(piece)
            for piece, odd in zip(pieces, [False, True] * len(pieces), strict=False)
        )
    )


# ── what stands in the places ──────────────────────────────────────────────────────


def _place(place: str, value: str, names: Mapping[str, StrPromise]) -> str:
    match place:
        case "why":
            return said(f"{value}.", names).removesuffix(".")
        case "metric":
            return _metric(value, names)
        case "line":
            return _line(value, names)
        case "day":
            return words.day(date.fromisoformat(value))
        case "columns":
            return ", ".join(str(_INSIDE[one]) for one in value.split(" and "))
        case "proposals":
            each = (_sentence(f"{one}.", names) for one in value.split(", "))
            return ", ".join(one.removesuffix(".") for one in each)
        case "level" | "before" | "after" | "share" | "needed" | "value" | "now":
            return _quantity(value)
    return value


def _metric(value: str, names: Mapping[str, StrPromise]) -> str:
    return str(names.get(value.lower().replace(" ", "_"), value))


def _line(value: str, names: Mapping[str, StrPromise]) -> str:
    found = _LINE.fullmatch(value)
    if found is None:
        return value
    metric = _metric(found["metric"], names)
    return f"{metric} {gettext(found['how'])} {_quantity(found['at'])}"


def _quantity(value: str) -> str:
    """Write a number as the language does, and its unit in it: 3.2 days."""
    found = _QUANTITY.fullmatch(value)
    if found is None:
        return gettext(value)  # one of the silent
    number = words.written(found["number"])
    unit = found["unit"]
    return f"{number}{found['gap']}{gettext(unit) if unit else ''}"
