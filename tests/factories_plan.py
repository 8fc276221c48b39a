"""Initiatives, gate reviews and capabilities, made through the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from assessments.models import Capability, GateReview, Initiative
from assessments.queries import gates
from assessments.services import gating, planning, platform
from tests import factories, frameworks
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from assessments.models import Cycle, Edition, Scope, Workspace
    from scoring.events import Json

STAGES: list[Json] = [
    {
        "code": code,
        "name": name,
        "purpose": f"To {name.lower()}.",
        "outputs": [f"What {name.lower()} puts out"],
        "source": ["own"],
    }
    for code, name in (
        ("S1", "Calibrate"),
        ("S2", "Organize"),
        ("S3", "Model"),
    )
]
GATES: list[Json] = [
    {
        "code": "gate-model",
        "opens": "S3",
        "name": "Ready to model",
        "criteria": [
            {
                "code": f"gate-model-{number}",
                "text": f"Criterion {number} of the gate.",
                "evidence": ["A signed page"],
                "source": ["own"],
            }
            for number in (1, 2)
        ],
        "source": ["own"],
    }
]
CRITERIA = ("gate-model-1", "gate-model-2")


def staged(**changes: Json) -> Edition:
    """Publish the small edition with three stages and a gate before the last."""
    document = frameworks.plain(stages=STAGES, gates=GATES, **changes)
    return factories.edition(document)


def draft(
    scope: Scope,
    *,
    title: str = "Automate the pipeline",
    text: str = "",
    owner: User | None = None,
    start_on: date = date(2026, 4, 1),
    due_on: date = date(2026, 6, 30),
    effort: int = 3,
    expected: Mapping[str, str] | None = None,
) -> planning.Draft:
    """What somebody writes about an initiative."""
    return planning.Draft(
        title=title,
        text=text,
        scope_id=scope.pk,
        owner_id=owner.pk if owner else None,
        start_on=start_on,
        due_on=due_on,
        effort=effort,
        expected={code: Decimal(level) for code, level in (expected or {}).items()},
    )


def initiative(
    workspace: Workspace,
    *,
    cycle: Cycle | None = None,
    by: User | None = None,
    scope: Scope | None = None,
    expected: Mapping[str, str] | None = None,
    title: str = "Automate the pipeline",
    start_on: date = date(2026, 4, 1),
    due_on: date = date(2026, 6, 30),
    effort: int = 3,
    owner: User | None = None,
) -> Initiative:
    """Start an initiative."""
    pk = planning.start(
        workspace_id=workspace.pk,
        draft=draft(
            scope or (cycle.scope if cycle else factories.root(workspace)),
            title=title,
            expected=expected,
            start_on=start_on,
            due_on=due_on,
            effort=effort,
            owner=owner,
        ),
        cycle_id=cycle.pk if cycle else None,
        by=by or factories.person("ada"),
        now=NOW,
    )
    return Initiative.objects.get(pk=pk)


def answered(cycle: Cycle, level: int | Mapping[str, int], *by: User) -> Cycle:
    """Answer every topic of the small edition, by domain, and score."""
    topics = {"A": ("A.1", "A.2", "A.3"), "B": ("B.1",), "C": ("C.1",)}
    levels = dict.fromkeys(topics, level) if isinstance(level, int) else level
    for domain, said in levels.items():
        for topic in topics[domain]:
            for person in by or (factories.person("rui"),):
                factories.rating(cycle, topic, person, said, confidence="high")
    return factories.scored(cycle)


def review(
    workspace: Workspace,
    edition: Edition,
    *,
    scope: Scope | None = None,
    by: User | None = None,
    at: datetime = NOW,
) -> GateReview:
    """Open a review of the gate before the last stage."""
    pk = gating.open_review(
        workspace_id=workspace.pk,
        scope_id=(scope or factories.root(workspace)).pk,
        edition_id=edition.pk,
        stage="S3",
        by=by or factories.person("ada"),
        now=at,
    )
    return GateReview.objects.get(pk=pk)


def examined(
    review: GateReview, *met: bool | None, by: User | None = None
) -> GateReview:
    """Write down what was found about each criterion, in order."""
    gating.record_findings(
        workspace_id=review.workspace_id,
        review_id=review.pk,
        findings={
            code: gating.Finding(met=one, note="Seen.")
            for code, one in zip(CRITERIA, met, strict=True)
        },
        marker=gates.marker(review.findings),
        by=by or factories.person("ada"),
        now=NOW,
    )
    review.refresh_from_db()
    return review


def decided(
    review: GateReview,
    decision: str,
    *,
    reason: str = "It is so.",
    conditions: tuple[gating.Condition, ...] = (),
    by: User | None = None,
    at: datetime = NOW,
) -> GateReview:
    """Decide a review."""
    gating.decide(
        workspace_id=review.workspace_id,
        review_id=review.pk,
        decision=decision,
        reason=reason,
        conditions=conditions,
        marker=gates.marker(review.findings),
        by=by or factories.person("ada"),
        now=at,
    )
    review.refresh_from_db()
    return review


def condition(owner: User, *, due_on: date = date(2026, 3, 20)) -> gating.Condition:
    """A condition that somebody owns."""
    return gating.Condition(
        text="Name the budget owner", owner_id=owner.pk, due_on=due_on
    )


def capability(
    workspace: Workspace,
    name: str = "Model registry",
    *,
    area: str = "",
    team: Scope | None = None,
    access: Mapping[int, tuple[str, int | None]] | None = None,
) -> Capability:
    """Put a capability into the catalogue, and say who gets it how."""
    by = factories.person("ada")
    pk = platform.add(
        workspace_id=workspace.pk,
        offer=platform.Offer(name=name, area=area, team_id=team.pk if team else None),
        by=by,
        now=NOW,
    )
    platform.provide(
        workspace_id=workspace.pk,
        capability_id=pk,
        access={
            scope_id: platform.Access(provision=provision, wait_hours=wait)
            for scope_id, (provision, wait) in (access or {}).items()
        },
        by=by,
        now=NOW,
    )
    return Capability.objects.get(pk=pk)
