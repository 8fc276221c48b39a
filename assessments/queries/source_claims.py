"""Claims: services whose deployments more than one source tells of."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count

from assessments.models import Event
from scoring.events import Kind

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

LOOKED_BACK = timedelta(days=90)
# Two sources that tell of one deployment do so within minutes.
_TOGETHER = timedelta(minutes=10)
_MOST_COMPARED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A service whose deployments another source tells of, too."""

    service: str
    other_id: int
    other_name: str
    # Deployments in 90 days: of the other source, of this one, and of both.
    theirs: int
    ours: int = 0
    both: int = 0


def claims_of(*, source_id: int, now: datetime) -> list[Claim]:
    """Return which other sources tell of deployments of a source's services."""
    ours = _deployments(now).filter(source_id=source_id)
    counts = dict(_by_service(ours))
    others = _deployments(now).exclude(source_id=source_id)
    found = (
        others.filter(service_id__in=counts)
        .values("service_id", "service__key", "source_id", "source__name")
        .annotate(count=Count("pk"))
        .order_by("service__key", "source__name", "source_id")
    )
    return [
        Claim(
            service=row["service__key"],
            other_id=row["source_id"],
            other_name=row["source__name"],
            theirs=row["count"],
            ours=counts[row["service_id"]],
            both=_both(
                ours.filter(service_id=row["service_id"]),
                others.filter(service_id=row["service_id"], source_id=row["source_id"]),
            ),
        )
        for row in found
    ]


def claims_on(
    *, workspace_id: int, services: Collection[str], now: datetime
) -> list[Claim]:
    """Return which sources tell of deployments of services that a new one would."""
    rows = (
        _deployments(now)
        .filter(service__workspace_id=workspace_id, service__key__in=services)
        .values("service__key", "source_id", "source__name")
        .annotate(count=Count("pk"))
        .order_by("service__key", "source__name", "source_id")
    )
    return [
        Claim(
            service=row["service__key"],
            other_id=row["source_id"],
            other_name=row["source__name"],
            theirs=row["count"],
        )
        for row in rows
    ]


def _deployments(now: datetime) -> QuerySet[Event]:
    return Event.objects.filter(
        kind=Kind.DEPLOYMENT, at__gte=now - LOOKED_BACK, at__lte=now
    ).order_by()


def _by_service(rows: QuerySet[Event]) -> list[tuple[int, int]]:
    return list(rows.values_list("service_id").annotate(count=Count("pk")))


def _both(ours: QuerySet[Event], theirs: QuerySet[Event]) -> int:
    """Count deployments of ours that they tell of: one version, at nearly one time."""
    moments: dict[str, list[datetime]] = {}
    for version, at in _newest(theirs):
        moments.setdefault(version, []).append(at)
    return sum(
        _is_near(at, sorted(moments[version]))
        for version, at in _newest(ours)
        if version in moments
    )


def _newest(rows: QuerySet[Event]) -> list[tuple[str, datetime]]:
    named = rows.exclude(refers_to="").order_by("-at", "-pk")
    return list(named.values_list("refers_to", "at")[:_MOST_COMPARED])


def _is_near(at: datetime, moments: list[datetime]) -> bool:
    place = bisect_left(moments, at - _TOGETHER)
    return place < len(moments) and moments[place] <= at + _TOGETHER
