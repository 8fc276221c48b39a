"""The story of the demonstration, read from `fixtures/demo/story.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure that moves along a straight line over the simulated time."""

    start: float
    end: float

    def at(self, share: float) -> float:
        """Return the figure after this share, 0–1, of the time."""
        return self.start + (self.end - self.start) * share


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedService:
    """How one service is delivered."""

    key: str
    name: str
    unit: str
    changes_per_week: Trend
    deployments_per_week: Trend
    review_hours: Trend
    fail_rate: Trend
    recovery_hours: Trend
    linked_incidents: Trend
    quiet_weeks: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is recorded of a model; without an entry in `since` it never is.

    `since` holds the share of the time after which it is; `review_in_days` counts from
    the end of the time and may have passed.
    """

    owner: str = ""
    review_in_days: int | None = None
    shared_on_call: bool | None = None
    since: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedModel:
    """How one model is delivered and watched."""

    key: str
    name: str
    unit: str
    versions_per_week: Trend
    validation_to_release_hours: Trend
    fail_rate: Trend
    recovery_hours: Trend
    reactions_automated: Trend
    automated_after: float
    # Monitor -> share of the time when it went live, and when it fell silent.
    monitors: Mapping[str, tuple[float, float]]
    health: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit; `stands` is how far it is above the whole, wave by wave."""

    key: str
    name: str
    stands: tuple[float, ...]
    raters: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A made-up member; `bias` is what they add to where things really stand."""

    username: str
    role: str
    vantage: str
    bias: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCycle:
    """One assessment of the story; `wave`: which of the domains' levels it meets."""

    title: str
    wave: int
    by_unit: bool
    ended_days_ago: int
    days: int
    locked: bool
    answered: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """An assessment against practices; of a domain without a level nobody knows."""

    edition: str
    title: str
    ended_days_ago: int
    days: int
    levels: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionHabit:
    """How often the assessor decides against telemetry, and what they write."""

    reason: str
    every: int
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drills:
    """How often losing a component is rehearsed, and since when findings are kept."""

    service: str
    every_days: int
    after: float
    findings_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPipeline:
    """How data is brought: how often, how often that fails, and what is set aside."""

    service: str
    every_days: int
    fail_rate: Trend
    quarantine_rate: Trend


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A schedule; `of_the_whole` is for the open cycle of the whole, not for all."""

    task: str
    cron: str
    time_zone: str
    planned_days_ago: int = 0
    of_the_whole: bool = False
    report: str = ""
    language: str = ""
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A channel that is told of every alert."""

    name: str
    kind: str
    address: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that the demonstration tells."""

    seed: str
    years: int
    organization: str
    units: tuple[Unit, ...]
    services: tuple[SimulatedService, ...]
    models: tuple[SimulatedModel, ...]
    people: tuple[Person, ...]
    levels: Mapping[str, tuple[float, ...]]
    cycles: tuple[SimulatedCycle, ...]
    practices: tuple[Practised, ...]
    target_step: int
    rationales: Mapping[int, tuple[str, ...]]
    dispute: DecisionHabit
    override: DecisionHabit
    drills: Drills
    data_pipeline: DataPipeline
    # Files, links and references to telemetry, as the file has them.
    evidence: tuple[Mapping[str, Any], ...]
    # Initiatives, gates and capabilities, as the file has them.
    plan: Mapping[str, Any]
    schedules: tuple[Planned, ...]
    channels: tuple[Warned, ...]


def _trend(plain: Mapping[str, Any], name: str) -> Trend:
    return Trend(plain[name]["from"], plain[name]["to"])


def _service(plain: Mapping[str, Any]) -> SimulatedService:
    return SimulatedService(
        key=plain["key"],
        name=plain["name"],
        unit=plain["unit"],
        changes_per_week=_trend(plain, "changes_per_week"),
        deployments_per_week=_trend(plain, "deployments_per_week"),
        review_hours=_trend(plain, "review_hours"),
        fail_rate=_trend(plain, "fail_rate"),
        recovery_hours=_trend(plain, "recovery_hours"),
        linked_incidents=_trend(plain, "linked_incidents"),
        quiet_weeks=frozenset(plain.get("quiet_weeks", ())),
    )


def _model(plain: Mapping[str, Any]) -> SimulatedModel:
    return SimulatedModel(
        key=plain["key"],
        name=plain["name"],
        unit=plain["unit"],
        versions_per_week=_trend(plain, "versions_per_week"),
        validation_to_release_hours=_trend(plain, "validation_to_release_hours"),
        fail_rate=_trend(plain, "fail_rate"),
        recovery_hours=_trend(plain, "recovery_hours"),
        reactions_automated=_trend(plain, "reactions_automated"),
        automated_after=plain["automated_after"],
        monitors={
            monitor: (span[0], span[1] if len(span) > 1 else 1.0)
            for monitor, span in plain["monitors"].items()
        },
        health=Health(**plain["health"]),
    )


def _data_pipeline(plain: Mapping[str, Any]) -> DataPipeline:
    return DataPipeline(
        service=plain["service"],
        every_days=plain["every_days"],
        fail_rate=_trend(plain, "fail_rate"),
        quarantine_rate=_trend(plain, "quarantine_rate"),
    )


def read(path: Path) -> Story:
    """Read the story from its file."""
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Story(
        seed=plain["seed"],
        years=plain["years"],
        organization=plain["organization"],
        units=tuple(
            Unit(
                key=unit["key"],
                name=unit["name"],
                stands=tuple(unit["stands"]),
                raters=frozenset(unit["raters"]),
            )
            for unit in plain["units"]
        ),
        services=tuple(_service(service) for service in plain["services"]),
        models=tuple(_model(model) for model in plain["models"]),
        people=tuple(
            Person(
                username=person["username"],
                role=person["role"],
                vantage=person["vantage"],
                bias=person.get("bias"),
            )
            for person in plain["people"]
        ),
        levels={code: tuple(levels) for code, levels in plain["levels"].items()},
        cycles=tuple(
            SimulatedCycle(
                title=cycle["title"],
                wave=cycle["wave"],
                by_unit=cycle.get("by_unit", False),
                ended_days_ago=cycle["ended_days_ago"],
                days=cycle["days"],
                locked=cycle["state"] == "locked",
                answered=cycle.get("answered", 1.0),
            )
            for cycle in plain["cycles"]
        ),
        practices=tuple(Practised(**one) for one in plain["practices"]),
        target_step=plain["target_step"],
        rationales={
            level: tuple(sentences) for level, sentences in plain["rationales"].items()
        },
        dispute=DecisionHabit(**plain["decisions"]["dispute"]),
        override=DecisionHabit(**plain["decisions"]["override"]),
        drills=Drills(**plain["drills"]),
        data_pipeline=_data_pipeline(plain["data_pipeline"]),
        evidence=tuple(plain["evidence"]),
        plan=plain["plan"],
        schedules=tuple(Planned(**one) for one in plain["schedules"]),
        channels=tuple(Warned(**one) for one in plain["channels"]),
    )
