"""Azure DevOps on a server, telling of a repository and its pipelines."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.azuredevops import AzureDevOps
from assessments.connectors.base import Source, clean_rules
from assessments.connectors.lists import field
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import ByOffset, Listed, Part, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked

_API = "/acme/shop/_apis"
_GIT = f"{_API}/git/repositories/app"
_BASIC = f"Basic {b64encode(f':{SECRET}'.encode()).decode()}"


@dataclass(frozen=True)
class _ByHeader:
    """A token in a header stands for the next page."""

    size: str = "$top"

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:  # noqa: ARG002 -- of the protocol
        """Return the page of a token, with the token of the next one."""
        start = int(asked.query.get("continuationToken", "0"))
        end = start + min(cap, int(asked.query[self.size]))
        headers = {"x-ms-continuationtoken": str(end)} if end < len(rows) else {}
        return Part(rows[start:end], headers)


_SKIPPED = ByOffset("$skip", "$top")
_SKIPPED_COMMITS = ByOffset("searchCriteria.$skip", "searchCriteria.$top")


def _values(rows: list[Any]) -> Any:
    return {"count": len(rows), "value": rows}


def _committed(row: Any, asked: Asked) -> bool:
    since = asked.query.get("searchCriteria.fromDate", "")
    return str(field(row, "committer", "date")) >= since


def _modified(row: Any, asked: Asked) -> bool:
    return str(field(row, "lastModifiedOn")) >= asked.query.get("minModifiedTime", "")


def _platform() -> Platform:
    builds = ours("azuredevops", "builds")
    records = ours("azuredevops", "records")
    lists = {
        f"{_API}/build/builds": Listed(builds, _ByHeader(), _values),
        f"{_API}/distributedtask/environments/7/environmentdeploymentrecords": Listed(
            records, _ByHeader("top"), _values
        ),
        f"{_API}/release/deployments": Listed(
            ours("azuredevops", "deployments"), _ByHeader(), _values, _modified
        ),
        f"{_GIT}/commits": Listed(
            ours("azuredevops", "commits"), _SKIPPED_COMMITS, _values, _committed
        ),
        f"{_GIT}/pullrequests": Listed(
            ours("azuredevops", "pull_requests"), _SKIPPED, _values
        ),
    }
    for number, commits in ours("azuredevops", "pull_requests_commits").items():
        path = f"{_GIT}/pullrequests/{number}/commits"
        lists[path] = Listed(commits, _ByHeader(), _values)
    things: dict[str, Any] = {
        f"{_API}/distributedtask/environments": ours("azuredevops", "environments"),
        _GIT: ours("azuredevops", "repository"),
    }
    things |= {f"{_API}/build/builds/{build['id']}": build for build in builds}
    for sha, parents in ours("azuredevops", "commits_parents").items():
        things[f"{_GIT}/commits/{sha}"] = {"commitId": sha, "parents": parents}
    things[f"{_API}/build/builds/99"] = builds[-1] | {"id": 99}
    return Platform(
        lists=lists,
        things=things,
        admits=lambda asked: asked.headers.get("authorization") == _BASIC,
    )


def _source(address: str) -> Source:
    return Source(
        kind="azuredevops",
        address=f"{address}/acme/shop/_git/app",
        service_key="app",
        secret=SECRET,
        rules=clean_rules(AzureDevOps.rule_fields, {"counts": "both"}).rules,
        allow_local=True,
    )


SUBJECT = Subject(
    connector=AzureDevOps,
    platform=_platform,
    source=_source,
    now=datetime(2026, 1, 9, 9, tzinfo=UTC),
    events=frozenset(
        {("pipeline_run", str(n)) for n in range(101, 107)}
        | {("deployment", f"environment-{n}") for n in (31, 32, 33, 34)}
        | {("deployment", f"release-{n}") for n in (41, 42, 44, 45)}
        | {("commit", f"{n:02d}" * 20) for n in range(1, 6)}
        | {("change", each) for each in ("1", "3")}
    ),
    people=("Ada Example", "ada@", "aad.x"),
)
