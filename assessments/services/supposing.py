"""Supposing: which levels would change if something else had been measured.

Everything else stays as the newest scoring saw it. Nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assessments.models import Scoring, Verb
from assessments.queries import metric_words
from assessments.queries.frameworks import framework, spoken
from assessments.queries.results.foremost import foremost
from assessments.services import computing
from assessments.services.rescoring import day_of
from scoring import engine, rules
from scoring.metrics import supposed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from scoring.metrics import Measurement
    from scoring.rubric import Condition, Criterion, Edition


_PAST = 0.01
# A metric in a lane: what can be supposed.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the next level of a criterion asks of a metric."""

    criterion: str
    level: int
    words: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A metric in a lane as it was measured, and the next lines it could reach."""

    lane: str
    metric: str
    name: str
    meaning: str
    now: Measurement
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A level that would be another one; None is no level."""

    code: str
    name: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposition:
    """What would change: levels of criteria, and the measured and agreed columns.

    Only what would be another level is in it.

    `agreed` holds if the assessors accept what would be proposed; what they overrode
    stays.
    """

    criteria: tuple[Shift, ...]
    measured: tuple[Shift, ...]
    agreed: tuple[Shift, ...]


class Measured:
    """What a cycle's newest scoring measured, and what follows from other values."""

    def __init__(self, scoring: Scoring) -> None:
        sha256 = scoring.cycle.edition.sha256
        self._edition: Edition = framework(sha256=sha256)
        self._words: Edition = spoken(sha256=sha256)
        self._left_out = scoring.cycle.left_out
        self._on = day_of(scoring.made_at)
        self._measured = computing.stored_measurements(
            scoring.measurements.order_by("pk")
        )
        self._given = computing.inputs(
            cycle_id=scoring.cycle_id,
            as_of=(scoring.last_rating, scoring.last_decision, scoring.last_settlement),
        )
        self._criteria = [
            criterion
            for domain in self._edition.domains
            if domain.code not in self._left_out
            for criterion in domain.criteria
        ]

    def levers(self) -> list[Lever]:
        """Return every metric that a criterion asks for, in the edition's order.

        Of criteria that ask for the same metric, the first with a value is shown.
        """
        found = foremost(
            ((criterion.lane.value, metric), now)
            for criterion in self._criteria
            for metric in criterion.metrics
            if (now := self._measured.get((criterion.code, metric))) is not None
        )
        return [
            Lever(
                lane=lane,
                metric=metric,
                name=metric_words.name(metric),
                meaning=metric_words.meaning(metric),
                now=now,
                steps=tuple(self._steps((lane, metric))),
            )
            for (lane, metric), now in found.items()
        ]

    def _steps(self, key: Key) -> Iterable[Step]:
        """Return the first line of each criterion that the metric does not meet."""
        for criterion in self._criteria:
            lane, metric = key
            now = self._measured.get((criterion.code, metric))
            if criterion.lane.value != lane or now is None:
                continue
            for level, condition in _asked(criterion, metric):
                if now.value is None or not condition.holds(now.value):
                    yield Step(
                        criterion=criterion.code,
                        level=level,
                        words=metric_words.bound(condition),
                        value=_meeting(condition),
                    )
                    break

    def suppose(self, values: Mapping[Key, float]) -> Supposition:
        """Return what would change if these had been measured, in the metric's unit."""
        otherwise = {
            (code, metric): supposed(one, values[one.lane.value, metric])
            if (one.lane.value, metric) in values
            else one
            for (code, metric), one in self._measured.items()
        }
        now = self._computed(self._measured, self._given)
        proposed = {one.criterion: one for one in now.proposals}
        anew = engine.propose_all(self._edition, otherwise, left_out=self._left_out)
        proposed_then = {one.criterion: one for one in anew}
        decisions = self._accepting(proposed, proposed_then)
        then = self._computed(otherwise, replace(self._given, decisions=decisions))
        return Supposition(
            criteria=_moved(
                (
                    one.code,
                    self._words.criterion(one.code).name,
                    proposed[one.code].level,
                    proposed_then[one.code].level,
                )
                for one in self._criteria
            ),
            measured=self._shifts(now, then, "measured"),
            agreed=self._shifts(now, then, "agreed"),
        )

    def _shifts(
        self, now: computing.Outcome, then: computing.Outcome, column: str
    ) -> tuple[Shift, ...]:
        before, after = (
            {(one.kind, one.code): getattr(one, column).level for one in outcome.scores}
            for outcome in (now, then)
        )
        return _moved(
            (code, name, before[kind, code], after[kind, code])
            for kind, code, name in self._parts()
        )

    def _parts(self) -> list[tuple[engine.Level, str, str]]:
        """Return the scope, then the domains that telemetry is bound to."""
        measured = {one.topic for one in self._criteria}
        domains = [
            (engine.Level.DOMAIN, domain.code, domain.name)
            for domain in self._words.domains
            if any(topic.code in measured for topic in domain.topics)
        ]
        return [(engine.Level.SCOPE, "scope", self._words.title), *domains]

    def _computed(
        self,
        measured: Mapping[tuple[str, str], Measurement],
        given: computing.Inputs,
    ) -> computing.Outcome:
        return computing.compute(
            edition=self._edition,
            left_out=self._left_out,
            given=given,
            measured=measured,
            on=self._on,
        )

    def _accepting(
        self,
        before: Mapping[str, rules.Proposal],
        after: Mapping[str, rules.Proposal],
    ) -> tuple[engine.Decision, ...]:
        """Return the decisions, and what would be proposed anew as accepted."""
        overridden = {
            one.criterion
            for one in self._given.decisions
            if one.verb == Verb.OVERRIDE and not one.expired(self._on)
        }
        anew = {
            code
            for code, one in after.items()
            if one.level != before[code].level and code not in overridden
        }
        kept = [one for one in self._given.decisions if one.criterion not in anew]
        accepted = [
            engine.Decision(criterion=code, verb=Verb.ACCEPT, level=after[code].level)
            for code in sorted(anew)
        ]
        return (*kept, *accepted)


def measured_of(*, cycle_id: int) -> Measured | None:
    """Return what the newest scoring of a cycle measured; None before the first."""
    scorings = Scoring.objects.filter(cycle_id=cycle_id)
    newest = (
        scorings.select_related("cycle__edition")
        .defer("card", "cycle__content", "cycle__edition__document")
        .order_by("-pk")
        .first()
    )
    return Measured(newest) if newest else None


def _meeting(condition: Condition) -> float:
    """Return a value that meets a condition: its line, or just past a strict one."""
    line = float(condition.value)
    if not condition.comparison.strict:
        return line
    return line * (1 + _PAST if condition.comparison.upward else 1 - _PAST)


def _moved(
    pairs: Iterable[tuple[str, str, Decimal | None, Decimal | None]],
) -> tuple[Shift, ...]:
    return tuple(
        Shift(code=code, name=name, before=before, after=after)
        for code, name, before, after in pairs
        if before != after
    )


def _asked(criterion: Criterion, metric: str) -> list[tuple[int, Condition]]:
    return [
        (rung.level, condition)
        for rung in criterion.ladder
        for condition in rung.when
        if condition.metric == metric
    ]
