"""What moved between two scorings, and why: plain objects with sentences.

Answers are counted, never named: who answered what is for leads and assessors. What was
decided or settled is said with its name, for somebody answers for it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments import models
from scoring.engine import Level
from scoring.metrics import Known, Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from decimal import Decimal

    from django.contrib.auth.models import AbstractUser

    from scoring.engine import Column, Score
    from scoring.events import Json
    from scoring.metrics import Measurement
    from scoring.rubric import Domain, Edition

_COLUMNS = ("declared", "measured", "agreed")
_VERBS = {"accept": "accepted", "dispute": "disputed", "override": "overrode"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A scoring: its scores, what was measured, and how far it had read."""

    scores: tuple[Score, ...]
    measured: Mapping[tuple[str, str], Measurement]
    last_rating: int
    last_decision: int
    last_settlement: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something that happened between two scorings, to a topic or a criterion."""

    kind: str  # rating | measurement | decision | settlement | expiry
    code: str
    sentence: str
    people: frozenset[int] = frozenset()  # who answered; counted, never told


def changes(
    *, cycle_id: int, edition: Edition, before: Snapshot, after: Snapshot
) -> list[dict[str, Json]]:
    """Return every level that moved, topics first, each with what moved it."""
    causes = _causes(cycle_id, edition, before, after)
    earlier = {(one.kind, one.code): one for one in before.scores}
    found: list[dict[str, Json]] = []
    moved: set[str] = set()
    for now in after.scores:
        then = earlier.get((now.kind, now.code))
        if then is None:
            continue
        for column in _moved_columns(then, now):
            mine = _causes_of(edition, now, causes, moved)
            found.append(_change(edition, now, column, then, mine))
            moved.add(now.code)
    return found


def _moved_columns(then: Score, now: Score) -> list[str]:
    return [
        name
        for name in _COLUMNS
        if _column(then, name).level != _column(now, name).level
    ]


def _column(score: Score, name: str) -> Column:
    column: Column = getattr(score, name)
    return column


def _change(
    edition: Edition, now: Score, column: str, then: Score, causes: list[Cause]
) -> dict[str, Json]:
    before, after = _column(then, column).level, _column(now, column).level
    name = _name(edition, now)
    return {
        "kind": now.kind.value,
        "code": now.code,
        "name": name,
        "column": column,
        "before": _text(before),
        "after": _text(after),
        "sentence": f"{name}: {column} {_way(before, after)}.",
        "because": _because(causes),
        "causes": [
            {"kind": one.kind, "code": one.code, "sentence": one.sentence}
            for one in causes
        ],
    }


def _because(causes: list[Cause]) -> str:
    """Return the causes as a few sentences: all new answers are one."""
    answers = [cause for cause in causes if cause.kind == "rating"]
    others = [cause.sentence for cause in causes if cause.kind != "rating"]
    if not answers:
        return " ".join(others)
    people = {person for cause in answers for person in cause.people}
    topics = ", ".join(cause.code for cause in answers)
    return " ".join([_answered(len(people), topics), *others])


def _answered(people: int, topics: str) -> str:
    who = "One person" if people == 1 else f"{people} people"
    return f"{who} answered {topics} anew."


def _name(edition: Edition, score: Score) -> str:
    match score.kind:
        case Level.TOPIC:
            return f"{score.code} {edition.topic(score.code).name}"
        case Level.DOMAIN:
            return f"{score.code} {edition.domain(score.code).name}"
        case Level.PILLAR:
            return next(p.name for p in edition.pillars if p.code == score.code)
    return "Overall"


def _way(before: Decimal | None, after: Decimal | None) -> str:
    if before is None:
        return f"became known as {after:f}"
    if after is None:
        return f"is no longer known, it was {before:f}"
    return f"{'rose' if after > before else 'fell'} from {before:f} to {after:f}"


def _text(level: Decimal | None) -> str | None:
    return None if level is None else f"{level:f}"


# ── causes ─────────────────────────────────────────────────────────────────────────


def _causes_of(
    edition: Edition, score: Score, causes: list[Cause], moved: Collection[str]
) -> list[Cause]:
    """Return the causes below a score; of pillars and the whole, the domains."""
    if score.kind is Level.TOPIC:
        codes = {score.code} | {
            one.code for one in edition.criteria if one.topic == score.code
        }
        return [cause for cause in causes if cause.code in codes]
    if score.kind is Level.DOMAIN:
        domain = edition.domain(score.code)
        codes = {topic.code for topic in domain.topics}
        codes |= {criterion.code for criterion in domain.criteria}
        return [cause for cause in causes if cause.code in codes]
    return [
        Cause(kind="domain", code=domain.code, sentence=f"{_titled(domain)} moved.")
        for domain in _domains(edition, score)
        if domain.code in moved
    ]


def _titled(domain: Domain) -> str:
    return f"{domain.code} {domain.name}"


def _domains(edition: Edition, score: Score) -> tuple[Domain, ...]:
    if score.kind is Level.PILLAR:
        return next(p.domains for p in edition.pillars if p.code == score.code)
    return edition.domains


def _causes(
    cycle_id: int, edition: Edition, before: Snapshot, after: Snapshot
) -> list[Cause]:
    return [
        *_answers(cycle_id, before, after),
        *_measurements(edition, before, after),
        *_decisions(cycle_id, before, after),
        *_settlements(cycle_id, before, after),
        *_expiries(cycle_id, before, after),
    ]


def _answers(cycle_id: int, before: Snapshot, after: Snapshot) -> Iterator[Cause]:
    new = models.Rating.objects.filter(
        cycle_id=cycle_id, pk__gt=before.last_rating, pk__lte=after.last_rating
    )
    people: dict[str, set[int]] = defaultdict(set)
    for topic, person in new.order_by().values_list("topic", "person_id").distinct():
        people[topic].add(person)
    for topic in sorted(people):
        yield Cause(
            kind="rating",
            code=topic,
            sentence=_answered(len(people[topic]), topic),
            people=frozenset(people[topic]),
        )


def _decisions(cycle_id: int, before: Snapshot, after: Snapshot) -> Iterator[Cause]:
    new = models.Decision.objects.filter(
        cycle_id=cycle_id, pk__gt=before.last_decision, pk__lte=after.last_decision
    )
    for one in new.select_related("decided_by").order_by("pk"):
        level = "" if one.level is None else f" at {one.level:f}"
        yield Cause(
            kind="decision",
            code=one.criterion,
            sentence=(
                f"{_person(one.decided_by)} {_VERBS[one.verb]} {one.criterion}{level}."
            ),
        )


def _settlements(cycle_id: int, before: Snapshot, after: Snapshot) -> Iterator[Cause]:
    new = models.Settlement.objects.filter(
        cycle_id=cycle_id,
        pk__gt=before.last_settlement,
        pk__lte=after.last_settlement,
    )
    for one in new.select_related("settled_by").order_by("pk"):
        deed = (
            "The settlement was taken back"
            if one.level is None
            else f"{one.level:f} was agreed in calibration"
        )
        reason = " ".join(one.reason.split()).rstrip(".")
        yield Cause(
            kind="settlement",
            code=one.topic,
            sentence=f"{one.topic}: {deed} by {_person(one.settled_by)}: {reason}.",
        )


def _person(user: AbstractUser) -> str:
    return user.get_full_name() or user.get_username()


def _expiries(cycle_id: int, before: Snapshot, after: Snapshot) -> Iterator[Cause]:
    # Through its last day a decision counts.
    ended = models.Decision.objects.filter(
        cycle_id=cycle_id,
        pk__lte=before.last_decision,
        expires_on__gte=before.on,
        expires_on__lt=after.on,
    )
    for one in ended.order_by("pk"):
        yield Cause(
            kind="expiry",
            code=one.criterion,
            sentence=(
                f"The decision on {one.criterion} ended on {one.expires_on:%-d %B %Y}."
            ),
        )


def _measurements(
    edition: Edition, before: Snapshot, after: Snapshot
) -> Iterator[Cause]:
    for (criterion, metric), now in after.measured.items():
        then = before.measured.get((criterion, metric))
        if then is None or _says(then) == _says(now):
            continue
        name = metric.replace("_", " ").capitalize()
        window = (
            f"in {edition.criterion(criterion).window_days:g} days, n = {now.n}"
            if now.known is Known.VALUE
            else now.because.rstrip(".")
        )
        yield Cause(
            kind="measurement",
            code=criterion,
            sentence=f"{name} went from {_says(then)} to {_says(now)} ({window}).",
        )


def _says(one: Measurement) -> str:
    """Write a measured value for a sentence."""
    if one.known is Known.NOT_APPLICABLE:
        return "not applicable"
    if one.known is not Known.VALUE or one.value is None:
        return "unknown"
    match one.unit:
        case Unit.RATIO:
            return f"{one.value * 100:.1f} %"
        case Unit.SECONDS:
            return _span(one.value)
        case Unit.PER_WEEK:
            return f"{one.value:.2f} a week"
        case Unit.POINTS:
            return f"{one.value * 100:.1f} points"
    return f"{one.value:g}"


def _span(seconds: float) -> str:
    for name, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {name}"
    return f"{seconds:.0f} seconds"
