"""The lists of a repository that are read, and what becomes of their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from scoring.events import Json

if TYPE_CHECKING:
    from assessments.connectors.github.address import Repository
    from assessments.connectors.http import Client

FULL_PAGE = 100

Item: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list of a repository: where it is, and what to make of its rows."""

    name: str  # in the cursor
    sort: str  # of its payloads
    label: str  # for people: "Reading pull requests"
    permission: str  # what a token has to be allowed
    path: str
    params: Mapping[str, str | int]
    # The moment by which the list is ordered.
    moment: Callable[[Item], str | None]
    # What a row becomes: itself, or with what else is asked for it.
    body: Callable[[Json], dict[str, Json] | None]
    key: str | None = None
    # How much is read again each time, for what changes later or appears late.
    overlap: timedelta = timedelta(minutes=10)
    # Of rows that can be under way: where one of them is, and whether it is.
    single: str | None = None
    is_open: Callable[[Mapping[str, Json]], bool] = lambda _: False
    # Does the list take `since`?
    filtered: bool = False


class _Details:
    """What is asked for a row beyond the row itself."""

    def __init__(
        self,
        client: Client,
        place: Repository,
        reads_statuses: Callable[[Item], bool],
    ) -> None:
        self._client = client
        self._place = place
        self._reads_statuses = reads_statuses

    def deployment(self, row: Json) -> dict[str, Json]:
        """Return a deployment with its statuses, where the rules count it."""
        statuses: Json = None
        if isinstance(row, dict) and self._reads_statuses(row):
            statuses = self._all(row, "id", "deployments/{}/statuses")
        return {"deployment": row, "statuses": statuses}

    def pull_request(self, row: Json) -> dict[str, Json] | None:
        """Return a pull request with its commits, None if it was not merged."""
        if isinstance(row, dict) and row.get("merged_at") is None:
            return None
        commits = self._all(row, "number", "pulls/{}/commits")
        return {"pull_request": row, "commits": commits}

    def _all(self, row: Json, name: str, path: str) -> Json:
        number = row.get(name) if isinstance(row, dict) else None
        if not isinstance(number, int):
            return None
        found: list[Json] = []
        for answer in self._client.pages(
            f"{self._place.path}/{path.format(number)}", {"per_page": FULL_PAGE}
        ):
            if not isinstance(answer.body, list):
                return None
            found += answer.body
        return found


def listings(
    client: Client,
    place: Repository,
    *,
    reads_statuses: Callable[[Item], bool],
    branch: str,
    incident_labels: tuple[str, ...],
) -> list[Listing]:
    """Return the lists that are read, in their order."""
    details = _Details(client, place, reads_statuses)
    found = [
        Listing(
            name="commits",
            sort="commit",
            label="Commits",
            permission="Contents",
            path=f"{place.path}/commits",
            params={"sha": branch} if branch else {},
            moment=_committed_at,
            body=lambda row: {"commit": row},
            # A branch merged late brings commits that were made before.
            overlap=timedelta(days=7),
            filtered=True,
        ),
        Listing(
            name="pulls",
            sort="pull_request",
            label="Pull requests",
            permission="Pull requests",
            path=f"{place.path}/pulls",
            params={"state": "closed", "sort": "updated", "direction": "desc"},
            moment=lambda row: _text(row.get("updated_at")),
            body=details.pull_request,
        ),
        Listing(
            name="deployments",
            sort="deployment",
            label="Deployments",
            permission="Deployments",
            path=f"{place.path}/deployments",
            params={},
            moment=lambda row: _text(row.get("created_at")),
            body=details.deployment,
            overlap=timedelta(days=3),
            single=f"{place.path}/deployments",
            is_open=_no_outcome,
        ),
        Listing(
            name="runs",
            sort="workflow_run",
            label="Workflow runs",
            permission="Actions",
            path=f"{place.path}/actions/runs",
            params={"exclude_pull_requests": "true"},
            moment=lambda row: _text(row.get("created_at")),
            body=lambda row: {"run": row},
            key="workflow_runs",
            # A run may be run again days later; it keeps its moment of creation.
            overlap=timedelta(days=3),
            single=f"{place.path}/actions/runs",
            is_open=_not_completed,
        ),
    ]
    return found + [
        Listing(
            name=f"issues:{label.lower()}",
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
            moment=lambda row: _text(row.get("updated_at")),
            body=lambda row: {"issue": row},
            filtered=True,
        )
        for label in incident_labels
    ]


def _committed_at(row: Item) -> str | None:
    commit = row.get("commit")
    committer = commit.get("committer") if isinstance(commit, dict) else None
    return _text(committer.get("date")) if isinstance(committer, dict) else None


def _no_outcome(body: Mapping[str, Json]) -> bool:
    statuses = body.get("statuses")
    if not isinstance(statuses, list):
        return False
    states = {each.get("state") for each in statuses if isinstance(each, dict)}
    return not states & {"success", "failure", "error", "inactive"}


def _not_completed(body: Mapping[str, Json]) -> bool:
    run = body.get("run")
    return isinstance(run, dict) and run.get("status") != "completed"


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
