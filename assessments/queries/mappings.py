"""What was received last, for the page where a mapping is tried."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import RawRecord, Rejection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from scoring.events import Json

_PAYLOADS = 10
_ROWS = 20
_LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadRow:
    """A payload that is kept."""

    id: int
    seen_at: datetime
    body: Mapping[str, Json]
    # Whether it waits in quarantine.
    rejected: bool

    @property
    def text(self) -> str:
        """The payload as people read it, not all of a long one."""
        text = json.dumps(self.body, ensure_ascii=False, indent=2)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n…"


def payload_rows(*, source_id: int) -> list[PayloadRow]:
    """Return what was received last, newest first."""
    kept = RawRecord.objects.filter(source_id=source_id).order_by("-pk")
    return _rows(list(kept[:_PAYLOADS]))


def table_rows(*, source_id: int) -> list[PayloadRow]:
    """Return the first rows of the file that brought new ones last."""
    kept = RawRecord.objects.filter(source_id=source_id)
    newest = kept.order_by("-pk").first()
    if newest is None:
        return []
    same = kept.filter(seen_at=newest.seen_at).order_by("pk")
    return _rows(list(same[:_ROWS]))


def _rows(records: list[RawRecord]) -> list[PayloadRow]:
    ids = [record.pk for record in records]
    listed = Rejection.objects.filter(raw_record_id__in=ids).order_by()
    rejected = set(listed.values_list("raw_record_id", flat=True))
    return [
        PayloadRow(
            id=record.pk,
            seen_at=record.seen_at,
            body=record.body,
            rejected=record.pk in rejected,
        )
        for record in records
    ]
