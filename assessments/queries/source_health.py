"""How complete what a source brings is: by day, by gap, by what metrics need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from assessments.models import DayRollup, Event, Rejection
from scoring.events import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

LOOKED_BACK = timedelta(days=90)
# A weekend is no gap.
_SILENCE = 4
_MOST_GAPS = 5
# What runs longer than this was lost sight of.
_UNDER_WAY = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How many events of a source happened on a day, in UTC."""

    day: date
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Days in a row, both counted, on which nothing happened."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it lasted."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many events say what a metric needs, and what to do for the rest."""

    what: str
    needed_for: str
    known: int
    total: int
    remedy: str

    @property
    def share(self) -> float:
        """Which share says it."""
        return self.known / self.total

    @property
    def complete(self) -> bool:
        """Whether all of them say it."""
        return self.known == self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is known about the data of a source over the last days."""

    first: date
    last: date
    days: tuple[Day, ...]
    gaps: tuple[Gap, ...]
    coverage: tuple[Coverage, ...]

    @property
    def most(self) -> int:
        """The events of the busiest day."""
        return max((one.count for one in self.days), default=0)

    @property
    def total(self) -> int:
        """All events of these days."""
        return sum(one.count for one in self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Records in quarantine for the same reason."""

    reason: str
    count: int
    seen_at: datetime


def health(*, source_id: int, now: datetime) -> Health:
    """Return how complete a source's events of the last 90 days are."""
    last = now.astimezone(UTC).date()
    first = last - LOOKED_BACK + timedelta(days=1)
    since = datetime.combine(first, time(), tzinfo=UTC)
    recent = Event.objects.filter(
        source_id=source_id, at__gte=since, at__lte=now
    ).order_by()
    days = _days(recent, first, last)
    return Health(
        first=first,
        last=last,
        days=days,
        gaps=tuple(_gaps(days)),
        coverage=tuple(one for one in _coverage(recent, first, now) if one.total),
    )


def reasons(*, source_id: int) -> list[Reason]:
    """Return why records are in quarantine, the commonest reason first."""
    rows = (
        Rejection.objects.filter(source_id=source_id)
        .values("reason")
        .annotate(count=Count("pk"), last=Max("seen_at"))
        .order_by("-count", "reason")
    )
    return [
        Reason(reason=row["reason"], count=row["count"], seen_at=row["last"])
        for row in rows
    ]


def retriable(*, source_id: int) -> int:
    """Return how many records in quarantine are kept and can be tried again."""
    kept = Rejection.objects.filter(source_id=source_id, raw_record__isnull=False)
    return kept.order_by().values("raw_record_id").distinct().count()


def _days(recent: QuerySet[Event], first: date, last: date) -> tuple[Day, ...]:
    rows = recent.values_list(TruncDate("at", tzinfo=UTC)).annotate(count=Count("pk"))
    counts = dict(rows)
    span = range((last - first).days + 1)
    whole = (first + timedelta(days=number) for number in span)
    return tuple(Day(day=day, count=counts.get(day, 0)) for day in whole)


def _gaps(days: Iterable[Day]) -> list[Gap]:
    """Return the longest silences after the first event, the longest first."""
    *seen, today = days
    busy = [one.day for one in seen if one.count]
    if not busy:
        return []
    one_day = timedelta(days=1)
    # Today is not over; its silence says nothing yet.
    ends = [*busy, today.day]
    found = [
        Gap(first=before + one_day, last=after - one_day)
        for before, after in pairwise(ends)
    ]
    long = [gap for gap in found if gap.days >= _SILENCE]
    return sorted(long, key=lambda gap: (-gap.days, gap.first))[:_MOST_GAPS]


# ── coverage ───────────────────────────────────────────────────────────────────────


def _coverage(recent: QuerySet[Event], first: date, now: datetime) -> list[Coverage]:
    return [
        _of_kind(
            recent.filter(kind=Kind.DEPLOYMENT),
            ~Q(refers_to=""),
            what=_("Deployments that say which version they brought"),
            needed_for=_("Change lead time, change fail rate"),
            remedy=_(
                "Let the deployment name its commit (or, for a model, its version):"
                " without it nothing says what it carried."
            ),
        ),
        _carried(recent, first),
        _of_kind(
            recent.filter(kind=Kind.CHANGE),
            Q(begun__isnull=False),
            what=_("Changes that say when their first commit was made"),
            needed_for=_("Change lead time"),
            remedy=_(
                "Let the credential read commits and the commits of pull requests."
            ),
        ),
        _of_kind(
            recent.filter(kind=Kind.INCIDENT),
            ~Q(refers_to=""),
            what=_("Incidents that name the deployment that caused them"),
            needed_for=_("Change fail rate, failed deployment recovery time"),
            remedy=_(
                "Name the deployment in the incident. Without it, the first incident"
                " after a deployment is put down to it, which is weaker evidence."
            ),
        ),
        _of_kind(
            recent.filter(kind=Kind.MODEL_VERSION),
            Q(data_version__isnull=False, code_version__isnull=False),
            what=_("Model versions that name their data and their code"),
            needed_for=_("Lead time of models, reproducibility"),
            remedy=_("Tag each version with its dataset and its commit."),
        ),
        _of_kind(
            recent.filter(
                kind__in=[Kind.DEPLOYMENT, Kind.PIPELINE_RUN], at__lt=now - _UNDER_WAY
            ),
            ~Q(status=Status.IN_PROGRESS),
            what=_("Deployments and runs of more than two days ago that have an end"),
            needed_for=_("Everything that counts deployments or runs"),
            remedy=_(
                "They were lost sight of while they ran. Synchronize again; what is"
                " pushed has to tell of the end, too."
            ),
        ),
    ]


def _of_kind(
    events: QuerySet[Event],
    knowing: Q,
    *,
    what: str,
    needed_for: str,
    remedy: str,
) -> Coverage:
    row = events.annotate(
        begun=KT("data__first_commit_at"),
        data_version=KT("data__dataset_ref"),
        code_version=KT("data__code_sha"),
        status=KT("data__status"),
    ).aggregate(total=Count("pk"), known=Count("pk", filter=knowing))
    return Coverage(
        what=what,
        needed_for=needed_for,
        remedy=remedy,
        known=row["known"],
        total=row["total"],
    )


def _carried(recent: QuerySet[Event], first: date) -> Coverage:
    """Return how many deployments could be linked to what they carried."""
    services = recent.filter(kind=Kind.DEPLOYMENT).values("service_id").distinct()
    row = DayRollup.objects.filter(service_id__in=services, day__gte=first).aggregate(
        known=Sum("carriers_known", default=0), total=Sum("carriers", default=0)
    )
    return Coverage(
        what=_("Deployments of a new version whose changes are known"),
        needed_for=_("Change lead time"),
        known=row["known"],
        total=row["total"],
        remedy=_(
            "Connect the repository that the versions come from: its commits link"
            " deployments to changes."
        ),
    )
