"""Shipit, the platform of the example, telling of six deployments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from compel_shipit import Shipit

from assessments.connectors.base import Source, clean_rules
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.platform import ByNumber, Listed, Platform

NOW = datetime(2026, 1, 10, tzinfo=UTC)
_STATES = ("running", "done", "broken", "stopped", "done", "done")


def _platform() -> Platform:
    rows = [
        {
            "id": 10 - number,
            "environment": "staging" if number == 4 else "production",
            "sha": f"{number}" * 40,
            "state": state,
            "created_at": (NOW - timedelta(hours=number + 1)).isoformat(),
            "ended_at": (NOW - timedelta(hours=number)).isoformat(),
            "user": {"username": "ada", "email": "ada@example.org"},
        }
        for number, state in enumerate(_STATES)
    ]
    return Platform(
        lists={"/api/deployments": Listed(rows, ByNumber(size="size"))},
        things={f"/api/deployments/{row['id']}": row for row in rows},
        admits=lambda asked: asked.headers.get("authorization") == f"Bearer {SECRET}",
    )


def _source(address: str) -> Source:
    return Source(
        kind="shipit",
        address=address,
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(Shipit.rule_fields, {}).rules,
        allow_local=True,
    )


SUBJECT = Subject(
    connector=Shipit,
    platform=_platform,
    source=_source,
    now=NOW,
    events=frozenset(("deployment", str(number)) for number in (10, 9, 8, 7, 5)),
    people=("ada",),
)
