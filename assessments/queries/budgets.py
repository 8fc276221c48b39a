"""How often a source may still ask its platform, and whether the platform is well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import Budget, Source

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """What is known of one host that a source asks with its credential."""

    host: str
    # Requests in the present window; None: the platform does not tell.
    most: int | None
    remaining: int | None
    resets_at: datetime | None
    # The platform wants nothing more to be asked before.
    paused_until: datetime | None
    # Of the host, in a row; from some on it is left alone for a while.
    failures: int
    left_alone_until: datetime | None
    seen_at: datetime


def budget_rows(*, source_id: int, now: datetime) -> list[BudgetRow]:
    """Return what is known of the hosts that a source asks; what is over is left out.

    Sources with the same credential share these rows.
    """
    mark = (
        Source.objects.filter(pk=source_id)
        .exclude(credential_mark="")
        .values_list("credential_mark", flat=True)
        .first()
    )
    if mark is None:
        return []
    own = list(Budget.objects.filter(mark=mark).order_by("host"))
    hosts = [row.host for row in own]
    whole = {row.host: row for row in Budget.objects.filter(host__in=hosts, mark="")}
    return [_row(row, whole.get(row.host), now) for row in own]


def _row(own: Budget, whole: Budget | None, now: datetime) -> BudgetRow:
    current = own.resets_at is not None and own.resets_at > now
    return BudgetRow(
        host=own.host,
        most=own.most,
        remaining=own.remaining if current else None,
        resets_at=own.resets_at if current else None,
        paused_until=_still(own.rests_until, now),
        failures=whole.failures if whole else 0,
        left_alone_until=_still(whole.rests_until, now) if whole else None,
        seen_at=own.seen_at,
    )


def _still(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment and moment > now else None
