"""The weekly review: what a week did to every budget, and what was noted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from assessments.models import SloReview
from assessments.queries.reach import EVERYWHERE
from assessments.queries.service_levels.reading import burn_rows, slos
from assessments.queries.service_levels.rows import NoteRow, Week, WeekRow
from scoring.service_levels import Tally, midnight

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.queries.reach import Reach
    from assessments.queries.service_levels.rows import SloRow

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
# A Monday before which no budget can have been counted.
_EARLIEST = date(2000, 1, 3)


def monday(day: date) -> date:
    """Return the begin of the week that a day lies in."""
    return day - day.weekday() * _DAY


def begins_week(day: date, *, today: date) -> bool:
    """Say whether a week that can be looked at begins with a day."""
    return _EARLIEST <= day <= today and day == monday(day)


def week(
    *, workspace_id: int, first: date, now: datetime, reach: Reach = EVERYWHERE
) -> Week:
    """Return a week from its Monday, as far as it has gone."""
    last = min(first + _WEEK - _DAY, now.date())
    days = [first - _DAY + step * _DAY for step in range((last - first).days + 2)]
    found = slos(workspace_id=workspace_id, now=now, reach=reach, days=days)
    # The two kinds apart, software first.
    found.sort(key=lambda row: row.category, reverse=True)
    burns = burn_rows(
        slo_ids=[row.id for row in found],
        start=midnight(first),
        end=midnight(first) + _WEEK,
    )
    return Week(
        first=first,
        last=last,
        over=last < now.date(),
        rows=tuple(
            WeekRow(
                slo=row,
                tally=_brought(row),
                before=row.history[0].budget,
                after=row.history[-1].budget,
                burns=tuple(burns.get(row.id, ())),
            )
            for row in found
        ),
        note=note_of(workspace_id=workspace_id, first=first),
    )


def _brought(row: SloRow) -> Tally:
    return sum((day.tally for day in row.history[1:]), Tally())


def note_of(*, workspace_id: int, first: date) -> NoteRow | None:
    """Return what was noted about the week from a Monday."""
    rows = SloReview.objects.select_related("written_by")
    found = rows.filter(workspace_id=workspace_id, week=first).first()
    if found is None:
        return None
    return NoteRow(
        text=found.note,
        written_by=found.written_by.get_full_name() or found.written_by.username,
        written_at=found.written_at,
    )


def noted_weeks(*, workspace_id: int) -> list[date]:
    """Return the newest weeks that somebody wrote about."""
    rows = SloReview.objects.filter(workspace_id=workspace_id).order_by("-week")
    return list(rows.values_list("week", flat=True)[:12])
