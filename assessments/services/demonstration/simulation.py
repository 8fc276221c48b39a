"""Two years of made-up delivery as events of the contract. Pure and deterministic.

The same story and the same day give the same events, whatever else the machine does.
"""

from __future__ import annotations

import hashlib
import heapq
import math
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from assessments.services.demonstration.health import Recorded, data_runs, drills

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.services.demonstration.story import (
        SimulatedModel,
        SimulatedService,
        Story,
    )
    from scoring.events import Json

Record = dict[str, "Json"]

_WEEK = timedelta(days=7)
# Working hours, UTC: simulated people go home.
_FIRST_HOUR, _LAST_HOUR = 8, 18
_CANCELLED_SHARE = 0.03  # of releases
_NOTICED_SHARE = 0.6  # of failures that nobody linked to their deployment
_SWITCHED_SHARE = 0.25  # of failures that a setting heals, without a deployment
_ROLLBACK_SHARE = 0.4  # of repairs; the others are hotfixes


@dataclass(frozen=True, slots=True)
class Span:
    """The simulated time."""

    start: datetime
    end: datetime

    def share_at(self, moment: datetime) -> float:
        """Return how much of the time, 0–1, had passed."""
        return min(max((moment - self.start) / (self.end - self.start), 0.0), 1.0)

    def weeks(self) -> Iterator[tuple[int, datetime, float]]:
        """Yield each week's number, beginning, and share of the time before it."""
        for week in range((self.end - self.start) // _WEEK):
            begins = self.start + week * _WEEK
            yield week, begins, self.share_at(begins)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _sha(*words: object) -> str:
    text = ":".join(str(word) for word in words)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _times(dice: random.Random, mean: float) -> int:
    """Draw a Poisson number: how often something happens in a week."""
    limit, product, count = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        count += 1
    return count


def _hours(dice: random.Random, median: float) -> timedelta:
    """Draw a log-normal span, skewed to the right as waiting times are."""
    return timedelta(hours=median * math.exp(dice.gauss(0, 0.7)))


def _at_work(dice: random.Random, week_start: datetime) -> datetime:
    """Draw a working moment of the week."""
    day = week_start + timedelta(days=dice.randrange(7))
    if day.weekday() > 4:
        day -= timedelta(days=2)
    seconds = dice.randrange((_LAST_HOUR - _FIRST_HOUR) * 3600)
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(hours=_FIRST_HOUR, seconds=seconds)


@dataclass(slots=True)
class _Agenda:
    """What is going to happen, in the order of time."""

    steps: list[tuple[datetime, int, Callable[[datetime], None]]] = field(
        default_factory=list
    )
    added: int = 0

    def add(self, at: datetime, step: Callable[[datetime], None]) -> None:
        # The running number settles ties, so that steps are never compared.
        heapq.heappush(self.steps, (at, self.added, step))
        self.added += 1

    def live_through(self, until: datetime) -> None:
        while self.steps and self.steps[0][0] < until:
            at, _, step = heapq.heappop(self.steps)
            step(at)


def _incident(
    *,
    failed: str,
    service: str,
    opened_at: datetime,
    resolved_at: datetime,
    linked: bool,
    cause: str,
    until: datetime,
) -> Record:
    record: Record = {
        "kind": "incident",
        "id": f"{failed}-incident",
        "service": service,
        "opened_at": _moment(opened_at),
        # What lies in the future has not happened: the incident is still open.
        "resolved_at": _moment(resolved_at) if resolved_at < until else None,
        "severity": "high",
        "cause": cause,
    }
    if linked:
        record["deployment_id"] = failed
    return record


@dataclass(slots=True)
class _ServiceLife:
    """One service: what has been merged, released, broken and repaired."""

    service: SimulatedService
    span: Span
    dice: random.Random
    agenda: _Agenda = field(default_factory=_Agenda)
    records: list[Record] = field(default_factory=list)
    head: str = ""
    released: str = ""
    commits: int = 0
    deployments: int = 0

    def merge(self, at: datetime) -> None:
        review = _hours(self.dice, self.service.review_hours.at(self.span.share_at(at)))
        self._commit(at, coding=_hours(self.dice, 6), review=review)

    def _commit(
        self, at: datetime, *, coding: timedelta, review: timedelta, label: str = ""
    ) -> None:
        self.commits += 1
        sha = _sha(self.service.key, self.commits)
        self.records += (
            {
                "kind": "commit",
                "sha": sha,
                "service": self.service.key,
                "committed_at": _moment(at),
                "parents": [self.head] if self.head else [],
            },
            {
                "kind": "change",
                "id": f"{self.service.key}-{self.commits}",
                "service": self.service.key,
                "merged_sha": sha,
                "first_commit_at": _moment(at - review - coding),
                "opened_at": _moment(at - review),
                "merged_at": _moment(at),
                "commits": [sha],
                "labels": [label] if label else [],
            },
        )
        self.head = sha

    def release(self, at: datetime) -> None:
        if self.head in ("", self.released):
            return
        before, luck = self.released, self.dice.random()
        if luck < _CANCELLED_SHARE:
            self._deploy(at, self.head, status="cancelled")
            return
        identity, finished_at = self._deploy(at, self.head)
        share = self.span.share_at(at)
        if luck < _CANCELLED_SHARE + self.service.fail_rate.at(share):
            self._break(identity, finished_at, before=before, share=share)

    def _deploy(
        self, at: datetime, sha: str, *, status: str = "success"
    ) -> tuple[str, datetime]:
        self.deployments += 1
        identity = f"{self.service.key}-release-{self.deployments}"
        finished_at = at + timedelta(minutes=self.dice.randrange(6, 30))
        self.records.append(
            {
                "kind": "deployment",
                "id": identity,
                "service": self.service.key,
                "environment": "production",
                "sha": sha,
                "status": status,
                "started_at": _moment(at),
                "finished_at": _moment(finished_at),
                "lane": "code",
            }
        )
        if status == "success":
            self.released = sha
        return identity, finished_at

    def _break(
        self, failed: str, failed_at: datetime, *, before: str, share: float
    ) -> None:
        """Let a bad deployment be noticed and repaired, by rollback or by hotfix."""
        recovery = _hours(self.dice, self.service.recovery_hours.at(share))
        restored_at = failed_at + max(recovery, timedelta(minutes=45))
        linked = self.dice.random() < self.service.linked_incidents.at(share)
        if linked or self.dice.random() < _NOTICED_SHARE:
            opened_at = failed_at + (restored_at - failed_at) * self.dice.random() * 0.5
            self.records.append(
                _incident(
                    failed=failed,
                    service=self.service.key,
                    opened_at=opened_at,
                    resolved_at=restored_at,
                    linked=linked,
                    cause=self.dice.choice(["code", "code", "infrastructure", "data"]),
                    until=self.span.end,
                )
            )
        if linked and self.dice.random() < _SWITCHED_SHARE:
            return
        rolls_back = bool(before) and self.dice.random() < _ROLLBACK_SHARE

        def repair(at: datetime) -> None:
            if rolls_back:
                self._deploy(at, before)
                return
            spans = {"coding": timedelta(minutes=15), "review": timedelta(minutes=10)}
            self._commit(at - timedelta(minutes=1), label="hotfix", **spans)
            self._deploy(at, self.head)

        self.agenda.add(restored_at - timedelta(minutes=30), repair)


def _service_events(
    service: SimulatedService, *, seed: str, span: Span
) -> list[Record]:
    dice = random.Random(f"{seed}:{service.key}")  # noqa: S311  # simulation
    life = _ServiceLife(service, span, dice)
    for week, week_start, share in span.weeks():
        for _ in range(_times(dice, service.changes_per_week.at(share))):
            life.agenda.add(_at_work(dice, week_start), life.merge)
        releases = _times(dice, service.deployments_per_week.at(share))
        for _ in range(0 if week in service.quiet_weeks else releases):
            life.agenda.add(_at_work(dice, week_start), life.release)
    life.agenda.live_through(span.end)
    return life.records


def _signal(
    model: SimulatedModel,
    *,
    kind: str,
    at: datetime,
    value: float,
    threshold: float,
    breached: bool,
    automated: bool,
) -> Record:
    record: Record = {
        "event": "signal",
        "id": f"{model.key}-{kind}-{at:%Y%m%d%H%M}",
        "subject": model.key,
        "kind": kind,
        "value": round(value, 4),
        "threshold": threshold,
        "breached": breached,
        "at": _moment(at),
        "automated": automated,
    }
    measure = _MEASURES.get(kind)
    return record | {"measure": measure} if measure else record


# Monitor -> threshold and how it is usually read. PSI above 0.25 and an AUC drop above
# 3 percent are the runbook thresholds of the D7 rubric.
_MONITORS = {
    "availability": (0.99, 0.997, 0.002),
    "drift": (0.25, 0.13, 0.07),
    "performance": (0.03, 0.014, 0.009),
    "fairness": (0.05, 0.026, 0.012),
}
_LOWER_IS_WORSE = {"availability"}
_MEASURES = {"drift": "psi", "performance": "auc_drop", "fairness": "fairness_gap"}


def _monitor_week(
    model: SimulatedModel, dice: random.Random, *, week_start: datetime, share: float
) -> Iterator[Record]:
    for monitor, (live_from, live_until) in model.monitors.items():
        if not live_from <= share <= live_until:
            continue
        threshold, usual, spread = _MONITORS[monitor]
        at = week_start + timedelta(hours=dice.randrange(168))
        value = max(dice.gauss(usual, spread), 0.0)
        low = monitor in _LOWER_IS_WORSE
        breached = value < threshold if low else value > threshold
        yield _signal(
            model,
            kind=monitor,
            at=at,
            value=value,
            threshold=threshold,
            breached=breached,
            automated=True,
        )
        if breached:
            yield _signal(
                model,
                kind="alert",
                at=at + timedelta(minutes=dice.randrange(1, 90)),
                value=value,
                threshold=threshold,
                breached=True,
                automated=dice.random() < model.reactions_automated.at(share),
            )


@dataclass(slots=True)
class _ModelLife:
    """One model: its versions on their way to production, and back."""

    model: SimulatedModel
    span: Span
    dice: random.Random
    recorded: Recorded
    agenda: _Agenda = field(default_factory=_Agenda)
    records: list[Record] = field(default_factory=list)
    versions: int = 0
    released: str = ""

    def train(self, at: datetime) -> None:
        share = self.span.share_at(at)
        evaluated_at = at + _hours(self.dice, 2)
        registered_at = evaluated_at + _hours(self.dice, 1)
        waiting = _hours(self.dice, self.model.validation_to_release_hours.at(share))
        dataset_at, started_at = at - _hours(self.dice, 30), at - _hours(self.dice, 1.5)
        if registered_at >= self.span.end:
            return
        self.versions += 1
        version, automated = str(self.versions), share >= self.model.automated_after
        run, sha = f"{self.model.key}-training-{version}", _sha(self.model.key, version)
        self.records += (
            {
                "kind": "pipeline_run",
                "id": run,
                "service": self.model.key,
                "pipeline": "train-and-release" if automated else "notebook",
                "stage": "training",
                "status": "success",
                "started_at": _moment(started_at),
                "finished_at": _moment(at),
                "sha": sha,
                "automated": automated,
                **self.recorded.of_training(share),
            },
            {
                "kind": "model_version",
                "id": f"{self.model.key}-v{version}",
                "model": self.model.key,
                "version": version,
                "dataset_ref": f"snapshots/{self.model.key}/{dataset_at:%Y-%m-%d}",
                "dataset_at": _moment(dataset_at),
                "code_sha": sha,
                "trained_at": _moment(at),
                "evaluated_at": _moment(evaluated_at),
                "registered_at": _moment(registered_at),
                "pipeline_run_id": run,
                **self.recorded.of_version(share, evaluated_at=evaluated_at),
            },
        )
        self.agenda.add(registered_at + waiting, partial(self.release, version=version))

    def release(self, at: datetime, version: str) -> None:
        if self.released and int(version) < int(self.released):
            return  # overtaken by a newer version while it waited
        before, failed = self.released, f"{self.model.key}-rollout-{version}"
        self._roll_out(at, failed, version)
        share = self.span.share_at(at)
        if before and self.dice.random() < self.model.fail_rate.at(share):
            self._break(failed, at, before=before, share=share)

    def _roll_out(self, at: datetime, identity: str, version: str) -> None:
        self.records.append(
            {
                "kind": "deployment",
                "id": identity,
                "service": self.model.key,
                "environment": "production",
                "sha": _sha(self.model.key, version),
                "status": "success",
                "started_at": _moment(at - timedelta(minutes=12)),
                "finished_at": _moment(at),
                "lane": "model",
                "model_version": version,
                **self.recorded.of_release(self.span.share_at(at)),
            }
        )
        self.released = version

    def _break(self, failed: str, at: datetime, *, before: str, share: float) -> None:
        recovery = _hours(self.dice, self.model.recovery_hours.at(share))
        restored_at = at + max(recovery, timedelta(minutes=15))
        automated = self.dice.random() < self.model.reactions_automated.at(share)
        self.records.append(
            _incident(
                failed=failed,
                service=self.model.key,
                opened_at=at + (restored_at - at) * 0.3,
                resolved_at=restored_at,
                linked=True,
                cause=self.dice.choice(["model", "data", "model"]),
                until=self.span.end,
            )
        )

        def roll_back(moment: datetime) -> None:
            self._roll_out(moment, f"{failed}-back", before)
            self.records.append(
                _signal(
                    self.model,
                    kind="rollback",
                    # What calls for the rollback comes before it.
                    at=moment - timedelta(minutes=13),
                    value=1.0,
                    threshold=1.0,
                    breached=True,
                    automated=automated,
                )
            )

        self.agenda.add(restored_at, roll_back)


def _model_events(model: SimulatedModel, *, seed: str, span: Span) -> list[Record]:
    dice = random.Random(f"{seed}:{model.key}")  # noqa: S311  # simulation
    recorded = Recorded(model, seed=seed, end=span.end)
    life = _ModelLife(model, span, dice, recorded)
    for _, week_start, share in span.weeks():
        for _ in range(_times(dice, model.versions_per_week.at(share))):
            life.agenda.add(_at_work(dice, week_start), life.train)
        life.records += _monitor_week(model, dice, week_start=week_start, share=share)
        life.records += recorded.readings(week_start, share)
    life.agenda.live_through(span.end)
    return life.records


@dataclass(frozen=True, slots=True)
class Delivery:
    """The events of the story, by the platform that would have told them."""

    code: list[Record]
    models: list[Record]


def simulate(story: Story, *, until: datetime) -> Delivery:
    """Return everything that happened in the story's years before `until`."""
    end = until.replace(hour=0, minute=0, second=0, microsecond=0)
    span = Span(end - story.years * 52 * _WEEK, end)
    return Delivery(
        code=[
            record
            for service in story.services
            for record in _service_events(service, seed=story.seed, span=span)
        ]
        + list(drills(story.drills, start=span.start, end=span.end))
        + list(
            data_runs(
                story.data_pipeline, seed=story.seed, start=span.start, end=span.end
            )
        ),
        models=[
            record
            for model in story.models
            for record in _model_events(model, seed=story.seed, span=span)
        ],
    )
