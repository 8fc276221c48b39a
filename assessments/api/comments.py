"""Comments: what colleagues say to each other about a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from assessments.access import Verb
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import answers as serializers
from assessments.queries import comments as rows
from assessments.queries import questions
from assessments.services import commenting

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMENT = {
    "id": 41,
    "author": "Rui",
    "mine": False,
    "text": "@noa, do you count the pilot?",
    "told": ["Noa"],
    "written_at": "2026-10-12T08:20:00Z",
    "withdrawn": False,
}


class Comments(Room):
    """The comments on a topic."""

    @operation(
        "comments_list",
        "List the comments on a topic",
        needs=Verb.ENTER,
        says=(
            "For who reads the cycle, and who is asked about the topic. Where a lead"
            " asks for unanchored answers: empty until one has answered."
        ),
        gives=serializers.Comment,
        many=True,
        told=[_COMMENT],
    )
    def get(self, cycle_id: int, topic: str) -> Sequence[rows.CommentRow]:
        """Return what was said."""
        _admit(self, cycle_id, topic)
        me = self.me.user_id
        if self.me.may(Verb.ANSWER) and questions.is_unseen(
            cycle_id=cycle_id, topic=topic, person_id=me
        ):
            return []
        return rows.comment_rows(cycle_id=cycle_id, topic=topic, person_id=me)

    @operation(
        "comments_write",
        "Comment on a topic",
        needs=Verb.ANSWER,
        takes=serializers.Saying,
        gives=serializers.Said,
        status=201,
        sent={"text": "@noa, do you count the pilot?"},
        told={"id": 41, "told": ["Noa"], "unknown": []},
    )
    def post(self, cycle_id: int, topic: str, given: Given) -> commenting.Written:
        """Say something."""
        _admit(self, cycle_id, topic)
        return commenting.write(
            cycle_id=cycle_id,
            topic=topic,
            author=self.user,
            now=self.now,
            **given,
        )


class Comment(Room):
    """One comment."""

    @operation("comments_withdraw", "Take a comment of mine back", needs=Verb.ENTER)
    def delete(self, cycle_id: int, topic: str, comment_id: int) -> None:
        """Take it back."""
        _admit(self, cycle_id, topic)
        known = rows.comment_rows(
            cycle_id=cycle_id, topic=topic, person_id=self.me.user_id
        )
        if comment_id not in [one.id for one in known]:
            raise Http404
        commenting.withdraw(
            cycle_id=cycle_id, comment_id=comment_id, by=self.user, now=self.now
        )


def _admit(room: Room, cycle_id: int, topic: str) -> None:
    """Let in who may read the cycle, and who is asked about the topic."""
    if not questions.is_topic(cycle_id=cycle_id, topic=topic):
        raise Http404
    asked = room.me.may(Verb.ANSWER) and questions.domain_of(
        cycle_id=cycle_id, topic=topic, person_id=room.me.user_id
    )
    if not asked and not room.me.may(Verb.READ):
        raise Http404
