"""Participants: who is asked what, invitations by link, reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404

from assessments.access import Verb
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import participants as serializers
from assessments.api.serializers.base import page_of
from assessments.api.telling import CURSOR
from assessments.queries import participation
from assessments.services import inviting, participating, reminding
from assessments.tasks import notices

if TYPE_CHECKING:
    from assessments.queries.participation import Participant

_PROGRESS = {"answered": 4, "of": 12}
_CELL = {
    "code": "D7",
    "name": "Machine learning operations",
    "progress": _PROGRESS,
    "finished": False,
    "status": "started",
    "handed_by": "",
}
_PERSON = {
    "name": "Rui",
    "email": "rui@example.org",
    "vantage": "practitioner",
    "person_id": 5,
    "invitation_id": None,
    "expires_at": None,
    "invited_by": "",
    "status": "started",
    "progress": _PROGRESS,
    "domains": [_CELL],
    "last_at": "2026-10-12T08:15:00Z",
    "asked_at": "2026-10-01T09:00:00Z",
    "mail": "sent",
}
_INVITED = {
    "id": 12,
    "email": "kim@example.org",
    "address": "https://compel.example.org/asked/…",
}


class Participants(Room):
    """Everybody who is asked in a cycle."""

    @operation(
        "participants_list",
        "List who is asked, and how far they are",
        needs=Verb.AUDIT,
        gives=page_of(serializers.Participant),
        told={"next": None, "results": [_PERSON]},
        filters=[CURSOR],
    )
    def get(self, cycle_id: int) -> dict[str, Any]:
        """Return a page of people."""
        return self.paged(participation.board(cycle_id=cycle_id).people)

    @operation(
        "participants_add",
        "Ask members for some domains",
        needs=Verb.RUN_CYCLE,
        says="What they were asked before stays. Sent again, nothing changes.",
        takes=serializers.Naming,
        sent={"person_ids": [5, 6], "domains": ["D7"], "vantage": ""},
    )
    def post(self, cycle_id: int, given: Given) -> None:
        """Ask people."""
        participating.ask(cycle_id=cycle_id, by=self.user, now=self.now, **given)
        notices.ask()

    @operation(
        "participants_everybody",
        "Ask everybody for everything",
        needs=Verb.RUN_CYCLE,
        says="Instead of naming people: everybody who may answer is asked all.",
    )
    def delete(self, cycle_id: int) -> None:
        """Name nobody any more."""
        participating.ask_everybody(cycle_id=cycle_id, by=self.user, now=self.now)


class OneParticipant(Room):
    """One member who is asked."""

    @operation(
        "participants_read",
        "Read what one member is asked",
        needs=Verb.AUDIT,
        gives=serializers.Participant,
        told=_PERSON,
    )
    def get(self, cycle_id: int, person_id: int) -> Participant:
        """Return the person."""
        return _asked(cycle_id, person_id=person_id)

    @operation(
        "participants_set",
        "Set what one member is asked",
        needs=Verb.RUN_CYCLE,
        takes=serializers.Asking,
        gives=serializers.Participant,
        sent={"domains": ["D7", "D8"], "vantage": "practitioner"},
        told=_PERSON,
    )
    def put(self, cycle_id: int, person_id: int, given: Given) -> Participant:
        """Set the person's domains."""
        if _asked(cycle_id, person_id=person_id).invitation_id is not None:
            raise Http404
        participating.set_person(
            cycle_id=cycle_id, person_id=person_id, by=self.user, now=self.now, **given
        )
        notices.ask()
        return _asked(cycle_id, person_id=person_id)

    @operation(
        "participants_remove",
        "Ask one person nothing more",
        needs=Verb.RUN_CYCLE,
        says="Answers stay.",
    )
    def delete(self, cycle_id: int, person_id: int) -> None:
        """Ask nothing more."""
        _asked(cycle_id, person_id=person_id)
        participating.remove(
            cycle_id=cycle_id, person_id=person_id, by=self.user, now=self.now
        )


class Invitations(Room):
    """Links for people without an account."""

    @operation(
        "invitations_create",
        "Invite somebody without an account",
        needs=Verb.RUN_CYCLE,
        says=(
            "The link is answered this once and mailed when the cycle is open. Drafts"
            " planned together get one each."
        ),
        takes=serializers.Inviting,
        gives=serializers.Invitation,
        many=True,
        status=201,
        sent={
            "email": "kim@example.org",
            "name": "Kim",
            "vantage": "consumer",
            "domains": ["D7"],
            "expires_on": "2026-12-31",
        },
        told=[_INVITED],
    )
    def post(self, cycle_id: int, given: Given) -> list[inviting.Invited]:
        """Make a link."""
        made = participating.invite(
            cycle_id=cycle_id, zone=self.zone, by=self.user, now=self.now, **given
        )
        notices.ask()
        return made


class OneInvitation(Room):
    """One link."""

    @operation(
        "invitations_renew",
        "Make a new link for one that was lost",
        needs=Verb.RUN_CYCLE,
        says="The old link opens nothing any more.",
        gives=serializers.Invitation,
        told=_INVITED,
    )
    def post(self, cycle_id: int, invitation_id: int) -> inviting.Invited:
        """Renew a link."""
        _asked(cycle_id, invitation_id=invitation_id)
        made = inviting.renew(
            cycle_id=cycle_id,
            invitation_id=invitation_id,
            by=self.user,
            now=self.now,
        )
        notices.ask()
        return made

    @operation(
        "invitations_revoke",
        "Let a link open nothing any more",
        needs=Verb.RUN_CYCLE,
        says="Answers stay.",
    )
    def delete(self, cycle_id: int, invitation_id: int) -> None:
        """Revoke a link."""
        _asked(cycle_id, invitation_id=invitation_id)
        inviting.revoke(
            cycle_id=cycle_id,
            invitation_id=invitation_id,
            by=self.user,
            now=self.now,
        )


class Reminders(Room):
    """Reminders."""

    @operation(
        "reminders_send",
        "Remind one person, or all who are not done",
        needs=Verb.RUN_CYCLE,
        says="Nobody is written to twice a day.",
        takes=serializers.Reminding,
        gives=serializers.Reminded,
        sent={"vantage": "leadership"},
        told={"reminders": 3},
    )
    def post(self, cycle_id: int, given: Given) -> dict[str, int]:
        """Remind people."""
        written = reminding.remind(
            cycle_id=cycle_id, by=self.user, now=self.now, **given
        )
        notices.ask()
        return {"reminders": written}


def _asked(cycle_id: int, **who: int) -> Participant:
    """Return a participant by person or by invitation, or 404."""
    ((name, value),) = who.items()
    for one in participation.board(cycle_id=cycle_id).people:
        if getattr(one, name) == value:
            return one
    raise Http404
