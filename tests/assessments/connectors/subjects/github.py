"""GitHub, telling the story of acme/shop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.github import GitHub
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.fake_github import changed, has_label
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import Listed, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked

_REPOSITORY = "/api/v3/repos/acme/shop"


def _platform() -> Platform:
    lists = {name: Listed(ours("github", name)) for name in ("pulls", "deployments")}
    lists["commits"] = Listed(ours("github", "commits"), wanted=_since)
    lists["actions/runs"] = Listed(ours("github", "actions_runs"), wrap=_runs)
    issues = sorted(
        ours("github", "issues"), key=lambda row: row["updated_at"], reverse=True
    )
    lists["issues"] = Listed(issues, wanted=_labelled_since)
    for number, rows in ours("github", "pulls_commits").items():
        lists[f"pulls/{number}/commits"] = Listed(rows)
    for number, rows in ours("github", "deployments_statuses").items():
        lists[f"deployments/{number}/statuses"] = Listed(rows)
    platform = Platform(
        lists={f"{_REPOSITORY}/{path}": listed for path, listed in lists.items()},
        admits=lambda asked: asked.headers.get("authorization") == f"Bearer {SECRET}",
    )
    for path in ("deployments", "actions/runs"):
        for row in lists[path].rows:
            platform.things[f"{_REPOSITORY}/{path}/{row['id']}"] = row
    return platform


def _runs(rows: list[Any]) -> Any:
    return {"total_count": len(rows), "workflow_runs": rows}


def _since(row: Any, asked: Asked) -> bool:
    return changed(row) >= asked.query.get("since", "")


def _labelled_since(row: Any, asked: Asked) -> bool:
    return has_label(row, asked.query["labels"]) and _since(row, asked)


def _source(address: str) -> Source:
    return Source(
        kind="github",
        address=f"{address}/acme/shop",
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(GitHub.rule_fields, {"counts": "both"}).rules,
        allow_local=True,
    )


_COMMITS = [row["sha"] for row in ours("github", "commits")]
_EVENTS = {
    "commit": _COMMITS,
    "change": ["1", "2", "3"],
    # Deployments, and runs of the workflow that deploys.
    "deployment": [
        "501", "502", "503", "504", "506", "run-901", "run-903", "run-904", "run-905",
    ],
    "incident": ["9", "11"],
    "pipeline_run": ["901", "902", "903", "904", "905"],
}  # fmt: skip

SUBJECT = Subject(
    connector=GitHub,
    platform=_platform,
    source=_source,
    now=datetime(2026, 1, 10, tzinfo=UTC),
    events=frozenset(
        (kind, identity)
        for kind, identities in _EVENTS.items()
        for identity in identities
    ),
    people=("ada@", "rui@", "Ada Example", "Rui Example", "ada-example"),
)
