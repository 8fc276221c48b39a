"""Jenkins, telling of three jobs in a folder, two of them of one pipeline."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.jenkins import Jenkins
from assessments.connectors.jenkins.address import path_of
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import Listed, Part, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked

_CREDENTIAL = f"robot:{SECRET}"
BASIC = f"Basic {b64encode(_CREDENTIAL.encode()).decode()}"


@dataclass(frozen=True)
class _ByRange:
    """A range behind the list in `tree`."""

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:  # noqa: ARG002 -- of the protocol
        """Return the rows of the range."""
        _, _, ranged = asked.query["tree"].rpartition("{")
        start, end = map(int, ranged.removesuffix("}").split(","))
        return Part(rows[start : min(end, start + cap)])


def _platform() -> Platform:
    platform = Platform(
        things={"/job/shop/api/json": ours("jenkins", "jobs")},
        admits=lambda asked: asked.headers.get("authorization") == BASIC,
    )
    stages = ours("jenkins", "stages")
    for job, builds in ours("jenkins", "builds").items():
        path = path_of(tuple(job.split("/")))
        platform.lists[f"{path}/api/json"] = Listed(
            builds, _ByRange(), wrap=lambda rows: {"allBuilds": rows}
        )
        for build in builds:
            number = str(build["number"])
            platform.things[f"{path}/{number}/api/json"] = build
            found = stages.get(job, {}).get(number)
            if found:
                described = {"id": number, "stages": found}
                platform.things[f"{path}/{number}/wfapi/describe"] = described
    return platform


def _source(address: str) -> Source:
    return Source(
        kind="jenkins",
        address=f"{address}/job/shop/",
        service_key="shop",
        secret=_CREDENTIAL,
        rules=clean_rules(Jenkins.rule_fields, {}).rules,
        allow_local=True,
    )


_RUNS = {
    "shop/app/feature%2Fcart": ("#1", "#1/6", "#1/9"),
    "shop/app/main": (
        *("#1", "#1/6", "#2", "#2/6", "#2/9"),
        *("#3", "#3/6", "#3/9", "#4", "#4/6", "#4/9"),
    ),
    "shop/deploy-production": ("#10", "#11", "#12"),
}
_DEPLOYED = {
    "shop/app/main": ("#2/9", "#3/9", "#4/9"),
    "shop/deploy-production": ("#10", "#11", "#12"),
}

SUBJECT = Subject(
    connector=Jenkins,
    platform=_platform,
    source=_source,
    now=datetime(2026, 1, 9, 9, tzinfo=UTC),
    events=frozenset(
        (kind, job + number)
        for kind, found in (("pipeline_run", _RUNS), ("deployment", _DEPLOYED))
        for job, numbers in found.items()
        for number in numbers
    ),
    people=("Ada Example", "ada-example"),
)
