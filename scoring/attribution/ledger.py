"""The ledger of one service: its events, each identity once.

Events may come in any order, twice, and in any batches. Of two records with one
identity the later one stays, and an incident keeps its earliest opening, so what a
ledger holds depends on what was added alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from scoring import columns
from scoring.attribution.saying import Repair, picked_from, repair_of
from scoring.attribution.tables import ChangeRows, DeploymentRows, version_of
from scoring.events import (
    Change,
    Commit,
    Deployment,
    Incident,
    Lane,
    ModelVersion,
    PipelineRun,
    Signal,
    dump,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from scoring.attribution.facts import Boundary
    from scoring.attribution.rules import Rules
    from scoring.attribution.tables import Deployed, Merged
    from scoring.columns import Floats
    from scoring.events import Attributes, Event

E = TypeVar("E", ModelVersion, PipelineRun, Signal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A commit in the graph."""

    at: float
    parents: tuple[str, ...]
    repair: Repair | None = None
    picked: tuple[str, ...] = ()  # the commits that it is a cherry-pick of
    # Part of the history only: the work is another service's, or a change's.
    elsewhere: bool = False


class Ledger:
    """Collects the events of one service."""

    def __init__(self, service: str, rules: Rules) -> None:
        self.service = service
        self.rules = rules
        self.commits: dict[str, Node] = {}
        self.models: dict[str, ModelVersion] = {}
        self._signals: dict[str, Signal] = {}
        self._runs: dict[str, PipelineRun] = {}
        self._incidents: dict[str, Incident] = {}
        # The deployments that incidents name, once the ledger is closed.
        self.doors: dict[str, tuple[Lane, int]] = {}
        # Names of versions by their codes.
        self.versions: list[str] = []
        self._codes: dict[str, int] = {}
        self._closed = False
        self._deployments = {lane: DeploymentRows() for lane in Lane}
        self._changes = ChangeRows()

    def remember(self, before: Boundary) -> None:
        """Give codes to the versions that went out before the tail began."""
        for _, name in before.versions:
            self.code(name)
        for deployment in before.last.values():
            self.code(version_of(deployment))

    def add(self, event: Event) -> None:
        """Take in an event; one that is not this service's is left alone.

        An incident of another service is taken: it may name a deployment of this one.
        """
        self._closed = False
        if isinstance(event, Incident):
            held = self._incidents.get(event.id)
            self._incidents[event.id] = event if held is None else _joined(held, event)
        elif event.service == self.service:
            self._add_own(event)

    def _add_own(self, event: Event) -> None:
        if isinstance(event, Deployment):
            self._add_deployment(event)
        elif isinstance(event, Change):
            self._add_change(event)
        elif isinstance(event, Commit):
            self._add_commit(event)
        elif isinstance(event, ModelVersion):
            _keep_later(self.models, event)
        elif isinstance(event, Signal):
            _keep_later(self._signals, event)
        elif isinstance(event, PipelineRun):
            _keep_later(self._runs, event)

    def _add_deployment(self, event: Deployment) -> None:
        if not self.rules.counts(event.environment):
            return
        told = event.attributes
        rolls = [told.get(flag) is True for flag in self.rules.rollback_flags if told]
        self._deployments[event.lane].add(
            event,
            version=self.code(version_of(event)),
            rolls=any(rolls),
            repairs=bool(told) and self._repairs(told),
        )

    def _repairs(self, told: Attributes) -> bool:
        repair = repair_of(told, self.rules)
        return repair is not None and repair.said

    def _add_change(self, event: Change) -> None:
        row = self._changes.add(event, version=self.code(event.merged_sha))
        told = event.attributes
        if not told and not event.labels:
            return
        repair = repair_of(told, self.rules, event.labels)
        if repair is not None:
            self._changes.repairs[row] = repair
        picked = picked_from(told)
        if picked:
            self._changes.picked[row] = picked

    def _add_commit(self, event: Commit) -> None:
        told = event.attributes
        node = Node(
            at=event.committed_at.timestamp(),
            parents=event.parents,
            repair=repair_of(told, self.rules) if told else None,
            picked=picked_from(told) if told else (),
            elsewhere=bool(told) and told.get("elsewhere") is True,
        )
        held = self.commits.get(event.sha)
        if held is None or _rank(node) > _rank(held):
            self.commits[event.sha] = node

    def close(self) -> None:
        """Settle identities, once all events are in; adding opens the ledger again."""
        if self._closed:
            return
        self._closed = True
        named = {incident.deployment_id or "" for incident in self._incidents.values()}
        self.doors = {
            name: (lane, row)
            for lane, rows in self._deployments.items()
            for name, row in rows.collapse(self.versions, named).items()
        }
        self._changes.collapse(self.versions)

    # ── what was collected ─────────────────────────────────────────────────────────

    def named(self) -> set[str]:
        """Return the commits that reverts and picks name: a tail has to know them."""
        repairs = [node.repair for node in self.commits.values()]
        repairs += self._changes.repairs.values()
        named = {repair.reverts for repair in repairs if repair is not None}
        for node in self.commits.values():
            named.update(node.picked)
        return {sha for sha in named if sha is not None}

    def code(self, version: str | None) -> int:
        """Return the code of a version, a new one for a new version."""
        if version is None:
            return columns.NOWHERE
        code = self._codes.setdefault(version, len(self.versions))
        if code == len(self.versions):
            self.versions.append(version)
        return code

    def knows(self, version: str) -> bool:
        """Return whether the version has a code."""
        return version in self._codes

    def deployed(self, lane: Lane) -> Deployed:
        """Return the completed production deployments of a lane."""
        return self._deployments[lane].settled(len(self.versions))

    def merged(self) -> Merged:
        """Return the changes."""
        return self._changes.settled()

    def deployment_ids(self) -> Iterable[str]:
        """Return the ids of the production deployments that were added."""
        for rows in self._deployments.values():
            yield from rows.ids

    def unclaimed(self) -> list[Incident]:
        """Return the incidents that name a deployment which is not this service's."""
        return [
            incident
            for incident in self._incidents.values()
            if incident.deployment_id is not None
            and incident.deployment_id not in self.doors
        ]

    def incidents(self, earlier: Set[str]) -> tuple[list[Incident], Floats]:
        """Return this service's incidents in order of opening, and their moments.

        Those of other services that name a deployment of this one are among them, and
        those that name one of the `earlier` deployments, from before the tail.
        """
        ours = [
            incident
            for incident in self._incidents.values()
            if incident.service == self.service
            or incident.deployment_id in self.doors
            or incident.deployment_id in earlier
        ]
        opened = columns.floats(incident.opened_at.timestamp() for incident in ours)
        rank = columns.order(opened, [incident.id for incident in ours])
        return [ours[row] for row in rank.tolist()], opened[rank]

    def signals(self) -> list[Signal]:
        """Return the signals in order of time."""
        return sorted(self._signals.values(), key=lambda signal: (signal.at, signal.id))

    def runs(self) -> list[PipelineRun]:
        """Return the pipeline runs in order of time."""
        return sorted(self._runs.values(), key=lambda run: (run.at, run.id))


def _keep_later(held: dict[str, E], event: E) -> None:
    other = held.get(event.id)
    if other is None or (event != other and _written(event) > _written(other)):
        held[event.id] = event


def _written(event: Event) -> tuple[float, str]:
    return event.at.timestamp(), json.dumps(dump(event), sort_keys=True)


def _rank(node: Node) -> tuple[float, tuple[str, ...], str]:
    said = (node.repair, node.picked, node.elsewhere)
    return node.at, node.parents, repr(said)


def _joined(one: Incident, other: Incident) -> Incident:
    """Return the later record with the earliest opening and the latest resolution."""
    if one == other:
        return one
    later = max(one, other, key=_resolution)
    return replace(later, opened_at=min(one.opened_at, other.opened_at))


def _resolution(incident: Incident) -> tuple[float, str]:
    resolved = incident.resolved_at
    written = json.dumps(
        {key: value for key, value in dump(incident).items() if key != "opened_at"},
        sort_keys=True,
    )
    return resolved.timestamp() if resolved else float("-inf"), written
