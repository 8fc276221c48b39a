"""The runs of DAGs, and what is kept of them.

Only fields that something is made of are kept: who started a run, notes, owners and
most of a run's configuration are not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors.lists import (
    Listing,
    Offset,
    everything,
    field,
    moment_of,
    under,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from assessments.connectors.airflow.rules import Rules
    from assessments.connectors.http import Client
    from assessments.connectors.lists import Item
    from scoring.events import Json

V1 = "/api/v1"
V2 = "/api/v2"
_PAGES = Offset(start="offset", limit="limit")
_OF_RUN = (
    "dag_id", "dag_run_id", "state", "run_type", "queued_at", "run_after",
    "logical_date", "start_date", "end_date",
)  # fmt: skip
_OF_TASK = (
    "task_id", "map_index", "try_number", "state", "start_date", "end_date",
)  # fmt: skip
_OVER = frozenset({"success", "failed"})


def runs(client: Client, api: str, rules: Rules) -> Listing:
    """Return the list of runs, of all DAGs.

    It is asked for what was updated since: a run that is cleared and runs again comes
    once more, however old it is. In the order of their ids, which is that of creation,
    what is updated meanwhile moves rows to later pages, never to earlier ones.
    """

    def body(row: Item) -> dict[str, Json] | None:
        dag = row.get("dag_id")
        if isinstance(dag, str) and not rules.reads(dag):
            return None
        return {"run": run_of(row, rules), "tasks": _tasks(client, api, row, rules)}

    return Listing(
        name="runs",
        sort="dag_run",
        label="DAG runs",
        permission="DAG runs",
        path=f"{api}/dags/~/dagRuns",
        pager=_PAGES,
        rows=under("dag_runs"),
        since=lambda at: {"updated_at_gte": _stamp(at)},
        newest_first=False,
        moment=_ended_at,
        body=body,
    )


def newest_runs(client: Client, api: str, rules: Rules) -> Listing:
    """Return the list of runs, the newest first, for a look at it."""
    order = "-run_after" if api == V2 else "-execution_date"
    return replace(runs(client, api, rules), params={"order_by": order})


def run_of(row: Item, rules: Rules) -> dict[str, Json]:
    """Return what is kept of a run."""
    configured = row.get("conf")
    wanted = _only(
        configured if isinstance(configured, dict) else {},
        (*rules.commit_keys, *rules.version_keys),
    )
    # Versions may be numbers.
    conf: dict[str, Json] = {
        key: str(value) for key, value in wanted.items() if isinstance(value, str | int)
    }
    return _only(row, _OF_RUN) | {"conf": conf}


def task_of(row: Json) -> Json:
    """Return what is kept of a task; what is none is kept to be complained of."""
    return _only(row, _OF_TASK) if isinstance(row, dict) else row


def _tasks(client: Client, api: str, row: Item, rules: Rules) -> Json:
    dag, run = row.get("dag_id"), row.get("dag_run_id")
    if not rules.reads_tasks or not isinstance(dag, str) or not isinstance(run, str):
        return None
    path = f"{api}/dags/{quote(dag, safe='')}/dagRuns/{quote(run, safe='')}"
    found = everything(
        client, f"{path}/taskInstances", pager=_PAGES, rows=under("task_instances")
    )
    return None if found is None else [task_of(each) for each in found]


def _only(row: Mapping[str, Json], names: Iterable[str]) -> dict[str, Json]:
    return {name: row[name] for name in names if name in row}


def _ended_at(row: Item) -> datetime | None:
    """Return when a run ended; of one that has not, nothing is known from before."""
    over = str(row.get("state")) in _OVER
    return moment_of(field(row, "end_date")) if over else None


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
