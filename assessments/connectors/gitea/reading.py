"""The lists of a repository that are read, and what becomes of their rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from assessments.connectors import http
from assessments.connectors.gitea.deploying import is_open
from assessments.connectors.gitea.trimming import TRIMMING
from assessments.connectors.lists import (
    Item,
    Listing,
    Numbered,
    at,
    by,
    everything,
    field,
    under,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assessments.connectors.gitea.address import Repository
    from assessments.connectors.gitea.rules import Rules
    from assessments.connectors.http import Client
    from scoring.events import Json

# Servers give no more than fifty as they come; not all lists link to their next page.
_PAGER = Numbered(size="limit", n=50)
_MISSING = 404
_PLAIN_COMMITS = {"stat": "false", "verification": "false", "files": "false"}
_PLAIN_COMMIT = "?" + urlencode(_PLAIN_COMMITS)
# What a repository says of a unit that is switched off, or of being empty.
_NOTHING_THERE: Mapping[str, tuple[str, bool]] = {
    "commit": ("empty", True),
    "pull_request": ("has_pull_requests", False),
    "release": ("has_releases", False),
    "tag": ("empty", True),
    "run": ("has_actions", False),
    "issue": ("has_issues", False),
}


class _Details:
    """What is asked for a row beyond the row itself."""

    def __init__(self, client: Client, place: Repository, default_branch: Json) -> None:
        self._client = client
        self._path = place.path
        self._default_branch = default_branch

    def pull_request(self, row: Item) -> dict[str, Json] | None:
        """Return a pull request with its commits, None if it was not merged."""
        if row.get("merged") is False:
            return None
        number = row.get("number")
        commits: list[Json] | None = None
        if isinstance(number, int):
            path = f"{self._path}/pulls/{number}/commits"
            commits = everything(self._client, path, _PLAIN_COMMITS, pager=_PAGER)
        return {
            "pull_request": dict(row),
            "commits": commits,
            "default_branch": self._default_branch,
        }

    def release(self, row: Item) -> dict[str, Json]:
        """Return a release with its tag, which knows the commit; None: it has none."""
        name = row.get("tag_name")
        found: dict[str, Json] = {"release": dict(row)}
        if isinstance(name, str) and name:
            path = f"{self._path}/tags/{quote(name, safe='')}"
            try:
                found["tag"] = self._client.get(path).body or {}
            except http.Denied as denied:
                if denied.status != _MISSING:
                    raise
        return found


def listings(
    client: Client, place: Repository, rules: Rules, seen: Mapping[str, Json]
) -> list[Listing]:
    """Return the lists that are read, in their order; `seen` is the repository."""
    details = _Details(client, place, seen.get("default_branch"))
    listing = partial(Listing, trimming=TRIMMING, pager=_PAGER)
    found = [
        listing(
            name="commits",
            sort="commit",
            label="Commits",
            permission="Code",
            path=f"{place.path}/commits",
            params=_PLAIN_COMMITS | ({"sha": rules.branch} if rules.branch else {}),
            moment=at("commit", "committer", "date"),
            body=lambda row: {"commit": dict(row)},
            identity=by("sha"),
            stretch=lambda commits, base, head: replace(
                commits, params=_PLAIN_COMMITS | {"sha": head, "not": base}
            ),
            single=lambda sha: f"{place.path}/git/commits/{sha}{_PLAIN_COMMIT}",
            # A branch merged late brings commits that were made before.
            overlap=timedelta(days=7),
        ),
        listing(
            name="pulls",
            sort="pull_request",
            label="Pull requests",
            permission="Pull requests",
            path=f"{place.path}/pulls",
            params={"state": "closed", "sort": "recentupdate"},
            moment=at("updated_at"),
            body=details.pull_request,
            single=lambda number: f"{place.path}/pulls/{number}",
        ),
        listing(
            name="releases",
            sort="release",
            label="Releases",
            permission="Releases",
            path=f"{place.path}/releases",
            params={"draft": "false"},
            moment=at("created_at"),
            body=details.release,
            single=lambda number: f"{place.path}/releases/{number}",
            # A release is made from a tag that is older, or published later.
            overlap=timedelta(days=7),
        ),
        listing(
            name="tags",
            sort="tag",
            label="Tags",
            permission="Code",
            path=f"{place.path}/tags",
            moment=at("commit", "created"),
            body=lambda row: {"tag": dict(row)},
            # They come in an order that servers choose.
            newest_first=False,
        ),
        listing(
            name="runs",
            sort="run",
            label="Runs of Actions",
            permission="Actions",
            path=f"{place.path}/actions/runs",
            rows=under("workflow_runs"),
            moment=_began,
            body=lambda row: {"run": dict(row)},
            overlap=timedelta(days=3),
            single=lambda number: f"{place.path}/actions/runs/{number}",
            is_open=lambda body: is_open(body.get("run")),
            # Older servers have no such list.
            nothing=frozenset({_MISSING}),
        ),
    ]
    found += [
        listing(
            name=f"issues:{label}",
            sort="issue",
            label=f"Issues with the label {label}",
            permission="Issues",
            path=f"{place.path}/issues",
            params={"type": "issues", "state": "all", "labels": label},
            moment=at("updated_at"),
            body=partial(_issue, label),
            single=lambda number: f"{place.path}/issues/{number}",
            # Ordered by when they were opened, bounded by when they changed.
            newest_first=False,
            since=_since,
        )
        for label in rules.incident_labels
    ]
    return [
        each
        for each in found
        if rules.reads(each.sort) and not _is_off(each.sort, seen)
    ]


def _issue(label: str, row: Item) -> dict[str, Json] | None:
    """Return an issue that has the label; servers give all where none has that one."""
    labels = row.get("labels")
    names = [field(each, "name") for each in labels] if isinstance(labels, list) else []
    told = [name.lower() for name in names if isinstance(name, str)]
    if isinstance(labels, list) and len(told) == len(labels):
        return {"issue": dict(row)} if label.lower() in told else None
    return {"issue": dict(row)}  # that parsing complains of


def _is_off(sort: str, seen: Mapping[str, Json]) -> bool:
    name, value = _NOTHING_THERE[sort]
    return seen.get(name) is value


def _since(moment: datetime) -> Mapping[str, str | int]:
    return {"since": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _began(row: Item) -> datetime | None:
    """Return when a run was made; Forgejo and older servers have other words for it."""
    moments = (at(name)(row) for name in ("created_at", "created", "started_at"))
    return next((moment for moment in moments if moment), None)
