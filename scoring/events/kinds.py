"""The seven kinds of events, and the window in which they are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Attributes = Mapping[str, Json]

_NOTHING: Attributes = MappingProxyType({})


class Malformed(ValueError):
    """A record is not an event of the contract; says which field and why."""

    def __init__(self, field_name: str, why: str) -> None:
        super().__init__(f"{field_name}: {why}")
        self.field_name = field_name
        self.why = why


class Kind(StrEnum):
    """What an event tells of."""

    DEPLOYMENT = "deployment"
    CHANGE = "change"
    COMMIT = "commit"
    INCIDENT = "incident"
    PIPELINE_RUN = "pipeline_run"
    MODEL_VERSION = "model_version"
    SIGNAL = "signal"


class Lane(StrEnum):
    """The two lanes of delivery; measured alike, never averaged together."""

    CODE = "code"
    MODEL = "model"


class Status(StrEnum):
    """How a deployment or a pipeline run stands."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    IN_PROGRESS = "in_progress"


class Cause(StrEnum):
    """Where an incident came from."""

    DATA = "data"
    MODEL = "model"
    INFRASTRUCTURE = "infrastructure"
    CODE = "code"


class SignalKind(StrEnum):
    """What a signal observes."""

    DRIFT = "drift"
    PERFORMANCE = "performance"
    FAIRNESS = "fairness"
    FRESHNESS = "freshness"
    AVAILABILITY = "availability"
    LATENCY = "latency"
    COST = "cost"
    ALERT = "alert"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, half-open: `start` is in it, `end` is not."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window needs aware moments")
        if self.end < self.start:
            raise ValueError("a window ends after it starts")

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @classmethod
    def of_days(cls, first: date, last: date) -> Window:
        """Return the window of whole UTC days, both ends included."""
        start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        end = datetime(last.year, last.month, last.day, tzinfo=UTC)
        return cls(start, end + timedelta(days=1))

    @property
    def days(self) -> float:
        """Length in days."""
        return (self.end - self.start) / timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One attempt to bring a version of a service into an environment."""

    kind: ClassVar[Kind] = Kind.DEPLOYMENT

    id: str
    service: str
    environment: str
    sha: str | None = None
    status: Status
    started_at: datetime | None = None
    finished_at: datetime | None = None
    lane: Lane = Lane.CODE
    model_version: str | None = None
    url: str | None = None
    attributes: Attributes = field(default_factory=lambda: _NOTHING)

    @property
    def at(self) -> datetime:
        """When it finished, or started if it has not finished yet."""
        moment = self.finished_at or self.started_at
        if moment is None:  # refused by `parse`
            raise Malformed("finished_at", "neither started nor finished")
        return moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A merged pull or merge request."""

    kind: ClassVar[Kind] = Kind.CHANGE

    id: str
    service: str
    merged_sha: str | None = None
    first_commit_at: datetime | None = None
    opened_at: datetime | None = None
    merged_at: datetime
    commits: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    url: str | None = None
    attributes: Attributes = field(default_factory=lambda: _NOTHING)

    @property
    def at(self) -> datetime:
        """When it was merged."""
        return self.merged_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit on a branch that leads to production."""

    kind: ClassVar[Kind] = Kind.COMMIT

    sha: str
    service: str
    committed_at: datetime
    parents: tuple[str, ...] = ()
    attributes: Attributes = field(default_factory=lambda: _NOTHING)

    @property
    def id(self) -> str:
        """Its sha: the identity of a commit."""
        return self.sha

    @property
    def at(self) -> datetime:
        """When it was committed."""
        return self.committed_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A disturbance of a service; open while `resolved_at` is None."""

    kind: ClassVar[Kind] = Kind.INCIDENT

    id: str
    service: str
    opened_at: datetime
    resolved_at: datetime | None = None
    severity: str | None = None
    deployment_id: str | None = None
    cause: Cause | None = None
    url: str | None = None
    attributes: Attributes = field(default_factory=lambda: _NOTHING)

    @property
    def at(self) -> datetime:
        """When it was opened."""
        return self.opened_at


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRun:
    """One run of a CI, data or training pipeline, or of one of its stages."""

    kind: ClassVar[Kind] = Kind.PIPELINE_RUN

    id: str
    service: str
    pipeline: str
    stage: str | None = None
    status: Status
    started_at: datetime
    finished_at: datetime | None = None
    sha: str | None = None
    automated: bool = False
    url: str | None = None
    attributes: Attributes = field(default_factory=lambda: _NOTHING)

    @property
    def at(self) -> datetime:
        """When it finished, or started if it is still running."""
        return self.finished_at or self.started_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """A trained version of a model with the moments of its way to production."""

    kind: ClassVar[Kind] = Kind.MODEL_VERSION

    id: str
    model: str
    version: str
    dataset_ref: str | None = None
    dataset_at: datetime | None = None
    code_sha: str | None = None
    trained_at: datetime
    evaluated_at: datetime | None = None
    registered_at: datetime | None = None
    pipeline_run_id: str | None = None
    attributes: Attributes = field(default_factory=lambda: _NOTHING)

    @property
    def service(self) -> str:
        """The model: versions are delivered under its name."""
        return self.model

    @property
    def at(self) -> datetime:
        """When it was registered, or trained if it is not registered."""
        return self.registered_at or self.trained_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One observation of a service or model by a monitor."""

    kind: ClassVar[Kind] = Kind.SIGNAL

    id: str
    subject: str
    signal: SignalKind
    value: float | None = None
    threshold: float | None = None
    breached: bool | None = None
    at: datetime
    automated: bool = False
    attributes: Attributes = field(default_factory=lambda: _NOTHING)

    @property
    def service(self) -> str:
        """What it observes."""
        return self.subject


Event = Deployment | Change | Commit | Incident | PipelineRun | ModelVersion | Signal
