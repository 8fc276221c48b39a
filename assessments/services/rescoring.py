"""Re-scoring: newest answers, measurements and agreements become a stored scoring.

Everything is read and computed first; the write is one short transaction that starts
over if another worker wrote in the meantime. Asked again for the same inputs, or for
the same period, it writes nothing.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from assessments import models
from assessments.models import CycleState, ScoringTrigger
from assessments.queries.frameworks import framework
from assessments.services import computing, measuring, movements

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from scoring.events import Json
    from scoring.metrics import Measurement
    from scoring.rubric import Edition

_LIVE = (CycleState.OPEN, CycleState.IN_REVIEW)
_ATTEMPTS = 5
# Made by answers and events, they may be thinned once their day has a later one.
_PASSING = (ScoringTrigger.ANSWER, ScoringTrigger.EVENTS)
_THIN_AFTER = timedelta(hours=1)


class Contended(Exception):
    """Other workers kept writing; the task is to be delivered again."""


def rescore(
    *, cycle_id: int, trigger: str, now: datetime, period: str | None = None
) -> int | None:
    """Score an open or reviewed cycle; return the new scoring's id, or None."""
    for _ in range(_ATTEMPTS):
        cycle = _cycle(cycle_id)
        if cycle is None or cycle.state not in _LIVE:
            return None
        before = cycle.scorings.order_by("-pk").first()
        if _needless(cycle, before, trigger, period):
            return None
        found = _Found(cycle, before, now)
        needed = period is not None or not found.same
        spans = found.spans(now) if needed else {}
        with transaction.atomic():
            if _moved_on(cycle, before):
                continue
            if not needed:
                return None
            return found.store(trigger, period, now, spans).pk
    raise Contended(cycle_id)


def score_finally(*, cycle_id: int, now: datetime) -> int:
    """Score a cycle that is about to be locked; the caller holds its row."""
    cycle = _cycle(cycle_id)
    if cycle is None:
        raise models.Cycle.DoesNotExist(cycle_id)
    before = cycle.scorings.order_by("-pk").first()
    found = _Found(cycle, before, now)
    return found.store(ScoringTrigger.LOCK, None, now, found.spans(now)).pk


@transaction.atomic
def thin(*, cycle_id: int, now: datetime) -> int:
    """Drop passing scorings of a day that had a later one; return how many.

    A day of answering leaves hundreds of them. The newest of each day stays and says
    what moved since the one that stayed before it. What a report was printed from, and
    everything of a locked cycle, stays too.
    """
    cycle = _hold(cycle_id)
    if cycle is None or cycle.state not in _LIVE:
        return 0
    printed = set(
        models.Report.objects.filter(cycle=cycle).values_list("scoring_id", flat=True)
    )
    rows = list(cycle.scorings.order_by("pk"))
    dropped = 0
    kept: models.Scoring | None = None
    gap = False
    for row, later in zip(rows, [*rows[1:], None], strict=True):
        if _passed(row, later, now) and row.pk not in printed:
            row.delete()
            dropped += 1
            gap = True
            continue
        if gap:
            _say_again(cycle, kept, row)
        kept, gap = row, False
    return dropped


def due_cycles(*, now: datetime) -> list[tuple[int, str]]:
    """Return the cycles whose period has no scoring yet, with that period."""
    cycles = models.Cycle.objects.filter(state__in=_LIVE).exclude(
        rescoring=models.Rhythm.NEVER
    )
    due = []
    for cycle in cycles.order_by("pk"):
        period = period_of(rhythm=cycle.rescoring, now=now)
        if not cycle.scorings.filter(period=period).exists():
            due.append((cycle.pk, period))
    return due


def stale_cycles() -> list[int]:
    """Return the live cycles with answers or agreements that no scoring has seen."""
    live = models.Cycle.objects.filter(state__in=_LIVE).order_by("pk")
    return [cycle.pk for cycle in live if _is_stale(cycle)]


def live_cycles() -> list[int]:
    """Return the cycles that are scored at all."""
    live = models.Cycle.objects.filter(state__in=_LIVE)
    return list(live.order_by("pk").values_list("pk", flat=True))


def cycles_of_services(*, service_ids: list[int]) -> list[int]:
    """Return the live cycles whose scope contains one of these services."""
    services = models.Service.objects.filter(pk__in=service_ids)
    paths = list(services.values_list("scope__path", flat=True))
    live = models.Cycle.objects.filter(state__in=_LIVE).order_by("pk")
    return [
        pk
        for pk, top in live.values_list("pk", "scope__path")
        if any(path.startswith(top) for path in paths)
    ]


def period_of(*, rhythm: str, now: datetime) -> str:
    """Return the name of the UTC day or ISO week that a moment lies in."""
    day = day_of(now)
    if rhythm == models.Rhythm.WEEKLY:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return day.isoformat()


def day_of(moment: datetime) -> date:
    """Return the UTC day of a moment."""
    return moment.astimezone(UTC).date()


# ── inside ─────────────────────────────────────────────────────────────────────────


def _cycle(cycle_id: int) -> models.Cycle | None:
    rows = models.Cycle.objects.select_related("edition")
    return rows.defer("content", "edition__document").filter(pk=cycle_id).first()


def _hold(cycle_id: int) -> models.Cycle | None:
    """Return the cycle, held against other scorings but not against answers."""
    rows = models.Cycle.objects.select_for_update(no_key=True)
    return rows.defer("content").filter(pk=cycle_id).first()


def _is_stale(cycle: models.Cycle) -> bool:
    newest = cycle.scorings.order_by("-pk").values_list("seen", flat=True).first()
    return newest is None or newest != computing.seen(cycle_id=cycle.pk)


def _needless(
    cycle: models.Cycle,
    before: models.Scoring | None,
    trigger: str,
    period: str | None,
) -> bool:
    """Say, before anything is computed, whether this was done already."""
    if period is not None:
        return cycle.scorings.filter(period=period).exists()
    # A burst of answers leaves one task each: the first one sees them all.
    return (
        trigger == ScoringTrigger.ANSWER
        and before is not None
        and before.seen == computing.seen(cycle_id=cycle.pk)
    )


def _moved_on(cycle: models.Cycle, before: models.Scoring | None) -> bool:
    """Hold the cycle and say whether it is not as it was when its inputs were read."""
    held = _hold(cycle.pk)
    if held is None or held.state not in _LIVE:
        return True
    newest = held.scorings.order_by("-pk").values_list("pk", flat=True).first()
    return newest != (before.pk if before else None)


def _passed(row: models.Scoring, later: models.Scoring | None, now: datetime) -> bool:
    return (
        row.trigger in _PASSING
        and row.period is None
        and later is not None
        and day_of(later.made_at) == day_of(row.made_at)
        and now - row.made_at > _THIN_AFTER
    )


def _say_again(
    cycle: models.Cycle, before: models.Scoring | None, after: models.Scoring
) -> None:
    """Write anew what moved, now that another scoring stands before this one."""
    after.changes = (
        []
        if before is None
        else movements.changes(
            cycle_id=cycle.pk,
            edition=framework(sha256=cycle.edition.sha256),
            before=_snapshot(before),
            after=_snapshot(after),
        )
    )
    after.save(update_fields=["changes"])


def _snapshot(scoring: models.Scoring) -> movements.Snapshot:
    return movements.Snapshot(
        scores=computing.stored_scores(scoring.scores.order_by("pk")),
        measured=computing.stored_measurements(scoring.measurements.order_by("pk")),
        last_rating=scoring.last_rating,
        last_decision=scoring.last_decision,
        last_settlement=scoring.last_settlement,
        on=day_of(scoring.made_at),
    )


class _Found:
    """What a scoring would store, computed without holding anything."""

    def __init__(
        self, cycle: models.Cycle, before: models.Scoring | None, now: datetime
    ) -> None:
        self.cycle = cycle
        self.edition: Edition = framework(sha256=cycle.edition.sha256)
        self.given = computing.inputs(cycle_id=cycle.pk)
        self.measured = self._measure(now)
        self.outcome = computing.compute(
            edition=self.edition,
            left_out=cycle.left_out,
            given=self.given,
            measured=self.measured,
            on=day_of(now),
        )
        self.before = before
        self.earlier = _snapshot(before) if before else None
        self.snapshot = movements.Snapshot(
            scores=self.outcome.scores,
            measured=self.measured,
            last_rating=self.given.last_rating,
            last_decision=self.given.last_decision,
            last_settlement=self.given.last_settlement,
            on=day_of(now),
        )

    def _measure(self, now: datetime) -> Mapping[tuple[str, str], Measurement]:
        # Of a period that is over, its last day is the last one measured.
        on = min(day_of(now), self.cycle.period_end)
        measured = measuring.measure(
            scope_id=self.cycle.scope_id, edition=self.edition, on=on
        )
        return {
            (criterion, metric): one
            for (criterion, metric), one in measured.items()
            if self.edition.domain_of(criterion).code not in self.cycle.left_out
        }

    @property
    def same(self) -> bool:
        """Whether the scoring before saw the same inputs and found the same."""
        return (
            self.before is not None
            and self.earlier is not None
            and self.before.seen == self.given.seen
            and self.before.card_sha256 == self.outcome.card_sha256
            and self.earlier.measured == self.measured
        )

    def spans(self, now: datetime) -> dict[str, Json]:
        """Return how far the levels move: as much work as scoring twice more."""
        return computing.spans(
            edition=self.edition,
            left_out=self.cycle.left_out,
            given=self.given,
            measured=self.measured,
            proposals=self.outcome.proposals,
            on=day_of(now),
        )

    def store(
        self, trigger: str, period: str | None, now: datetime, spans: dict[str, Json]
    ) -> models.Scoring:
        """Write the scoring with all its rows."""
        scoring = models.Scoring.objects.create(
            cycle=self.cycle,
            trigger=trigger,
            period=period,
            made_at=now,
            last_rating=self.given.last_rating,
            last_decision=self.given.last_decision,
            last_settlement=self.given.last_settlement,
            seen=self.given.seen,
            card=self.outcome.card,
            card_sha256=self.outcome.card_sha256,
            changes=self._changes(),
            spans=spans,
        )
        models.Measurement.objects.bulk_create(
            computing.measurement_row(scoring, criterion, one)
            for (criterion, _), one in sorted(self.measured.items())
        )
        models.Proposal.objects.bulk_create(
            computing.proposal_row(scoring, one) for one in self.outcome.proposals
        )
        models.Score.objects.bulk_create(
            computing.score_row(scoring, one) for one in self.outcome.scores
        )
        return scoring

    def _changes(self) -> list[dict[str, Json]]:
        if self.earlier is None:
            return []
        return movements.changes(
            cycle_id=self.cycle.pk,
            edition=self.edition,
            before=self.earlier,
            after=self.snapshot,
        )
