"""What is known of the models of some services: the inputs of this room's metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from scoring.events.recorded import Trigger
    from scoring.metrics.models import LiveModel


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """A model version that was registered in the window, and what its record names."""

    model: str
    trained_at: datetime
    code: bool = False
    data: bool = False
    parameters: bool = False
    environment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRecord:
    """A version that went to production in the window, and what its record holds.

    When and with which result every deployment says.
    """

    who: bool = False
    what: bool = False
    why: bool = False
    approved: bool = False
    self_service: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """A training that ran in the window; None is what no record of it says."""

    trigger: Trigger | None = None
    automated: bool = False
    tracked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """The models of some services at the end of a window, and what happened in it.

    `rollbacks` says of each whether a machine began it, `drills` whether its findings
    are recorded; `drilled_before` that some drill was seen before the window.
    """

    models: tuple[LiveModel, ...] = ()
    versions: tuple[VersionRecord, ...] = ()
    releases: tuple[ReleaseRecord, ...] = ()
    trainings: tuple[TrainingRun, ...] = ()
    rollbacks: tuple[bool, ...] = ()
    drills: tuple[bool, ...] = ()
    drilled_before: bool = False
