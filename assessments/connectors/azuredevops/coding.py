"""The commits and pull requests of a repository."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.azuredevops.asking import (
    PAGES,
    ROWS,
    TRIMMING,
    VERSION,
    stamp,
    unless_gone,
)
from assessments.connectors.lists import Listing, Offset, at, everything, field

if TYPE_CHECKING:
    from assessments.connectors.azuredevops.address import Project
    from assessments.connectors.azuredevops.rules import Rules
    from assessments.connectors.http import Client
    from assessments.connectors.lists import Item
    from scoring.events import Json

_BRANCHES = "refs/heads/"
_SHA = re.compile(r"^[0-9a-f]{40}$")
_SKIPPED = Offset(start="$skip", limit="$top")
_SKIPPED_COMMITS = Offset(start="searchCriteria.$skip", limit="searchCriteria.$top")


def git(client: Client, project: Project, known: Item, rules: Rules) -> list[Listing]:
    """Return the lists of commits and of completed pull requests."""
    first = known.get("defaultBranch")
    branch = str(first).removeprefix(_BRANCHES) if first else ""

    def with_commits(row: Item) -> dict[str, Json]:
        """Return a pull request with its commits."""
        number = row.get("pullRequestId")
        commits: Json = None
        if isinstance(number, int) and 0 < number < 2**31:
            asked = f"{project.git}/pullrequests/{number}/commits"
            commits = unless_gone(
                lambda: everything(client, asked, VERSION, pager=PAGES, rows=ROWS)
            )
        body: dict[str, Json] = {"pull_request": dict(row), "commits": commits}
        return body | {"default_branch": branch}

    def with_parents(row: Item) -> dict[str, Json]:
        """Return a commit with its parents, which the list does not tell."""
        sha = str(row.get("commitId"))
        found: Json = None
        if _SHA.match(sha):
            asked = f"{project.git}/commits/{sha}"
            found = unless_gone(lambda: client.get(asked, VERSION).body)
        same = field(found, "commitId") == sha
        return {"commit": {**row, "parents": field(found, "parents") if same else None}}

    return [
        Listing(
            name="commits",
            sort="commit",
            label="Commits",
            permission="Code",
            path=f"{project.git}/commits",
            params=VERSION
            | {
                "searchCriteria.itemVersion.version": rules.branch or branch,
                "searchCriteria.itemVersion.versionType": "branch",
            },
            pager=_SKIPPED_COMMITS,
            rows=ROWS,
            body=with_parents,
            moment=at("committer", "date"),
            since=lambda moment: {"searchCriteria.fromDate": stamp(moment)},
            # A branch merged late brings commits that were made before.
            overlap=timedelta(days=7),
            trimming=TRIMMING,
        ),
        Listing(
            name="pulls",
            sort="pull_request",
            label="Pull requests",
            permission="Code",
            path=f"{project.git}/pullrequests",
            params=VERSION | {"searchCriteria.status": "completed"},
            pager=_SKIPPED,
            rows=ROWS,
            body=with_commits,
            # They come by when they were opened, which tells nothing of the merge.
            moment=at("closedDate"),
            newest_first=False,
            trimming=TRIMMING,
        ),
    ]
