"""A topic's evidence beside its question: what is there, what could be added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.access import Verb
from assessments.models import Cycle, Evidence, Measurement, MeasurementStatus, Rating
from assessments.queries.assignments import asked_domains
from assessments.queries.evidence.rows import (
    measurement_of,
    measurements,
    pieces,
    row,
)
from assessments.queries.evidence.seeing import readable
from assessments.queries.frameworks import spoken
from assessments.queries.results.stored import shown_scoring
from assessments.queries.results.translating import measured, person

if TYPE_CHECKING:
    from datetime import date

    from assessments.queries.evidence.rows import EvidenceRow
    from assessments.queries.members import Membership
    from assessments.queries.results.rows import Measured
    from scoring.rubric import Domain

_MOST_OFFERED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece that supports the topic in hand."""

    row: EvidenceRow
    support_id: int
    attached_by_id: int
    attached_by: str
    measured: Measured | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOption:
    """A measurement that can be referred to."""

    value: str  # what a form sends: criterion and metric
    criterion_name: str
    measured: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Everything about the evidence of one topic of one cycle."""

    cycle_id: int
    cycle_title: str
    state: str
    domain: str
    domain_name: str
    topic: str
    topic_name: str
    asks: tuple[str, ...]
    pieces: tuple[Piece, ...]
    offers: tuple[tuple[int, str], ...]  # further pieces that could be attached
    found: str  # what was looked for among them
    measures: tuple[MeasureOption, ...]
    # Measured values are held back until one's own first answer.
    holding_back: bool


def panel(
    *, me: Membership, cycle_id: int, topic: str, find: str, today: date
) -> Panel | None:
    """Return the evidence of a topic; None if the cycle does not ask about it."""
    rows = Cycle.objects.select_related("edition", "scope")
    cycle = (
        rows.defer("content", "edition__document")
        .filter(workspace_id=me.workspace_id, pk=cycle_id)
        .first()
    )
    if cycle is None:
        return None
    edition = spoken(sha256=cycle.edition.sha256)
    try:
        domain, one = edition.domain_of(topic), edition.topic(topic)
    except KeyError:
        return None
    if domain.code in cycle.left_out:
        return None
    hold = cycle.unanchored and not _has_answered(me, cycle_id, topic)
    return Panel(
        cycle_id=cycle.pk,
        cycle_title=cycle.title,
        state=cycle.state,
        domain=domain.code,
        domain_name=domain.name,
        topic=topic,
        topic_name=one.name,
        asks=one.evidence or domain.evidence,
        pieces=_pieces(cycle, topic, hold=hold, today=today),
        offers=_offers(me, cycle, topic, find),
        found=find,
        measures=() if hold else measure_options(cycle_id=cycle_id, topic=topic),
        holding_back=hold,
    )


def measure_options(
    *, cycle_id: int, topic: str | None = None
) -> tuple[MeasureOption, ...]:
    """Return the measurements of a cycle that have a value.

    With a topic: those of its domain, what is bound to the topic itself first.
    """
    rows = Cycle.objects.select_related("edition")
    cycle = rows.defer("content", "edition__document").get(pk=cycle_id)
    edition = spoken(sha256=cycle.edition.sha256)
    domains = [edition.domain_of(topic)] if topic else edition.domains
    names = _criteria(domains, topic)
    found = Measurement.objects.filter(
        scoring=shown_scoring(cycle),
        status=MeasurementStatus.VALUE,
        criterion__in=names,
    )
    place = list(names)
    return tuple(
        MeasureOption(
            value=f"{one.criterion}|{one.metric}",
            criterion_name=names[one.criterion],
            measured=measured(one),
        )
        for one in sorted(found, key=lambda one: (place.index(one.criterion), one.pk))
    )


def _criteria(
    domains: tuple[Domain, ...] | list[Domain], topic: str | None
) -> dict[str, str]:
    criteria = [one for domain in domains for one in domain.criteria]
    criteria.sort(key=lambda one: one.topic != topic if topic else False)
    return {one.code: str(one.name) for one in criteria}


def _has_answered(me: Membership, cycle_id: int, topic: str) -> bool:
    mine = Rating.objects.filter(cycle_id=cycle_id, person_id=me.user_id)
    return mine.filter(topic=topic).exists()


def _pieces(cycle: Cycle, topic: str, *, hold: bool, today: date) -> tuple[Piece, ...]:
    supports = cycle.supports.filter(topic=topic).select_related("added_by")
    attached = {one.evidence_id: one for one in supports}
    found = list(pieces().filter(pk__in=attached).order_by("-pk"))
    told = {} if hold else measurements(found)
    return tuple(
        Piece(
            # What else it supports is not a matter of this page.
            row=row(piece, (), today=today),
            support_id=attached[piece.pk].pk,
            attached_by_id=attached[piece.pk].added_by_id,
            attached_by=person(attached[piece.pk].added_by),
            measured=measurement_of(piece, told),
        )
        for piece in found
    )


def _offers(
    me: Membership, cycle: Cycle, topic: str, find: str
) -> tuple[tuple[int, str], ...]:
    known = readable(me) | Q(pk__in=_of_my_topics(me, cycle))
    offered = Evidence.objects.filter(
        known, workspace_id=me.workspace_id, withdrawn_at=None
    )
    for word in find.split():
        offered = offered.filter(
            Q(title__icontains=word)
            | Q(origin__icontains=word)
            | Q(file_name__icontains=word)
            | Q(url__icontains=word)
        )
    taken = cycle.supports.filter(topic=topic).values("evidence")
    wanted = offered.exclude(pk__in=taken).order_by().values("pk")
    listed = Evidence.objects.filter(pk__in=wanted).order_by("-pk")
    return tuple(
        (one.pk, f"{one.title} ({one.get_kind_display()}, {one.dated_on.isoformat()})")
        for one in listed[:_MOST_OFFERED]
    )


def _of_my_topics(me: Membership, cycle: Cycle) -> list[int]:
    """Return what supports the topics of this cycle that the person is asked."""
    supports = cycle.supports.order_by()
    if not me.standing.may(Verb.ANSWER_ALL, at=cycle.scope.path):
        domains = asked_domains(cycle_id=cycle.pk, person_id=me.user_id)
        if domains is not None:
            edition = spoken(sha256=cycle.edition.sha256)
            asked = [
                topic.code
                for domain in edition.domains
                if domain.code in domains
                for topic in domain.topics
            ]
            supports = supports.filter(topic__in=asked)
    return list(supports.values_list("evidence_id", flat=True).distinct())
