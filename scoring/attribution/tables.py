"""The two long tables of a service, deployments and changes: rows in, columns out."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from scoring import columns
from scoring.events import Lane, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring.columns import Floats, Ints, Truths
    from scoring.events import Change, Deployment

T = TypeVar("T")

_SUCCESS, _FAILURE, _CANCELLED = range(3)
_STATUS = {
    Status.SUCCESS: _SUCCESS,
    Status.FAILURE: _FAILURE,
    Status.CANCELLED: _CANCELLED,
}
_ROLLS, _REPAIRS = 1, 2


def version_of(deployment: Deployment) -> str | None:
    """Return what identifies a version in the deployment's lane."""
    if deployment.lane is Lane.MODEL:
        return deployment.model_version or deployment.sha
    return deployment.sha


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """The completed production deployments of a lane, in order of finishing."""

    ids: Sequence[str]
    finish: Floats
    success: Truths
    versions: Ints  # codes of the ledger; NOWHERE where unknown
    rolls: Truths  # says itself that it is a rollback
    repairs: Truths  # says itself that it repairs production
    cancelled: Floats  # when the cancelled ones ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The changes of a service."""

    ids: Sequence[str]
    at: Floats
    first: Floats  # first commit, where the change says so
    opened: Floats
    versions: Ints  # code of the merged sha
    commits: dict[int, tuple[str, ...]]  # by row
    repairs: dict[int, str | None]  # by row: the sha that it says it reverts


class DeploymentRows:
    """Production deployments of a lane, as they are added."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.finish = array("d")
        self.versions = array("q")
        self.status = bytearray()
        self.flags = bytearray()

    def add(
        self, event: Deployment, *, version: int, rolls: bool, repairs: bool
    ) -> None:
        """Take in a deployment; one in progress is none yet."""
        status = _STATUS.get(event.status)
        if status is None:
            return
        self.ids.append(event.id)
        self.finish.append(event.at.timestamp())
        self.versions.append(version)
        self.status.append(status)
        self.flags.append(rolls * _ROLLS | repairs * _REPAIRS)

    def settled(self, names: Sequence[str]) -> Deployed:
        """Return them as columns; `names` are the versions by code."""

        def latest(row: int) -> tuple[float, int, str, int]:
            code = self.versions[row]
            version = names[code] if code >= 0 else ""
            return self.finish[row], -self.status[row], version, self.flags[row]

        rows = _once(self.ids, latest)
        finish = columns.of_floats(self.finish)[rows]
        status = columns.of_bytes(self.status)[rows]
        cancelled = status == _CANCELLED
        ids = columns.chosen(self.ids, rows)
        rank = columns.order(finish, ids)
        rank = rank[~cancelled[rank]]
        flags = columns.of_bytes(self.flags)[rows][rank]
        return Deployed(
            ids=columns.chosen(ids, rank),
            finish=finish[rank],
            success=status[rank] == _SUCCESS,
            versions=columns.of_ints(self.versions)[rows][rank],
            rolls=(flags & _ROLLS) > 0,
            repairs=(flags & _REPAIRS) > 0,
            cancelled=finish[cancelled],
        )


class ChangeRows:
    """Changes, as they are added."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.at = array("d")
        self.first = array("d")
        self.opened = array("d")
        self.versions = array("q")
        self.commits: dict[int, tuple[str, ...]] = {}
        self.repairs: dict[int, str | None] = {}

    def add(self, event: Change, *, version: int) -> int:
        """Take in a change; return its row."""
        row = len(self.ids)
        self.ids.append(event.id)
        self.at.append(event.merged_at.timestamp())
        self.first.append(columns.seconds(event.first_commit_at))
        self.opened.append(columns.seconds(event.opened_at))
        self.versions.append(version)
        if event.commits:
            self.commits[row] = event.commits
        return row

    def settled(self, names: Sequence[str]) -> Merged:
        """Return them as columns; `names` are the shas by code."""

        def latest(row: int) -> tuple[float, str]:
            code = self.versions[row]
            told = (
                names[code] if code >= 0 else "",
                str(self.first[row]),
                str(self.opened[row]),
                *self.commits.get(row, ()),
                str(self.repairs.get(row, 0)),
            )
            return self.at[row], "\n".join(told)

        rows = _once(self.ids, latest)
        return Merged(
            ids=columns.chosen(self.ids, rows),
            at=columns.of_floats(self.at)[rows],
            first=columns.of_floats(self.first)[rows],
            opened=columns.of_floats(self.opened)[rows],
            versions=columns.of_ints(self.versions)[rows],
            commits=_moved(self.commits, rows, len(self.ids)),
            repairs=_moved(self.repairs, rows, len(self.ids)),
        )


def _once(ids: Sequence[str], rank: Callable[[int], tuple[float | str, ...]]) -> Ints:
    """Return the rows to keep: of each id, the one that ranks highest."""
    if len(set(ids)) == len(ids):
        return columns.count_to(len(ids))
    best: dict[str, int] = {}
    for row, name in enumerate(ids):
        held = best.get(name)
        if held is None or rank(row) > rank(held):
            best[name] = row
    return columns.ints(best.values())


def _moved(by_row: dict[int, T], rows: Ints, length: int) -> dict[int, T]:
    if not by_row or len(rows) == length:
        return by_row
    place = {row: position for position, row in enumerate(rows.tolist())}
    return {place[row]: value for row, value in by_row.items() if row in place}
