"""The lists of an MLflow server that are read, and what is kept of their rows.

Only fields that something is made of are kept: names of people are in user ids, in
addresses of artifacts and in free tags.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from assessments.connectors.base import matches
from assessments.connectors.http import Denied
from assessments.connectors.lists import Listing, Token, everything, field, under
from assessments.connectors.mlflow.production import API, MODELS
from scoring.events import Json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from assessments.connectors.http import Client
    from assessments.connectors.lists import Item
    from assessments.connectors.mlflow.production import Production
    from assessments.connectors.mlflow.rules import Rules

_MISSING = 404
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PAGES = Token(found=lambda body: field(body, "next_page_token"), size="max_results")
_OF_VERSION = (
    "name", "version", "creation_timestamp", "last_updated_timestamp",
    "current_stage", "run_id", "status",
)  # fmt: skip
_OF_RUN = (
    "run_id", "experiment_id", "run_name", "status", "start_time", "end_time",
)  # fmt: skip
_PENDING = "PENDING_REGISTRATION"
_UNFINISHED = frozenset({"RUNNING", "SCHEDULED"})


def listings(client: Client, rules: Rules, production: Production) -> list[Listing]:
    """Return the lists that are read, in their order."""
    versions = _Versions(client, rules)
    found = [
        Listing(
            name="versions",
            sort="model_version",
            label="Model versions",
            permission="model versions",
            path=f"{API}/model-versions/search",
            pager=_PAGES,
            rows=_rows("model_versions"),
            identity=_version_name,
            moment=lambda row: _millis(row.get("last_updated_timestamp")),
            body=versions.body,
            single=_version_path,
            of_single=lambda body: field(body, "model_version"),
            is_open=lambda body: field(body, "version", "status") == _PENDING,
        ),
        Listing(
            name=MODELS,
            sort="production",
            label="Registered models",
            permission="registered models",
            path=f"{API}/registered-models/search",
            pager=_PAGES,
            rows=_rows("registered_models"),
            # An alias that is set leaves no moment: only comparing finds it.
            newest_first=False,
            of_the_past=False,
            moment=lambda _: None,
            body=production.body,
        ),
    ]
    experiments = _experiments(client, rules)
    if not experiments:
        return found
    return [*found, _runs(experiments, rules)]


def _runs(experiments: Mapping[str, str], rules: Rules) -> Listing:
    def body(row: Item) -> dict[str, Json]:
        run = run_of(row, rules)
        experiment = field(run, "info", "experiment_id")
        return {"run": run, "experiment": experiments.get(str(experiment))}

    return Listing(
        name="runs",
        sort="run",
        label="Runs",
        permission="runs",
        path=f"{API}/runs/search",
        method="POST",
        fixed={"experiment_ids": list[Json](sorted(experiments))},
        since=lambda at: {"filter": f"attributes.start_time >= {_count(at)}"},
        pager=_PAGES,
        rows=_rows("runs"),
        identity=lambda row: _text(field(row, "info", "run_id")),
        moment=lambda row: _millis(field(row, "info", "start_time")),
        # Runs are ordered by their start, and known once they have ended.
        overlap=timedelta(days=1),
        body=body,
        single=lambda run: f"{API}/runs/get?{urlencode({'run_id': run})}",
        of_single=lambda body: field(body, "run"),
        is_open=lambda body: str(field(body, "run", "info", "status")) in _UNFINISHED,
    )


def _experiments(client: Client, rules: Rules) -> dict[str, str]:
    """Return the names of the experiments whose runs are read, by their id."""
    if not rules.experiments:
        return {}
    rows = everything(
        client,
        f"{API}/experiments/search",
        pager=_PAGES,
        rows=_rows("experiments"),
    )
    pairs = [
        (_text(field(row, "experiment_id")), _text(field(row, "name")))
        for row in rows or []
    ]
    return {
        key: name for key, name in pairs
        if key and name and matches(name, rules.experiments)
    }  # fmt: skip


class _Versions:
    """What is asked for a version beyond itself: the run that made it."""

    def __init__(self, client: Client, rules: Rules) -> None:
        self._client = client
        self._rules = rules

    def body(self, row: Item) -> dict[str, Json] | None:
        if not self._rules.reads(_text(row.get("name")) or ""):
            return None
        return {"version": version_of(row, self._rules), "run": self._run(row)}

    def _run(self, row: Item) -> Json:
        run = _text(row.get("run_id"))
        if not run:
            return None
        try:
            answer = self._client.get(f"{API}/runs/get", {"run_id": run})
        except Denied as denied:
            if denied.status != _MISSING:
                raise
            return None  # deleted for good
        found = field(answer.body, "run")
        # Something else than a run is kept, for parsing to complain of.
        return run_of(found, self._rules) if isinstance(found, dict) else [found]


# ── what is kept ───────────────────────────────────────────────────────────────────


def version_of(row: Item, rules: Rules) -> dict[str, Json]:
    """Return what is kept of a version."""
    return _only(row, _OF_VERSION) | {"tags": _tags(row.get("tags"), rules)}


def run_of(row: Item, rules: Rules) -> dict[str, Json]:
    """Return what is kept of a run."""
    info = row.get("info")
    inputs = field(row, "inputs", "dataset_inputs")
    return {
        "info": _only(info, _OF_RUN) if isinstance(info, dict) else info,
        "tags": _tags(field(row, "data", "tags"), rules),
        "datasets": [_dataset(each) for each in _each(inputs)],
        # Their names and values are not needed, only that they are kept.
        "parameters": len(_each(field(row, "data", "params"))),
    }


def _dataset(value: Mapping[str, Json]) -> dict[str, Json]:
    used = [
        tag.get("value")
        for tag in _each(value.get("tags"))
        if tag.get("key") == "mlflow.data.context"
    ]
    return {
        "name": field(value, "dataset", "name"),
        "digest": field(value, "dataset", "digest"),
        "context": next(iter(used), None),
    }


def _tags(value: Json, rules: Rules) -> dict[str, Json]:
    pairs = [(str(tag.get("key")), tag.get("value")) for tag in _each(value)]
    return {key: content for key, content in pairs if key in rules.tags}


def _only(row: Mapping[str, Json], names: Iterable[str]) -> dict[str, Json]:
    return {name: row[name] for name in names if name in row}


def _each(value: Json) -> list[dict[str, Json]]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict)]


# ── where things are ───────────────────────────────────────────────────────────────


def _rows(name: str) -> Callable[[Json], list[Json] | None]:
    """Find the rows; MLflow leaves the name out where there are none."""
    return lambda body: [] if body == {} else under(name)(body)


def _version_name(row: Item) -> str | None:
    name, version = _text(row.get("name")), _text(row.get("version"))
    return f"{name}/{version}" if name and version else None


def _version_path(identity: str) -> str:
    name, _, version = identity.rpartition("/")
    return f"{API}/model-versions/get?{urlencode({'name': name, 'version': version})}"


def _millis(value: Json) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    try:
        return _EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        return None


def _count(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None
