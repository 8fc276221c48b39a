"""The builds, deployments and releases of a project that are read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.azuredevops.asking import (
    PAGES,
    PREVIEW,
    ROWS,
    TRIMMING,
    VERSION,
    Continued,
    stamp,
    unless_gone,
)
from assessments.connectors.base import Unreachable, matches
from assessments.connectors.lists import Listing, at, everything, field

if TYPE_CHECKING:
    from assessments.connectors.azuredevops.address import Project
    from assessments.connectors.azuredevops.rules import Rules
    from assessments.connectors.http import Client
    from assessments.connectors.lists import Item
    from scoring.events import Json


def repository(client: Client, project: Project) -> dict[str, Json]:
    """Ask for the repository: its id, and the branch that it begins with."""
    body = client.get(project.git, VERSION).body
    if not isinstance(body, dict) or not isinstance(body.get("id"), str):
        raise Unreachable(
            f"{client.host} answered with something else than a repository."
        )
    return body


def builds(project: Project, known: Item | None) -> Listing:
    """Return the list of builds, of the repository if there is one."""
    of_it: dict[str, str | int] = {}
    if known is not None:
        of_it = {"repositoryId": str(known["id"]), "repositoryType": "TfsGit"}
    path = f"{project.path}/build/builds"
    return Listing(
        name="builds",
        sort="build",
        label="Builds",
        permission="Build",
        path=path,
        params=VERSION | of_it | {"queryOrder": "queueTimeDescending"},
        pager=PAGES,
        rows=ROWS,
        body=lambda row: {"build": dict(row)},
        moment=at("queueTime"),
        # A stage of a build may be run again: the build is under way once more.
        overlap=timedelta(days=3),
        single=lambda number: f"{path}/{number}?api-version=7.0",
        is_open=lambda body: field(body, "build", "status") != "completed",
        trimming=TRIMMING,
    )


def environments(client: Client, project: Project, rules: Rules) -> list[Listing]:
    """Return the list of deployments to each environment that is production."""
    path = f"{project.path}/distributedtask/environments"
    rows = everything(client, path, PREVIEW, pager=PAGES, rows=ROWS)
    if rows is None:
        raise Unreachable(
            f"{client.host} answered with something else than a list of environments."
        )
    named = [(row.get("id"), row.get("name")) for row in rows if isinstance(row, dict)]
    return [
        _records(client, project, identity, name)
        for identity, name in named
        if isinstance(identity, int)
        and isinstance(name, str)
        and matches(name, rules.environments)
    ]


def _records(client: Client, project: Project, identity: int, name: str) -> Listing:
    path = f"{project.path}/distributedtask/environments/{identity}"

    def with_build(row: Item) -> dict[str, Json]:
        """Return a record with the build it is of, which tells the revision."""
        number = field(row, "owner", "id")
        build: Json = None
        if isinstance(number, int) and 0 < number < 2**31:
            asked = f"{project.path}/build/builds/{number}"
            build = unless_gone(lambda: client.get(asked, VERSION).body)
        return {"environment": name, "record": dict(row), "build": build}

    return Listing(
        name=f"environment:{identity}",
        sort="record",
        label=f"Deployments to {name}",
        permission="Environment",
        path=f"{path}/environmentdeploymentrecords",
        params=PREVIEW,
        pager=Continued(size="top"),
        rows=ROWS,
        body=with_build,
        moment=at("queueTime"),
        # There is no asking for one record: what waits is met again for a while.
        overlap=timedelta(days=14),
        trimming=TRIMMING,
    )


def releases(project: Project) -> Listing:
    """Return the list of deployments of classic releases."""
    return Listing(
        name="releases",
        sort="release",
        label="Deployments of releases",
        permission="Release",
        path=f"{project.path}/release/deployments",
        params=VERSION | {"queryOrder": "descending"},
        pager=PAGES,
        rows=ROWS,
        body=lambda row: {"deployment": dict(row)},
        moment=at("lastModifiedOn"),
        newest_first=False,
        since=lambda moment: {"minModifiedTime": stamp(moment)},
        overlap=timedelta(hours=1),
        trimming=TRIMMING,
    )
