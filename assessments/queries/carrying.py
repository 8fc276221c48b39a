"""What an earlier cycle has to give to a later one, and what became of it.

An answer fits on where the topic bears the same code, asks the same question and has
the same level sentences. Anything else is another question, which is asked anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import Assignment, Cycle, Edition, Rating
from assessments.queries.answers import asked
from assessments.queries.assignments import answering_members, names_people
from assessments.queries.frameworks import framework, spoken
from scoring.rubric import diffing

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from scoring.rubric import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedTopic:
    """A topic whose earlier answers do not fit on."""

    code: str
    name: str  # like the questions, in the reader's language
    question_before: str  # empty if the earlier edition did not ask it
    question: str
    levels: tuple[int, ...]  # whose sentences changed

    @property
    def is_new(self) -> bool:
        """Whether the earlier edition did not have it at all."""
        return not self.question_before


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryPreview:
    """What would be carried over, and what would be asked anew."""

    answers: int
    people: int
    unchanged: int  # topics
    changed: tuple[ChangedTopic, ...]
    dropped: tuple[str, ...]  # codes that only the earlier edition has


def carry_preview(*, edition_id: int, from_cycle_id: int) -> CarryPreview:
    """Say what a new cycle against an edition could take over from an earlier one."""
    sha256 = Edition.objects.only("sha256").get(pk=edition_id).sha256
    earlier = _cycle(from_cycle_id)
    topics = asked(framework(sha256=sha256), {})
    changed = _changed(topics, earlier.edition.sha256, sha256)
    stayed = {topic.code for topic in topics} - {one.code for one in changed}
    members = answering_members(
        workspace_id=earlier.workspace_id, path=earlier.scope.path
    )
    people = {one.id for one in members}
    newest = [
        person
        for (topic, person) in newest_answers(cycle_id=from_cycle_id, topics=stayed)
        if person in people
    ]
    codes = {topic.code for topic in topics}
    before = framework(sha256=earlier.edition.sha256)
    return CarryPreview(
        answers=len(newest),
        people=len(set(newest)),
        unchanged=len(stayed),
        changed=changed,
        dropped=tuple(one.code for one in before.topics if one.code not in codes),
    )


def changed_topics(*, cycle_id: int) -> dict[str, ChangedTopic]:
    """Return the topics that changed since the cycle that this one was started from."""
    cycle = _cycle(cycle_id)
    if cycle.based_on_id is None:
        return {}
    earlier = _cycle(cycle.based_on_id)
    topics = asked(framework(sha256=cycle.edition.sha256), cycle.left_out)
    changed = _changed(topics, earlier.edition.sha256, cycle.edition.sha256)
    return {one.code: one for one in changed}


def unconfirmed(*, cycle_id: int, person_id: int) -> frozenset[str]:
    """Return the topics whose newest answer was carried over and not confirmed."""
    rows = Rating.objects.filter(cycle_id=cycle_id, person_id=person_id).order_by("pk")
    newest = dict(rows.values_list("topic", "carried_from"))
    return frozenset(topic for topic, carried in newest.items() if carried is not None)


def unchanged_topics(*, cycle_id: int, from_cycle_id: int) -> frozenset[str]:
    """Return the topics of a cycle that an answer of the earlier one fits on."""
    cycle = _cycle(cycle_id)
    topics = asked(framework(sha256=cycle.edition.sha256), cycle.left_out)
    before = _cycle(from_cycle_id).edition.sha256
    changed = _changed(topics, before, cycle.edition.sha256)
    return frozenset(topic.code for topic in topics) - {one.code for one in changed}


def newest_answers(*, cycle_id: int, topics: Set[str]) -> dict[tuple[str, int], Rating]:
    """Return each person's newest answer to each of the topics."""
    rows = Rating.objects.filter(cycle_id=cycle_id).order_by("pk")
    return {
        (row.topic, row.person_id): row
        for row in rows.iterator()
        if row.topic in topics
    }


def takers(*, cycle_id: int) -> Mapping[int, frozenset[str] | None]:
    """Return whom answers may be carried for, each with their domains; None: all."""
    cycle = _cycle(cycle_id)
    members = answering_members(workspace_id=cycle.workspace_id, path=cycle.scope.path)
    if not names_people(cycle_id=cycle_id):
        return {one.id: None for one in members}
    domains: dict[int, set[str]] = {}
    named = Assignment.objects.filter(cycle_id=cycle_id)
    for person, domain in named.values_list("person_id", "domain"):
        domains.setdefault(person, set()).add(domain)
    return {one.id: frozenset(domains.get(one.id, ())) for one in members}


def _changed(
    topics: tuple[Topic, ...], before_sha256: str, after_sha256: str
) -> tuple[ChangedTopic, ...]:
    """Return which of the topics changed: told by the editions' own words.

    What is shown of them is in the reader's language, where a sentence may read the
    same although its translation has not been renewed yet.
    """
    before, after = framework(sha256=before_sha256), framework(sha256=after_sha256)
    old = {topic.code: topic for topic in before.topics}
    old_said = {topic.code: topic for topic in spoken(sha256=before_sha256).topics}
    said = spoken(sha256=after_sha256)
    same_scale = before.scale.span == after.scale.span
    return tuple(
        ChangedTopic(
            code=topic.code,
            name=said.topic(topic.code).name,
            question_before=old_said[topic.code].question if topic.code in old else "",
            question=said.topic(topic.code).question,
            levels=_other_levels(old.get(topic.code), topic),
        )
        for topic in topics
        if not (
            same_scale
            and topic.code in old
            and diffing.same_question(old[topic.code], topic)
        )
    )


def _other_levels(before: Topic | None, after: Topic) -> tuple[int, ...]:
    old = before.levels if before else {}
    return tuple(
        level for level, text in after.levels.items() if old.get(level) != text
    )


def _cycle(cycle_id: int) -> Cycle:
    rows = Cycle.objects.select_related("edition", "scope")
    return rows.defer("content", "edition__document").get(pk=cycle_id)
