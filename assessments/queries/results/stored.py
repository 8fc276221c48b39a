"""The stored rows that a cycle's results are made of, in a constant number of reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q

from assessments import models
from assessments.models import CycleState, SourceState
from assessments.queries.results.rows import Telemetry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

# (topic, vantage) -> (answer, level) -> how many people
Counts = dict[tuple[str, str], Counter[tuple[str, int | None]]]
ScoreKey = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Rows, indexed by what they are about."""

    cycle: models.Cycle
    scoring: models.Scoring | None
    stale: bool
    scores: Mapping[ScoreKey, models.Score]
    proposals: Mapping[str, models.Proposal]
    measurements: Mapping[str, list[models.Measurement]]
    decisions: Mapping[str, models.Decision]
    counts: Counts
    previous: models.Cycle | None
    previous_scores: Mapping[ScoreKey, models.Score]
    telemetry: Telemetry


def read(*, cycle_id: int) -> Stored:
    """Read everything; raises Cycle.DoesNotExist."""
    cycle = (
        models.Cycle.objects.select_related(
            "scope", "edition", "workspace", "locked_by"
        )
        .defer("content", "edition__document")
        .get(pk=cycle_id)
    )
    scoring = shown_scoring(cycle)
    previous = _previous(cycle)
    measurements: dict[str, list[models.Measurement]] = defaultdict(list)
    for row in models.Measurement.objects.filter(scoring=scoring).order_by("pk"):
        measurements[row.criterion].append(row)
    proposals = models.Proposal.objects.filter(scoring=scoring)
    return Stored(
        cycle=cycle,
        scoring=scoring,
        stale=_stale(cycle, scoring),
        scores=_scores(models.Score.objects.filter(scoring=scoring)),
        proposals={row.criterion: row for row in proposals},
        measurements=measurements,
        decisions=_decisions(cycle),
        counts=_counts(cycle, scoring),
        previous=previous,
        previous_scores=_scores(_locking_scores(previous)),
        telemetry=_telemetry(cycle),
    )


def shown_scoring(cycle: models.Cycle) -> models.Scoring | None:
    """Return the newest scoring; a locked cycle is scored no more: it is the sealed."""
    scorings = models.Scoring.objects.filter(cycle=cycle).defer("card")
    return scorings.order_by("-pk").first()


def newest_ratings(
    cycle: models.Cycle, scoring: models.Scoring | None
) -> QuerySet[models.Rating]:
    """Return each person's newest answer to each topic, as the scoring saw them."""
    ratings = models.Rating.objects.filter(cycle=cycle)
    if scoring is not None:
        ratings = ratings.filter(pk__lte=scoring.last_rating)
    newest = ratings.order_by().values("topic", "person").annotate(newest=Max("pk"))
    return models.Rating.objects.filter(pk__in=newest.values("newest"))


def _stale(cycle: models.Cycle, scoring: models.Scoring | None) -> bool:
    """Say whether people said or agreed on something that the scoring has not seen."""
    if cycle.state == CycleState.LOCKED:
        return False
    given = (models.Rating, models.Decision, models.Settlement)
    there = sum(one.objects.filter(cycle=cycle).count() for one in given)
    return there != (scoring.seen if scoring else 0)


def _scores(rows: QuerySet[models.Score]) -> dict[ScoreKey, models.Score]:
    return {(row.kind, row.code): row for row in rows}


def _decisions(cycle: models.Cycle) -> dict[str, models.Decision]:
    rows = models.Decision.objects.filter(cycle=cycle).select_related("decided_by")
    return {row.criterion: row for row in rows.order_by("pk")}


def _counts(cycle: models.Cycle, scoring: models.Scoring | None) -> Counts:
    counts: Counts = defaultdict(Counter)
    alike = newest_ratings(cycle, scoring).order_by()
    for topic, vantage, answer, level, people in alike.values_list(
        "topic", "vantage", "answer", "level"
    ).annotate(people=Count("pk")):
        counts[topic, vantage][answer, level] = people
    return counts


def _previous(cycle: models.Cycle) -> models.Cycle | None:
    return (
        models.Cycle.objects.select_related("edition")
        .defer("content", "edition__document")
        .filter(
            workspace_id=cycle.workspace_id,
            scope_id=cycle.scope_id,
            edition__key=cycle.edition.key,
            state=CycleState.LOCKED,
            period_end__lt=cycle.period_end,
        )
        .exclude(revised_by__state=CycleState.LOCKED)
        .order_by("-period_end", "-pk")
        .first()
    )


def _locking_scores(cycle: models.Cycle | None) -> QuerySet[models.Score]:
    scorings = models.Scoring.objects.filter(cycle=cycle).order_by()
    newest = scorings.values("cycle").annotate(newest=Max("pk")).values("newest")
    return models.Score.objects.filter(scoring__in=newest).order_by("pk")


def _telemetry(cycle: models.Cycle) -> Telemetry:
    sources = models.Source.objects.filter(workspace_id=cycle.workspace_id).aggregate(
        count=Count("pk"),
        failing=Count("pk", filter=Q(state=SourceState.FAILING)),
        last=Max("last_success_at"),
    )
    services = models.Service.objects.filter(
        workspace_id=cycle.workspace_id, scope__path__startswith=cycle.scope.path
    )
    return Telemetry(
        sources=sources["count"],
        failing=sources["failing"],
        services=services.count(),
        last_success_at=sources["last"],
    )
