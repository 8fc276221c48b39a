"""Rollups: what attribution found, counted by UTC day.

Every number belongs to the day on which its deployment finished, recovery times
included (the day of the failed deployment), so that adjacent windows add up and a
failure and its recovery are never counted in different windows. Incidents belong to
the day they were opened, signals to the day they were seen.
"""

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
    - `stages`: model lane, seconds by stage (data_to_trained, trained_to_evaluated,
      evaluated_to_registered, registered_to_deployed), sorted
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
