"""The runs of pipelines, and what is kept of them: neither parameters nor accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors.base import PEOPLE, Trimming
from assessments.connectors.lists import Listing, Token, at, everything, field, under

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from assessments.connectors.http import Client
    from assessments.connectors.kubeflow.rules import Rules
    from assessments.connectors.lists import Item
    from scoring.events import Json

API = "/apis/v2beta1"
_PAGES = Token(
    found=lambda body: field(body, "next_page_token"), size="page_size", n=100
)
_OF_RUN = (
    "run_id", "display_name", "state", "created_at", "scheduled_at", "finished_at",
    "recurring_run_id", "error",
)  # fmt: skip
_OF_TASK = (
    "task_id", "display_name", "state", "create_time", "start_time", "end_time",
    "parent_task_id",
)  # fmt: skip
_UNFINISHED = frozenset({"PENDING", "RUNNING", "CANCELING", "PAUSED"})


def runs(client: Client, rules: Rules) -> Listing:
    """Return the list of runs."""
    names = _pipelines(client, rules)
    return Listing(
        name="runs",
        sort="run",
        label="Runs",
        permission="runs",
        path=f"{API}/runs",
        params={"sort_by": "created_at desc"} | _within(rules),
        pager=_PAGES,
        rows=_rows("runs"),
        identity=lambda row: str(row.get("run_id") or "") or None,
        moment=at("created_at"),
        # A run may be tried again days later; it keeps its moment of creation.
        overlap=timedelta(days=3),
        body=lambda row: {"run": run_of(row), "pipeline": names.get(_pipeline(row))},
        single=lambda run: f"{API}/runs/{quote(run, safe='')}",
        is_open=lambda body: str(field(body, "run", "state")) in _UNFINISHED,
        # It is what pipelines, runs and tasks are called.
        trimming=Trimming(dropped=PEOPLE - {"display_name"}),
    )


def run_of(row: Item) -> dict[str, Json]:
    """Return what is kept of a run; of an error, that there is one."""
    kept = _only(row, _OF_RUN)
    if isinstance(kept.get("error"), dict):
        kept["error"] = True
    tasks = field(row, "run_details", "task_details")
    return kept | {
        "tasks": [_only(task, _OF_TASK) if isinstance(task, dict) else task
                  for task in (tasks if isinstance(tasks, list) else [])]
    }  # fmt: skip


def _pipelines(client: Client, rules: Rules) -> dict[str, str]:
    """Return the names of pipelines by their id: runs name only the id."""
    rows = everything(
        client,
        f"{API}/pipelines",
        _within(rules),
        pager=_PAGES,
        rows=_rows("pipelines"),
    )
    pairs = [
        (field(row, "pipeline_id"), field(row, "display_name")) for row in rows or []
    ]
    return {
        key: name
        for key, name in pairs
        if isinstance(key, str) and isinstance(name, str) and name
    }


def _pipeline(row: Item) -> str:
    """Return the id of a run's pipeline; older servers say it beside the version."""
    referred = field(row, "pipeline_version_reference", "pipeline_id")
    return str(referred or row.get("pipeline_id") or "")


def _within(rules: Rules) -> dict[str, str | int]:
    return {"namespace": rules.namespace} if rules.namespace else {}


def _rows(name: str) -> Callable[[Json], list[Json] | None]:
    """Find the rows; the name is left out where there are none."""
    return lambda body: [] if body in ({}, {"total_size": 0}) else under(name)(body)


def _only(row: Mapping[str, Json], names: Iterable[str]) -> dict[str, Json]:
    return {name: row[name] for name in names if name in row}
