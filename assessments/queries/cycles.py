"""Cycles for show: how they stand, what moved, when they score themselves next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.models import (
    Cycle,
    CycleState,
    Decision,
    Edition,
    EditionState,
    Rating,
    Rhythm,
    Scope,
    Score,
    Scoring,
    ScoringTrigger,
    Settlement,
)
from assessments.queries.answers import Progress, asked, given_ratings, kept
from assessments.queries.frameworks import framework, in_words, spoken
from assessments.queries.reach import EVERYWHERE, under

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from django.contrib.auth.models import AbstractUser
    from django.db.models import QuerySet

    from assessments.queries.reach import Reach
    from scoring.events import Json

RHYTHMS = tuple(Rhythm.choices)
# "Level 3 first, one level a cycle": advice for the form, never a rule.
_FIRST = Decimal(3)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRow:
    """A cycle as lists and page heads show it."""

    id: int
    title: str
    state: str
    state_label: str
    scope_id: int
    scope_name: str
    edition_id: int
    edition_title: str
    edition_version: str
    period_start: date
    period_end: date
    due_on: date | None
    targets: Mapping[str, str]
    left_out: Mapping[str, str]
    rescoring: str
    rescoring_label: str
    unanchored: bool
    remind_every_days: int | None
    based_on: tuple[int, str] | None  # the cycle that it was started from
    progress: Progress
    raters: int
    created_by: str
    locked_by: str
    locked_at: datetime | None
    content_sha256: str

    @property
    def live(self) -> bool:
        """Whether it is scored at all."""
        return self.state in (CycleState.OPEN, CycleState.IN_REVIEW)

    def overdue(self, today: date) -> bool:
        """Whether answers were due before today and are still taken."""
        return (
            self.state == CycleState.OPEN
            and self.due_on is not None
            and self.due_on < today
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A level that moved."""

    sentence: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRow:
    """A scoring in which levels moved, or which ran on schedule."""

    scoring_id: int
    made_at: datetime
    trigger: str
    period: str
    changes: tuple[Change, ...]
    topics: int  # how many topics moved, beside the domains listed


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainOption:
    """A domain in the form of a cycle."""

    code: str
    name: str
    pillar: str
    last: Decimal | None
    suggested: Decimal


def cycle_rows(*, workspace_id: int, reach: Reach = EVERYWHERE) -> list[CycleRow]:
    """Return the cycles of a workspace within reach, the newest period first."""
    found = _cycles().filter(under("scope__path", reach), workspace_id=workspace_id)
    cycles = list(found)
    ids = [cycle.pk for cycle in cycles]
    ratings = given_ratings().filter(cycle_id__in=ids)
    topics = Counter(
        pk for pk, _ in ratings.values_list("cycle_id", "topic").distinct()
    )
    people = Counter(
        pk for pk, _ in ratings.values_list("cycle_id", "person_id").distinct()
    )
    return [_row(one, topics[one.pk], people[one.pk]) for one in cycles]


def cycle(*, workspace_id: int, cycle_id: int) -> CycleRow | None:
    """Return a cycle of this workspace, or None."""
    one = _cycles().filter(workspace_id=workspace_id, pk=cycle_id).first()
    if one is None:
        return None
    ratings = given_ratings().filter(cycle_id=cycle_id)
    return _row(
        one,
        ratings.values("topic").distinct().count(),
        ratings.values("person_id").distinct().count(),
    )


def state_of(*, workspace_id: int, cycle_id: int) -> str | None:
    """Return how a cycle of this workspace stands, or None: the cheapest look."""
    cycles = Cycle.objects.filter(workspace_id=workspace_id, pk=cycle_id)
    return cycles.values_list("state", flat=True).first()


def planned_with(*, cycle_id: int) -> list[tuple[int, int, str]]:
    """Return id, scope and its name of the drafts that share a draft's plan."""
    cycle = Cycle.objects.only("campaign_id", "state").get(pk=cycle_id)
    mine = Q(pk=cycle_id)
    if cycle.campaign_id is not None and cycle.state == CycleState.DRAFT:
        mine = Q(campaign_id=cycle.campaign_id, state=CycleState.DRAFT)
    rows = Cycle.objects.filter(mine).order_by("scope__path", "pk")
    return list(rows.values_list("pk", "scope_id", "scope__name"))


def kept_domains(*, cycle_id: int) -> list[tuple[str, str]]:
    """Return code and name of the domains that a cycle asks about, in order."""
    cycle = _cycles().get(pk=cycle_id)
    edition = spoken(sha256=cycle.edition.sha256)
    return [(one.code, one.name) for one in kept(edition, cycle.left_out)]


def is_stale(*, cycle_id: int) -> bool:
    """Say whether answers or agreements came in that no scoring has seen yet."""
    cycle = Cycle.objects.only("state").get(pk=cycle_id)
    if cycle.state not in (CycleState.OPEN, CycleState.IN_REVIEW):
        return False
    newest = Scoring.objects.filter(cycle_id=cycle_id).order_by("-pk")
    seen = newest.values_list("seen", flat=True).first()
    given = (Rating, Decision, Settlement)
    there = sum(one.objects.filter(cycle_id=cycle_id).count() for one in given)
    return seen is None or seen != there


def movements(*, cycle_id: int, limit: int = 10) -> list[MovementRow]:
    """Return the newest scorings in which something moved, or that ran by rhythm."""
    cycle = Cycle.objects.select_related("edition").only("edition__sha256")
    sha256 = cycle.get(pk=cycle_id).edition.sha256
    scorings = Scoring.objects.filter(cycle_id=cycle_id).defer("card")
    told = scorings.exclude(Q(changes=[]) & Q(period=None))
    return [_movement(one, sha256) for one in told.order_by("-pk")[:limit]]


def last_scored_at(*, cycle_id: int) -> datetime | None:
    """Return when the cycle was scored last."""
    scorings = Scoring.objects.filter(cycle_id=cycle_id).order_by("-pk")
    return scorings.values_list("made_at", flat=True).first()


def next_run(*, rescoring: str, now: datetime) -> datetime | None:
    """Return when the rhythm's next period begins, in UTC; None without a rhythm."""
    today = now.astimezone(UTC)
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    if rescoring == Rhythm.DAILY:
        return midnight + timedelta(days=1)
    if rescoring == Rhythm.WEEKLY:
        return midnight + timedelta(days=7 - today.weekday())
    return None


# ── what the form offers ───────────────────────────────────────────────────────────


def scope_choices(*, workspace_id: int) -> list[tuple[int, str]]:
    """Return the organization's tree, each node with its depth shown."""
    scopes = Scope.objects.filter(workspace_id=workspace_id).select_related("parent")
    return [
        (scope.pk, f"{'– ' * (scope.path.count('/') - 2)}{scope.name}")
        for scope in scopes.order_by("path", "pk")
    ]


def edition_choices(*, workspace_id: int) -> list[tuple[int, str]]:
    """Return the published editions that this workspace may use."""
    offered = Q(workspace_id=workspace_id) | Q(workspace=None)
    editions = Edition.objects.filter(offered, state=EditionState.PUBLISHED)
    return [
        (one.pk, f"{one.title} ({one.version})")
        for one in editions.defer("document").order_by("key", "-published_at", "-pk")
    ]


def domain_options(*, scope_id: int, edition_id: int) -> list[DomainOption]:
    """Return the domains of an edition with a suggested target each.

    The usual advice: bring everything to level 3 first, and raise no domain by more
    than one level in a cycle. Where nothing is known, level 3 is the suggestion.
    """
    row = Edition.objects.only("sha256", "key").get(pk=edition_id)
    edition = spoken(sha256=row.sha256)
    last = _last_levels(scope_id, row.key)
    everywhere = bool(last) and all(
        last.get(domain.code, _FIRST) >= _FIRST for domain in edition.domains
    )
    top = Decimal(edition.scale.maximum)
    return [
        DomainOption(
            code=domain.code,
            name=domain.name,
            pillar=pillar.name,
            last=last.get(domain.code),
            suggested=_suggested(last.get(domain.code), top, raise_all=everywhere),
        )
        for pillar in edition.pillars
        for domain in pillar.domains
    ]


def _suggested(last: Decimal | None, top: Decimal, *, raise_all: bool) -> Decimal:
    if last is None:
        return min(_FIRST, top)
    if last < _FIRST:
        return min(_FIRST, last + _ONE)
    return min(top, last + _ONE) if raise_all else last


def _last_levels(scope_id: int, edition_key: str) -> dict[str, Decimal]:
    """Return the agreed domain levels of the last locked cycle of this scope."""
    locked = Cycle.objects.filter(
        scope_id=scope_id, edition__key=edition_key, state=CycleState.LOCKED
    )
    last = locked.order_by("-period_end", "-pk").defer("content").first()
    scoring = last.scorings.order_by("-pk").first() if last else None
    if scoring is None:
        return {}
    scores = Score.objects.filter(scoring=scoring, kind="domain")
    return {one.code: one.agreed for one in scores if one.agreed is not None}


# ── rows ───────────────────────────────────────────────────────────────────────────


def _cycles() -> QuerySet[Cycle]:
    rows = Cycle.objects.select_related(
        "scope", "edition", "created_by", "locked_by", "based_on"
    )
    return rows.defer("content", "edition__document", "based_on__content")


def _row(one: Cycle, answered: int, raters: int) -> CycleRow:
    topics = asked(framework(sha256=one.edition.sha256), one.left_out)
    return CycleRow(
        id=one.pk,
        title=one.title,
        state=one.state,
        state_label=str(one.get_state_display()),
        scope_id=one.scope_id,
        scope_name=one.scope.name,
        edition_id=one.edition_id,
        edition_title=spoken(sha256=one.edition.sha256).title,
        edition_version=one.edition.version,
        period_start=one.period_start,
        period_end=one.period_end,
        due_on=one.due_on,
        targets=one.targets,
        left_out=one.left_out,
        rescoring=one.rescoring,
        rescoring_label=str(one.get_rescoring_display()),
        unanchored=one.unanchored,
        remind_every_days=one.remind_every_days,
        based_on=(one.based_on.pk, one.based_on.title) if one.based_on else None,
        progress=Progress(answered=answered, of=len(topics)),
        raters=raters,
        created_by=_name(one.created_by),
        locked_by=_name(one.locked_by) if one.locked_by else "",
        locked_at=one.locked_at,
        content_sha256=one.content_sha256,
    )


def _name(user: AbstractUser) -> str:
    return user.get_full_name() or user.get_username()


def _movement(one: Scoring, sha256: str) -> MovementRow:
    told = [change for change in one.changes if change["kind"] != "topic"]
    return MovementRow(
        scoring_id=one.pk,
        made_at=one.made_at,
        trigger=str(ScoringTrigger(one.trigger).label),
        period=one.period or "",
        changes=tuple(_changes(told, sha256)),
        topics=len({c["code"] for c in one.changes if c["kind"] == "topic"}),
    )


def _changes(told: list[dict[str, Json]], sha256: str) -> Iterator[Change]:
    """Say columns that moved alike in one sentence."""
    for _, same in groupby(
        told, key=itemgetter("kind", "code", "before", "after", "because")
    ):
        alike = list(same)
        first = alike[0]
        columns = " and ".join(str(change["column"]) for change in alike)
        sentence = str(first["sentence"])
        if len(alike) > 1:
            sentence = sentence.replace(f": {first['column']} ", f": {columns} ", 1)
        yield Change(
            sentence=in_words(sentence, sha256=sha256),
            because=in_words(str(first["because"]), sha256=sha256),
        )
