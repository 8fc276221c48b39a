"""Members of a workspace, and their roles over parts of the organization."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from assessments.access import Verb
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import people as serializers
from assessments.api.serializers.base import Made, page_of
from assessments.api.telling import CURSOR
from assessments.queries import members as rows
from assessments.services import membership

_MEMBER = {
    "id": 3,
    "user_id": 5,
    "username": "rui",
    "name": "Rui",
    "email": "rui@example.org",
    "role": "respondent",
    "vantage": "practitioner",
    "joined_at": "2026-01-02T09:00:00Z",
    "last_login": None,
    "grants": [{"id": 1, "role": "viewer", "scope_name": "Retail"}],
}
_STANDING = {"role": "assessor", "vantage": "oversight"}


class Members(Room):
    """The members of a workspace."""

    @operation(
        "members_list",
        "List members",
        needs=Verb.ADMINISTER,
        gives=page_of(serializers.Member),
        told={"next": None, "results": [_MEMBER]},
        filters=[CURSOR],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of members."""
        return self.paged(rows.member_rows(workspace_id=self.me.workspace_id))

    @operation(
        "members_invite",
        "Let a person join",
        needs=Verb.ADMINISTER,
        says="A new account's first password is answered this once.",
        takes=serializers.Joining,
        gives=serializers.Joined,
        status=201,
        sent={"login": "kim@example.org"} | _STANDING,
        told={"id": 9, "username": "kim@example.org", "password": "…"},
    )
    def post(self, given: Given) -> membership.Invited:
        """Invite a person."""
        return membership.invite(
            workspace_id=self.me.workspace_id, by=self.user, now=self.now, **given
        )


class Member(Room):
    """One member."""

    @operation(
        "members_read",
        "Read a member",
        needs=Verb.ADMINISTER,
        gives=serializers.Member,
        told=_MEMBER,
    )
    def get(self, member_id: int) -> rows.MemberRow:
        """Return the member."""
        return _member(self, member_id)

    @operation(
        "members_change",
        "Change a member's role and vantage point",
        needs=Verb.ADMINISTER,
        takes=serializers.MemberRole,
        gives=serializers.Member,
        sent=_STANDING,
        told=_MEMBER | _STANDING,
    )
    def put(self, member_id: int, given: Given) -> rows.MemberRow:
        """Change the member."""
        _member(self, member_id)
        membership.change_member(
            workspace_id=self.me.workspace_id,
            member_id=member_id,
            by=self.user,
            now=self.now,
            **given,
        )
        return _member(self, member_id)

    @operation(
        "members_remove",
        "End a membership",
        needs=Verb.ADMINISTER,
        says="Answers stay. The last lead stays, too.",
    )
    def delete(self, member_id: int) -> None:
        """Remove the member."""
        _member(self, member_id)
        membership.remove_member(
            workspace_id=self.me.workspace_id,
            member_id=member_id,
            by=self.user,
            now=self.now,
        )


class Grants(Room):
    """Roles over parts of the organization."""

    @operation(
        "members_grant",
        "Give a member a role over a part of the organization",
        needs=Verb.ADMINISTER,
        takes=serializers.Granting,
        gives=Made,
        status=201,
        sent={"scope_id": 4, "role": "assessor"},
        told={"id": 2},
    )
    def post(self, member_id: int, given: Given) -> dict[str, int]:
        """Grant it; granted twice, it is one grant."""
        _member(self, member_id)
        made = membership.grant(
            workspace_id=self.me.workspace_id,
            member_id=member_id,
            by=self.user,
            now=self.now,
            **given,
        )
        return {"id": made}


class Grant(Room):
    """One role over a part."""

    @operation(
        "members_withdraw_grant",
        "Take a role over a part away",
        needs=Verb.ADMINISTER,
    )
    def delete(self, member_id: int, grant_id: int) -> None:
        """Withdraw it."""
        person = _member(self, member_id)
        if grant_id not in [one.id for one in person.grants]:
            raise Http404
        membership.withdraw_grant(
            workspace_id=self.me.workspace_id,
            member_id=member_id,
            grant_id=grant_id,
            by=self.user,
            now=self.now,
        )


def _member(room: Room, member_id: int) -> rows.MemberRow:
    for one in rows.member_rows(workspace_id=room.me.workspace_id):
        if one.id == member_id:
            return one
    raise Http404
