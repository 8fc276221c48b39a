"""The analyses of a project, each with what it measured."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base import PEOPLE, Trimming, Unreachable
from assessments.connectors.lists import Listing, Numbered, as_list, at, field, under
from assessments.connectors.lists import moment_of as moment
from assessments.connectors.sonarqube.parsing import GATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.connectors.http import Client
    from assessments.connectors.lists import Item
    from assessments.connectors.sonarqube.address import Project
    from assessments.connectors.sonarqube.rules import Rules
    from scoring.events import Json

_KEY = re.compile(r"^[\w-]{8,64}$", re.ASCII)

TRIMMING = Trimming(dropped=PEOPLE | {"buildString", "events"})


def analyses(client: Client, project: Project, rules: Rules) -> Listing:
    """Return the list of a project's analyses, newest first."""
    of_branch = {"branch": project.branch} if project.branch else {}

    def with_measures(row: Item) -> dict[str, Json]:
        """Return an analysis with what was measured at its moment."""
        body: dict[str, Json] = {"analysis": dict(row), "branch": project.branch}
        date = row.get("date")
        if moment(date) is None or not _KEY.match(str(row.get("key"))):
            return body
        asked: dict[str, str | int] = {
            "component": project.key,
            "metrics": ",".join([GATE, *rules.metrics]),
            "from": str(date),
            "to": str(date),
        }
        answer = client.get("/api/measures/search_history", asked | of_branch)
        measures = as_list(field(answer.body, "measures"))
        if any(moment(each) != moment(date) for each in _dates(measures)):
            raise Unreachable(f"{client.host} answered with measures of another time.")
        return body | {"measures": measures}

    return Listing(
        name="analyses",
        sort="analysis",
        label="Analyses",
        permission="analyses",
        path="/api/project_analyses/search",
        params={"project": project.key, **of_branch},
        pager=Numbered(page="p", size="ps"),
        rows=under("analyses"),
        body=with_measures,
        moment=at("date"),
        # An analysis is dated by its commit or its scanner, and processed later.
        overlap=timedelta(days=2),
        trimming=TRIMMING,
    )


def _dates(measures: list[Json] | None) -> Iterator[Json]:
    for measure in measures or ():
        for entry in as_list(field(measure, "history")) or ():
            yield field(entry, "date")
