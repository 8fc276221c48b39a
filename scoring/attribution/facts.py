"""What attribution finds: carriages, verdicts, and the boundary to resume from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from scoring.attribution.rules import Tier
    from scoring.events import Deployment, Lane


class Basis(StrEnum):
    """How a change was linked to its deployment, strongest first."""

    GRAPH = "graph"  # an ancestor of the deployed commit
    SHA = "sha"  # the deployed commit itself
    VERSION = "version"  # the deployed model version
    TIME = "time"  # the first deployment after the merge: the graph cannot say


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """Which production deployment first carried a change, and what that took.

    `change` is the id of a change, the sha of a commit, or the id of a model version.
    `lead_seconds` is None for what the first deployment of a lane carried (it has no
    predecessor) and where the clocks contradict each other.
    """

    lane: Lane
    change: str
    deployment_id: str
    started_at: datetime
    deployed_at: datetime
    lead_seconds: float | None
    basis: Basis
    # Model lane: the known moments data, trained, evaluated, registered, deployed.
    stages: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Why a deployment counts as failed or as rework; none for the others.

    `tier` is the winning evidence and `evidence_id` the incident, deployment, change,
    commit or signal it rests on. `restored_at` is None while a failure is open.
    """

    lane: Lane
    deployment_id: str
    at: datetime
    failed: bool
    rework: bool
    tier: Tier | None
    evidence_kind: str | None  # a value of scoring.events.Kind
    evidence_id: str | None
    restored_at: datetime | None
    recovery_seconds: float | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """What was already in production before a tail of events begins.

    Only what the tail mentions must be in it, so its size does not grow with history:
    `versions` for the versions of the tail's deployments and of `last`, `carried` and
    `contained` for the ids and shas of the tail's changes, commits and model versions,
    `doors` for the deployments that its incidents name.
    """

    # The newest completed production deployment before the tail, by lane.
    last: Mapping[Lane, Deployment] = field(
        default_factory=lambda: MappingProxyType({})
    )
    # Lanes that had a successful production deployment before the tail.
    served: frozenset[Lane] = frozenset()
    # When a version (sha; in the model lane model version) first went out successfully.
    versions: Mapping[tuple[Lane, str], datetime] = field(
        default_factory=lambda: MappingProxyType({})
    )
    # Changes, commits and model versions that were carried before the tail.
    carried: frozenset[tuple[Lane, str]] = frozenset()
    # Commits that some deployment before the tail contains, and so their ancestors.
    contained: frozenset[str] = frozenset()
    # Deployments from before that incidents of other services in the tail name.
    doors: frozenset[str] = frozenset()
