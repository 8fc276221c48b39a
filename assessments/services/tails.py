"""Tails: the newest part of a service's events, judged as if all were judged.

What new events change begins shortly before the earliest of them. From there on
everything is judged anew; of what came before only that is read which the tail
mentions. So the cost depends on what is new, not on how much there is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Max, Min

from assessments.connectors.base.assigning import alias
from assessments.models import DayFlow, DayRollup, Event
from scoring import events
from scoring.attribution import Boundary, Ledger, settle
from scoring.attribution.tables import version_of
from scoring.events import (
    Change,
    Commit,
    Deployment,
    Kind,
    Lane,
    ModelVersion,
    SignalKind,
    Status,
)
from scoring.rollups import REACH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from django.db.models import QuerySet

    from assessments.models import Service
    from scoring.attribution import Attribution, Rules

T = TypeVar("T")

# Before the first event there can be, and after the last.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
END = datetime(9000, 1, 1, tzinfo=UTC)
CARGO = (Kind.CHANGE, Kind.COMMIT, Kind.MODEL_VERSION)
_AT_ONCE = 10_000
_READ = 5_000


@dataclass
class Tail:
    """What was read of a service, and what came of it.

    What is found of days from `start` on holds; the days before it are there only
    because these days depend on them.
    """

    service: Service
    rules: Rules
    start: datetime
    judged_from: datetime
    ledger: Ledger
    # Row of each event that was read, by kind and id.
    rows: dict[tuple[Kind, str], int] = field(default_factory=dict)
    # When changes, commits and model versions were carried, as it is stored.
    carried_at: dict[tuple[Kind, str], datetime | None] = field(default_factory=dict)
    # Commits that each change consists of.
    shas_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # Deployments from before that incidents of other services name since.
    doors: frozenset[str] = frozenset()
    before: Boundary = field(default_factory=Boundary)

    @cached_property
    def attribution(self) -> Attribution:
        """What the deployments carried and which failed, once all is read."""
        return settle(self.ledger, self.before)

    @property
    def whole(self) -> bool:
        """Whether it is the whole history."""
        return self.start <= BEGINNING

    @property
    def present(self) -> frozenset[Lane]:
        """The lanes in which the service was ever deployed."""
        lanes = self.attribution.lanes
        deployed = {lane for lane, facts in lanes.items() if len(facts.deployed.ids)}
        return frozenset(deployed | self.before.last.keys())


def judged(service: Service, rules: Rules, start: datetime) -> Tail:
    """Read and judge the tail of a service from that moment on."""
    judged_from = BEGINNING if start <= BEGINNING else _day(start - rules.reach)
    tail = Tail(
        service=service,
        rules=rules,
        start=start,
        judged_from=judged_from,
        ledger=Ledger(service.key, rules),
    )
    _read_deployments(tail)
    _read_troubles(tail)
    _read_cargo(tail)
    if not tail.whole:
        _read_companions(tail)
        tail.before = _boundary(tail)
    return tail


def present_in(service: Service) -> frozenset[Lane]:
    """Return the lanes in which the service was ever deployed, as rollups say."""
    rows = DayRollup.objects.filter(service=service, completed__gt=0)
    return frozenset(lane for lane in Lane if rows.filter(lane=lane).exists())


# ── where it has to begin ──────────────────────────────────────────────────────────


def start_of(service: Service, rules: Rules, dirty_from: datetime) -> datetime:
    """Return the start of the first day of which anything may have changed."""
    if not _told_before(service, dirty_from.date()):
        return BEGINNING
    dirty_from = min([dirty_from, *_carried_earlier(service, dirty_from)])
    start = _day(dirty_from - rules.reach)
    if not _told_before(service, start.date()):
        return BEGINNING
    moments = [start]
    rolled = DayRollup.objects.filter(service=service)
    for lane in _lanes_touched(service, dirty_from):
        moments += _predecessor(rolled.filter(lane=lane), dirty_from.date())
    return max(_day(min(moments)), BEGINNING)


def _told_before(service: Service, day: date) -> bool:
    """Return whether anything is stored of an earlier day."""
    return any(
        model.objects.filter(service=service, day__lt=day).exists()
        for model in (DayRollup, DayFlow)
    )


def _lanes_touched(service: Service, dirty_from: datetime) -> set[Lane]:
    """Return the lanes whose last deployment before may be judged differently."""
    new = Event.objects.filter(service=service, at__gte=dirty_from)
    deployed = new.filter(kind=Kind.DEPLOYMENT).order_by()
    lanes = set(deployed.values_list("lane", flat=True).distinct())
    later = DayRollup.objects.filter(
        service=service, day__gte=dirty_from.date(), completed__gt=0
    )
    lanes |= set(later.order_by().values_list("lane", flat=True).distinct())
    if new.filter(kind=Kind.SIGNAL, data__kind=SignalKind.ROLLBACK).exists():
        return set(Lane)
    return {Lane(lane) for lane in lanes}


def _predecessor(rolled: QuerySet[DayRollup], day: date) -> list[datetime]:
    """Return the day of the last success before: failures after it are still open."""
    before = rolled.filter(day__lt=day)
    newest = before.filter(successful__gt=0).aggregate(day=Max("day"))["day"]
    newest = newest or before.filter(completed__gt=0).aggregate(day=Min("day"))["day"]
    return [_midnight(newest)] if newest else []


def _carried_earlier(service: Service, dirty_from: datetime) -> list[datetime]:
    """Return when anything new went out before the moment it tells of itself."""
    shas: set[str] = set()
    names: set[str] = set()
    new = Event.objects.filter(service=service, kind__in=CARGO, at__gte=dirty_from)
    for event in _parsed(new):
        if isinstance(event, Change):
            shas |= {*event.commits, event.merged_sha or ""}
        elif isinstance(event, Commit):
            names.add(event.sha)
        elif isinstance(event, ModelVersion):
            names |= names_of(event)
    shas.discard("")
    moments: list[datetime] = []
    for part in _parts(shas | names):
        out = Event.objects.referring(Kind.DEPLOYMENT, part).filter(service=service)
        moments += _least(out, "at")
    for part in _parts(shas):
        commits = _commits(service, part)
        moments += _least(commits, "carried_at")
    return moments


def _least(rows: QuerySet[Event], column: str) -> list[datetime]:
    least = rows.order_by().aggregate(least=Min(column))["least"]
    return [least] if least else []


def names_of(model: ModelVersion) -> set[str]:
    """Return what a deployment may call a model version."""
    pairs = {f"{model.model}{mark}{model.version}" for mark in "/:@"}
    return {model.id, model.version} | pairs


# ── what is read ───────────────────────────────────────────────────────────────────


def _read_deployments(tail: Tail) -> None:
    rows = Event.objects.filter(
        service=tail.service, kind=Kind.DEPLOYMENT, at__gte=tail.judged_from
    )
    _take(tail, rows)


def _read_troubles(tail: Tail) -> None:
    """Read incidents, signals and runs, and incidents of others that name us."""
    since = BEGINNING if tail.whole else tail.judged_from - tail.rules.reach
    for kind in (Kind.INCIDENT, Kind.SIGNAL):
        rows = Event.objects.filter(service=tail.service, kind=kind, at__gte=since)
        _take(tail, rows)
    runs = Event.objects.filter(service=tail.service, kind=Kind.PIPELINE_RUN)
    _take(tail, runs if tail.whole else runs.filter(at__gte=tail.start - REACH))
    ours = Event.objects.filter(source__workspace_id=tail.service.workspace_id)
    if tail.whole:
        naming = ours.filter(kind=Kind.INCIDENT).exclude(refers_to="")
        _take(tail, naming.exclude(service=tail.service))
        return
    tail.doors = _doors(tail)
    deployed = {name for kind, name in tail.rows if kind is Kind.DEPLOYMENT}
    for part in _parts(deployed | tail.doors):
        _take(tail, ours.referring(Kind.INCIDENT, part))


def _doors(tail: Tail) -> frozenset[str]:
    """Return which deployments from before are named by later incidents of others."""
    others = tail.service.workspace.services.exclude(pk=tail.service.pk)
    incidents = Event.objects.filter(
        service__in=others.order_by().values("pk"),
        kind=Kind.INCIDENT,
        at__gte=tail.start,
    )
    earlier = Ledger(tail.service.key, tail.rules)
    # Without `refers_to` in the question: SQLite would read every incident by it.
    names = set(incidents.order_by().values_list("refers_to", flat=True)) - {""}
    for part in _parts(names):
        deployments = Event.objects.filter(
            service=tail.service, at__lt=tail.judged_from
        )
        found = deployments.named(
            workspace_id=tail.service.workspace_id, kind=Kind.DEPLOYMENT, names=part
        )
        for event in _parsed(found):
            earlier.add(event)
    return frozenset(earlier.deployment_ids())


def _read_cargo(tail: Tail) -> None:
    """Read what was not carried before: changes, commits and model versions."""
    rows = Event.objects.cargo().filter(service=tail.service)
    if tail.whole:
        _take(tail, rows)
        return
    # Two questions: asked as one, SQLite reads all that was ever carried.
    _take(tail, rows.filter(carried_at=None))
    _take(tail, rows.filter(carried_at__gte=tail.judged_from))


def _read_companions(tail: Tail) -> None:
    """Read what was carried before but is named by something that was not."""
    wanted = {sha for shas in tail.shas_of.values() for sha in shas}
    wanted |= {
        model.code_sha for model in tail.ledger.models.values() if model.code_sha
    }
    # Whether the graph knows what was deployed decides what time may be asked.
    wanted |= {*tail.ledger.named(), *tail.ledger.versions}
    # A parent that went out before is not missing.
    wanted |= {sha for node in tail.ledger.commits.values() for sha in node.parents}
    _read_copies(tail)
    missing = {sha for sha in wanted if (Kind.COMMIT, sha) not in tail.rows}
    for part in _parts(missing):
        _take(tail, _commits(tail.service, part))
    for part in _parts(tail.ledger.named()):
        changes = Event.objects.referring(Kind.CHANGE, part)
        _take(tail, changes.filter(service=tail.service))


def _read_copies(tail: Tail) -> None:
    """Read the picks of commits that did not go out themselves: they may have."""
    unseen = {name for kind, name in tail.carried_at if kind is Kind.COMMIT}
    for part in _parts(unseen):
        picks = Event.objects.referring(Kind.COMMIT, part)
        _take(tail, picks.filter(service=tail.service))


def _take(tail: Tail, rows: QuerySet[Event]) -> None:
    for row in rows.order_by("at", "pk").iterator(_READ):
        event = events.parse(row.data, Kind(row.kind))
        tail.ledger.add(event)
        key = (event.kind, event.id)
        tail.rows[key] = row.pk
        if event.kind in CARGO:
            tail.carried_at[key] = row.carried_at
        if isinstance(event, Change):
            tail.shas_of[event.id] = tuple(
                sha for sha in (event.merged_sha, *event.commits) if sha
            )


def _parsed(rows: QuerySet[Event]) -> Iterator[events.Event]:
    pairs = rows.order_by().values_list("kind", "data")
    for kind, data in pairs.iterator(_READ):
        yield events.parse(data, Kind(kind))


# ── what was there before ──────────────────────────────────────────────────────────


def _boundary(tail: Tail) -> Boundary:
    rolled = DayRollup.objects.filter(
        service=tail.service, day__lt=tail.judged_from.date()
    )
    last = {
        lane: deployment
        for lane in Lane
        if (deployment := _last(tail, rolled.filter(lane=lane))) is not None
    }
    served = rolled.filter(successful__gt=0)
    gone = [
        key
        for key, at in tail.carried_at.items()
        if at is not None and at < tail.judged_from
    ]
    return Boundary(
        last=last,
        served=frozenset(lane for lane in Lane if served.filter(lane=lane).exists()),
        versions=_versions(tail, last.values()),
        carried=frozenset(
            (Lane.MODEL if kind is Kind.MODEL_VERSION else Lane.CODE, name)
            for kind, name in gone
        ),
        contained=frozenset(name for kind, name in gone if kind is Kind.COMMIT),
        doors=tail.doors,
    )


def _last(tail: Tail, rolled: QuerySet[DayRollup]) -> Deployment | None:
    """Return the newest completed production deployment of a lane."""
    day = rolled.filter(completed__gt=0).order_by("-day").first()
    if day is None:
        return None
    start = _midnight(day.day)
    rows = Event.objects.filter(
        service=tail.service,
        kind=Kind.DEPLOYMENT,
        at__gte=start,
        at__lt=start + timedelta(days=1),
    )
    completed = [
        event
        for event in _parsed(rows.filter(lane=day.lane))
        if isinstance(event, Deployment)
        and event.status in (Status.SUCCESS, Status.FAILURE)
        and tail.rules.counts(event.environment)
    ]
    return max(completed, key=lambda event: (event.at, event.id), default=None)


def _versions(
    tail: Tail, last: Iterable[Deployment]
) -> dict[tuple[Lane, str], datetime]:
    """Return when versions that the tail deploys went out first, before it."""
    rows = Event.objects.filter(
        service=tail.service, kind=Kind.DEPLOYMENT, at__gte=tail.judged_from
    )
    deployed = set(rows.values_list("refers_to", flat=True))
    deployed |= {version_of(deployment) or "" for deployment in last}
    deployed |= tail.ledger.named()
    born: dict[tuple[Lane, str], datetime] = {}
    for part in _parts(deployed - {""}):
        rows = Event.objects.referring(Kind.DEPLOYMENT, part).filter(
            service=tail.service, at__lt=tail.judged_from
        )
        for event in _parsed(rows):
            if not isinstance(event, Deployment) or event.status is not Status.SUCCESS:
                continue
            version = version_of(event)
            if version is not None and tail.rules.counts(event.environment):
                key = (event.lane, version)
                born[key] = min(event.at, born.get(key, event.at))
    return born


# ── small things ───────────────────────────────────────────────────────────────────


def _commits(service: Service, shas: Iterable[str]) -> QuerySet[Event]:
    """Return these commits of a service, as a monorepo names them too."""
    return Event.objects.filter(service=service).named(
        workspace_id=service.workspace_id,
        kind=Kind.COMMIT,
        names=[name for sha in shas for name in (sha, alias(sha, service.key))],
    )


def _parts(items: Iterable[T]) -> Iterator[Collection[T]]:
    iterator = iter(items)
    while part := list(islice(iterator, _AT_ONCE)):
        yield part


def _day(moment: datetime) -> datetime:
    return _midnight(moment.astimezone(UTC).date())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
