"""The lists of a repository that are read, and what becomes of their rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors import http
from assessments.connectors.base import Fields, Garbled
from assessments.connectors.bitbucket_server.rules import BY_TAGS
from assessments.connectors.bitbucket_server.trimming import TRIMMING
from assessments.connectors.lists import Item, Listing, Token, everything, field, under

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.connectors.bitbucket_server.address import Repository
    from assessments.connectors.bitbucket_server.rules import Rules
    from assessments.connectors.http import Client
    from scoring.events import Json

_VALUES = under("values")
_PAGER = Token(
    parameter="start", found=lambda body: field(body, "nextPageStart"), size="limit"
)
# Each tag that counts takes a request of its own, whenever it is met.
_FEW = Token(
    parameter="start",
    found=lambda body: field(body, "nextPageStart"),
    size="limit",
    n=25,
)
_MISSING = 404


class _Details:
    """What is asked for a row beyond the row itself."""

    def __init__(
        self, client: Client, place: Repository, rules: Rules, branch: str | None
    ) -> None:
        self._client = client
        self._place = place
        self._rules = rules
        self._branch = branch
        self._commits: dict[str, Json] = {}

    def commit(self, row: Item) -> dict[str, Json]:
        """Return a commit with what build servers said of it."""
        body: dict[str, Json] = {"commit": dict(row)}
        number = row.get("id")
        if self._rules.reads_builds and isinstance(number, str) and number:
            path = f"/build-status/1.0/commits/{quote(number, safe='')}"
            body["builds"] = self._all(path)
        return body

    def pull_request(self, row: Item) -> dict[str, Json] | None:
        """Return a pull request with its commits, None if it was not merged."""
        if row.get("state") != "MERGED":
            return None
        number = row.get("id")
        commits: list[Json] | None = None
        if isinstance(number, int):
            commits = self._all(f"{self._place.path}/pull-requests/{number}/commits")
        return {
            "pull_request": dict(row),
            "commits": commits,
            "default_branch": self._branch,
        }

    def tag(self, row: Item) -> dict[str, Json]:
        """Return a tag with its commit, where the rules count it."""
        found: dict[str, Json] = {"tag": dict(row)}
        if self._counts(row):
            found["commit"] = self._commit_of(row)
        return found

    def tagged(self, row: Item) -> datetime | None:
        """Return the moment of a tag's commit: nothing tells when a tag was made."""
        return _moment("committerTimestamp")(self.tag(row).get("commit"))

    def _counts(self, row: Item) -> bool:
        name = row.get("displayId")
        return isinstance(name, str) and self._rules.judge_tag(name).counts

    def _commit_of(self, row: Item) -> Json:
        number = row.get("latestCommit")
        if not isinstance(number, str) or not number:
            return None
        if number not in self._commits:
            path = f"{self._place.path}/commits/{quote(number, safe='')}"
            try:
                self._commits[number] = self._client.get(path).body
            except http.Denied as denied:
                if denied.status != _MISSING:
                    raise
                self._commits[number] = None
        return self._commits[number]

    def _all(self, path: str) -> list[Json] | None:
        return everything(self._client, path, pager=_PAGER, rows=_VALUES)


def listings(
    client: Client, place: Repository, rules: Rules, branch: str | None
) -> list[Listing]:
    """Return the lists that are read, in their order; `branch` is the default one."""
    if branch is None:
        return []  # nothing was ever pushed to it
    details = _Details(client, place, rules, branch)
    listing = partial(
        Listing, trimming=TRIMMING, pager=_PAGER, rows=_VALUES, permission="Repository"
    )
    found = [
        listing(
            name="commits",
            sort="commit",
            label="Commits",
            path=f"{place.path}/commits",
            params={"until": rules.branch or branch},
            moment=_moment("committerTimestamp"),
            body=details.commit,
            single=lambda sha: f"{place.path}/commits/{sha}",
            # Without the builds, which take a request for each commit.
            stretch=lambda commits, base, head: replace(
                commits,
                params={"since": base, "until": head},
                body=lambda row: {"commit": dict(row)},
            ),
            # A branch merged late brings commits that were made before.
            overlap=timedelta(days=7),
        ),
        listing(
            name="pulls",
            sort="pull_request",
            label="Pull requests",
            path=f"{place.path}/pull-requests",
            params={"state": "MERGED", "order": "NEWEST"},
            moment=_moment("closedDate"),
            body=details.pull_request,
            # Newest means: opened last, or changed last, as the version likes.
            newest_first=False,
        ),
    ]
    if rules.counts == BY_TAGS:
        tags = listing(
            name="tags",
            sort="tag",
            label="Tags",
            path=f"{place.path}/tags",
            params={"orderBy": "MODIFICATION"},
            pager=_FEW,
            identity=lambda row: str(row.get("id")),
            moment=details.tagged,
            body=details.tag,
            # A tag on an older commit is met as long as that is not too old.
            overlap=timedelta(days=30),
        )
        found.append(tags)
    return found


def _moment(name: str) -> Callable[[Json | Item], datetime | None]:
    """Return a function that finds a moment in milliseconds under a name."""

    def found(row: Json | Item) -> datetime | None:
        if not isinstance(row, dict):
            return None
        try:
            return Fields(row, "").millis(name).astimezone(UTC)
        except Garbled:
            return None

    return found
