"""PagerDuty, telling of seven incidents of two services."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.pagerduty import PagerDuty
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import ByOffset, Listed, Part, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked


class _ByOffsetAndMore:
    """Rows are skipped, and the answer says whether more follow."""

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:
        """Return the rows after those skipped."""
        shown = ByOffset("offset", "limit").part(rows, asked, cap, address).rows
        end = int(asked.query.get("offset", 0)) + len(shown)
        return Part(shown, beside={"more": end < len(rows), "limit": cap})


def _wanted(row: Any, asked: Asked) -> bool:
    query = asked.query
    of_service = query.get("service_ids[]") in {None, row["service"]["id"]}
    return of_service and query["since"] <= row["created_at"] <= query["until"]


def platform() -> Platform:
    """Return the platform, new each time."""
    rows = ours("pagerduty", "incidents")
    told = ours("pagerduty", "custom_fields")
    made = Platform(
        lists={
            "/incidents": Listed(
                rows,
                _ByOffsetAndMore(),
                wrap=lambda page: {"incidents": page},
                wanted=_wanted,
            )
        },
        admits=lambda asked: (
            asked.headers.get("authorization") == f"Token token={SECRET}"
        ),
    )
    for row in rows:
        made.things[f"/incidents/{row['id']}"] = {"incident": row}
        fields = {"custom_fields": told.get(row["id"], [])}
        made.things[f"/incidents/{row['id']}/custom_fields/values"] = fields
    return made


def source(address: str, **rules: Any) -> Source:
    """Return a source at the platform."""
    return Source(
        kind="pagerduty",
        address=address,
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(PagerDuty.rule_fields, rules).rules,
        allow_local=True,
    )


SUBJECT = Subject(
    connector=PagerDuty,
    platform=platform,
    # One span: an odd row, of which nobody knows when it was, is in each of several.
    source=lambda address: source(address, custom_fields="read", history_days=100),
    now=datetime(2026, 1, 9, 9, tzinfo=UTC),
    events=frozenset(("incident", f"Q0{n}INCIDENT") for n in range(1, 8)),
    people=("Ada Example", "Rui Example", "ada@"),
)
