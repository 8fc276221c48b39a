"""The lists of a repository that are read, and what becomes of their rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base.assigning import paths_in
from assessments.connectors.github.trimming import TRIMMING
from assessments.connectors.lists import Item, Listing, at, by, everything, field, under

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessments.connectors.github.address import Repository
    from assessments.connectors.http import Client
    from scoring.events import Json

# An empty repository; issues that are switched off.
_NOTHING_THERE = frozenset({409, 410})
# A list of runs that is narrowed down ends here, however many there are.
_MOST_FILTERED = 1000


class _Details:
    """What is asked for a row beyond the row itself."""

    def __init__(
        self,
        client: Client,
        place: Repository,
        reads_statuses: Callable[[Item], bool],
        *,
        reads_paths: bool,
    ) -> None:
        self._client = client
        self._place = place
        self._reads_statuses = reads_statuses
        self._reads_paths = reads_paths

    def deployment(self, row: Item) -> dict[str, Json]:
        """Return a deployment with its statuses, where the rules count it."""
        statuses: Json = None
        if self._reads_statuses(row):
            statuses = self._all(row, "id", "deployments/{}/statuses")
        return {"deployment": dict(row), "statuses": statuses}

    def pull_request(self, row: Item) -> dict[str, Json] | None:
        """Return a pull request with its commits, None if it was not merged."""
        if row.get("merged_at") is None:
            return None
        commits = self._all(row, "number", "pulls/{}/commits")
        body: dict[str, Json] = {"pull_request": dict(row), "commits": commits}
        if self._reads_paths:
            files = self._all(row, "number", "pulls/{}/files")
            body["change_paths"] = paths_in(files, "filename", "previous_filename")
        return body

    def _all(self, row: Item, name: str, path: str) -> list[Json] | None:
        number = row.get(name)
        if not isinstance(number, int):
            return None
        return everything(self._client, f"{self._place.path}/{path.format(number)}")


def listings(
    client: Client,
    place: Repository,
    *,
    reads_statuses: Callable[[Item], bool],
    reads_paths: bool = False,
    branch: str,
    incident_labels: tuple[str, ...],
) -> list[Listing]:
    """Return the lists that are read, in their order."""
    details = _Details(client, place, reads_statuses, reads_paths=reads_paths)
    found = [
        Listing(
            trimming=TRIMMING,
            nothing=_NOTHING_THERE,
            name="commits",
            marked=True,
            sort="commit",
            label="Commits",
            permission="Contents",
            path=f"{place.path}/commits",
            params={"sha": branch} if branch else {},
            moment=at("commit", "committer", "date"),
            body=lambda row: {"commit": dict(row)},
            identity=by("sha"),
            single=lambda sha: f"{place.path}/commits/{sha}",
            stretch=lambda commits, base, head: replace(
                commits,
                path=f"{place.path}/compare/{base}...{head}",
                params={},
                rows=under("commits"),
            ),
            # A branch merged late brings commits that were made before.
            overlap=timedelta(days=7),
            since=_since,
            between=_between,
        ),
        Listing(
            trimming=TRIMMING,
            nothing=_NOTHING_THERE,
            name="pulls",
            marked=True,
            sort="pull_request",
            label="Pull requests",
            permission="Pull requests",
            path=f"{place.path}/pulls",
            params={"state": "closed", "sort": "updated", "direction": "desc"},
            moment=at("updated_at"),
            body=details.pull_request,
            single=lambda number: f"{place.path}/pulls/{number}",
        ),
        Listing(
            trimming=TRIMMING,
            nothing=_NOTHING_THERE,
            name="deployments",
            sort="deployment",
            label="Deployments",
            permission="Deployments",
            path=f"{place.path}/deployments",
            moment=at("created_at"),
            body=details.deployment,
            overlap=timedelta(days=3),
            single=lambda number: f"{place.path}/deployments/{number}",
            is_open=_no_outcome,
        ),
        Listing(
            trimming=TRIMMING,
            nothing=_NOTHING_THERE,
            name="runs",
            marked=True,
            sort="workflow_run",
            label="Workflow runs",
            permission="Actions",
            path=f"{place.path}/actions/runs",
            params={"exclude_pull_requests": "true"},
            moment=at("created_at"),
            body=lambda row: {"run": dict(row)},
            rows=under("workflow_runs"),
            between=_created,
            most=_MOST_FILTERED,
            # A run may be run again days later; it keeps its moment of creation.
            overlap=timedelta(days=3),
            single=lambda number: f"{place.path}/actions/runs/{number}",
            is_open=_not_completed,
        ),
    ]
    return found + [
        Listing(
            trimming=TRIMMING,
            nothing=_NOTHING_THERE,
            name=f"issues:{label.lower()}",
            marked=True,
            sort="issue",
            label=f"Issues with the label {label}",
            permission="Issues",
            path=f"{place.path}/issues",
            params={
                "state": "all",
                "labels": label,
                "sort": "updated",
                "direction": "desc",
            },
            moment=at("updated_at"),
            body=lambda row: {"issue": dict(row)},
            single=lambda number: f"{place.path}/issues/{number}",
            since=_since,
        )
        for label in incident_labels
    ]


def _since(moment: datetime) -> Mapping[str, str | int]:
    return {"since": _stamp(moment)}


def _between(start: datetime, end: datetime) -> Mapping[str, str | int]:
    return {**_since(start), "until": _stamp(end)}


def _created(start: datetime, end: datetime) -> Mapping[str, str | int]:
    return {"created": f"{_stamp(start)}..{_stamp(end)}"}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _no_outcome(body: Mapping[str, Json]) -> bool:
    statuses = body.get("statuses")
    if not isinstance(statuses, list):
        return False
    states = {each.get("state") for each in statuses if isinstance(each, dict)}
    return not states & {"success", "failure", "error", "inactive"}


def _not_completed(body: Mapping[str, Json]) -> bool:
    return field(body, "run", "status") != "completed"
