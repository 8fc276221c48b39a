"""Initiatives: the list, one of them, and what their forms offer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.access import Verb
from assessments.models import (
    Cycle,
    CycleState,
    Initiative,
    InitiativeStatus,
    Scope,
    Score,
    ScoreKind,
)
from assessments.queries import members
from assessments.queries.following import Followed, follow
from assessments.queries.frameworks import spoken
from assessments.queries.results.stored import shown_scoring
from scoring.gaps import usual_effort

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.contrib.auth.models import AbstractUser
    from django.db.models import QuerySet

# 1 to 5, as initiatives keep it.
EFFORTS = (
    (1, _("Days")),
    (2, _("Weeks")),
    (3, _("Up to a quarter")),
    (4, _("Up to a year")),
    (5, _("More than a year")),
)
STATUSES = (
    ("proposed", _("Proposed")),
    ("planned", _("Planned")),
    ("under_way", _("Under way")),
    ("done", _("Done")),
    ("dropped", _("Dropped")),
)
_USUAL = 3
_CLOSED = (InitiativeStatus.DONE, InitiativeStatus.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeRow:
    """An initiative with the changes of level that are expected of it."""

    id: int
    title: str
    text: str
    scope_id: int
    scope_name: str
    scope_path: str
    cycle_id: int | None
    cycle_title: str
    owner_id: int | None
    owner: str
    start_on: date
    due_on: date
    effort: int
    effort_label: str
    status: str
    status_label: str
    overdue: bool
    closed_on: date | None
    created_by: str
    followed: tuple[Followed, ...]
    # Says which content this is: an edit that started from another one is refused.
    marker: str

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.status not in _CLOSED

    @property
    def domains(self) -> str:
        """The codes of the domains that it is meant to raise."""
        return ", ".join(one.domain for one in self.followed)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainChoice:
    """A domain in the form of an initiative, as the cycle found it."""

    code: str
    name: str
    level: Decimal | None
    target: Decimal | None

    @property
    def next_level(self) -> Decimal | None:
        """One level on, and never beyond the target: what to expect of one step."""
        if self.level is None or self.target is None:
            return self.target
        return min(self.target, self.level + 1)

    @property
    def effort(self) -> int:
        """The effort that the gap usually takes."""
        if self.level is None or self.target is None:
            return _USUAL
        return usual_effort(self.target - self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The cycle that an initiative answers to: its part, framework and levels."""

    cycle_id: int
    title: str
    scope_id: int
    scope_path: str
    edition_key: str
    domains: tuple[DomainChoice, ...]
    levels: tuple[str, ...]  # that may be expected

    def domain(self, code: str) -> DomainChoice | None:
        """Return one domain."""
        return next((one for one in self.domains if one.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleChoice:
    """A cycle whose result an initiative may answer to."""

    id: int
    title: str
    scope_name: str


def under(field: str, reach: Iterable[str]) -> Q:
    """Return the condition that a path lies below one of those in reach."""
    found = Q(pk__in=[])
    for top in reach:
        found |= Q(**{f"{field}__startswith": top})
    return found


def initiatives(
    *,
    workspace_id: int,
    reach: Iterable[str],
    today: date,
    status: str = "",
    owner: int | None = None,
    domain: str = "",
    late: bool = False,
) -> list[InitiativeRow]:
    """Return the initiatives within reach, the first to start first."""
    found = _initiatives(workspace_id, reach)
    if status == "open":
        found = found.exclude(status__in=_CLOSED)
    elif status:
        found = found.filter(status=status)
    if owner is not None:
        found = found.filter(owner_id=owner)
    if domain:
        found = found.filter(expectations__domain=domain).distinct()
    if late:
        found = found.filter(due_on__lt=today).exclude(status__in=_CLOSED)
    return _rows(found, today)


def initiative(
    *, workspace_id: int, initiative_id: int, reach: Iterable[str], today: date
) -> InitiativeRow | None:
    """Return one initiative within reach, or None."""
    rows = _rows(_initiatives(workspace_id, reach).filter(pk=initiative_id), today)
    return rows[0] if rows else None


def expected_in(
    *, workspace_id: int, cycle_id: int, today: date
) -> list[InitiativeRow]:
    """Return the initiatives that expected a change which this cycle can show."""
    cycle = (
        Cycle.objects.select_related("edition")
        .defer("content")
        .filter(workspace_id=workspace_id, pk=cycle_id)
        .first()
    )
    if cycle is None:
        return []
    expecting = Initiative.objects.filter(
        Q(cycle=None, scope_id=cycle.scope_id, start_on__lte=cycle.period_end)
        | Q(cycle__scope_id=cycle.scope_id, cycle__period_end__lt=cycle.period_end),
        expectations__edition_key=cycle.edition.key,
        workspace_id=workspace_id,
    ).exclude(status=InitiativeStatus.DROPPED)
    found = _initiatives(workspace_id, ("/",)).filter(pk__in=expecting.values("pk"))
    return _rows(found, today, in_cycle=cycle_id)


def marker(row: Initiative) -> str:
    """Return a digest of what an edit may change."""
    content = [
        row.title,
        row.text,
        row.scope_id,
        row.owner_id,
        row.start_on.isoformat(),
        row.due_on.isoformat(),
        row.effort,
        row.status,
        sorted(
            (one.edition_key, one.domain, f"{one.level_after:.1f}")
            for one in row.expectations.all()
        ),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def ground(*, workspace_id: int, cycle_id: int) -> Ground | None:
    """Return what an initiative that answers to this cycle may expect."""
    cycle = (
        Cycle.objects.select_related("edition", "scope")
        .defer("content", "edition__document")
        .filter(workspace_id=workspace_id, pk=cycle_id)
        .first()
    )
    if cycle is None:
        return None
    edition = spoken(sha256=cycle.edition.sha256)
    scores = Score.objects.filter(
        scoring=shown_scoring(cycle), kind=ScoreKind.DOMAIN
    ).values_list("code", "agreed")
    levels = dict(scores)
    lowest, highest = edition.scale.minimum, edition.scale.maximum
    return Ground(
        cycle_id=cycle.pk,
        title=cycle.title,
        scope_id=cycle.scope_id,
        scope_path=cycle.scope.path,
        edition_key=cycle.edition.key,
        domains=tuple(
            DomainChoice(
                code=one.code,
                name=one.name,
                level=levels.get(one.code),
                target=_level(cycle.targets.get(one.code)),
            )
            for one in edition.domains
            if one.code not in cycle.left_out
        ),
        levels=tuple(f"{half / 2:.1f}" for half in range(lowest * 2, highest * 2 + 1)),
    )


def cycle_choices(*, workspace_id: int, reach: Iterable[str]) -> list[CycleChoice]:
    """Return the cycles that have results to answer to, the newest first."""
    cycles = Cycle.objects.filter(
        under("scope__path", reach), workspace_id=workspace_id
    ).exclude(state=CycleState.DRAFT)
    return [
        CycleChoice(id=pk, title=title, scope_name=name)
        for pk, title, name in cycles.values_list("pk", "title", "scope__name")
    ]


def scope_choices(*, workspace_id: int, reach: Iterable[str]) -> list[tuple[int, str]]:
    """Return the parts of the organization within reach, depth shown."""
    scopes = Scope.objects.filter(
        under("path", reach), workspace_id=workspace_id
    ).order_by("path", "pk")
    return [
        (scope.pk, f"{'– ' * (scope.path.count('/') - 2)}{scope.name}")
        for scope in scopes
    ]


def people(*, workspace_id: int, reading: str = "") -> list[tuple[int, str]]:
    """Return the members by name; with a path, only those who may read there."""
    found = members.with_standing(workspace_id=workspace_id)
    return sorted(
        (
            (user.pk, name_of(user))
            for user, standing in found
            if not reading or standing.may(Verb.READ, at=reading)
        ),
        key=lambda one: (one[1].casefold(), one[0]),
    )


def path_of(*, workspace_id: int, scope_id: int) -> str | None:
    """Return the path of a node of this workspace, or None."""
    scopes = Scope.objects.filter(workspace_id=workspace_id, pk=scope_id)
    return scopes.values_list("path", flat=True).first()


def name_of(user: AbstractUser | None) -> str:
    """Return what a person is called on pages."""
    return (user.get_full_name() or user.get_username()) if user else ""


def _initiatives(workspace_id: int, reach: Iterable[str]) -> QuerySet[Initiative]:
    return (
        Initiative.objects.filter(
            under("scope__path", reach), workspace_id=workspace_id
        )
        .select_related("scope", "cycle", "owner", "created_by")
        .defer("cycle__content")
        .prefetch_related("expectations")
        .order_by("start_on", "pk")
    )


def _rows(
    found: QuerySet[Initiative], today: date, *, in_cycle: int | None = None
) -> list[InitiativeRow]:
    rows = list(found)
    followed = follow(rows, in_cycle=in_cycle)
    return [_row(one, followed[one.pk], today) for one in rows]


def _row(one: Initiative, followed: tuple[Followed, ...], today: date) -> InitiativeRow:
    return InitiativeRow(
        id=one.pk,
        title=one.title,
        text=one.text,
        scope_id=one.scope_id,
        scope_name=one.scope.name,
        scope_path=one.scope.path,
        cycle_id=one.cycle_id,
        cycle_title=one.cycle.title if one.cycle else "",
        owner_id=one.owner_id,
        owner=name_of(one.owner),
        start_on=one.start_on,
        due_on=one.due_on,
        effort=one.effort,
        effort_label=str(dict(EFFORTS)[one.effort]),
        status=one.status,
        status_label=str(dict(STATUSES)[one.status]),
        overdue=one.due_on < today and one.status not in _CLOSED,
        closed_on=one.closed_on,
        created_by=name_of(one.created_by),
        followed=followed,
        marker=marker(one),
    )


def _level(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
