"""What the demonstration records of its models beside their way to production. Pure.

Its dice are its own, so that what happened does not depend on what was recorded.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.services.demonstration.story import (
        DataPipeline,
        Drills,
        SimulatedModel,
    )
    from scoring.events import Json

    Record = dict[str, Json]

_TRIGGERS = ("drift", "new_data", "new_data", "schedule", "quality")
_REASONS = (
    "Planned refresh on new data",
    "Drift above the agreed line",
    "Better quality in the comparison with the live version",
)
# Reading -> kind of signal, measure, threshold, and how it is usually read.
_READINGS = {
    "freshness": ("freshness", "freshness_seconds", 21_600.0, 9_000.0, 3_000.0),
    "latency": ("latency", "p99_seconds", 0.3, 0.16, 0.03),
    "skew": ("drift", "skew", 0.05, 0.012, 0.006),
    "cost": ("cost", "cost_per_run", None, 42.0, 6.0),
}


class Recorded:
    """What is recorded of one model, by how far the simulated time has gone."""

    def __init__(self, model: SimulatedModel, *, seed: str, end: datetime) -> None:
        self._model = model
        self._health = model.health
        self._end = end
        self._dice = random.Random(f"{seed}:{model.key}:health")  # noqa: S311  # simulation

    def of_version(self, share: float, *, evaluated_at: datetime) -> Record:
        """Return what the registry says of a version."""
        key = self._model.key
        approved_at = evaluated_at + timedelta(hours=self._dice.randrange(1, 20))
        auc = round(self._dice.gauss(0.83, 0.02), 3)
        return {
            **self._standing(),
            **self._known("parameters", share, parameters=14, evaluation={"auc": auc}),
            **self._known(
                "environment",
                share,
                image=f"registry.example.org/{key}@sha256:{self._digest()}",
            ),
            **self._known(
                "card", share, model_card=f"https://registry.example.org/{key}/card"
            ),
            **self._known(
                "approval",
                share,
                approval="approved",
                approved_by_role="Model risk",
                approved_at=min(approved_at, self._end).isoformat(),
            ),
        }

    def of_training(self, share: float) -> Record:
        """Return what is recorded of a training run."""
        automated = share >= self._model.automated_after
        trigger = self._dice.choice(_TRIGGERS) if automated else "manual"
        return {
            "purpose": "training",
            **self._known("trigger", share, trigger=trigger),
            **self._known("approval", share, gate="evaluation"),
            **self._known("tracker", share, tracked=True),
        }

    def of_release(self, share: float) -> Record:
        """Return what is recorded of a release."""
        without_ticket = self._since("self_service", share)
        return {
            **self._known(
                "release",
                share,
                released_by_role="Model team",
                reason=self._dice.choice(_REASONS),
                self_service=without_ticket,
            )
        }

    def readings(self, week_start: datetime, share: float) -> Iterator[Record]:
        """Yield what is read of a model in a week beside what monitors watch."""
        for name, (kind, measure, line, usual, spread) in _READINGS.items():
            at = week_start + timedelta(minutes=self._dice.randrange(168 * 60))
            value = round(max(self._dice.gauss(usual, spread), 0.0), 4)
            if not self._since(name, share) or at >= self._end:
                continue
            yield {
                "event": "signal",
                "id": f"{self._model.key}-{name}-{at:%Y%m%d%H%M}",
                "subject": self._model.key,
                "kind": kind,
                "measure": measure,
                "value": value,
                "at": at.isoformat(),
                "automated": True,
                **({} if line is None else {"threshold": line}),
                **({"currency": "EUR"} if name == "cost" else {}),
            }

    def _standing(self) -> Record:
        health = self._health
        told: Record = {"owner": health.owner} if health.owner else {}
        if health.review_in_days is not None:
            day = self._end + timedelta(days=health.review_in_days)
            told["review_on"] = day.date().isoformat()
        if health.shared_on_call is not None:
            told["shared_on_call"] = health.shared_on_call
        return told

    def _since(self, name: str, share: float) -> bool:
        after = self._health.since.get(name)
        return after is not None and share >= after

    def _known(self, name: str, share: float, **told: Json) -> Record:
        return told if self._since(name, share) else {}

    def _digest(self) -> str:
        return f"{self._dice.getrandbits(48):012x}"


def drills(habit: Drills, *, start: datetime, end: datetime) -> Iterator[Record]:
    """Yield the drills of losing a component, one after the other."""
    at = start + (end - start) * habit.after
    components = ("feature store", "model registry", "training cluster")
    number = 0
    while at < end - timedelta(hours=4):
        component = components[number % len(components)]
        record: Record = {
            "kind": "pipeline_run",
            "id": f"drill-{number + 1}",
            "service": habit.service,
            "pipeline": f"Drill: {component} lost",
            "purpose": "drill",
            "status": "success",
            "started_at": at.isoformat(),
            "finished_at": (at + timedelta(hours=3)).isoformat(),
        }
        if (at - start) / (end - start) >= habit.findings_after:
            record["findings"] = f"What it takes to restore the {component}."
        yield record
        number += 1
        at += timedelta(days=habit.every_days)


def data_runs(
    habit: DataPipeline, *, seed: str, start: datetime, end: datetime
) -> Iterator[Record]:
    """Yield the runs of the pipeline that brings the data, each with its validation."""
    dice = random.Random(f"{seed}:{habit.service}:data")  # noqa: S311  # simulation
    at, number = start + timedelta(hours=2), 0
    while at < end - timedelta(hours=2):
        number += 1
        share = (at - start) / (end - start)
        passed = dice.random() >= habit.fail_rate.at(share)
        rows = dice.randrange(80_000, 120_000)
        aside = round(rows * dice.random() * habit.quarantine_rate.at(share))
        ended = at + timedelta(minutes=dice.randrange(15, 50))
        yield {
            "kind": "pipeline_run",
            "id": f"ingest-{number}",
            "service": habit.service,
            "pipeline": "ingest",
            "purpose": "data",
            "gate": "data_validation",
            "status": "success" if passed else "failure",
            "started_at": at.isoformat(),
            "finished_at": ended.isoformat(),
            "automated": True,
            "rows_read": rows,
            "rows_quarantined": aside,
        }
        at += timedelta(days=habit.every_days)
