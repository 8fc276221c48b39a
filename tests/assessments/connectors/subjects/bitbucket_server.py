"""Bitbucket Data Center, telling the story of acme/shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.bitbucket_server import BitbucketServer
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import Asked, Listed, Part, Platform

SHOP = "/rest/api/1.0/projects/ACME/repos/shop"
BUILDS = "/rest/build-status/1.0/commits"


@dataclass(frozen=True)
class ByNextStart:
    """A number beside the rows says where the next page starts."""

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:  # noqa: ARG002 -- of the protocol
        """Return the page that starts there."""
        start = int(asked.params.get("start", 0))
        end = start + min(cap, int(asked.params.get("limit", 25)))
        last = end >= len(rows)
        beside = {"isLastPage": last, "nextPageStart": None if last else end}
        return Part(rows[start:end], beside=beside)


def _values(rows: list[Any]) -> Any:
    return {"size": len(rows), "values": rows}


def _of_state(row: Any, asked: Asked) -> bool:
    wanted = asked.query.get("state")
    return not isinstance(row, dict) or wanted in (None, row.get("state"))


def _listed(rows: list[Any]) -> Listed:
    return Listed(rows, turning=ByNextStart(), wrap=_values, wanted=_of_state)


def shop() -> Platform:
    """Return the platform, new each time."""
    commits = ours("bitbucket_server", "commits")
    rows = {
        f"{SHOP}/commits": commits,
        f"{SHOP}/pull-requests": ours("bitbucket_server", "pull_requests"),
        f"{SHOP}/tags": ours("bitbucket_server", "tags"),
    }
    for number, each in ours("bitbucket_server", "pull_requests_commits").items():
        rows[f"{SHOP}/pull-requests/{number}/commits"] = each
    for sha, each in ours("bitbucket_server", "builds").items():
        rows[f"{BUILDS}/{sha}"] = each
    things = {
        SHOP: ours("bitbucket_server", "repository"),
        f"{SHOP}/default-branch": ours("bitbucket_server", "default_branch"),
    }
    things |= {f"{SHOP}/commits/{row['id']}": row for row in commits}
    return Platform(
        lists={path: _listed(each) for path, each in rows.items()},
        things=things,
        admits=lambda asked: f"Bearer {SECRET}" in asked.headers.values(),
    )


def source(address: str, **rules: Any) -> Source:
    """Return a source at the platform."""
    return Source(
        kind="bitbucket_server",
        address=f"{address}/projects/ACME/repos/shop",
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(BitbucketServer.rule_fields, rules).rules,
        allow_local=True,
    )


_BUILDS = frozenset(
    ("pipeline_run", f"{sha}/{build['key']}")
    for sha, builds in ours("bitbucket_server", "builds").items()
    for build in builds
)

SUBJECT = Subject(
    connector=BitbucketServer,
    platform=shop,
    source=source,
    now=datetime(2026, 1, 10, tzinfo=UTC),
    events=frozenset(
        ("commit", row["id"]) for row in ours("bitbucket_server", "commits")
    )
    | {("change", number) for number in ("1", "2", "3")}
    | {("deployment", f"tag-v1.{each}") for each in ("0.0", "0.1", "1.0", "1.1")}
    | _BUILDS,
    people=("ada@", "rui@", "Ada Example", "Rui Example", "ada-example"),
)
