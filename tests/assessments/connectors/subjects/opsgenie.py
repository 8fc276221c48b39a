"""Opsgenie, telling of seven incidents of three services."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.opsgenie import Opsgenie
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import ByOffset, Listed, Part, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked

_BOUND = re.compile(r"createdAt (>=|<=) (\d+)")


class _ByOffsetAndPaging:
    """Rows are skipped, and addresses of pages stand beside them."""

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:
        """Return the rows after those skipped."""
        shown = ByOffset("offset", "limit").part(rows, asked, cap, address).rows
        end = int(asked.query.get("offset", 0)) + len(shown)
        following = {"next": f"{address}{asked.path}"} if end < len(rows) else {}
        return Part(shown, beside={"paging": {"first": address, **following}})


def _wanted(row: Any, asked: Asked) -> bool:
    created = datetime.fromisoformat(row["createdAt"]).timestamp() * 1000
    bounds = _BOUND.findall(asked.query["query"])
    assert bounds, "nothing bounds the query"
    return all(
        created >= int(at) if sign == ">=" else created <= int(at)
        for sign, at in bounds
    )


def _data(rows: list[Any]) -> Any:
    return {"data": rows, "took": 0.1, "requestId": "r-1"}


def platform() -> Platform:
    """Return the platform, new each time."""
    rows = ours("opsgenie", "incidents")
    made = Platform(
        lists={
            "/v1/incidents": Listed(
                rows, _ByOffsetAndPaging(), wrap=_data, wanted=_wanted
            ),
            "/v1/services": Listed(
                ours("opsgenie", "services"), ByOffset("offset", "limit"), wrap=_data
            ),
        },
        things={"/v2/teams": _data(ours("opsgenie", "teams"))},
        admits=lambda asked: asked.headers.get("authorization") == f"GenieKey {SECRET}",
    )
    for row in rows:
        made.things[f"/v1/incidents/{row['id']}"] = {"data": row}
    return made


def source(address: str, **rules: Any) -> Source:
    """Return a source at the platform."""
    return Source(
        kind="opsgenie",
        address=address,
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(Opsgenie.rule_fields, rules).rules,
        allow_local=True,
    )


SUBJECT = Subject(
    connector=Opsgenie,
    platform=platform,
    source=source,
    now=datetime(2026, 1, 9, 9, tzinfo=UTC),
    events=frozenset(
        ("incident", f"0000000{n}-f492-4172-b3f5-6041c7cb404a") for n in range(1, 8)
    ),
    people=("Ada Example", "ada-example", "ada@"),
)
