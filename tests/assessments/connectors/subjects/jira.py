"""Jira, telling of eight issues in two projects, of which seven are incidents."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.jira import Jira
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import (
    Answer,
    ByOffset,
    ByToken,
    Listed,
    Platform,
    as_json,
)

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked

CLOUD = "/rest/api/3/search/jql"
SERVER = "/rest/api/2/search"
# The server's zone, which JQL is read in and nobody tells.
_ZONE = timedelta(hours=9)
_BASIC = f"Basic {b64encode(f'bot@acme.example:{SECRET}'.encode()).decode()}"
_LIST = re.compile(r"(project|issuetype|labels) in \(([^)]*)\)")
_SINCE = re.compile(r'updated >= "([^"]+)"')


def found(row: Any, asked: Asked) -> bool:
    """Whether a search finds an issue: as much of JQL as is asked."""
    jql = asked.query["jql"]
    lists = {
        name: {each.strip().strip('"').lower() for each in entries.split(",")}
        for name, entries in _LIST.findall(jql)
    }
    fields = row["fields"]
    if fields["project"]["key"].lower() not in lists.get("project", {"ops", "shop"}):
        return False
    told = {"issuetype", "labels"} & lists.keys()
    labels = {label.lower() for label in fields["labels"]}
    if told and not (
        fields["issuetype"]["id"] in lists.get("issuetype", ())
        or labels & lists.get("labels", set())
    ):
        return False
    bound = _SINCE.search(jql)
    if bound is None:
        return True
    since = datetime.fromisoformat(bound[1]).replace(tzinfo=UTC) - _ZONE
    return datetime.fromisoformat(fields["updated"]) >= since


def platform(edition: str = "Cloud") -> Platform:
    """Return the platform, new each time."""
    rows = ours("jira", "issues")
    is_cloud = edition == "Cloud"
    turning = (
        ByToken("nextPageToken", "nextPageToken", "maxResults")
        if is_cloud
        else ByOffset("startAt", "maxResults")
    )
    issues = Listed(rows, turning, wrap=lambda page: {"issues": page}, wanted=found)
    api = "/rest/api/2"
    made = Platform(
        lists={CLOUD if is_cloud else SERVER: issues},
        things={
            f"{api}/serverInfo": {"version": "1001.0.0", "deploymentType": edition},
            f"{api}/issuetype": ours("jira", "issue_types"),
            f"{api}/status": ours("jira", "statuses"),
            f"{api}/field": ours("jira", "fields"),
        },
        admits=lambda asked: (
            asked.headers.get("authorization") in {_BASIC, f"Bearer {SECRET}"}
        ),
    )
    links = ours("jira", "remotelinks")
    for row in rows:
        path = f"{api}/issue/{row['id']}"
        made.things[path] = row
        made.things[f"{path}/remotelink"] = _told(links.get(row["id"], []))
    return made


def _told(rows: list[Any]) -> Answer:
    """Return an answer also of an empty list, which is not the same as none."""
    return as_json(rows)


def source(address: str, *, secret: str | None = None, **rules: Any) -> Source:
    """Return a source at the platform."""
    return Source(
        kind="jira",
        address=address,
        service_key="shop",
        secret=secret or SECRET,
        rules=clean_rules(Jira.rule_fields, rules).rules,
        allow_local=True,
    )


SUBJECT = Subject(
    connector=Jira,
    platform=platform,
    source=lambda address: source(
        address, deployment_links=["https://github.com/*/deployments/*"]
    ),
    now=datetime(2026, 1, 9, 9, tzinfo=UTC),
    events=frozenset(("incident", f"1000{n}") for n in (1, 2, 3, 4, 5, 6, 8)),
    people=("Ada Example", "5e97", "ada@"),
)
