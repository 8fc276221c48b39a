"""What was counted, read for many objectives in as many queries as for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.models import SloDay
from assessments.queries.service_levels.definitions import window_of
from assessments.queries.service_levels.policies import farthest
from scoring.service_levels import SLOT, Ledger, Tally, midnight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from scoring.service_levels import Day, Definition

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A version whose budget is asked for, at the ends of some days too."""

    version_id: int
    definition: Definition


def ledgers(
    wanted: Sequence[Wanted], *, at: datetime, days: Sequence[date] = ()
) -> dict[int, Ledger]:
    """Return a ledger for each version: good for its budget, its burn and its days."""
    moments = [at, *(midnight(day) + _DAY for day in days)]
    starts = {
        window_of(one.definition, moment - SLOT)[0]
        for one in wanted
        for moment in moments
    }
    ids = [one.version_id for one in wanted]
    totals = _totals(ids, first=min(starts, default=at).date(), last=at.date())
    # Burn rates are looked at from the newest observation back.
    recent = (at - 2 * farthest()).date()
    cut = {start.date() for start in starts if start != midnight(start.date())}
    slots = _slots(ids, recent=recent, cut=cut, last=at.date())
    return {pk: Ledger(totals[pk], slots[pk]) for pk in ids}


def _totals(
    ids: Sequence[int], *, first: date, last: date
) -> dict[int, dict[date, Tally]]:
    rows = SloDay.objects.filter(version__in=ids, day__gte=first, day__lte=last)
    found: dict[int, dict[date, Tally]] = {pk: {} for pk in ids}
    for pk, day, good, bad, unknown in rows.order_by().values_list(
        "version_id", "day", "good", "bad", "unknown"
    ):
        found[pk][day] = Tally(good, bad, unknown)
    return found


def _slots(
    ids: Sequence[int], *, recent: date, cut: Iterable[date], last: date
) -> dict[int, dict[date, Day]]:
    rows = SloDay.objects.filter(
        Q(day__gte=recent) | Q(day__in=list(cut)), version__in=ids, day__lte=last
    )
    found: dict[int, dict[date, Day]] = {pk: {} for pk in ids}
    for pk, day, slots in rows.order_by().values_list("version_id", "day", "slots"):
        found[pk][day] = _unpacked(slots)
    return found


def packed(day: Day) -> dict[str, list[int]]:
    """Return the slots of a day as they are stored."""
    return {
        str(slot): [tally.good, tally.bad, tally.unknown]
        for slot, tally in sorted(day.items())
    }


def _unpacked(slots: Mapping[str, Sequence[int]]) -> Day:
    return {int(slot): Tally(*counts) for slot, counts in slots.items()}
