"""From a cycle's id to what the calibration pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from assessments.access import Role, Standing, Verb
from assessments.models import Cycle, Dispute, Grant, Member
from assessments.queries.calibration.reading import Look
from assessments.queries.calibration.rows import (
    BlindSpot,
    Calibration,
    DisputeRow,
    Disputes,
    DomainCalibration,
    Outlier,
    Step,
    TopicCalibration,
)
from assessments.queries.cycles import is_stale
from assessments.queries.results.stored import newest_ratings
from assessments.queries.results.translating import person
from scoring.agreement import agreement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.queries.calibration.rows import Spread
    from scoring.rubric import Domain, Topic


def calibration(*, workspace_id: int, cycle_id: int) -> Calibration | None:
    """Return how far people agree, by domain and topic; None if it is not ours."""
    if not _ours(workspace_id, cycle_id):
        return None
    look = Look(cycle_id)
    spreads = look.spreads
    return Calibration(
        cycle_id=look.cycle.pk,
        title=look.cycle.title,
        state=look.cycle.state,
        stale=is_stale(cycle_id=cycle_id),
        agreement=agreement(look.given()),
        domains=tuple(_domain(look, domain, spreads) for domain in look.kept),
        spreads=spreads,
        disputes=tuple(one for one in look.disputes if one.open),
    )


def topic_calibration(
    *, workspace_id: int, cycle_id: int, topic: str, names: bool
) -> TopicCalibration | None:
    """Return one topic with all that is needed to settle it; None: it is not asked.

    With `names`, the people whose answers lie far from the others are named.
    """
    if not _ours(workspace_id, cycle_id):
        return None
    look = Look(cycle_id, [topic])
    found = next(look.topics, None)
    if found is None:
        return None
    domain, asked = found
    spread = look.spread(domain, asked)
    score = look.scores.get(topic)
    order = [one.code for each in look.kept for one in each.topics]
    at = order.index(topic)
    return TopicCalibration(
        cycle_id=look.cycle.pk,
        title=look.cycle.title,
        state=look.cycle.state,
        stale=is_stale(cycle_id=cycle_id),
        spread=spread,
        help=asked.help,
        steps=steps(look, asked),
        criteria=tuple(look.criteria(domain, topic)),
        because=tuple(score.because) if score else (),
        outliers=tuple(_outliers(look, spread, names=names)),
        history=tuple(look.settlements.get(topic, ())),
        disputes=tuple(sorted(look.disputes, key=lambda one: -one.id)),
        before=order[at - 1] if at else None,
        after=order[at + 1] if at + 1 < len(order) else None,
    )


def disputes(*, workspace_id: int, cycle_id: int) -> Disputes | None:
    """Return every dispute of a cycle of this workspace, or None."""
    if not _ours(workspace_id, cycle_id):
        return None
    look = Look(cycle_id)
    over = [one for one in look.disputes if not one.open]
    return Disputes(
        cycle_id=cycle_id,
        title=look.cycle.title,
        open=tuple(one for one in look.disputes if one.open),
        over=tuple(sorted(over, key=lambda one: -one.id)),
    )


def disputed_topic(*, cycle_id: int, dispute_id: int) -> str | None:
    """Return the topic that a dispute of this cycle is about."""
    rows = Dispute.objects.filter(pk=dispute_id, cycle_id=cycle_id)
    return rows.values_list("topic", flat=True).first()


def open_disputes(*, cycle_id: int) -> list[DisputeRow]:
    """Return the disputes that nobody has resolved, the most urgent first."""
    return [one for one in Look(cycle_id).disputes if one.open]


def blind_spots(*, cycle_id: int) -> list[BlindSpot]:
    """Return the unsettled topics in which people or telemetry see something else."""
    return [
        BlindSpot(
            topic=one.code,
            name=one.name,
            domain=one.domain,
            sentence=one.sentence,
        )
        for one in Look(cycle_id).spreads
        if one.blind and not one.is_settled
    ]


def owner_choices(*, workspace_id: int, cycle_id: int) -> list[tuple[int, str]]:
    """Return who may own a dispute: everybody who may read the cycle, by name."""
    path = Cycle.objects.values_list("scope__path", flat=True).get(pk=cycle_id)
    grants = Prefetch("grants", Grant.objects.select_related("scope"))
    members = Member.objects.filter(workspace_id=workspace_id, user__is_active=True)
    found = [
        (one.user_id, person(one.user))
        for one in members.select_related("user").prefetch_related(grants)
        if _standing(one).may(Verb.READ, at=path)
    ]
    return sorted(found, key=lambda one: (one[1].casefold(), one[0]))


def steps(look: Look, topic: Topic) -> tuple[Step, ...]:
    """Return the levels of a topic in words, lowest first."""
    scale = look.edition.scale
    return tuple(
        Step(level=level, name=scale.name(level), text=topic.levels[level])
        for level in scale.span
    )


def _ours(workspace_id: int, cycle_id: int) -> bool:
    return Cycle.objects.filter(workspace_id=workspace_id, pk=cycle_id).exists()


def _standing(member: Member) -> Standing:
    return Standing(
        role=Role(member.role),
        grants=tuple((one.scope.path, Role(one.role)) for one in member.grants.all()),
    )


def _domain(
    look: Look, domain: Domain, spreads: tuple[Spread, ...]
) -> DomainCalibration:
    mine = [one for one in spreads if one.domain == domain.code]
    return DomainCalibration(
        code=domain.code,
        name=domain.name,
        agreement=agreement(look.given(domain)),
        topics=len(mine),
        to_discuss=sum(one.to_discuss for one in mine),
        settled=sum(one.is_settled for one in mine),
        disputed=sum(one.dispute is not None for one in mine),
        levels=sum(one.levels for one in mine),
        unknown=sum(one.unknown for one in mine),
    )


def _outliers(look: Look, spread: Spread, *, names: bool) -> Iterator[Outlier]:
    """Return the answers that lie as far from the middle as the edition minds."""
    if spread.middle is None:
        return
    far = [
        level
        for level in look.edition.scale.span
        if abs(level - spread.middle) >= spread.spread_gap
    ]
    rows = newest_ratings(look.cycle, None).filter(topic=spread.code, level__in=far)
    for row in rows.select_related("person").order_by("level", "vantage", "pk"):
        if row.level is None:
            continue
        yield Outlier(
            who=person(row.person) if names else "",
            vantage_label=look.labels.get(row.vantage, row.vantage),
            level=row.level,
            away=row.level - spread.middle,
            rationale=row.rationale if names else "",
        )
