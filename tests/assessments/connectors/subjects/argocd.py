"""Argo CD, telling of four applications in three projects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.argocd import ArgoCD
from assessments.connectors.base import Source, clean_rules
from assessments.connectors.lists import field
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import Listed, Part, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked


class _Whole:
    """All rows are on one page: the API has no others."""

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:  # noqa: ARG002 -- of the protocol
        """Return all of them."""
        return Part(rows)


def _wanted(row: Any, asked: Asked) -> bool:
    project, name = asked.query.get("projects"), asked.query.get("name")
    if name is not None and field(row, "metadata", "name") != name:
        return False
    return project in {None, field(row, "spec", "project")}


def _platform() -> Platform:
    return Platform(
        lists={
            "/api/v1/applications": Listed(
                ours("argocd", "applications"),
                _Whole(),
                wrap=lambda rows: {"metadata": {}, "items": rows or None},
                wanted=_wanted,
            )
        },
        admits=lambda asked: asked.headers.get("authorization") == f"Bearer {SECRET}",
    )


def _source(address: str) -> Source:
    rules = {"projects": ["shop", "pay", "web"]}
    return Source(
        kind="argocd",
        address=address,
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(ArgoCD.rule_fields, rules).rules,
        allow_local=True,
    )


_DEPLOYED = {
    "shop-production": ("05T09:00", "06T09:00", "06T11:00", "07T09:00"),
    "pay": ("07T12:00", "08T12:00", "09T08:59"),
    "web": ("08T13:00",),
}

SUBJECT = Subject(
    connector=ArgoCD,
    platform=_platform,
    source=_source,
    now=datetime(2026, 1, 9, 9, tzinfo=UTC),
    events=frozenset(
        ("deployment", f"argocd/{name}@2026-01-{at}:00+00:00")
        for name, moments in _DEPLOYED.items()
        for at in moments
    ),
    people=("ada-example", "Ada Example", "ada@", "s3cr3t-value"),
)
