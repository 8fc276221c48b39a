"""Where a number comes from: ratings, decisions, and the events of a measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.models import Cycle, Decision, Event
from assessments.queries.results.stored import newest_ratings, shown_scoring
from assessments.queries.results.translating import decided, person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from assessments.queries.results.rows import CriterionRow, Decided, Results

PAGE = 50
_DEPLOYMENTS = ("deployment",)
_WITH_INCIDENTS = ("deployment", "incident")
_SIGNALS = ("signal",)
_MODELS = ("deployment", "model_version", "pipeline_run")
_WATCHING = "_monitoring_share"
# Which events a metric is counted from; of the others, every kind is listed.
_KINDS = {
    "change_lead_time": ("deployment", "change", "commit"),
    "deployment_frequency": _DEPLOYMENTS,
    "failed_deployment_recovery_time": _WITH_INCIDENTS,
    "change_fail_rate": _WITH_INCIDENTS,
    "deployment_rework_rate": _WITH_INCIDENTS,
    "standard_pipeline_share": _MODELS,
    "validated_to_production_time": _MODELS,
    "automatic_reaction_rate": ("signal", "incident"),
    "error_budget_left": ("signal", "incident", "pipeline_run"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRow:
    """One person's newest answer; `who` is empty where names are not for the reader."""

    who: str
    mine: bool
    vantage_label: str
    answer_label: str
    level: int | None
    confidence_label: str
    rationale: str
    rated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event behind a measurement."""

    id: int
    kind: str
    external_id: str
    service: str
    lane: str
    at: datetime
    status: str
    failed: bool
    because: str  # why it counts as failed or as rework
    url: str
    raw_record_id: int | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Some events, newest first, and where to go on."""

    rows: tuple[EventRow, ...]
    kinds: tuple[str, ...]
    after: int | None  # hand it in again for the next page


def rating_rows(
    *, cycle_id: int, topic: str, reader_id: int, all_people: bool
) -> list[RatingRow]:
    """Return the ratings of a topic: everybody's with names, or the reader's own."""
    cycle = Cycle.objects.only("pk", "state").get(pk=cycle_id)
    ratings = newest_ratings(cycle, shown_scoring(cycle)).filter(topic=topic)
    if not all_people:
        ratings = ratings.filter(person_id=reader_id)
    return [
        RatingRow(
            who=person(row.person),
            mine=row.person_id == reader_id,
            vantage_label=row.get_vantage_display(),
            answer_label=row.get_answer_display(),
            level=row.level,
            confidence_label=row.get_confidence_display(),
            rationale=row.rationale,
            rated_at=row.rated_at,
        )
        for row in ratings.select_related("person").order_by("vantage", "pk")
    ]


def decision_rows(*, cycle_id: int, criterion: str) -> list[Decided]:
    """Return every decision about a criterion, newest first."""
    cycle = Cycle.objects.only("pk", "state").get(pk=cycle_id)
    scoring = shown_scoring(cycle)
    rows = Decision.objects.filter(cycle_id=cycle_id, criterion=criterion)
    return [
        decided(row, scoring)
        for row in rows.select_related("decided_by").order_by("-pk")
    ]


def event_page(
    *, results: Results, criterion: CriterionRow, metric: str = "", after: int | None
) -> EventPage:
    """Return the events in the window of a criterion's measurements, newest first."""
    measured = [one for one in criterion.measurements if metric in ("", one.metric)]
    if not measured:
        return EventPage(rows=(), kinds=(), after=None)
    kinds = _kinds(one.metric for one in measured)
    events = Event.objects.filter(
        service__workspace_id=results.header.workspace_id,
        service__scope__path__startswith=results.header.scope_path,
        lane__in=(criterion.lane, ""),
        at__gte=min(one.window_start for one in measured),
        at__lt=max(one.window_end for one in measured),
    )
    if kinds:
        events = events.filter(kind__in=kinds)
    found = list(_after(events, after)[: PAGE + 1])
    return EventPage(
        rows=tuple(_event(row) for row in found[:PAGE]),
        kinds=kinds,
        after=found[PAGE - 1].pk if len(found) > PAGE else None,
    )


def _kinds(metrics: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds that the metrics are counted from; none of them means all."""
    found: dict[str, None] = {}
    for metric in metrics:
        kinds = _SIGNALS if metric.endswith(_WATCHING) else _KINDS.get(metric)
        if kinds is None:
            return ()
        found |= dict.fromkeys(kinds)
    return tuple(found)


def _after(events: QuerySet[Event], after: int | None) -> QuerySet[Event]:
    events = events.select_related("service__scope", "verdict", "source")
    if after is not None:
        last = Event.objects.filter(pk=after).values_list("at").first()
        if last is not None:
            events = events.filter(Q(at__lt=last[0]) | Q(at=last[0], pk__lt=after))
    return events.order_by("-at", "-pk")


def _event(row: Event) -> EventRow:
    verdict = getattr(row, "verdict", None)
    data: Mapping[str, object] = row.data
    return EventRow(
        id=row.pk,
        kind=row.kind,
        external_id=row.external_id,
        service=row.service.scope.name,
        lane=row.lane,
        at=row.at,
        status=str(data.get("status") or data.get("signal") or ""),
        failed=bool(verdict and verdict.failed),
        because=verdict.because if verdict else "",
        url=str(data.get("url") or ""),
        raw_record_id=row.raw_record_id,
        source=row.source.name,
    )
