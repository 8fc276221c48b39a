"""GitLab, telling the story of acme/shop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.gitlab import GitLab
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import Listed, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked

SHOP = "/api/v4/projects/acme%2Fshop"


def shop() -> Platform:
    """Return the platform, new each time."""
    lists = {
        "repository/commits": Listed(ours("gitlab", "commits"), wanted=_committed),
        "environments": Listed(ours("gitlab", "environments")),
        "jobs": Listed(ours("gitlab", "jobs")),
    }
    for name in ("merge_requests", "deployments", "pipelines", "issues"):
        rows = ours("gitlab", name)
        rows.sort(key=lambda row: row["updated_at"], reverse=True)
        lists[name] = Listed(rows, wanted=_changed)
    for number, rows in ours("gitlab", "merge_requests_commits").items():
        lists[f"merge_requests/{number}/commits"] = Listed(rows)
    platform = Platform(
        lists={f"{SHOP}/{path}": listed for path, listed in lists.items()},
        things={SHOP: ours("gitlab", "project")},
        admits=lambda asked: SECRET in asked.headers.values(),
    )
    for row in lists["jobs"].rows:
        platform.things[f"{SHOP}/jobs/{row['id']}"] = row
    return platform


def _changed(row: Any, asked: Asked) -> bool:
    if not isinstance(row, dict):
        return True
    query = asked.query
    wanted = query.get("labels")
    labels = row.get("labels")
    return (
        str(row["updated_at"]) > query.get("updated_after", "")
        and query.get("issue_type") in (None, row.get("issue_type"))
        and query.get("state") in (None, row.get("state"))
        and (wanted is None or (isinstance(labels, list) and wanted in labels))
    )


def _committed(row: Any, asked: Asked) -> bool:
    if not isinstance(row, dict):
        return True
    return str(row["committed_date"]) >= asked.query.get("since", "")


def source(address: str, **rules: Any) -> Source:
    """Return a source at the platform."""
    return Source(
        kind="gitlab",
        address=f"{address}/acme/shop",
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(GitLab.rule_fields, rules).rules,
        allow_local=True,
    )


_COMMITS = frozenset(("commit", row["id"]) for row in ours("gitlab", "commits"))

SUBJECT = Subject(
    connector=GitLab,
    platform=shop,
    source=lambda address: source(address, counts="both"),
    now=datetime(2026, 1, 10, tzinfo=UTC),
    events=_COMMITS
    | {("change", number) for number in ("1", "2", "3")}
    | {("deployment", number) for number in ("501", "502", "503", "504", "506")}
    | {("deployment", f"job-750{number}") for number in (1, 2, 3, 4)}
    | {("pipeline_run", f"90{number}") for number in (1, 2, 3, 4, 5)}
    | {("incident", number) for number in ("7", "9", "11")},
    people=("ada@", "rui@", "Ada Example", "Rui Example", "ada-example"),
)
