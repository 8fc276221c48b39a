"""What the inventory shows of a model: its problems, its readings, what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from assessments.queries import metric_words
from scoring.events import SignalKind
from scoring.metrics.estate import MEASURES

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta


class Problem(StrEnum):
    """What is wrong with a model, worst first."""

    INCIDENT = "incident"
    OVER = "over"
    UNMONITORED = "unmonitored"
    UNOWNED = "unowned"
    PAST_REVIEW = "past_review"

    @property
    def label(self) -> str:
        """The problem in words."""
        return str(_LABELS[self])


_LABELS = {
    Problem.INCIDENT: _("open incident"),
    Problem.OVER: _("over a threshold"),
    Problem.UNMONITORED: _("unmonitored"),
    Problem.UNOWNED: _("unowned"),
    Problem.PAST_REVIEW: _("past review"),
}
_KINDS = {
    SignalKind.DRIFT: _("Drift"),
    SignalKind.PERFORMANCE: _("Performance"),
    SignalKind.FAIRNESS: _("Fairness"),
    SignalKind.FRESHNESS: _("Freshness"),
    SignalKind.AVAILABILITY: _("Availability"),
    SignalKind.LATENCY: _("Latency"),
    SignalKind.COST: _("Cost"),
}
_COSTS = {
    "cost_per_run": _("Cost per training run"),
    "cost_per_prediction": _("Cost per prediction"),
}
_METRICS = {measure: metric for metric, measure in MEASURES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What was read last of a model, of one kind, quantity and feature."""

    event_id: int
    kind: str
    measure: str
    feature: str
    value: float | None
    threshold: float | None
    unit: str
    over: bool | None
    at: datetime
    currency: str

    @property
    def kind_name(self) -> str:
        """What it is about, in words."""
        return str(_KINDS[SignalKind(self.kind)])

    @property
    def quantity(self) -> str:
        """What was read, in words where its name is known."""
        if self.measure in _METRICS:
            return metric_words.name(_METRICS[self.measure])
        return str(_COSTS.get(self.measure, self.measure))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One model. `standing` is live, retired or never, when it never was live."""

    id: int
    key: str
    name: str
    path: str
    unit: str
    standing: str
    version: str
    version_id: int | None
    deployment_id: int | None
    deployed_at: datetime | None
    trained_at: datetime | None
    age: timedelta | None
    owner: str
    review_on: date | None
    retired_on: date | None
    model_card: str
    shared_on_call: bool | None
    # Who noted what no system tells, and when; empty: nobody did.
    noted_by: str
    noted_at: datetime | None
    # None: no record of the version is known; else what it does not name.
    missing: tuple[str, ...] | None
    monitored: tuple[str, ...]
    # The worst of each watched kind; None: nothing was read in the days looked at.
    drift: State | None
    performance: State | None
    fairness: State | None
    states: tuple[State, ...]
    open_incidents: int
    problems: tuple[Problem, ...]

    @property
    def reproducible(self) -> bool | None:
        """Whether the record names all that a rebuild needs."""
        return None if self.missing is None else not self.missing

    @property
    def watched_for(self) -> str:
        """What it is watched for, in words."""
        return ", ".join(str(_KINDS[SignalKind(kind)]) for kind in self.monitored)
