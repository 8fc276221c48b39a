"""The demonstration's cycles, each answered, decided and perhaps locked in its time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from assessments.models import Cycle, Proposal
from assessments.queries.frameworks import framework
from assessments.services import (
    agreeing,
    answering,
    cycles,
    participating,
    rescoring,
    signing,
)
from assessments.services.demonstration.calibrating import calibrate
from assessments.services.demonstration.evidence import attach
from assessments.services.demonstration.opinions import opinion
from assessments.services.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.contrib.auth.models import User

    from assessments.models import Edition
    from assessments.services.demonstration.story import (
        Person,
        SimulatedCycle,
        Story,
        Unit,
    )

_LOCKED_AFTER = timedelta(days=6)


class Assessments:
    """The story's cycles: of the whole, or of each unit at once.

    `places` holds the scope of each unit by its key, and that of the whole as "".
    """

    def __init__(
        self,
        story: Story,
        workspace_id: int,
        places: Mapping[str, int],
        people: Mapping[str, User],
        edition: Edition,
        now: datetime,
    ) -> None:
        self._story = story
        self._workspace_id = workspace_id
        self._people = people
        self._row = edition
        self._domains = framework(sha256=edition.sha256).domains
        self._now = now
        self._lead = self._with_role("lead")
        self._assessor = self._with_role("assessor")
        self._whole = places[""]
        self._units = {places[unit.key]: unit for unit in story.units}

    def make_all(self) -> None:
        """Make every cycle of the story, the oldest first."""
        for cycle in self._story.cycles:
            self._make(cycle)

    def _make(self, cycle: SimulatedCycle) -> None:
        ends = (self._now - timedelta(days=cycle.ended_days_ago)).date()
        starts = ends - timedelta(days=cycle.days)
        opened_at = _at(starts, hour=9)
        made = cycles.create(
            workspace_id=self._workspace_id,
            scope_ids=list(self._units) if cycle.by_unit else [self._whole],
            plan=Plan(
                edition_id=self._row.pk,
                title=cycle.title,
                period_start=starts,
                period_end=ends,
                due_on=ends,
                targets=self._targets(cycle.wave),
                rescoring="never" if cycle.locked else "daily",
            ),
            by=self._lead,
            now=opened_at,
        )
        for cycle_id in cycles.open_(cycle_id=made, by=self._lead, now=opened_at):
            last_answer_at = min(_at(ends, hour=15), self._now)
            unit = self._units.get(Cycle.objects.get(pk=cycle_id).scope_id)
            if unit is not None:
                self._ask_only(unit.raters, cycle_id, opened_at)
            self._answer(cycle, cycle_id, unit, (opened_at, last_answer_at))
            rescoring.rescore(cycle_id=cycle_id, trigger="events", now=last_answer_at)
            if unit is None:
                self._attach(cycle, cycle_id, last_answer_at)
            self._decide(cycle_id, cycle, last_answer_at)
            if cycle.locked:
                self._lock(cycle_id, last_answer_at, _at(ends, hour=16))
            else:
                self._go_on(cycle_id, last_answer_at)

    def _ask_only(self, raters: frozenset[str], cycle_id: int, now: datetime) -> None:
        for name, user in self._people.items():
            if name not in raters:
                participating.remove(
                    cycle_id=cycle_id, person_id=user.pk, by=self._lead, now=now
                )

    def _attach(self, cycle: SimulatedCycle, cycle_id: int, at: datetime) -> None:
        attach(
            self._story,
            workspace_id=self._workspace_id,
            cycle_id=cycle_id,
            title=cycle.title,
            people=self._people,
            at=at,
            now=self._now,
        )

    def _lock(self, cycle_id: int, answered_at: datetime, ended_at: datetime) -> None:
        signing.start_review(cycle_id=cycle_id, by=self._lead, now=answered_at)
        signing.lock(cycle_id=cycle_id, by=self._lead, now=ended_at + _LOCKED_AFTER)

    def _go_on(self, cycle_id: int, answered_at: datetime) -> None:
        calibrate(
            workspace_id=self._workspace_id,
            cycle_id=cycle_id,
            assessor=self._assessor,
            lead=self._lead,
            now=answered_at,
        )
        rescoring.rescore(cycle_id=cycle_id, trigger="answer", now=self._now)

    def _targets(self, wave: int) -> dict[str, str]:
        step = self._story.target_step
        return {
            code: str(max(3, min(int(levels[wave]) + step, 5)))
            for code, levels in self._story.levels.items()
        }

    def _answer(
        self,
        cycle: SimulatedCycle,
        cycle_id: int,
        unit: Unit | None,
        between: tuple[datetime, datetime],
    ) -> None:
        raters = [
            person
            for person in self._story.people
            if person.bias is not None
            and (unit is None or person.username in unit.raters)
        ]
        topics = [
            (domain.code, topic.code)
            for domain in self._domains
            for topic in domain.topics
        ]
        asked = topics[: round(len(topics) * cycle.answered)]
        step = (between[1] - between[0]) / (len(asked) * len(raters) + 1)
        moment = between[0]
        for domain, topic in asked:
            for person in raters:
                moment += step
                self._rate(cycle, cycle_id, unit, person, (domain, topic), moment)

    def _rate(
        self,
        cycle: SimulatedCycle,
        cycle_id: int,
        unit: Unit | None,
        person: Person,
        place: tuple[str, str],
        moment: datetime,
    ) -> None:
        domain, topic = place
        said = opinion(
            self._story,
            person,
            wave=cycle.wave,
            domain=domain,
            topic=topic,
            unit=unit,
        )
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
        for number, (criterion, level) in enumerate(due, start=1):
            verb, reason, days, agreed = self._verdict(number, level)
            agreeing.decide(
                cycle_id=cycle_id,
                criterion=criterion,
                verb=verb,
                level=agreed,
                reason=reason,
                expires_on=(now + timedelta(days=days)).date() if days else None,
                by=self._assessor,
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
