"""Who sees which evidence: readers by part of the organization, others what is asked.

Somebody may read evidence that supports a cycle which they may read. Who only answers
sees the evidence of the topics that they are asked, and what they added or own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.access import Verb
from assessments.models import Cycle, CycleState
from assessments.queries.answers import kept
from assessments.queries.assignments import asked_domains
from assessments.queries.frameworks import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.models import Evidence, Support
    from assessments.queries.members import Membership

_EVERYWHERE = ("/",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleOption:
    """A cycle that a person may add evidence to."""

    id: int
    title: str
    scope_name: str


def readable(me: Membership) -> Q:
    """Return what a reader finds in the register."""
    mine = Q(owner_id=me.user_id) | Q(added_by_id=me.user_id)
    paths = me.reach(Verb.READ)
    if paths == _EVERYWHERE:
        return Q()
    for path in paths:
        mine |= Q(supports__cycle__scope__path__startswith=path)
    return mine


def sees(me: Membership, piece: Evidence, supports: Iterable[Support]) -> bool:
    """Say whether a person may open this piece and its file."""
    if me.reach(Verb.READ) == _EVERYWHERE:
        return True
    if me.user_id in (piece.owner_id, piece.added_by_id):
        return True
    return any(shown(me, supports))


def shown(me: Membership, supports: Iterable[Support]) -> list[Support]:
    """Return those of the topics supported by a piece that a person may know of."""
    asked: dict[int, frozenset[str] | None] = {}
    found = []
    for support in supports:
        cycle = support.cycle
        if me.standing.may(Verb.READ, at=cycle.scope.path):
            found.append(support)
            continue
        if cycle.pk not in asked:
            asked[cycle.pk] = _asked(me, cycle)
        domains = asked[cycle.pk]
        edition = spoken(sha256=cycle.edition.sha256)
        if domains is None or edition.domain_of(support.topic).code in domains:
            found.append(support)
    return found


def asked_here(*, me: Membership, cycle_id: int, topic: str) -> bool:
    """Say whether a person may add evidence to a topic of a cycle."""
    cycles = Cycle.objects.select_related("scope", "edition")
    cycle = (
        cycles.defer("content", "edition__document")
        .filter(workspace_id=me.workspace_id, pk=cycle_id)
        .first()
    )
    if cycle is None:
        return False
    edition = spoken(sha256=cycle.edition.sha256)
    try:
        domain = edition.domain_of(topic).code
    except KeyError:
        return False
    domains = _asked(me, cycle)
    return domains is None or domain in domains


def open_cycles(*, me: Membership) -> list[CycleOption]:
    """Return the open cycles to all of whose topics a person may add evidence."""
    reach = me.reach(Verb.ANSWER_ALL)
    there = Q(pk=None)
    for path in reach:
        there |= Q(scope__path__startswith=path)
    cycles = Cycle.objects.filter(
        there, workspace_id=me.workspace_id, state=CycleState.OPEN
    )
    rows = cycles.select_related("scope").defer("content")
    return [
        CycleOption(id=row.pk, title=row.title, scope_name=row.scope.name)
        for row in rows.order_by("-period_end", "-pk")
    ]


def topic_options(*, cycle_id: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the topics of a cycle by domain, for a choice."""
    row = Cycle.objects.select_related("edition").defer("content", "edition__document")
    cycle = row.get(pk=cycle_id)
    edition = spoken(sha256=cycle.edition.sha256)
    return [
        (
            f"{domain.code} {domain.name}",
            [(topic.code, f"{topic.code} {topic.name}") for topic in domain.topics],
        )
        for domain in kept(edition, cycle.left_out)
    ]


def _asked(me: Membership, cycle: Cycle) -> frozenset[str] | None:
    """Return the domains that a person is asked in a cycle; None: all of them."""
    path = cycle.scope.path
    if me.standing.may(Verb.ANSWER_ALL, at=path):
        return None
    if cycle.state == CycleState.DRAFT or not me.standing.may(Verb.ANSWER, at=path):
        return frozenset()
    return asked_domains(cycle_id=cycle.pk, person_id=me.user_id)
