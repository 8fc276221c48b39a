"""What a payload has becomes what a field of an event takes."""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from assessments.connectors.mapping.moments import moment
from scoring import events

if TYPE_CHECKING:
    from assessments.connectors.mapping.moments import Clock
    from scoring.events import Json, Kind

_LONGEST = 2000
_TRUTHS = {
    "true": True,
    "yes": True,
    "1": True,
    "false": False,
    "no": False,
    "0": False,
}
_SHAS = frozenset({"commits", "parents"})
_KINDS = {
    each.kind: each
    for each in (
        events.Deployment, events.Change, events.Commit, events.Incident,
        events.PipelineRun, events.ModelVersion, events.Signal,
    )
}  # fmt: skip


class Sort(StrEnum):
    """What a field takes."""

    TEXT = "text"
    MOMENT = "moment"
    NUMBER = "number"
    TRUTH = "truth"
    LIST = "list"


# Fields that are neither texts nor moments.
_SORTS = {
    "value": Sort.NUMBER,
    "threshold": Sort.NUMBER,
    "automated": Sort.TRUTH,
    "breached": Sort.TRUTH,
    "commits": Sort.LIST,
    "labels": Sort.LIST,
    "parents": Sort.LIST,
}
# Fields whose values are words of ours.
WORDY = frozenset(
    {"status", "lane", "cause", "signal", "severity", "environment", "service",
     "subject", "model", "automated", "breached"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A field of an event, as a mapping fills it."""

    name: str
    sort: Sort
    required: bool
    # Whether words of theirs may have to become words of ours.
    wordy: bool


def slots_of(kind: Kind) -> tuple[Slot, ...]:
    """Return the fields of a kind of event, in the order of the contract."""
    return tuple(
        Slot(
            name=each.name,
            sort=_sort(each.name),
            required=each.default is MISSING and each.default_factory is MISSING,
            wordy=each.name in WORDY,
        )
        for each in fields(_KINDS[kind])
        if each.name != "attributes"
    )


def _sort(name: str) -> Sort:
    if name == "at" or name.endswith("_at"):
        return Sort.MOMENT
    return _SORTS.get(name, Sort.TEXT)


def fitted(slot: Slot, value: Json, clock: Clock) -> Json:
    """Return a value as its field takes it; raise ValueError with what is wrong."""
    if slot.sort is Sort.MOMENT:
        return moment(value, clock).isoformat()
    if slot.sort is Sort.LIST:
        return _texts(value, commas=slot.name in _SHAS)
    if isinstance(value, list | dict):
        raise ValueError("is more than one value: point at one in it")  # noqa: TRY004 -- one error for all that is wrong
    if slot.sort is Sort.NUMBER:
        return _number(value)
    if slot.sort is Sort.TRUTH:
        return _TRUTHS.get(str(value).strip().lower(), value)
    return _text(value)


def _text(value: Json) -> Json:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(int(value)) if value == value // 1 else str(value)
    return value.strip()[:_LONGEST] if isinstance(value, str) else value


def _number(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        return float(value.strip())
    except ValueError:
        raise ValueError(f"{value[:40]!r} is no number") from None


def _texts(value: Json, *, commas: bool) -> list[Json]:
    if isinstance(value, str):
        parts = re.split(r"[;,\s]" if commas else r"[;\n]", value)
        return [part.strip() for part in parts if part.strip()]
    if not isinstance(value, list):
        raise ValueError("is no list of texts")  # noqa: TRY004 -- one error for all that is wrong
    return [_text(each) for each in value if isinstance(each, str | int | float)]
