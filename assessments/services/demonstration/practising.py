"""The demonstration's assessments against the shipped frameworks of practices."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from assessments.models import Edition
from assessments.queries.frameworks import framework
from assessments.services import answering, cycles, rescoring, signing
from assessments.services.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from assessments.models import Scope
    from assessments.services.demonstration.story import Person, Practised, Story
    from scoring.rubric import Edition as Framework

_HOW_MUCH_PEOPLE_DIFFER = 0.3


class Practices:
    """One locked cycle of the whole against each framework that is loaded."""

    def __init__(
        self, story: Story, root: Scope, people: Mapping[str, User], now: datetime
    ) -> None:
        self._story = story
        self._root = root
        self._people = people
        self._now = now
        lead = next(one for one in story.people if one.role == "lead")
        self._lead = people[lead.username]

    def make_all(self) -> None:
        """Make them all; what was not loaded cannot be assessed against."""
        for practised in self._story.practices:
            rows = Edition.objects.filter(key=practised.edition, workspace=None)
            edition = rows.order_by("published_at", "pk").last()
            if edition is not None:
                self._make(practised, edition)

    def _make(self, practised: Practised, edition: Edition) -> None:
        ends = (self._now - timedelta(days=practised.ended_days_ago)).date()
        starts = ends - timedelta(days=practised.days)
        at = datetime.combine(starts, time(9), tzinfo=UTC)
        made = cycles.create(
            workspace_id=self._root.workspace_id,
            scope_ids=[self._root.pk],
            plan=Plan(
                edition_id=edition.pk,
                title=practised.title,
                period_start=starts,
                period_end=ends,
                due_on=ends,
                targets={},
                rescoring="never",
            ),
            by=self._lead,
            now=at,
        )
        for cycle_id in cycles.open_(cycle_id=made, by=self._lead, now=at):
            self._answer(practised, cycle_id, framework(sha256=edition.sha256), at)
            over = datetime.combine(ends, time(16), tzinfo=UTC)
            rescoring.rescore(cycle_id=cycle_id, trigger="answer", now=over)
            signing.start_review(cycle_id=cycle_id, by=self._lead, now=over)
            signing.lock(cycle_id=cycle_id, by=self._lead, now=over)

    def _answer(
        self, practised: Practised, cycle_id: int, edition: Framework, at: datetime
    ) -> None:
        raters = [one for one in self._story.people if one.bias is not None]
        for domain in edition.domains:
            stands = practised.levels.get(domain.code)
            for topic in domain.topics:
                for person in raters:
                    level = (
                        None
                        if stands is None
                        else self._opinion(edition, person, topic.code, stands)
                    )
                    answering.rate(
                        cycle_id=cycle_id,
                        topic=topic.code,
                        person=self._people[person.username],
                        vantage=person.vantage,
                        answer="unknown" if level is None else "level",
                        level=level,
                        confidence="" if level is None else "medium",
                        rationale=self._story.rationales[max(1, level or 1)][0],
                        now=at,
                    )

    def _opinion(
        self, edition: Framework, person: Person, topic: str, stands: float
    ) -> int:
        seed = f"{self._story.seed}:{edition.key}:{topic}:{person.username}"
        dice = random.Random(seed)  # noqa: S311  # simulation
        said = dice.gauss(stands + (person.bias or 0) / 2, _HOW_MUCH_PEOPLE_DIFFER)
        scale = edition.scale
        return min(max(round(said), scale.minimum), scale.maximum)
