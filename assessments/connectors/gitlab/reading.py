"""The lists of a project that are read, and what becomes of their rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from typing import TYPE_CHECKING

from assessments.connectors import http
from assessments.connectors.base.assigning import paths_in
from assessments.connectors.gitlab.deploying import is_open
from assessments.connectors.gitlab.trimming import TRIMMING
from assessments.connectors.lists import Item, Listing, at, everything, field, under

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from assessments.connectors.gitlab.address import Project
    from assessments.connectors.gitlab.rules import Rules
    from assessments.connectors.http import Client
    from scoring.events import Json

# What a project says of a feature that is switched off for everybody, or of an empty
# repository. Not what it says of a feature that is only closed to this token.
_NOTHING_THERE: Mapping[str, tuple[str, Json]] = {
    "commit": ("empty_repo", True),
    "merge_request": ("merge_requests_access_level", "disabled"),
    "deployment": ("environments_access_level", "disabled"),
    "job": ("builds_access_level", "disabled"),
    "pipeline": ("builds_access_level", "disabled"),
    "issue": ("issues_access_level", "disabled"),
}
_NEWEST_FIRST = {"order_by": "updated_at", "sort": "desc"}


class _Details:
    """What is asked for a row beyond the row itself."""

    def __init__(
        self, client: Client, place: Project, default_branch: Json, *, reads_paths: bool
    ) -> None:
        self._client = client
        self._path = place.path
        self._reads_paths = reads_paths
        self._default_branch = default_branch
        self._environments: list[Json] | None = None

    def deployment(self, row: Item) -> dict[str, Json]:
        """Return a deployment with its environment, which knows its tier."""
        number = field(row, "environment", "id")
        return {"deployment": dict(row), "environment": self._environment(number)}

    def merge_request(self, row: Item) -> dict[str, Json] | None:
        """Return a merge request with its commits, None if it was not merged."""
        if row.get("state") != "merged":
            return None
        number = row.get("iid")
        commits: list[Json] | None = None
        if isinstance(number, int):
            path = f"{self._path}/merge_requests/{number}/commits"
            commits = everything(self._client, path)
        body: dict[str, Json] = {
            "merge_request": dict(row),
            "commits": commits,
            "default_branch": self._default_branch,
        }
        if self._reads_paths:
            body["change_paths"] = self._paths(number)
        return body

    def _paths(self, number: Json) -> list[Json] | None:
        """Return the files of a merge request; None where the server tells none."""
        path = f"{self._path}/merge_requests/{number}/diffs"
        try:
            return paths_in(everything(self._client, path), "new_path", "old_path")
        except http.Denied:
            return None

    def _environment(self, number: Json) -> Json:
        """Return an environment; None where the token may not read them.

        They are asked for once. One that is missing may be among those that are odd.
        """
        if self._environments is None:
            path = f"{self._path}/environments"
            try:
                self._environments = everything(self._client, path) or []
            except http.Denied:
                self._environments = []
        odd: Json = None
        for each in self._environments:
            if not isinstance(each, dict) or not isinstance(each.get("id"), int):
                odd = each
            elif each["id"] == number:
                return each
        return odd


def listings(
    client: Client, place: Project, rules: Rules, seen: Mapping[str, Json]
) -> list[Listing]:
    """Return the lists that are read, in their order; `seen` is the project itself."""
    details = _Details(
        client, place, seen.get("default_branch"), reads_paths=rules.reads_paths
    )
    listing = partial(Listing, trimming=TRIMMING)
    changed = partial(listing, moment=at("updated_at"), since=_since("updated_after"))
    found = [
        listing(
            name="commits",
            sort="commit",
            label="Commits",
            permission="Repository",
            path=f"{place.path}/repository/commits",
            params={"ref_name": rules.branch} if rules.branch else {},
            moment=at("committed_date"),
            body=lambda row: {"commit": dict(row)},
            single=lambda sha: f"{place.path}/repository/commits/{sha}",
            stretch=lambda commits, base, head: replace(
                commits,
                path=f"{place.path}/repository/compare",
                params={"from": base, "to": head},
                rows=under("commits"),
            ),
            # A branch merged late brings commits that were made before.
            overlap=timedelta(days=7),
            since=_since("since"),
        ),
        changed(
            name="merge_requests",
            sort="merge_request",
            label="Merge requests",
            permission="Merge requests",
            path=f"{place.path}/merge_requests",
            params={"state": "merged", "scope": "all", **_NEWEST_FIRST},
            body=details.merge_request,
            single=lambda number: f"{place.path}/merge_requests/{number}",
        ),
        # What is under way appears again once it changed: no watching is needed.
        changed(
            name="deployments",
            sort="deployment",
            label="Deployments",
            permission="Deployments",
            path=f"{place.path}/deployments",
            # Their filter by change wants their order by change, and the other way.
            params={"order_by": "id", "sort": "desc"},
            since=_since("updated_after", order_by="updated_at"),
            body=details.deployment,
            single=lambda number: f"{place.path}/deployments/{number}",
        ),
        listing(
            name="jobs",
            sort="job",
            label="Jobs",
            permission="Jobs",
            path=f"{place.path}/jobs",
            moment=at("created_at"),
            body=lambda row: {"job": dict(row)},
            overlap=timedelta(days=3),
            single=lambda number: f"{place.path}/jobs/{number}",
            is_open=lambda body: is_open(field(body, "job", "status")),
        ),
        changed(
            name="pipelines",
            sort="pipeline",
            label="Pipelines",
            permission="Pipelines",
            path=f"{place.path}/pipelines",
            params=_NEWEST_FIRST,
            body=lambda row: {"pipeline": dict(row)},
            single=lambda number: f"{place.path}/pipelines/{number}",
            of_single=_as_listed,
        ),
    ]
    asked: list[tuple[str, str, dict[str, str | int]]] = [
        (f"issues:{label}", f"Issues with the label {label}", {"labels": label})
        for label in rules.incident_labels
    ]
    if rules.incident_type:
        asked.insert(0, ("incidents", "Incidents", {"issue_type": "incident"}))
    issues = [
        changed(
            name=name,
            sort="issue",
            label=label,
            permission="Issues",
            path=f"{place.path}/issues",
            params={"scope": "all", **_NEWEST_FIRST, **params},
            body=lambda row: {"issue": dict(row)},
            single=lambda number: f"{place.path}/issues/{number}",
        )
        for name, label, params in asked
    ]
    return [
        each
        for each in found + issues
        if rules.reads(each.sort) and not _is_off(each.sort, seen)
    ]


def _as_listed(pipeline: Json) -> Json:
    """Return a pipeline that was asked for alone as its list would give it."""
    if not isinstance(pipeline, dict):
        return pipeline
    alone = {"started_at", "finished_at"}
    return {name: value for name, value in pipeline.items() if name not in alone}


def _is_off(sort: str, seen: Mapping[str, Json]) -> bool:
    name, value = _NOTHING_THERE[sort]
    return seen.get(name) == value


def _since(name: str, **more: str) -> Callable[[datetime], Mapping[str, str | int]]:
    return lambda moment: {
        name: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **more,
    }
