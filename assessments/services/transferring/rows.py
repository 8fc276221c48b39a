"""One row as plain data, and back: numbers translated, nothing else changed.

In the file, rows and people go by the numbers that count in the workspace's sealed
texts: moved twice, a workspace makes the same file as moved once.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from django.contrib.auth.models import User
from django.db.models import BinaryField, ForeignKey, JSONField

from assessments.models import SourceState, Workspace
from assessments.queries.numbering import EDITION, PERSON, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.db.models import Field, Model

    from assessments.queries.numbering import Numbers
    from assessments.services.transferring.tables import Table

    Plain: TypeAlias = dict[str, Any]

_SCOPE = "scope"
_CYCLE = "cycle"


class Way(Protocol):
    """The way of a number: into the file, or out of it."""

    def of(self, kind: str, number: int | None, /) -> int | None:
        """Return the number on the other side."""


class Leaving:
    """Numbers on their way into the file; notes what they name."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        # Accounts here that rows of the file name.
        self.people: set[int] = set()
        # Kind -> lowest and highest number of a row.
        self.spans: dict[str, tuple[int, int]] = {}

    def of(self, kind: str, number: int | None, /) -> int | None:
        """Return the number that counts."""
        if kind == PERSON and number is not None and number > 0:
            self.people.add(number)
        return self._numbers.of(kind, number)

    def note(self, kind: str, number: int) -> None:
        """Note that a row has this number."""
        low, high = self.spans.get(kind, (number, number))
        self.spans[kind] = (min(low, number), max(high, number))


class Arriving:
    """Numbers on their way out of the file, into free ones of this server."""

    def __init__(self) -> None:
        # Kind -> lowest and highest number in the file, and how far they move up.
        self.spans: dict[str, tuple[int, int]] = {}
        self.shifts: dict[str, int] = {}
        # Kind -> number in the file -> number here, where rows were matched.
        self.matched: dict[str, dict[int, int]] = defaultdict(dict)

    def of(self, kind: str, number: int | None, /) -> int | None:
        """Return the number here; what is not in the file goes below zero."""
        if not number:
            return number
        if kind in (PERSON, EDITION):
            return self.matched[kind].get(number, -number)
        low, high = self.spans.get(kind, (1, 0))
        return number + self.shifts[kind] if low <= number <= high else -number


def plain(table: Table, row: Model, way: Way) -> Plain:
    """Return a row for the file."""
    values: Plain = {}
    for field, kind in _fields(table):
        value = getattr(row, field.attname)
        values[field.name] = way.of(kind, value) if kind else _out(value)
    for many in row._meta.many_to_many:  # noqa: SLF001  # Django's documented reflection
        people = getattr(row, many.name).all()
        values[many.name] = sorted(way.of(PERSON, one.pk) or 0 for one in people)
    values |= _translated(table.kind, values, way)
    change = _LEAVING.get(table.kind)
    return values | (change(row) if change else {})


def values(table: Table, told: Plain, way: Way) -> Plain:
    """Return the values of a row from the file, by the names of its columns."""
    found: Plain = {}
    for field, kind in _fields(table):
        value = told[field.name]
        found[field.attname] = way.of(kind, value) if kind else _in(field, value)
    if table.kind != EDITION and found.get("id", 1) < 1:
        raise ValueError(f"{table.kind} {told['id']}: it is not among those announced")
    return found | _translated(table.kind, found, way)


def mentioned(table: Table, told: Plain, way: Way) -> Iterator[tuple[str, list[int]]]:
    """Return the accounts that a row refers to by many-to-many fields."""
    for many in table.model._meta.many_to_many:  # noqa: SLF001  # as above
        found = (way.of(PERSON, number) or 0 for number in told[many.name])
        yield many.name, [one for one in found if one > 0]


def _fields(table: Table) -> Iterator[tuple[Field[Any, Any], str]]:
    """Return the fields that go along, and of what they hold the number, if of any."""
    for field in table.model._meta.concrete_fields:  # noqa: SLF001  # as above
        if field.name in table.withheld:
            continue
        if isinstance(field, ForeignKey):
            to = field.related_model
            # All rows are of one workspace; it is not repeated in each.
            if to is not Workspace:
                yield field, PERSON if to is User else kind_of(to)
        elif field.primary_key:
            yield field, table.kind
        else:
            yield field, table.loose.get(field.name, "")


def _out(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
        case _:
            return value


def _in(field: Field[Any, Any], value: Any) -> Any:  # of any column
    if isinstance(field, JSONField):
        return value
    if isinstance(field, BinaryField):
        return None if value is None else base64.b64decode(value)
    return field.to_python(value)


# ── numbers inside of values ───────────────────────────────────────────────────────


def _translated(kind: str, values: Plain, way: Way) -> Plain:
    change = _TRANSLATED.get(kind)
    return change(values, way) if change else {}


def _path(scope: Plain, way: Way) -> Plain:
    parts = (int(part) for part in scope["path"].strip("/").split("/"))
    return {"path": "".join(f"/{way.of(_SCOPE, part)}" for part in parts) + "/"}


def _target(entry: Plain, way: Way) -> Plain:
    return {"target_id": way.of(entry["target_kind"], entry["target_id"])}


def _reference(evidence: Plain, way: Way) -> Plain:
    said = evidence["reference"]
    if "cycle" not in said:
        return {}
    return {"reference": said | {"cycle": way.of(_CYCLE, said["cycle"])}}


def _plan(template: Plain, way: Way) -> Plain:
    plan = template["plan"]
    return {
        "plan": plan
        | {
            "edition": way.of(EDITION, plan["edition"]),
            "scopes": [way.of(_SCOPE, one) for one in plan["scopes"]],
            "people": [
                one | {"person": way.of(PERSON, one["person"])}
                for one in plan["people"]
            ],
        }
    }


_TRANSLATED: Mapping[str, Callable[[Plain, Way], Plain]] = {
    "scope": _path,
    "journal_entry": _target,
    "evidence": _reference,
    "cycle_template": _plan,
}


# ── what is said otherwise in the file ─────────────────────────────────────────────


def _at_rest(_source: Model) -> Plain:
    """Without its credential a source cannot go on by itself."""
    return {"state": SourceState.PAUSED, "next_attempt_at": None}


def _named(report: Model) -> Plain:
    """Only the name: the folder is the workspace's on each server."""
    return {"file_name": str(getattr(report, "file_name", "")).rpartition("/")[2]}


def _loaded(edition: Model) -> Plain:
    """A shipped edition was loaded by each server at its own moment."""
    own = getattr(edition, "workspace_id", None) is not None
    return {} if own else {"published_at": None}


_LEAVING: Mapping[str, Callable[[Model], Plain]] = {
    "edition": _loaded,
    "source": _at_rest,
    "report": _named,
}
