"""Comments to colleagues about a topic: written, and taken back by who wrote them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Comment, Cycle, CycleState, NoticeKind
from assessments.queries.comments import colleagues
from assessments.queries.frameworks import framework
from assessments.services import journal, noticing
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

LONGEST = 5_000
# Within it, the same words by the same person are one comment that was sent twice.
_TWICE = timedelta(minutes=2)
# User names may hold @ . + - _; a dot that ends a sentence is not part of one.
_MENTION = re.compile(r"(?<![\w@.+-])@([\w@.+-]*[\w@+-])")


class Closed(Refusal):
    """A cycle in this state is not spoken about."""


class NotYours(Refusal):
    """A comment is taken back by who wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A comment that is kept, and who hears of it."""

    id: int
    told: tuple[str, ...]
    unknown: tuple[str, ...]  # names that nobody who may read it has


@transaction.atomic
def write(
    *,
    cycle_id: int,
    topic: str,
    author: User,
    text: str,
    now: datetime,
) -> Written:
    """Keep a comment and tell those whom it names; sent twice, it is kept once."""
    cycle = _open(cycle_id)
    text = text.replace("\r\n", "\n").strip()
    _check(text)
    readers = {
        one.username.casefold(): one
        for one in colleagues(cycle_id=cycle_id, topic=topic)
    }
    names = dict.fromkeys(name.casefold() for name in _MENTION.findall(text))
    told = [readers[name] for name in names if name in readers]
    unknown = tuple(name for name in names if name not in readers)
    spoken = tuple(one.name for one in told)
    twin = Comment.objects.filter(
        cycle=cycle,
        topic=topic,
        author_id=author.pk,
        text=text,
        withdrawn_at=None,
        written_at__gte=now - _TWICE,
    ).first()
    if twin is not None:
        return Written(id=twin.pk, told=spoken, unknown=unknown)
    comment = Comment.objects.create(
        cycle=cycle, topic=topic, author_id=author.pk, text=text, written_at=now
    )
    comment.mentions.set([one.user_id for one in told])
    journal.record(
        workspace_id=cycle.workspace_id,
        verb="comment.written",
        target=("comment", comment.pk),
        by=author,
        at=now,
        detail={"cycle": cycle.pk, "topic": topic},
    )
    for person in comment.mentions.exclude(pk=author.pk):
        _tell(comment, person, author, now)
    return Written(id=comment.pk, told=spoken, unknown=unknown)


@transaction.atomic
def withdraw(*, cycle_id: int, comment_id: int, by: User, now: datetime) -> str:
    """Take a comment back and return its topic; that there was one stays visible."""
    comment = Comment.objects.select_related("cycle").defer("cycle__content")
    found = comment.get(pk=comment_id, cycle_id=cycle_id)
    if found.author_id != by.pk:
        raise NotYours(_("Only who wrote a comment can take it back."))
    _open(cycle_id)
    if found.withdrawn_at is None:
        Comment.objects.filter(pk=comment_id).update(withdrawn_at=now)
        journal.record(
            workspace_id=found.cycle.workspace_id,
            verb="comment.withdrawn",
            target=("comment", comment_id),
            by=by,
            at=now,
            detail={"cycle": cycle_id, "topic": found.topic},
        )
    return found.topic


def _open(cycle_id: int) -> Cycle:
    cycle = Cycle.objects.defer("content").get(pk=cycle_id)
    if cycle.state == CycleState.LOCKED:
        raise Closed(
            _(
                "This cycle is locked: what was said about it stays as it is."
                " Bring it up in the next cycle."
            )
        )
    return cycle


def _check(text: str) -> None:
    if not text:
        raise Unfit("text", _("Write something first."))
    if len(text) > LONGEST:
        raise Unfit(
            "text",
            _("Keep a comment within %(most)s characters; it has %(length)s.")
            % {"most": LONGEST, "length": len(text)},
        )


def _tell(comment: Comment, person: User, author: User, now: datetime) -> None:
    rows = Cycle.objects.select_related("edition", "workspace").defer("content")
    cycle = rows.get(pk=comment.cycle_id)
    page = reverse(
        "comments", args=[cycle.workspace.slug, comment.cycle_id, comment.topic]
    )
    edition = framework(
        sha256=cycle.edition.sha256, language=noticing.language_of(person)
    )
    topic = edition.topic(comment.topic)
    subject, body = noticing.compose(
        "mention",
        person=person,
        author=author.get_full_name() or author.get_username(),
        cycle=cycle.title,
        topic=topic,
        text=comment.text,
        address=f"{settings.PUBLIC_URL}{page}",
    )
    noticing.notify(
        workspace_id=cycle.workspace_id,
        kind=NoticeKind.MENTION,
        key=f"comment:{comment.pk}:{person.pk}",
        subject=subject,
        body=body,
        person=person,
        cycle_id=cycle.pk,
        now=now,
    )
