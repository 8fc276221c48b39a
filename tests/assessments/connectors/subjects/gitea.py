"""Gitea, telling the story of acme/shop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.gitea import Gitea
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import ByNumber, Listed, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked

SHOP = "/api/v1/repos/acme/shop"
_BY_NUMBER = ByNumber(size="limit")


def shop(runs: str = "runs") -> Platform:
    """Return the platform, new each time; its runs are those of Gitea or Forgejo."""
    lists = {
        name: Listed(ours("gitea", name), turning=_BY_NUMBER)
        for name in ("commits", "pulls", "releases", "tags")
    }
    lists["pulls"].rows.sort(key=lambda row: row["updated_at"], reverse=True)
    lists["issues"] = Listed(
        ours("gitea", "issues"), turning=_BY_NUMBER, wanted=_labelled
    )
    lists["actions/runs"] = Listed(
        ours("gitea", runs), turning=_BY_NUMBER, wrap=_counted
    )
    for number, rows in ours("gitea", "pulls_commits").items():
        lists[f"pulls/{number}/commits"] = Listed(rows, turning=_BY_NUMBER)
    platform = Platform(
        lists={f"{SHOP}/{path}": listed for path, listed in lists.items()},
        things={SHOP: ours("gitea", "repository")},
        admits=lambda asked: f"token {SECRET}" in asked.headers.values(),
    )
    for row in lists["actions/runs"].rows:
        platform.things[f"{SHOP}/actions/runs/{row['id']}"] = row
    for row in lists["tags"].rows:
        platform.things[f"{SHOP}/tags/{row['name']}"] = row
    return platform


def _counted(rows: list[Any]) -> Any:
    return {"total_count": len(rows), "workflow_runs": rows}


def _labelled(row: Any, asked: Asked) -> bool:
    labels = row.get("labels") if isinstance(row, dict) else None
    if not isinstance(labels, list):
        return True
    names = [each.get("name") for each in labels if isinstance(each, dict)]
    since = asked.query.get("since", "")
    return asked.query["labels"] in names and str(row["updated_at"]) >= since


def source(address: str, **rules: Any) -> Source:
    """Return a source at the platform."""
    return Source(
        kind="gitea",
        address=f"{address}/acme/shop",
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(Gitea.rule_fields, rules).rules,
        allow_local=True,
    )


SUBJECT = Subject(
    connector=Gitea,
    platform=shop,
    source=source,
    now=datetime(2026, 1, 10, tzinfo=UTC),
    events=frozenset(("commit", row["sha"]) for row in ours("gitea", "commits"))
    | {("change", number) for number in ("1", "2", "3")}
    | {("deployment", f"release-{number}") for number in (21, 22, 24, 25)}
    | {("pipeline_run", f"90{number}") for number in (1, 2, 3, 4, 5)}
    | {("incident", number) for number in ("9", "11")},
    people=("ada@", "rui@", "Ada Example", "Rui Example", "ada-example"),
)
