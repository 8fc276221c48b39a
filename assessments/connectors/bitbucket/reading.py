"""The lists of a repository that are read, and what becomes of their rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors import http
from assessments.connectors.base import Fields, Garbled
from assessments.connectors.bitbucket.deploying import is_open
from assessments.connectors.bitbucket.parsing import CLOSED, is_incident
from assessments.connectors.bitbucket.trimming import TRIMMING
from assessments.connectors.lists import (
    Item,
    Listing,
    NextAddress,
    at,
    by,
    everything,
    field,
    under,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assessments.connectors.bitbucket.address import Repository
    from assessments.connectors.bitbucket.rules import Rules
    from assessments.connectors.http import Client
    from scoring.events import Json

_VALUES = under("values")
# The list of pull requests gives no more than fifty.
_PAGER = NextAddress(found=lambda body: field(body, "next"), size="pagelen", n=50)
_GONE = frozenset({404, 410})


class _Details:
    """What is asked for a row beyond the row itself."""

    def __init__(
        self, client: Client, place: Repository, rules: Rules, branch: Json
    ) -> None:
        self._client = client
        self._path = place.path
        self._rules = rules
        self._branch = branch
        self._environments: list[Json] | None = None

    def deployment(self, row: Item) -> dict[str, Json]:
        """Return a deployment with its environment, which knows name and type."""
        told = row.get("environment")
        environment = told if field(told, "name") else self._environment(told)
        return {"deployment": dict(row), "environment": environment}

    def pull_request(self, row: Item) -> dict[str, Json] | None:
        """Return a pull request with its commits and what it became."""
        if row.get("state") != "MERGED":
            return None
        number = row.get("id")
        body: dict[str, Json] = {
            "pull_request": dict(row),
            "commits": None,
            "default_branch": self._branch,
        }
        if isinstance(number, int):
            body["commits"] = self._all(f"pullrequests/{number}/commits")
        became = field(row, "merge_commit", "hash")
        if isinstance(became, str) and became:
            body |= self._commit(became)
        return body

    def issue(self, row: Item) -> dict[str, Json]:
        """Return an issue, with its history if it is an incident that was closed."""
        body: dict[str, Json] = {"issue": dict(row)}
        number = row.get("id")
        if isinstance(number, int) and self._ended(row):
            body["changes"] = self._all(f"issues/{number}/changes")
        return body

    def _ended(self, row: Item) -> bool:
        try:
            incident = is_incident(Fields(dict(row), "issue"), self._rules)
        except Garbled:
            return False  # that parsing complains of
        return incident and row.get("state") in CLOSED

    def _commit(self, sha: str) -> dict[str, Json]:
        try:
            path = f"{self._path}/commit/{quote(sha, safe='')}"
            return {"merged": self._client.get(path).body or {}}
        except http.Denied as denied:
            if denied.status not in _GONE:
                raise
            return {}  # a history that was rewritten

    def _environment(self, told: Json) -> Json:
        """Return an environment of the repository; they are asked for once."""
        if self._environments is None:
            self._environments = self._all("environments/") or []
        number = field(told, "uuid")
        odd = told
        for each in self._environments:
            if not isinstance(each, dict) or not isinstance(each.get("uuid"), str):
                odd = each
            elif each["uuid"] == number:
                return each
        return odd

    def _all(self, path: str) -> list[Json] | None:
        return everything(
            self._client, f"{self._path}/{path}", pager=_PAGER, rows=_VALUES
        )


def listings(
    client: Client, place: Repository, rules: Rules, seen: Mapping[str, Json]
) -> list[Listing]:
    """Return the lists that are read, in their order; `seen` is the repository."""
    default = field(seen, "mainbranch", "name")
    branch = rules.branch or (default if isinstance(default, str) else "")
    details = _Details(client, place, rules, default)
    listing = partial(Listing, trimming=TRIMMING, pager=_PAGER, rows=_VALUES)
    found = [
        listing(
            name="commits",
            sort="commit",
            label="Commits",
            permission="Repositories",
            path=f"{place.path}/commits",
            params={"include": branch} if branch else {},
            moment=at("date"),
            body=lambda row: {"commit": dict(row)},
            identity=by("hash"),
            single=lambda sha: f"{place.path}/commit/{sha}",
            stretch=lambda commits, base, head: replace(
                commits, params={"include": head, "exclude": base}
            ),
            # A branch merged late brings commits that were made before.
            overlap=timedelta(days=7),
        ),
        listing(
            name="pulls",
            sort="pull_request",
            label="Pull requests",
            permission="Pull requests",
            path=f"{place.path}/pullrequests",
            params={"state": "MERGED", "sort": "-updated_on"},
            moment=at("updated_on"),
            body=details.pull_request,
        ),
        listing(
            name="deployments",
            sort="deployment",
            label="Deployments",
            permission="Pipelines",
            path=f"{place.path}/deployments/",
            identity=_uuid,
            moment=_changed,
            body=details.deployment,
            # They have no order, and cannot be asked to have one.
            newest_first=False,
            overlap=timedelta(days=3),
        ),
        listing(
            name="pipelines",
            sort="pipeline",
            label="Pipelines",
            permission="Pipelines",
            path=f"{place.path}/pipelines/",
            params={"sort": "-created_on"},
            identity=_uuid,
            moment=at("created_on"),
            body=lambda row: {"pipeline": dict(row)},
            overlap=timedelta(days=3),
            single=lambda number: f"{place.path}/pipelines/{quote(number, safe='')}",
            is_open=lambda body: is_open(body.get("pipeline")),
        ),
        listing(
            name="issues",
            sort="issue",
            label="Issues",
            permission="Issues",
            path=f"{place.path}/issues",
            params={"sort": "-updated_on"},
            moment=at("updated_on"),
            body=details.issue,
        ),
    ]
    shut = {"issue"} if seen.get("has_issues") is False else set()
    # A repository without commits has no branch.
    shut |= {"commit"} if not branch else set()
    return [each for each in found if rules.reads(each.sort) and each.sort not in shut]


def _uuid(row: Item) -> str | None:
    number = row.get("uuid")
    return number if isinstance(number, str) else None


def _changed(row: Item) -> datetime | None:
    """Return when a deployment changed last."""
    moments = (
        at(*names)(row)
        for names in (
            ("last_update_time",),
            ("state", "completed_on"),
            ("state", "started_on"),
            ("release", "created_on"),
        )
    )
    return next((moment for moment in moments if moment), None)
