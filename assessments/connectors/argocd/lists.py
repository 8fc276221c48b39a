"""The applications of an Argo CD: a row for each sync that they tell of.

The API has no pages. It answers with whole applications, of which only what a sync was
of and how it ended is kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base import PEOPLE, Trimming
from assessments.connectors.lists import (
    Listing,
    NextAddress,
    as_list,
    field,
    moment_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from assessments.connectors.argocd.address import Place
    from assessments.connectors.argocd.rules import Rules
    from assessments.connectors.lists import Item
    from scoring.events import Json

_ONE_PAGE = NextAddress(found=lambda _: None)
# What makes two syncs the same.
_SAME = ("revision", "revisions", "source", "sources")

TRIMMING = Trimming(
    # Sources hold values and parameters, credentials among them; resources are many.
    dropped=PEOPLE
    | {
        "info", "managedNamespaceMetadata", "manifests", "resources", "source",
        "sources",
    },
    # Whoever started a sync is a name with nothing beside, or nobody.
    account=lambda _: False,
    described=frozenset({"message"}),
    messages=frozenset(),
)  # fmt: skip


def listings(place: Place, rules: Rules) -> list[Listing]:
    """Return the list of applications, of each project where the rules name some."""
    if place.application is not None or not rules.projects:
        return [_applications(place.application, None)]
    return [_applications(None, project) for project in rules.projects]


def _applications(name: str | None, project: str | None) -> Listing:
    params = {"name": name, "projects": project}
    return Listing(
        name=f"applications:{project or ''}",
        sort="sync",
        label=f"Applications of {project}" if project else "Applications",
        permission=f"applications of {project}" if project else "applications",
        path="/applications",
        params={key: value for key, value in params.items() if value},
        pager=_ONE_PAGE,
        rows=_syncs_of(project),
        body=lambda row: dict(row),
        identity=lambda _: None,
        moment=_moment,
        newest_first=False,
        # What an operation ended as may be told a little late.
        overlap=timedelta(hours=1),
        trimming=TRIMMING,
    )


def _syncs_of(project: str | None) -> Callable[[Json], list[Json] | None]:
    def syncs(body: Json) -> list[Json] | None:
        """Return a row for each sync; None: these are not the applications."""
        if not isinstance(body, dict) or "items" not in body:
            return None
        applications = as_list([] if body["items"] is None else body["items"])
        if applications is None:
            return None
        others = {field(each, "spec", "project") for each in applications}
        if project is not None and others - {project}:
            return None
        return [row for each in applications for row in _syncs(each)]

    return syncs


def _syncs(application: Json) -> Iterator[Json]:
    """Yield what became of an application: its history, and its last operation."""
    if not isinstance(application, dict):
        yield application
        return
    head: dict[str, Json] = {
        "name": field(application, "metadata", "name"),
        "namespace": field(application, "metadata", "namespace"),
        "destination": field(application, "spec", "destination"),
    }
    history = field(application, "status", "history")
    before: Json = None
    for entry in history if isinstance(history, list) else [history]:
        if entry is not None:
            yield {"application": head, "entry": entry, "repeated": _is(before, entry)}
        before = entry
    operation = field(application, "status", "operationState")
    if operation is not None:
        yield {"application": head, "operation": operation}


def _is(before: Json, entry: Json) -> Json:
    """Return whether a sync is of what was there before; None: that is not known."""
    if before is None:
        return None
    return all(field(before, name) == field(entry, name) for name in _SAME)


def _moment(row: Item) -> datetime | None:
    return (
        moment_of(field(row, "entry", "deployedAt"))
        or moment_of(field(row, "operation", "finishedAt"))
        or moment_of(field(row, "operation", "startedAt"))
    )
