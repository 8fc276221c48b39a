"""The pipelines of a project, each with its workflows and their jobs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base import PEOPLE, Trimming
from assessments.connectors.circleci.parsing import FINAL
from assessments.connectors.lists import (
    Listing,
    Token,
    at,
    by_id,
    everything,
    field,
    under,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.connectors.circleci.address import Project
    from assessments.connectors.http import Client
    from assessments.connectors.lists import Item
    from scoring.events import Json

_PAGES = Token(
    parameter="page-token", found=lambda body: field(body, "next_page_token")
)
_ROWS = under("items")
_ID = re.compile(r"^[0-9a-fA-F-]{36}$")
# Pipelines of these states still have workflows to come.
_UNDER_WAY = frozenset({"pending", "setup-pending", "setup"})
TRIMMING = Trimming(
    dropped=PEOPLE
    | {
        "actor", "approved_by", "canceled_by", "commit", "errored_by", "errors",
        "started_by", "trigger_parameters_schema",
    }
)  # fmt: skip


def pipelines(client: Client, project: Project) -> Listing:
    """Return the list of a project's pipelines, newest first."""

    def with_workflows(row: Item) -> dict[str, Json] | None:
        workflows = _all(client, "/pipeline/{}/workflow", row)
        found: list[Json] = [
            {
                "workflow": each,
                "jobs": _all(client, "/workflow/{}/job", each),
            }
            for each in workflows or ()
            if isinstance(each, dict)
        ]
        return {
            "pipeline": without_parameters(row),
            "workflows": None if workflows is None else found,
        }

    return Listing(
        name="pipelines",
        sort="pipeline",
        label="Pipelines",
        permission="pipelines",
        path=f"{project.path}/pipeline",
        pager=_PAGES,
        rows=_ROWS,
        body=with_workflows,
        moment=at("created_at"),
        # Workflows are run again days later, in the pipeline that they were of.
        overlap=timedelta(days=3),
        single=lambda identity: f"/pipeline/{identity}",
        is_open=_under_way,
        trimming=TRIMMING,
    )


def _all(client: Client, path: str, row: Item) -> list[Json] | None:
    """Return what belongs to a row; None, to be complained of, where it has no id."""
    identity = by_id(row) or ""
    if not _ID.match(identity):
        return None
    return everything(client, path.format(identity), pager=_PAGES, rows=_ROWS)


def without_parameters(row: Item) -> dict[str, Json]:
    """Return a pipeline with no more of its parameters than what was checked out.

    They are whatever somebody passes, credentials among them.
    """
    git = field(row, "trigger_parameters", "git")
    known = ("branch", "checkout_sha", "tag")
    kept: dict[str, Json] = {name: field(git, name) for name in known}
    return {
        **row,
        "trigger_parameters": {"git": kept} if isinstance(git, dict) else None,
    }


def _under_way(body: Mapping[str, Json]) -> bool:
    if field(body, "pipeline", "state") in _UNDER_WAY:
        return True
    workflows = body.get("workflows")
    return any(
        str(field(each, "workflow", "status")) not in FINAL
        for each in (workflows if isinstance(workflows, list) else ())
    )
