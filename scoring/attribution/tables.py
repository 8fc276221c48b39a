"""The two long tables of a service, deployments and changes: rows in, columns out."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from scoring import columns
from scoring.attribution.names import Chosen, Names
from scoring.events import Lane, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from scoring.attribution.saying import Repair
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

    ids: Chosen
    finish: Floats
    started: Floats  # NEVER where that is unknown
    success: Truths
    versions: Ints  # codes of the ledger; NOWHERE where unknown
    firsts: Ints  # by code: row of the first success, beyond the end if none
    rolls: Truths  # says itself that it is a rollback
    repairs: Truths  # says itself that it repairs production
    cancelled: Floats  # when the cancelled ones ended
    places: Ints  # row as added -> row here; NOWHERE for the cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The changes of a service."""

    ids: Names
    at: Floats
    first: Floats  # first commit, where the change says so
    opened: Floats
    versions: Ints  # code of the merged sha
    commits: dict[int, tuple[str, ...]]  # by row
    repairs: dict[int, Repair]  # by row: what it says it repairs
    picked: dict[int, tuple[str, ...]]  # by row: what it says it is a pick of


class DeploymentRows:
    """Production deployments of a lane, as they are added."""

    def __init__(self) -> None:
        self.ids = Names()
        self.finish = array("d")
        self.started = array("d")
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
        self.ids.add(event.id)
        self.finish.append(event.at.timestamp())
        self.started.append(columns.seconds(event.started_at))
        self.versions.append(version)
        self.status.append(status)
        self.flags.append(rolls * _ROLLS | repairs * _REPAIRS)

    def collapse(self, names: Sequence[str], wanted: Container[str]) -> dict[str, int]:
        """Keep the later of rows with one id; return the rows of the ids wanted."""

        def latest(row: int) -> tuple[float, int, str, int, str]:
            code = self.versions[row]
            version = names[code] if code >= 0 else ""
            started = str(self.started[row])
            return (
                self.finish[row],
                -self.status[row],
                version,
                self.flags[row],
                started,
            )

        ids = list(self.ids)
        rows = _once(ids, latest)
        if len(rows) < len(ids):
            ids = [ids[row] for row in rows]
            self.ids = Names(ids)
            self.finish = array("d", [self.finish[row] for row in rows])
            self.started = array("d", [self.started[row] for row in rows])
            self.versions = array("q", [self.versions[row] for row in rows])
            self.status = bytearray(self.status[row] for row in rows)
            self.flags = bytearray(self.flags[row] for row in rows)
        return {name: row for row, name in enumerate(ids) if name in wanted}

    def settled(self, codes: int) -> Deployed:
        """Return them as columns; there are so many codes of versions."""
        finish = columns.of_floats(self.finish)
        status = columns.of_bytes(self.status)
        cancelled = status == _CANCELLED
        rank = columns.order(finish, self.ids)
        rank = rank[~cancelled[rank]]
        flags = columns.of_bytes(self.flags)[rank]
        success = status[rank] == _SUCCESS
        versions = columns.of_ints(self.versions)[rank]
        return Deployed(
            ids=Chosen(self.ids, rank),
            finish=finish[rank],
            started=columns.of_floats(self.started)[rank],
            success=success,
            versions=versions,
            firsts=columns.first_of_code(versions, success, codes),
            rolls=(flags & _ROLLS) > 0,
            repairs=(flags & _REPAIRS) > 0,
            cancelled=finish[cancelled],
            places=columns.inverse(rank, len(finish)),
        )


class ChangeRows:
    """Changes, as they are added."""

    def __init__(self) -> None:
        self.ids = Names()
        self.at = array("d")
        self.first = array("d")
        self.opened = array("d")
        self.versions = array("q")
        self.commits: dict[int, tuple[str, ...]] = {}
        self.repairs: dict[int, Repair] = {}
        self.picked: dict[int, tuple[str, ...]] = {}

    def add(self, event: Change, *, version: int) -> int:
        """Take in a change; return its row."""
        row = len(self.ids)
        self.ids.add(event.id)
        self.at.append(event.merged_at.timestamp())
        self.first.append(columns.seconds(event.first_commit_at))
        self.opened.append(columns.seconds(event.opened_at))
        self.versions.append(version)
        if event.commits:
            self.commits[row] = event.commits
        return row

    def collapse(self, names: Sequence[str]) -> None:
        """Keep the later of rows with one id."""

        def latest(row: int) -> tuple[float, str]:
            code = self.versions[row]
            told = (
                names[code] if code >= 0 else "",
                str(self.first[row]),
                str(self.opened[row]),
                *self.commits.get(row, ()),
                str(self.repairs.get(row)),
                *self.picked.get(row, ()),
            )
            return self.at[row], "\n".join(told)

        ids = list(self.ids)
        rows = _once(ids, latest)
        if len(rows) == len(ids):
            return
        self.ids = Names(ids[row] for row in rows)
        self.at = array("d", [self.at[row] for row in rows])
        self.first = array("d", [self.first[row] for row in rows])
        self.opened = array("d", [self.opened[row] for row in rows])
        self.versions = array("q", [self.versions[row] for row in rows])
        places = {row: place for place, row in enumerate(rows)}
        self.commits = _moved(self.commits, places)
        self.repairs = _moved(self.repairs, places)
        self.picked = _moved(self.picked, places)

    def settled(self) -> Merged:
        """Return them as columns."""
        return Merged(
            ids=self.ids,
            at=columns.of_floats(self.at),
            first=columns.of_floats(self.first),
            opened=columns.of_floats(self.opened),
            versions=columns.of_ints(self.versions),
            commits=self.commits,
            repairs=self.repairs,
            picked=self.picked,
        )


def _once(
    ids: Sequence[str], rank: Callable[[int], tuple[float | str, ...]]
) -> Sequence[int]:
    """Return the rows to keep: of each id, the one that ranks highest."""
    if len(set(ids)) == len(ids):
        return range(len(ids))
    best: dict[str, int] = {}
    for row, name in enumerate(ids):
        held = best.get(name)
        if held is None or rank(row) > rank(held):
            best[name] = row
    return list(best.values())


def _moved(by_row: dict[int, T], places: Mapping[int, int]) -> dict[int, T]:
    return {places[row]: value for row, value in by_row.items() if row in places}
