"""The flow of one service, lane and UTC day: stages of lead time, and pipelines."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from scoring.columns import flows
from scoring.events import Cause, Lane

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.columns.flows import Flow
    from scoring.events import Json


class Told(IntEnum):
    """What a day tells of. The numbers are stored: they never change their meaning.

    Kinds that end with a measure are samples; all others are counts, one for each day
    and service.
    """

    # Seconds of each carried change in the stages of its way to production.
    CODING_SECONDS = 1
    REVIEW_SECONDS = 2
    WAITING_SECONDS = 3
    PIPELINE_SECONDS = 4
    DEPLOY_SECONDS = 5
    TRAINING_SECONDS = 6
    EVALUATION_SECONDS = 7
    REGISTRATION_SECONDS = 8
    RELEASE_SECONDS = 9
    # Seconds of its way that are in no stage, because a moment between is unknown.
    UNTOLD_SECONDS = 10
    # Carried changes that have a lead time, and those of them that were merged.
    LED = 11
    LED_MERGED = 12
    # Changes in each deployment that brought something known; all that brought.
    BATCH_SIZES = 20
    BROUGHT = 21
    # Failed deployments by the cause of the incident laid at their door.
    RECOVERY_DATA_SECONDS = 30
    RECOVERY_MODEL_SECONDS = 31
    RECOVERY_INFRASTRUCTURE_SECONDS = 32
    RECOVERY_CODE_SECONDS = 33
    RECOVERY_UNEXPLAINED_SECONDS = 34
    FAILED_DATA = 40
    FAILED_MODEL = 41
    FAILED_INFRASTRUCTURE = 42
    FAILED_CODE = 43
    FAILED_UNEXPLAINED = 44
    OPEN_DATA = 50
    OPEN_MODEL = 51
    OPEN_INFRASTRUCTURE = 52
    OPEN_CODE = 53
    OPEN_UNEXPLAINED = 54
    # Whole pipeline runs that ended.
    RUNS_PASSED = 60
    RUNS_FAILED = 61
    RUNS_OF_KNOWN_PURPOSE = 62
    DATA_RUNS_PASSED = 63
    DATA_RUNS_FAILED = 64
    QUEUE_SECONDS = 65
    # Passed runs whose commit is known; those that had failed on it shortly before.
    RUNS_PASSED_VERSIONED = 66
    RUNS_FLAKY = 67
    FLAKY_SECONDS = 68
    # Gates of pipelines, those of data apart, and rows that were set aside.
    GATES_PASSED = 70
    GATES_STOPPED = 71
    VALIDATIONS_PASSED = 72
    VALIDATIONS_STOPPED = 73
    ROWS_READ = 74
    ROWS_QUARANTINED = 75
    RUNS_WITH_ROWS = 76
    # Checks of freshness: all, those that could be judged, those within their limit.
    FRESHNESS_CHECKS = 80
    FRESHNESS_JUDGED = 81
    FRESHNESS_KEPT = 82


STAGES: Mapping[Lane, tuple[Told, ...]] = MappingProxyType(
    {
        Lane.CODE: (
            Told.CODING_SECONDS,
            Told.REVIEW_SECONDS,
            Told.WAITING_SECONDS,
            Told.PIPELINE_SECONDS,
            Told.DEPLOY_SECONDS,
        ),
        Lane.MODEL: (
            Told.TRAINING_SECONDS,
            Told.EVALUATION_SECONDS,
            Told.REGISTRATION_SECONDS,
            Told.RELEASE_SECONDS,
        ),
    }
)
# In the order of their numbers; None: no incident tells of a cause.
CAUSES = (*Cause, None)


def stage_name(stage: Told) -> str:
    """Return what a stage is called: coding, review …"""
    return stage.name.removesuffix("_SECONDS").lower()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayFlow:
    """What one day tells of a service in a lane.

    `told` holds samples and counts by `Told`; `gates` how often each gate by name let
    runs pass and stopped them: {"fairness": {"passed": 3, "stopped": 1}}.
    """

    service: str
    lane: Lane
    day: date
    told: Flow = field(default_factory=lambda: MappingProxyType({}))
    gates: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))

    def __eq__(self, other: object) -> bool:
        """Return whether the same is told of the same day."""
        if not isinstance(other, DayFlow):
            return NotImplemented
        return (
            (self.service, self.lane, self.day, dict(self.gates))
            == (other.service, other.lane, other.day, dict(other.gates))
        ) and flows.same(self.told, other.told)

    def __hash__(self) -> int:
        """Return a hash of whose day it is."""
        return hash((self.service, self.lane, self.day))
