"""Tables that are uploaded: rows are kept, and a mapping makes events of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.connectors import base, mapping, table
from assessments.connectors.registry import CONNECTORS
from assessments.models import Source, SourceState
from assessments.services import observing, sources
from assessments.services.receiving import Paused
from assessments.services.refusals import Refusal
from scoring.events import Malformed

if TYPE_CHECKING:
    from datetime import datetime

MOST_BYTES = 10 * 1024**2
MOST_ROWS = table.MOST_ROWS


class Unreadable(Refusal):
    """The file is no table; the sentence says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file."""

    encoding: str
    rows: int
    # Events that are new or changed, and those that were there already.
    stored: int
    unchanged: int
    # Rows that no rule is about.
    silent: int
    # (number of the line, why).
    rejected: tuple[tuple[int, str], ...]
    # Columns that are not kept.
    left_out: tuple[str, ...]
    # Columns that the mapping reads and the file does not have.
    missing: tuple[str, ...]


@transaction.atomic
def take_in(
    *, workspace_id: int, source_id: int, raw: bytes, header: bool, now: datetime
) -> Taken:
    """Keep the rows of a file, and store the events that the mapping finds in them."""
    source = _source(workspace_id, source_id)
    try:
        found = table.read(raw, header=header)
    except table.Unreadable as flaw:
        raise Unreadable(str(flaw)) from flaw
    plain = sources.bare(source)
    reader = observing.Reader(
        source=source, connector=CONNECTORS[source.kind], plain=plain
    )
    rejected = [(row.line, row.flaw) for row in found.rows if row.flaw]
    good = [
        (row.line, table.payload_of(row, plain)) for row in found.rows if not row.flaw
    ]
    told, silent = set[tuple[str, str]](), 0
    for line, payload in good:
        try:
            events = list(reader.connector.parse(payload, plain))
        except (base.Garbled, Malformed) as flaw:
            rejected.append((line, str(flaw)))
        else:
            told |= {(event.kind.value, event.id) for event in events}
            silent += not events
    understood = observing.observe(
        reader, [payload for _line, payload in good], now=now
    )
    Source.objects.filter(pk=source.pk).update(
        state=SourceState.WELL, last_success_at=now, failures=0, last_error=""
    )
    return Taken(
        encoding=found.encoding,
        rows=len(found.rows),
        stored=understood.stored,
        unchanged=max(len(told) - understood.stored, 0),
        silent=silent,
        rejected=tuple(sorted(rejected)),
        left_out=_left_out(found.columns, [payload for _line, payload in good]),
        missing=_missing(plain, found.columns),
    )


def _source(workspace_id: int, source_id: int) -> Source:
    found = Source.objects.select_for_update().filter(
        workspace_id=workspace_id, pk=source_id, kind=table.TableFile.kind
    )
    source = found.first()
    if source is None:
        raise sources.NoSuchSource(_("This source does not exist (any more)."))
    if source.state == SourceState.PAUSED:
        raise Paused(_("This source is paused: nothing was stored. Resume it first."))
    return source


def _left_out(columns: tuple[str, ...], kept: list[base.Payload]) -> tuple[str, ...]:
    return tuple(each for each in columns if kept and each not in kept[0].body)


def _missing(plain: base.Source, columns: tuple[str, ...]) -> tuple[str, ...]:
    data = plain.rules.get(mapping.RULE)
    if not data:
        return ()
    wanted = table.columns_read(mapping.stored(data))
    return tuple(each for each in wanted if each not in columns)
