"""SonarQube, telling of five analyses of a project."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.sonarqube import SonarQube
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import ByNumber, Listed, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked

_BASIC = f"Basic {b64encode(f'{SECRET}:'.encode()).decode()}"


def _platform() -> Platform:
    measures = ours("sonarqube", "measures")

    def measured(asked: Asked) -> Any:
        """Return what was measured at a moment; only of the metrics asked for."""
        names = asked.query["metrics"].split(",")
        answer = measures[asked.query["from"]]
        rows = [row for row in answer["measures"] if row["metric"] in names]
        return answer | {"measures": rows}

    return Platform(
        lists={
            "/sonar/api/project_analyses/search": Listed(
                ours("sonarqube", "analyses"),
                ByNumber("p", "ps"),
                wrap=lambda rows: {"paging": {}, "analyses": rows},
            )
        },
        things={"/sonar/api/measures/search_history": measured},
        admits=lambda asked: asked.headers.get("authorization") == _BASIC,
    )


def _source(address: str) -> Source:
    return Source(
        kind="sonarqube",
        address=f"{address}/sonar/dashboard?id=acme%3Ashop",
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(SonarQube.rule_fields, {}).rules,
        allow_local=True,
    )


_GATES = (2, 3, 4, 5)
_COVERED = (1, 2, 3, 5)

SUBJECT = Subject(
    connector=SonarQube,
    platform=_platform,
    source=_source,
    now=datetime(2026, 1, 9, 9, tzinfo=UTC),
    events=frozenset(
        {("signal", f"AYa-00000000000{n}/quality_gate") for n in _GATES}
        | {("signal", f"AYa-00000000000{n}/coverage") for n in _COVERED}
        | {("signal", f"AYa-00000000000{n}/bugs") for n in range(1, 6)}
    ),
    people=("Ada Example",),
)
