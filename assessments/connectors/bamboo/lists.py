"""The plans and deployment projects that are read, and what becomes of their rows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.bamboo.parsing import is_over
from assessments.connectors.base import (
    PEOPLE,
    Fields,
    Trimming,
    Unreachable,
    matches,
)
from assessments.connectors.http import Denied
from assessments.connectors.lists import Listing, Offset, as_list, field, under
from assessments.connectors.lists import moment_of as moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.bamboo.address import Place
    from assessments.connectors.bamboo.rules import Rules
    from assessments.connectors.http import Client
    from assessments.connectors.lists import Item
    from scoring.events import Json

_PAGES = Offset(start="start-index", limit="max-result")
_STAGES = "stages.stage.results.result"
_MOST_PLANS = 1000
_MISSING = 404
# How Bamboo begins to say that a person started something, and that nobody did.
_BY_HAND = ("manual", "rebuilt by", "rerun by")
_BY_ITSELF = (
    "changes by", "child of", "code changes detected", "code has changed",
    "dependant of", "first build", "scheduled", "specs",
)  # fmt: skip

TRIMMING = Trimming(
    dropped=PEOPLE
    | {
        "agent", "artifact", "artifacts", "buildReason", "changes", "comments",
        "creatorDisplayName", "creatorGravatarUrl", "creatorUserName", "jiraIssues",
        "labels", "link", "logEntries", "logFiles", "metadata", "operations",
        "reasonSummary", "variables",
    }
)  # fmt: skip


def plans(client: Client, place: Place, rules: Rules) -> list[str]:
    """Return the keys of the plans that are read."""
    if place.is_plan:
        return [place.key]
    body = client.get(
        f"/project/{place.key}.json",
        {"expand": "plans.plan", "max-result": _MOST_PLANS},
    ).body
    rows = as_list(field(body, "plans", "plan"))
    if rows is None:
        raise Unreachable(
            f"{client.host} answered with something else than a list of plans."
        )
    keys = [str(field(row, "key")) for row in rows if isinstance(row, dict)]
    return [key for key in keys if matches(key, rules.plans)]


def builds(plan: str) -> Listing:
    """Return the list of a plan's builds."""
    return Listing(
        name=f"builds:{plan}",
        sort="build",
        label=f"Builds of {plan}",
        permission=f"builds of {plan}",
        path=f"/result/{plan}.json",
        params={
            "expand": f"results.result.{_STAGES}",
            # Builds that wait or run, too.
            "includeAllStates": "true",
        },
        pager=_PAGES,
        rows=under("results", "result"),
        body=lambda row: {
            "result": dict(row),
            "by_hand": by_hand(row.get("reasonSummary") or row.get("buildReason")),
        },
        identity=_key,
        moment=_started,
        # Failed jobs are run again in the build that they were of.
        overlap=timedelta(days=3),
        single=lambda key: f"/result/{key}.json?expand={_STAGES}",
        is_open=lambda body: not is_over(field(body, "result", "lifeCycleState")),
        trimming=TRIMMING,
    )


def deployments(client: Client, keys: list[str], rules: Rules) -> list[Listing]:
    """Return the list of deployments to each environment that is production."""
    projects = as_list(client.get("/deploy/project/all.json").body)
    if projects is None:
        raise Unreachable(
            f"{client.host} answered with something else than deployment projects."
        )
    return [
        _results(client, identity, name, project)
        for identity, name, project in _environments(projects, keys)
        if matches(name, rules.environments)
    ]


def _environments(
    projects: list[Json], keys: list[str]
) -> Iterator[tuple[int, str, str]]:
    """Yield identity, name and project of the environments of these plans."""
    for project in projects:
        if field(project, "planKey", "key") not in keys:
            continue
        for row in as_list(field(project, "environments")) or ():
            found = field(row, "id"), field(row, "name")
            identity, name = found
            if isinstance(identity, int) and isinstance(name, str):
                yield identity, name, str(field(project, "name"))


def _results(client: Client, identity: int, name: str, project: str) -> Listing:
    def with_revision(row: Item) -> dict[str, Json]:
        """Return a deployment with the revision of the build that it brought."""
        return {
            "environment": name,
            "project": project,
            "deployment": dict(row),
            "revision": _revision(client, row),
        }

    return Listing(
        name=f"environment:{identity}",
        sort="deployment",
        label=f"Deployments of {project} to {name}",
        permission=f"deployments of {project}",
        path=f"/deploy/environment/{identity}/results.json",
        pager=_PAGES,
        rows=under("results"),
        body=with_revision,
        moment=_in_millis,
        overlap=timedelta(days=1),
        single=lambda number: f"/deploy/result/{number}.json",
        is_open=lambda body: not is_over(field(body, "deployment", "lifeCycleState")),
        trimming=TRIMMING,
    )


def _revision(client: Client, row: Item) -> Json:
    """Ask for the revision of the first build in a release; None: it is gone."""
    items = as_list(field(row, "deploymentVersion", "items")) or []
    keys = [field(item, "planResultKey", "key") for item in items]
    key = next((key for key in keys if isinstance(key, str) and key.isascii()), None)
    if key is None or not key.replace("-", "").isalnum():
        return None
    try:
        body = client.get(f"/result/{key}.json").body
    except Denied as denied:
        if denied.status != _MISSING:
            raise
        return None
    if field(body, "key") != key:
        raise Unreachable(f"{client.host} answered with something else than {key}.")
    return field(body, "vcsRevisionKey")


def by_hand(reason: Json) -> bool | None:
    """Return whether a person started it; None where Bamboo says something else.

    The reason itself names that person, and goes.
    """
    said = reason.lower() if isinstance(reason, str) else ""
    if said.startswith(_BY_HAND):
        return True
    return False if said.startswith(_BY_ITSELF) else None


def _key(row: Item) -> str | None:
    key = row.get("key")
    return key if isinstance(key, str) and key.replace("-", "").isalnum() else None


def _started(row: Item) -> datetime | None:
    return moment(row.get("buildStartedTime")) or moment(row.get("buildCompletedTime"))


def _in_millis(row: Item) -> datetime | None:
    number = row.get("startedDate")
    whole = isinstance(number, int) and 0 < number < 10**14
    return Fields(dict(row), "").millis("startedDate") if whole else None
