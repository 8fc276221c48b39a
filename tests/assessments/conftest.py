"""What tests of the application may ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from scoring.events import Lane, Window
from scoring.metrics import Known, Measurement, Unit

if TYPE_CHECKING:
    from scoring.rubric import Edition

HOUR = 3600.0


class Telemetry:
    """What was measured, by criterion and metric, instead of day rollups."""

    def __init__(self) -> None:
        self.values: dict[str, float | None] = {}
        self.intervals: dict[str, tuple[float, float]] = {}
        self.asked: list[tuple[int, date]] = []

    def measure(
        self, *, scope_id: int, edition: Edition, on: date
    ) -> dict[tuple[str, str], Measurement]:
        """Answer as `services.measuring.measure` does."""
        self.asked.append((scope_id, on))
        return {
            (criterion.code, metric): self._one(metric, on, criterion.code)
            for criterion in edition.criteria
            for metric in criterion.metrics
        }

    def _one(self, metric: str, on: date, code: str) -> Measurement:
        value = self.values.get(code)
        known = value is not None
        low, high = self.intervals.get(code, (value, value))
        return Measurement(
            metric=metric,
            lane=Lane.CODE,
            window=Window.of_days(on - timedelta(days=89), on),
            known=Known.VALUE if known else Known.UNKNOWN,
            unit=Unit.SECONDS,
            value=value,
            low=low,
            high=high,
            n=40 if known else 0,
            coverage=1.0 if known else 0.0,
            detail={"p95_s": value},
            because="" if known else "No deployment in the window.",
        )


@pytest.fixture
def telemetry(monkeypatch: pytest.MonkeyPatch) -> Telemetry:
    """Telemetry that a test sets, in seconds of change lead time by criterion."""
    double = Telemetry()
    monkeypatch.setattr("assessments.services.measuring.measure", double.measure)
    return double
