"""The rollup of one service, lane and UTC day."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from scoring import columns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.columns import Floats
    from scoring.events import Json, Lane


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayRollup:
    """The counts and samples of one service, lane and UTC day.

    `detail` is plain data for whatever is not needed in every query; a count that is
    zero is left out of it. Its keys:
    - `tiers`: failed deployments by the winning tier of evidence
    - `incidents`, `incidents_linked`: opened that day; laid at a deployment's door
    - `versioned`: completed deployments whose version is known
    - `carriers`: successful deployments that brought a new version to a lane that had
      one before; `carriers_known`: those of them whose changes are known
    - `contradictory`: leads and recoveries left out because they would be negative
    - `signals`: by kind, {"seen": n, "breached": n}
    - `degradations`, `reactions`: breaches, and those answered by an automatic alert or
      rollback
    - `released`: model lane, known model versions that went out first
    - `stages`: model lane, sorted seconds between known moments that follow each other
      (data_to_trained, trained_to_evaluated, evaluated_to_registered,
      registered_to_deployed; trained_to_registered where no evaluation is known)
    - `validated_seconds`: model lane, evaluation to production, sorted
    """

    service: str
    lane: Lane
    day: date
    completed: int = 0
    successful: int = 0
    failed: int = 0
    rework: int = 0
    cancelled: int = 0
    open_failures: int = 0
    lead_seconds: Floats = field(default_factory=lambda: columns.NOTHING)
    recovery_seconds: Floats = field(default_factory=lambda: columns.NOTHING)
    detail: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))

    def __eq__(self, other: object) -> bool:
        """Return whether the counts and samples are the same."""
        if not isinstance(other, DayRollup):
            return NotImplemented
        return (
            self._counts() == other._counts()
            and columns.same(self.lead_seconds, other.lead_seconds)
            and columns.same(self.recovery_seconds, other.recovery_seconds)
        )

    def __hash__(self) -> int:
        """Return a hash of whose day it is."""
        return hash((self.service, self.lane, self.day))

    def _counts(self) -> tuple[object, ...]:
        return (
            self.service,
            self.lane,
            self.day,
            self.completed,
            self.successful,
            self.failed,
            self.rework,
            self.cancelled,
            self.open_failures,
            dict(self.detail),
        )
