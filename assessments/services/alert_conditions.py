"""What is wrong in a workspace at a moment: found anew from rows each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, Prefetch

from assessments.models import (
    AlertKind,
    Cycle,
    CycleState,
    Decision,
    RunState,
    ScheduleRun,
    Score,
    Scoring,
    Slo,
    SloBurn,
    Source,
    SourceState,
    Verb,
)
from assessments.queries import service_levels
from assessments.queries.frameworks import framework
from assessments.queries.results.comparing import movement, stood_in
from assessments.services.rescoring import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from assessments.queries.results.rows import Movement
    from scoring.events import Json

_LIVE = (CycleState.OPEN, CycleState.IN_REVIEW)
# How far back a level may have stood that counts as lost; later it is how things are.
LOOKED_BACK = timedelta(days=28)
_TOLD = ("domain", "scope")
_COLUMNS = ("agreed", "measured")
# Platforms fail now and then; three times in a row is no hiccup.
_FAILURES = 3
_SILENCE = timedelta(days=7)
_UNREAD = timedelta(days=1)
_WARNED_BEFORE = timedelta(days=14)
# Expired for longer, it is no news to anybody.
_MOURNED = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that is wrong; told once as long as thing and state are the same."""

    kind: AlertKind
    thing: str
    about: dict[str, Json]
    state: str = ""

    @property
    def key(self) -> str:
        """What makes it one alert."""
        return f"{self.thing}#{self.state}"


def conditions(*, workspace_id: int, now: datetime) -> list[Condition]:
    """Return everything that is wrong now."""
    return [
        *_levels(workspace_id, now),
        *_burns(workspace_id),
        *_sources(workspace_id, now),
        *_overrides(workspace_id, now),
        *_schedules(workspace_id),
    ]


# ── levels ─────────────────────────────────────────────────────────────────────────


def _levels(workspace_id: int, now: datetime) -> Iterator[Condition]:
    live = Cycle.objects.filter(workspace_id=workspace_id, state__in=_LIVE)
    for cycle in live.select_related("scope", "edition").order_by("pk"):
        last_of_days = _last_of_days(cycle, now)
        if len(last_of_days) > 1:
            yield from _lost(cycle, last_of_days)


def _last_of_days(cycle: Cycle, now: datetime) -> list[Scoring]:
    """Return the last scoring of each day, oldest first: what passed by is no loss."""
    recent = cycle.scorings.filter(made_at__gt=now - LOOKED_BACK).order_by("pk")
    scores = Score.objects.filter(kind__in=_TOLD).defer("because")
    found = recent.only("made_at").prefetch_related(Prefetch("scores", scores))
    days = {day_of(at): pk for pk, at in recent.values_list("pk", "made_at")}
    return list(found.filter(pk__in=days.values()))


def _lost(cycle: Cycle, scorings: list[Scoring]) -> Iterator[Condition]:
    *earlier, newest = scorings
    for now in newest.scores.all():
        before = [
            one
            for scoring in earlier
            for one in scoring.scores.all()
            if (one.kind, one.code) == (now.kind, now.code)
        ]
        for column in _COLUMNS:
            fall = _fall(now, before, column)
            if fall is not None:
                yield _level(cycle, now, column, fall)


def _fall(now: Score, before: Iterable[Score], column: str) -> Movement | None:
    """Return how far a level fell from the highest that stood, if that says much."""
    known = [one for one in before if getattr(one, column) is not None]
    if not known or getattr(now, column) is None:
        return None
    highest = max(known, key=lambda one: (getattr(one, column), one.pk))
    moved = movement(stood_in(now, column), stood_in(highest, column))
    fell = moved and moved.significant and moved.change and moved.change < 0
    return moved if fell else None


def _level(cycle: Cycle, now: Score, column: str, fall: Movement) -> Condition:
    edition = framework(sha256=cycle.edition.sha256)
    after = f"{getattr(now, column):f}"
    name = edition.domain(now.code).name if now.kind == "domain" else ""
    return Condition(
        kind=AlertKind.LEVEL_LOST,
        thing=f"level/{cycle.pk}/{now.kind}/{now.code}/{column}",
        state=after,
        about={
            "cycle_id": cycle.pk,
            "cycle": cycle.title,
            "scope": cycle.scope.name,
            "code": now.code if now.kind == "domain" else "",
            "name": name,
            "column": column,
            "before": f"{fall.before:f}",
            "after": after,
            "uncertainty": f"{fall.uncertainty:f}",
        },
    )


# ── service levels, sources, overrides, schedules ──────────────────────────────────


def _burns(workspace_id: int) -> Iterator[Condition]:
    burning = SloBurn.objects.filter(
        slo__workspace_id=workspace_id, cleared_at=None, slo__retired_at=None
    )
    worst: dict[int, SloBurn] = {}
    burning = burning.select_related("slo__service__scope")
    for one in burning.prefetch_related("slo__versions").order_by("pk"):
        if one.slo_id not in worst or one.severity == "page":
            worst[one.slo_id] = one
    for one in worst.values():
        yield Condition(
            kind=AlertKind.SLO_BURNING,
            thing=f"slo/{one.slo_id}",
            state=one.severity,
            about={
                "slo_id": one.slo_id,
                "slo": _title(one.slo),
                "service": one.slo.service.scope.name,
                "severity": one.severity,
                "since": one.since.isoformat(),
            },
        )


def _title(slo: Slo) -> str:
    """Return how people call an objective: as its newest version does."""
    versions = slo.versions.all()
    return service_levels.read(versions[0].document).title if versions else slo.name


def _sources(workspace_id: int, now: datetime) -> Iterator[Condition]:
    # What is simulated came all at once, and falls silent on purpose.
    real = Source.objects.filter(workspace_id=workspace_id, simulated=False)
    for source in real.exclude(state=SourceState.PAUSED).order_by("pk"):
        about: dict[str, Json] = {"source_id": source.pk, "source": source.name}
        failing = source.state == SourceState.FAILING
        if failing and source.failures >= _FAILURES:
            yield Condition(
                kind=AlertKind.SOURCE_FAILING,
                thing=f"source/{source.pk}/failing",
                about=about | {"error": source.last_error[:300]},
            )
        since = None if failing else _silent_since(source, now)
        if since is not None:
            yield Condition(
                kind=AlertKind.SOURCE_SILENT,
                thing=f"source/{source.pk}/silent",
                about=about | {"since": since.isoformat()},
            )


def _silent_since(source: Source, now: datetime) -> datetime | None:
    """Return since when a source has said nothing, if that is long."""
    rhythm = max(_UNREAD, 4 * timedelta(minutes=source.every_minutes))
    read = source.last_success_at
    if source.address and read is not None and now - read > rhythm:
        return read
    newest = source.newest_event_at
    return newest if newest is not None and now - newest > _SILENCE else None


def _overrides(workspace_id: int, now: datetime) -> Iterator[Condition]:
    today = now.astimezone(UTC).date()
    decided = Decision.objects.filter(
        cycle__workspace_id=workspace_id, cycle__state__in=_LIVE
    )
    newest = decided.order_by().values("cycle", "criterion").annotate(newest=Max("pk"))
    ending = Decision.objects.filter(
        pk__in=newest.values("newest"),
        verb=Verb.OVERRIDE,
        expires_on__gte=today - _MOURNED,
        expires_on__lte=today + _WARNED_BEFORE,
    )
    for one in ending.select_related("cycle").order_by("pk"):
        ends_on = one.expires_on or today  # an override has one: the table says so
        over = ends_on < today
        yield Condition(
            kind=AlertKind.OVERRIDE_EXPIRED if over else AlertKind.OVERRIDE_EXPIRING,
            thing=f"override/{one.cycle_id}/{one.criterion}",
            state=f"{'expired' if over else 'expiring'}-{ends_on}",
            about={
                "cycle_id": one.cycle_id,
                "cycle": one.cycle.title,
                "criterion": one.criterion,
                "level": f"{one.level:f}",
                "on": ends_on.isoformat(),
            },
        )


def _schedules(workspace_id: int) -> Iterator[Condition]:
    ended = ScheduleRun.objects.filter(
        finished_at__isnull=False,
        schedule__workspace_id=workspace_id,
        schedule__paused_at=None,
    )
    newest = ended.order_by().values("schedule").annotate(newest=Max("pk"))
    failed = ScheduleRun.objects.filter(
        pk__in=newest.values("newest"), state=RunState.FAILED
    )
    for run in failed.order_by("pk"):
        yield Condition(
            kind=AlertKind.SCHEDULE_FAILED,
            thing=f"schedule/{run.schedule_id}",
            about={"schedule_id": run.schedule_id, "due_at": run.due_at.isoformat()},
        )
