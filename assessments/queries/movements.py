"""The levels that moved, over all cycles: when, from where to where, and why.

A scoring keeps what moved against the one before it, with its causes. How sure a
movement is comes from both stored scores, by the rule of docs/adr/0039.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Max, OuterRef, Subquery

from assessments.models import Cycle, Scope, Score, Scoring, ScoringTrigger
from assessments.queries.frameworks import in_words
from assessments.queries.reach import under
from assessments.queries.results.comparing import movement, stood_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from assessments.queries.reach import Reach
    from scoring.events import Json

    Change: TypeAlias = dict[str, Json]

COLUMNS = ("agreed", "declared", "measured")
UP, DOWN = "up", "down"
# Scorings that are read at once, while enough movements are looked for.
_CHUNK = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which movements are asked for; what is empty leaves nothing out."""

    workspace_id: int
    reach: Reach
    scope_id: int | None = None
    cycle_id: int | None = None
    code: str = ""
    column: str = ""
    way: str = ""
    # Only those at least as large as their uncertainty.
    sure: bool = False
    topics: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What moved a level: an answer, a decision, a measurement …"""

    kind: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRow:
    """A level that moved; what is not known is None, and never zero."""

    scoring_id: int
    at: datetime
    trigger: str
    cycle_id: int
    cycle_title: str
    scope_id: int
    scope_name: str
    kind: str
    code: str
    name: str
    column: str
    before: Decimal | None
    after: Decimal | None
    change: Decimal | None
    uncertainty: Decimal | None
    significant: bool
    sentence: str
    because: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Movements, newest first, and after which scoring older ones go on."""

    rows: tuple[MovementRow, ...]
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a reader may narrow the list to."""

    scopes: tuple[tuple[int, str], ...]
    cycles: tuple[tuple[int, str], ...]


def movements(*, wanted: Wanted, before: int | None, size: int) -> Page:
    """Return a page: whole scorings, until there are as many rows as asked for."""
    rows: list[MovementRow] = []
    for moved in _moved(wanted, before):
        if len(rows) >= size:
            return Page(rows=tuple(rows), older=rows[-1].scoring_id)
        rows += moved
    return Page(rows=tuple(rows), older=None)


def every(*, wanted: Wanted, most: int) -> Iterator[MovementRow]:
    """Yield all movements, newest first, as far as a file takes them."""
    return islice(chain.from_iterable(_moved(wanted, None)), most)


def choices(*, workspace_id: int, reach: Reach) -> Choices:
    """Return the parts of the organization and the cycles within reach."""
    cycles = Cycle.objects.filter(
        under("scope__path", reach), workspace_id=workspace_id
    )
    tops = cycles.order_by().values("scope_id")
    scopes = Scope.objects.filter(pk__in=tops).order_by("path", "pk")
    return Choices(
        scopes=tuple(scopes.values_list("pk", "name")),
        cycles=tuple(
            (pk, f"{title}, {scope}")
            for pk, title, scope in cycles.order_by("-period_end", "-pk").values_list(
                "pk", "title", "scope__name"
            )
        ),
    )


# ── reading ────────────────────────────────────────────────────────────────────────


def _moved(wanted: Wanted, before: int | None) -> Iterator[list[MovementRow]]:
    """Yield what is wanted of each scoring, newest first, read in chunks."""
    while True:
        chunk = list(_scorings(wanted, before)[:_CHUNK])
        scores = _scores(chunk)
        for scoring in chunk:
            if rows := _rows(wanted, scoring, scores):
                yield rows
        if len(chunk) < _CHUNK:
            return
        before = chunk[-1].pk


def _scorings(wanted: Wanted, before: int | None) -> QuerySet[Scoring]:
    found = (
        Scoring.objects.filter(
            under("cycle__scope__path", wanted.reach),
            cycle__workspace_id=wanted.workspace_id,
        )
        .exclude(changes=[])
        .select_related("cycle__scope", "cycle__edition")
        .defer("card", "cycle__content", "cycle__edition__document")
        .annotate(previous=_previous())
        .order_by("-pk")
    )
    if before is not None:
        found = found.filter(pk__lt=before)
    if wanted.cycle_id is not None:
        found = found.filter(cycle_id=wanted.cycle_id)
    if wanted.scope_id is not None:
        top = Scope.objects.filter(pk=wanted.scope_id).values_list("path", flat=True)
        found = found.filter(cycle__scope__path__startswith=top.first() or "none")
    return found


def _previous() -> Subquery:
    """Return the scoring of the same cycle before each."""
    earlier = Scoring.objects.filter(cycle=OuterRef("cycle"), pk__lt=OuterRef("pk"))
    newest = earlier.order_by().values("cycle").annotate(newest=Max("pk"))
    return Subquery(newest.values("newest"))


_Scores: TypeAlias = "dict[tuple[int, str, str], Score]"


def _scores(scorings: Sequence[Scoring]) -> _Scores:
    ids = {pk for one in scorings for pk in (one.pk, one.previous) if pk}  # type: ignore[attr-defined]  # annotated
    found = Score.objects.filter(scoring__in=ids).defer("because")
    return {(one.scoring_id, one.kind, one.code): one for one in found}


def _rows(wanted: Wanted, scoring: Scoring, scores: _Scores) -> list[MovementRow]:
    rows = [
        _row(scoring, change, scores)
        for change in scoring.changes
        if _asked_for(wanted, change)
    ]
    return [row for row in rows if row.significant or not wanted.sure]


def _asked_for(wanted: Wanted, change: Change) -> bool:
    if change["kind"] == "topic" and not wanted.topics:
        return False
    if wanted.code and change["code"] != wanted.code:
        return False
    if wanted.column and change["column"] != wanted.column:
        return False
    return not wanted.way or wanted.way == _way(change)


def _way(change: Change) -> str:
    """Return which way a level moved; what was or became unknown went neither way."""
    before, after = _level(change["before"]), _level(change["after"])
    if before is None or after is None:
        return ""
    return UP if after > before else DOWN


def _row(scoring: Scoring, change: Change, scores: _Scores) -> MovementRow:
    place = (str(change["kind"]), str(change["code"]))
    column = str(change["column"])
    now = scores.get((scoring.pk, *place))
    then = scores.get((scoring.previous, *place))  # type: ignore[attr-defined]  # annotated
    moved = movement(now and stood_in(now, column), then and stood_in(then, column))
    before, after = _level(change["before"]), _level(change["after"])
    said = partial(in_words, sha256=scoring.cycle.edition.sha256)
    return MovementRow(
        scoring_id=scoring.pk,
        at=scoring.made_at,
        trigger=str(ScoringTrigger(scoring.trigger).label),
        cycle_id=scoring.cycle_id,
        cycle_title=scoring.cycle.title,
        scope_id=scoring.cycle.scope_id,
        scope_name=scoring.cycle.scope.name,
        kind=place[0],
        code=place[1],
        name=said(str(change["name"])),
        column=column,
        before=before,
        after=after,
        change=None if before is None or after is None else after - before,
        uncertainty=moved.uncertainty if moved else None,
        significant=bool(moved and moved.significant),
        sentence=said(str(change["sentence"])),
        because=said(str(change["because"])),
        causes=tuple(
            Cause(kind=one["kind"], code=one["code"], sentence=said(one["sentence"]))  # type: ignore[arg-type,call-overload,index]  # as `services.movements` wrote them
            for one in change["causes"]  # type: ignore[union-attr]  # as above
        ),
    )


def _level(stored: Json) -> Decimal | None:
    return None if stored is None else Decimal(str(stored))
