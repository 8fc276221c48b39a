"""From a table's name to its rows, as far as the reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assessments.models import CycleState
from assessments.queries.exports.tables import TABLES
from assessments.queries.reach import EVERYWHERE, under

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.queries.exports.tables import Rows, Table
    from assessments.queries.reach import Reach

_AT_ONCE = 2000
_NAME = ("first_name", "last_name", "username")


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """What a reader takes out of: a workspace or one cycle, and how far they see."""

    workspace_id: int
    cycle_id: int | None  # None: every cycle
    reads: Reach  # where the person may read
    audits: Reach  # where the person may see what everybody did
    names: bool  # whether who rated is told
    answers: bool  # whether the person answers here: others' words may have to wait


def tables(*, within: Within) -> tuple[Table, ...]:
    """Return the tables that there are for a reader."""
    return tuple(
        table
        for table in TABLES
        if (within.cycle_id is None or table.place.cycle)
        and (table.place.path or _reach(table, within) == EVERYWHERE)
        and _reach(table, within)
    )


def columns(*, table: Table, within: Within) -> tuple[str, ...]:
    """Return the names of a table's columns."""
    named = within.names or not table.named
    people = tuple(name for name, _field in table.people) if named else ()
    return (*(name for name, _field in table.columns), *people)


def rows(*, table: Table, within: Within) -> Iterator[list[Any]]:
    """Yield the rows of a table, oldest first, in one query however many there are."""
    named = within.names or not table.named
    people = [field for _name, field in table.people] if named else []
    fields = [field for _name, field in table.columns]
    parts = [f"{field}__{part}" for field in people for part in _NAME]
    # The last field tells what is withdrawn, and orders rows that appear once.
    found = _rows(table, within).order_by("pk").values_list(*fields, *parts, "pk")
    hidden = _withdrawn(table)
    for row in found.iterator(chunk_size=_AT_ONCE):
        own = list(row[: len(fields)])
        if hidden and own[hidden[1]] is not None:
            own[hidden[0]] = ""
        names = row[len(fields) : -1]
        spans = range(0, len(names), len(_NAME))
        yield [*own, *(_called(*names[at : at + len(_NAME)]) for at in spans)]


def _rows(table: Table, within: Within) -> Rows:
    found = table.rows().filter(**{table.place.workspace: within.workspace_id})
    if table.also is not None:
        found = found.filter(table.also)
    if within.cycle_id is not None:
        found = found.filter(**{table.place.cycle: within.cycle_id})
    elif table.place.path:
        found = found.filter(under(table.place.path, _reach(table, within)))
    if table.unanchored and within.answers:
        found = found.exclude(cycle__unanchored=True, cycle__state=CycleState.OPEN)
    return found


def _reach(table: Table, within: Within) -> Reach:
    return within.audits if table.audit else within.reads


def _withdrawn(table: Table) -> tuple[int, int] | None:
    """Return where a text is that may be taken back, and where that is said."""
    names = [name for name, _field in table.columns]
    if "text" in names and "withdrawn_at" in names:
        return names.index("text"), names.index("withdrawn_at")
    return None


def _called(first: str | None, last: str | None, username: str | None) -> str | None:
    return f"{first or ''} {last or ''}".strip() or username
