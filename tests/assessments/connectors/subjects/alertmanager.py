"""Alertmanager, where seven alerts fire, one of which is silenced and one ignored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.alertmanager import Alertmanager
from assessments.connectors.base import Source, clean_rules
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.platform import Listed, Part, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked

STATUS = {
    "cluster": {"peers": [], "status": "disabled"},
    "uptime": "2026-01-01T00:00:00.000Z",
    "versionInfo": {"version": "0.25.0"},
}


class Whole:
    """All rows are on one page: the API has no others."""

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:  # noqa: ARG002 -- of the protocol
        """Return all of them."""
        return Part(rows)


def alert(number: int, name: str, *, state: str = "active", **labels: str) -> Any:
    """Return an alert as the API has it."""
    at = f"2026-01-0{number}T09:00:00.000Z"
    return {
        "annotations": {"summary": f"{name}, ask Ada Example"},
        "endsAt": "2026-01-10T12:05:00.000Z",
        "fingerprint": f"000000000000000{number}",
        "receivers": [{"name": "compel"}],
        "startsAt": at,
        "status": {"inhibitedBy": [], "silencedBy": [], "state": state},
        "updatedAt": "2026-01-10T12:00:00.000Z",
        "generatorURL": "http://prometheus.example.org/graph?g0.expr=up",
        "labels": {"alertname": name, **labels},
    }


def rows() -> list[Any]:
    """Return the alerts of the story."""
    return [
        alert(1, "ShopDown", severity="critical", service="shop", deployment_id="d-7"),
        alert(2, "RankerDrift", severity="warning", model="ranker"),
        alert(3, "RankerDrift", severity="page", model="search"),
        alert(4, "DiskFull", severity="critical", email="ada@example.org"),
        alert(5, "SlowCheckout", severity="warning", owner="ada@example.org"),
        alert(6, "Watchdog", severity="none"),
        alert(7, "PayDown", severity="critical", state="suppressed"),
    ]


def platform() -> Platform:
    """Return the server with its alerts."""
    return Platform(
        lists={"/am/api/v2/alerts": Listed(rows(), Whole())},
        things={"/am/api/v2/status": STATUS},
        admits=lambda asked: asked.headers.get("authorization") == f"Bearer {SECRET}",
    )


def source(address: str) -> Source:
    """Return a source of the server."""
    return Source(
        kind="alertmanager",
        address=f"{address}/am/",
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(Alertmanager.rule_fields, {}).rules,
        allow_local=True,
    )


def identity(number: int) -> str:
    """Return the id of what an alert becomes."""
    at = datetime(2026, 1, number, 9, tzinfo=UTC)
    return f"000000000000000{number}@{int(at.timestamp())}000"


_EVENTS = frozenset(
    {("signal", identity(n)) for n in range(1, 6)}
    | {("incident", identity(n)) for n in (1, 3, 4)}
)

SUBJECT = Subject(
    connector=lambda patience: Alertmanager(patience, page=2),
    platform=platform,
    source=source,
    now=datetime(2026, 1, 10, 12, tzinfo=UTC),
    events=_EVENTS,
    of_now=_EVENTS,
    turns_pages=False,
    people=("Ada Example", "ada@example.org"),
)
