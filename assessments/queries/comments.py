"""Comments on a topic of a cycle, and the colleagues who may read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.access import Role, Standing, Verb
from assessments.models import Assignment, Comment, Cycle, Member
from assessments.queries.frameworks import framework

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow:
    """What somebody said about a topic."""

    id: int
    author: str
    mine: bool
    text: str  # empty once it is taken back
    told: tuple[str, ...]
    written_at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who may read the comments on a topic."""

    user_id: int
    username: str
    name: str


def comment_rows(*, cycle_id: int, topic: str, person_id: int) -> list[CommentRow]:
    """Return what was said about a topic, oldest first."""
    rows = Comment.objects.filter(cycle_id=cycle_id, topic=topic)
    found = rows.select_related("author").prefetch_related("mentions")
    return [
        CommentRow(
            id=row.pk,
            author=row.author.get_full_name() or row.author.get_username(),
            mine=row.author_id == person_id,
            text="" if row.withdrawn_at else row.text,
            told=tuple(
                one.get_full_name() or one.get_username() for one in row.mentions.all()
            ),
            written_at=row.written_at,
            withdrawn=row.withdrawn_at is not None,
        )
        for row in found.order_by("pk")
    ]


def colleagues(*, cycle_id: int, topic: str) -> list[Colleague]:
    """Return who may read the comments on a topic, by name.

    Those who may read the cycle, and those who are asked about the topic's domain: all
    who may answer, where the cycle names nobody.
    """
    rows = Cycle.objects.select_related("edition", "scope")
    cycle = rows.defer("content", "edition__document").get(pk=cycle_id)
    domain = framework(sha256=cycle.edition.sha256).domain_of(topic).code
    assignments = Assignment.objects.filter(cycle_id=cycle_id)
    pairs = set(assignments.values_list("person_id", "domain"))
    found = []
    members = Member.objects.filter(workspace_id=cycle.workspace_id)
    for member in members.select_related("user").prefetch_related("grants__scope"):
        grants = tuple((one.scope.path, Role(one.role)) for one in member.grants.all())
        standing = Standing(role=Role(member.role), grants=grants)
        asked = not pairs or (member.user_id, domain) in pairs
        may_read = standing.may(Verb.READ, at=cycle.scope.path)
        may_answer = asked and standing.may(Verb.ANSWER, at=cycle.scope.path)
        if may_read or may_answer:
            found.append(
                Colleague(
                    user_id=member.user_id,
                    username=member.user.get_username(),
                    name=member.user.get_full_name() or member.user.get_username(),
                )
            )
    return sorted(found, key=lambda one: one.name.casefold())
