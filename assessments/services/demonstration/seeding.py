"""Makes the demonstration workspace, through the same doors as real data.

The past is entered in the past: every service takes the moment as an argument, so a
cycle of last year is answered, decided and locked at moments of last year. Each step is
a transaction of its own, so that nobody waits for the whole; a demonstration that was
not finished is removed and made anew.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from assessments.models import (
    Cycle,
    CycleState,
    Edition,
    Member,
    Proposal,
    Scope,
    Service,
    Workspace,
)
from assessments.queries.frameworks import framework
from assessments.services import (
    agreeing,
    answering,
    cycles,
    journal,
    organization,
    receiving,
    rescoring,
    rolling_up,
    signing,
    sources,
)
from assessments.services.demonstration.calibrating import calibrate
from assessments.services.demonstration.evidence import attach
from assessments.services.demonstration.opinions import opinion
from assessments.services.demonstration.plans import Plans
from assessments.services.demonstration.simulation import simulate
from assessments.services.lines import Layout
from assessments.services.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from assessments.services.demonstration.simulation import Record
    from assessments.services.demonstration.story import (
        Person,
        SimulatedCycle,
        Story,
    )
    from scoring.rubric import Edition as Framework

_EDITION = "compel-18"
_PUSH = "push"
_LOCKED_AFTER = timedelta(days=6)
_MADE = "demonstration.made"


def standing() -> Workspace | None:
    """Return the demonstration workspace, if there is one that was finished."""
    return Workspace.objects.filter(simulated=True, journal__verb=_MADE).first()


def newest_locked_cycle(*, workspace_id: int) -> int:
    """Return the locked cycle that ended last."""
    locked = Cycle.objects.filter(workspace_id=workspace_id, state=CycleState.LOCKED)
    return locked.order_by("-period_end", "-pk").values_list("pk", flat=True)[0]


def clear_away() -> None:
    """Remove what an interrupted start has left."""
    for workspace in Workspace.objects.filter(simulated=True).exclude(
        journal__verb=_MADE
    ):
        organization.remove_workspace(workspace_id=workspace.pk)


def give_password(story: Story, *, password: str) -> None:
    """Let the made-up people sign in with this password."""
    # Somebody real may bear one of these names: their password is not ours to set.
    real = Member.objects.filter(workspace__simulated=False).values("user")
    made_up = [f"{person.username}@example.org" for person in story.people]
    for user in User.objects.filter(
        username__in=[person.username for person in story.people],
        email__in=made_up,
        is_staff=False,
    ).exclude(pk__in=real):
        # Setting the same one again would sign everybody out.
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])


def seed(
    story: Story, *, password: str, repository: Path | None, now: datetime
) -> Workspace:
    """Make the workspace; `repository` is read as a real source beside the rest."""
    people = _people(story, password)
    lead = next(p for p in story.people if p.role == "lead")
    begins = now - timedelta(days=364 * story.years)
    workspace_id = organization.create_workspace(
        name=story.organization, by=people[lead.username], now=begins, simulated=True
    )
    workspace = Workspace.objects.get(pk=workspace_id)
    for person in story.people:
        if person is not lead:
            organization.add_member(
                workspace_id=workspace_id,
                user=people[person.username],
                role=person.role,
                vantage=person.vantage,
                by=people[lead.username],
                now=begins,
            )
    root = Scope.objects.get(workspace=workspace, parent=None)
    _tree(story, root, by=people[lead.username], now=begins)
    _telemetry(story, root, now=now)
    if repository is not None:
        _real_source(root, repository, by=people[lead.username], now=now)
    _Assessments(story, root, people, now).make_all()
    shipped = Edition.objects.filter(key=_EDITION, workspace=None)
    edition = shipped.latest("published_at", "pk")
    Plans(story, root, people, edition, now).make_all()
    journal.record(
        workspace_id=workspace_id,
        verb=_MADE,
        target=("workspace", workspace_id),
        by=None,
        at=now,
    )
    return workspace


def _people(story: Story, password: str) -> dict[str, User]:
    people = {}
    for person in story.people:
        user, made = User.objects.get_or_create(
            username=person.username,
            defaults={
                "email": f"{person.username}@example.org",
                "first_name": person.username.capitalize(),
            },
        )
        if made:
            user.set_password(password)
            user.save(update_fields=["password"])
        people[person.username] = user
    return people


def _tree(story: Story, root: Scope, *, by: User, now: datetime) -> None:
    units = {
        key: organization.add_unit(
            workspace_id=root.workspace_id, parent_id=root.pk, name=name, by=by, now=now
        )
        for key, name in story.units
    }
    for kind, delivered in (("service", story.services), ("model", story.models)):
        for one in delivered:
            organization.add_service(
                workspace_id=root.workspace_id,
                parent_id=units[one.unit],
                key=one.key,
                name=one.name,
                kind=kind,
                by=by,
                now=now,
            )


def _telemetry(story: Story, root: Scope, *, now: datetime) -> None:
    delivery = simulate(story, until=now)
    for name, records in (
        ("Simulated code delivery", delivery.code),
        ("Simulated model delivery", delivery.models),
    ):
        source_id = sources.connect(
            workspace_id=root.workspace_id,
            scope_id=root.pk,
            kind=_PUSH,
            name=name,
            by=None,
            now=now,
            simulated=True,
        )
        _take_in(source_id, records, now=now)
    for service in Service.objects.filter(workspace_id=root.workspace_id):
        rolling_up.refresh(service_id=service.pk)


def _take_in(source_id: int, records: Iterable[Record], *, now: datetime) -> None:
    text = "\n".join(json.dumps(record) for record in records)
    intake = receiving.read_in(
        source_id=source_id,
        stream=io.BytesIO(text.encode()),
        layout=Layout.JSON,
        now=now,
    )
    if intake.rejected:
        raise ValueError(f"the simulation made bad events: {intake.rejected[:3]}")


def _real_source(root: Scope, repository: Path, *, by: User, now: datetime) -> None:
    source_id = sources.connect(
        workspace_id=root.workspace_id,
        scope_id=root.pk,
        kind="git",
        name="This product's own Git history",
        address=str(repository),
        rules={"service": "compel"},
        by=by,
        now=now,
    )
    sources.ask_synchronization(source_id=source_id, now=now)


class _Assessments:
    """The story's cycles, each answered, decided and perhaps locked in its time."""

    def __init__(
        self, story: Story, root: Scope, people: dict[str, User], now: datetime
    ) -> None:
        self._story = story
        self._root = root
        self._people = people
        self._now = now
        shipped = Edition.objects.filter(key=_EDITION, workspace=None)
        self._row = shipped.latest("published_at", "pk")
        self._edition: Framework = framework(sha256=self._row.sha256)

    def make_all(self) -> None:
        for number, cycle in enumerate(self._story.cycles):
            self._make(number, cycle)

    def _make(self, number: int, cycle: SimulatedCycle) -> None:
        ends = (self._now - timedelta(days=cycle.ended_days_ago)).date()
        starts = ends - timedelta(days=cycle.days)
        lead = self._with_role("lead")
        opened_at = _at(starts, hour=9)
        cycle_id = cycles.create(
            workspace_id=self._root.workspace_id,
            scope_ids=[self._root.pk],
            plan=Plan(
                edition_id=self._row.pk,
                title=cycle.title,
                period_start=starts,
                period_end=ends,
                due_on=ends,
                targets=self._targets(number),
                rescoring="never" if cycle.locked else "daily",
            ),
            by=lead,
            now=opened_at,
        )
        cycles.open_(cycle_id=cycle_id, by=lead, now=opened_at)
        last_answer_at = min(_at(ends, hour=15), self._now)
        self._answer(number, cycle, cycle_id, (opened_at, last_answer_at))
        rescoring.rescore(cycle_id=cycle_id, trigger="events", now=last_answer_at)
        attach(
            self._story,
            workspace_id=self._root.workspace_id,
            cycle_id=cycle_id,
            title=cycle.title,
            people=self._people,
            at=last_answer_at,
            now=self._now,
        )
        self._decide(cycle_id, cycle, last_answer_at)
        if cycle.locked:
            locked_at = _at(ends, hour=16) + _LOCKED_AFTER
            signing.start_review(cycle_id=cycle_id, by=lead, now=last_answer_at)
            signing.lock(cycle_id=cycle_id, by=lead, now=locked_at)
        else:
            calibrate(
                workspace_id=self._root.workspace_id,
                cycle_id=cycle_id,
                assessor=self._with_role("assessor"),
                lead=lead,
                now=last_answer_at,
            )
            rescoring.rescore(cycle_id=cycle_id, trigger="answer", now=self._now)

    def _targets(self, number: int) -> dict[str, str]:
        step = self._story.target_step
        return {
            code: str(max(3, min(int(levels[number]) + step, 5)))
            for code, levels in self._story.levels.items()
        }

    def _answer(
        self,
        number: int,
        cycle: SimulatedCycle,
        cycle_id: int,
        between: tuple[datetime, datetime],
    ) -> None:
        raters = [person for person in self._story.people if person.bias is not None]
        topics = [
            (domain.code, topic.code)
            for domain in self._edition.domains
            for topic in domain.topics
        ]
        asked = topics[: round(len(topics) * cycle.answered)]
        step = (between[1] - between[0]) / (len(asked) * len(raters) + 1)
        moment = between[0]
        for domain, topic in asked:
            for person in raters:
                moment += step
                self._rate(number, cycle_id, person, (domain, topic), moment)

    def _rate(
        self,
        number: int,
        cycle_id: int,
        person: Person,
        place: tuple[str, str],
        moment: datetime,
    ) -> None:
        domain, topic = place
        said = opinion(self._story, person, cycle=number, domain=domain, topic=topic)
        answering.rate(
            cycle_id=cycle_id,
            topic=topic,
            person=self._people[person.username],
            vantage=person.vantage,
            answer=said.answer,
            level=said.level,
            confidence=said.confidence,
            rationale=said.rationale,
            now=moment,
        )

    def _decide(self, cycle_id: int, cycle: SimulatedCycle, now: datetime) -> None:
        """Decide about every proposal of a locked cycle, and half of an open one's."""
        proposals = [
            (proposal.criterion, proposal.level)
            for proposal in Proposal.objects.filter(
                scoring__cycle_id=cycle_id
            ).order_by("criterion", "pk")
            if proposal.level is not None
        ]
        due = proposals if cycle.locked else proposals[: len(proposals) // 2]
        assessor = self._with_role("assessor")
        for number, (criterion, level) in enumerate(due, start=1):
            verb, reason, days, agreed = self._verdict(number, level)
            agreeing.decide(
                cycle_id=cycle_id,
                criterion=criterion,
                verb=verb,
                level=agreed,
                reason=reason,
                expires_on=(now + timedelta(days=days)).date() if days else None,
                by=assessor,
                now=now,
            )

    def _verdict(
        self, number: int, level: Decimal
    ) -> tuple[str, str, int | None, Decimal | None]:
        dispute, override = self._story.dispute, self._story.override
        if number % dispute.every == 0:
            return "dispute", dispute.reason, None, None
        if number % override.every == 0:
            better = min(level + 1, Decimal(5))
            return "override", override.reason, override.days, better
        return "accept", "", None, None

    def _with_role(self, role: str) -> User:
        person = next(p for p in self._story.people if p.role == role)
        return self._people[person.username]


def _at(day: date, *, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)
