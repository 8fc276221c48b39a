"""Bitbucket Cloud, telling the story of acme/shop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.bitbucket import Bitbucket
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import (
    Asked,
    ByNextAddress,
    Listed,
    Platform,
)

SHOP = "/2.0/repositories/acme/shop"


def _values(rows: list[Any]) -> Any:
    return {"pagelen": len(rows), "values": rows}


def _of_state(row: Any, asked: Asked) -> bool:
    wanted = asked.query.get("state")
    return not isinstance(row, dict) or wanted in (None, row.get("state"))


def _listed(rows: list[Any]) -> Listed:
    return Listed(rows, turning=ByNextAddress(), wrap=_values, wanted=_of_state)


def shop() -> Platform:
    """Return the platform, new each time."""
    rows = {
        "commits": ours("bitbucket", "commits"),
        "pullrequests": ours("bitbucket", "pullrequests"),
        "environments/": ours("bitbucket", "environments"),
        "deployments/": ours("bitbucket", "deployments"),
        "pipelines/": ours("bitbucket", "pipelines"),
        "issues": ours("bitbucket", "issues"),
    }
    for name in ("pullrequests", "issues"):
        rows[name].sort(key=lambda row: row["updated_on"], reverse=True)
    for number, commits in ours("bitbucket", "pullrequests_commits").items():
        rows[f"pullrequests/{number}/commits"] = commits
    for number, changes in ours("bitbucket", "issues_changes").items():
        rows[f"issues/{number}/changes"] = changes
    platform = Platform(
        lists={f"{SHOP}/{path}": _listed(each) for path, each in rows.items()},
        things={SHOP: ours("bitbucket", "repository")},
        admits=lambda asked: f"Bearer {SECRET}" in asked.headers.values(),
    )
    for row in rows["commits"]:
        platform.things[f"{SHOP}/commit/{row['hash'][:12]}"] = row
    for row in rows["pipelines/"]:
        number = row["uuid"].replace("{", "%7B").replace("}", "%7D")
        platform.things[f"{SHOP}/pipelines/{number}"] = row
    return platform


def source(address: str, **rules: Any) -> Source:
    """Return a source at the platform."""
    return Source(
        kind="bitbucket",
        address=f"{address}/acme/shop",
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(Bitbucket.rule_fields, rules).rules,
        allow_local=True,
    )


def uuids(name: str) -> dict[str, str]:
    """Return the ids of deployments and pipelines by their numbers."""
    return {
        str(row.get("build_number", row.get("number"))): row["uuid"].strip("{}")
        for row in ours("bitbucket", name)
    }


SUBJECT = Subject(
    connector=Bitbucket,
    platform=shop,
    source=source,
    now=datetime(2026, 1, 10, tzinfo=UTC),
    events=frozenset(("commit", row["hash"]) for row in ours("bitbucket", "commits"))
    | {("change", number) for number in ("1", "2", "3")}
    | {("deployment", uuids("deployments")[each]) for each in ("1", "2", "3", "4", "6")}
    | {("pipeline_run", number) for number in uuids("pipelines").values()}
    | {("incident", number) for number in ("9", "11")},
    people=("ada@", "rui@", "Ada Example", "Rui Example", "ada-example"),
)
