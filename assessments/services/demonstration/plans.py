"""What the demonstration's organization does about its gaps: plan, gates, platform."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assessments.models import Cycle, GateCondition, GateReview, Scope
from assessments.queries import gates
from assessments.queries.frameworks import framework
from assessments.services import gating, planning, platform

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from assessments.models import Edition
    from assessments.services.demonstration.story import Story


class Plans:
    """The story's plan, each piece written down in its time."""

    def __init__(
        self,
        story: Story,
        root: Scope,
        people: Mapping[str, User],
        edition: Edition,
        now: datetime,
    ) -> None:
        self._plan = story.plan
        self._root = root
        self._people = people
        self._edition = edition
        self._now = now
        self._lead = people[next(p for p in story.people if p.role == "lead").username]
        scopes = {
            scope.name: scope for scope in Scope.objects.filter(parent_id=root.pk)
        }
        self._units = {unit.key: scopes[unit.name] for unit in story.units}
        self._units[""] = root

    def make_all(self) -> None:
        """Write down initiatives, gate reviews and the catalogue."""
        for one in self._plan["initiatives"]:
            self._initiative(one)
        for one in self._plan["gates"]:
            self._gate(one)
        for one in self._plan["capabilities"]:
            self._capability(one)

    def _initiative(self, one: Mapping[str, Any]) -> None:
        started_at = self._ago(one["started_days_ago"])
        cycle = Cycle.objects.get(
            workspace_id=self._root.workspace_id, title=one["asked_by"]
        )
        initiative_id = planning.start(
            workspace_id=self._root.workspace_id,
            draft=planning.Draft(
                title=one["title"],
                text=one["text"],
                scope_id=self._units[one.get("unit", "")].pk,
                owner_id=self._people[one["owner"]].pk,
                start_on=started_at.date(),
                due_on=(started_at + timedelta(days=one["days"])).date(),
                effort=one["effort"],
                expected={
                    code: Decimal(str(level)) for code, level in one["expects"].items()
                },
            ),
            cycle_id=cycle.pk,
            by=self._lead,
            now=started_at,
        )
        planning.move(
            workspace_id=self._root.workspace_id,
            initiative_id=initiative_id,
            status=one["status"],
            why=one.get("why", ""),
            by=self._lead,
            now=min(started_at + timedelta(days=one["days"]), self._now),
        )

    def _gate(self, one: Mapping[str, Any]) -> None:
        at = self._ago(one.get("decided_days_ago", 0))
        workspace_id = self._root.workspace_id
        review_id = gating.open_review(
            workspace_id=workspace_id,
            scope_id=self._root.pk,
            edition_id=self._edition.pk,
            stage=one["stage"],
            by=self._lead,
            now=at,
        )
        gate = framework(sha256=self._edition.sha256).gate_before(one["stage"])
        criteria = gate.criteria if gate else ()
        gating.record_findings(
            workspace_id=workspace_id,
            review_id=review_id,
            findings={
                criterion.code: gating.Finding(met=met, note=one["note"])
                for criterion, met in zip(criteria, one["met"], strict=False)
            },
            marker=gates.marker({}),
            by=self._lead,
            now=at,
        )
        if "decision" in one:
            self._decide(review_id, one, at)

    def _decide(self, review_id: int, one: Mapping[str, Any], at: datetime) -> None:
        conditions = one.get("conditions", ())
        findings = GateReview.objects.values_list("findings", flat=True)
        gating.decide(
            workspace_id=self._root.workspace_id,
            review_id=review_id,
            decision=one["decision"],
            reason=one["reason"],
            conditions=[
                gating.Condition(
                    text=each["text"],
                    owner_id=self._people[each["owner"]].pk,
                    due_on=self._ago(each["due_days_ago"]).date(),
                )
                for each in conditions
            ],
            marker=gates.marker(findings.get(pk=review_id)),
            by=self._lead,
            now=at,
        )
        for each in conditions:
            if "met_days_ago" in each:
                self._meet(review_id, each)

    def _meet(self, review_id: int, one: Mapping[str, Any]) -> None:
        condition = GateCondition.objects.get(review_id=review_id, text=one["text"])
        gating.meet(
            workspace_id=self._root.workspace_id,
            condition_id=condition.pk,
            by=self._people[one["owner"]],
            now=self._ago(one["met_days_ago"]),
        )

    def _capability(self, one: Mapping[str, Any]) -> None:
        capability_id = platform.add(
            workspace_id=self._root.workspace_id,
            offer=platform.Offer(
                name=one["name"],
                area=one["area"],
                team_id=self._units["platform"].pk,
            ),
            by=self._lead,
            now=self._now,
        )
        platform.provide(
            workspace_id=self._root.workspace_id,
            capability_id=capability_id,
            access={
                self._units[unit].pk: platform.Access(
                    provision=said[0], wait_hours=said[1] if len(said) > 1 else None
                )
                for unit, said in one["access"].items()
            },
            by=self._lead,
            now=self._now,
        )

    def _ago(self, days: int) -> datetime:
        return self._now - timedelta(days=days)
