"""Being invited, changed, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.models import JournalEntry
from assessments.services import membership, organization
from tests import factories

if TYPE_CHECKING:
    from tests.factories import House

pytestmark = pytest.mark.django_db
NOW = factories.NOW


def invite(house: House, login: str) -> membership.Invited:
    return membership.invite(
        workspace_id=house.workspace.pk,
        login=login,
        role="respondent",
        vantage="consumer",
        by=house["ada"],
        now=NOW,
    )


def test_a_person_without_an_account_gets_one_with_a_first_password(
    house: House,
) -> None:
    invited = invite(house, "mia@example.org")
    user = house.workspace.members.get(pk=invited.member_id).user
    assert invited.password is not None
    assert user.check_password(invited.password)
    assert user.email == "mia@example.org"


def test_the_first_password_is_not_in_the_journal(house: House) -> None:
    invited = invite(house, "mia@example.org")
    entries = str(list(JournalEntry.objects.values_list("detail", flat=True)))
    assert str(invited.password) not in entries


def test_a_person_with_an_account_joins_and_keeps_the_password(house: House) -> None:
    invited = invite(house, "OTTO@example.org")
    assert (invited.username, invited.password) == ("otto", None)


def test_nobody_joins_twice(house: House) -> None:
    with pytest.raises(organization.AlreadyMember, match="rui"):
        invite(house, "rui")


def test_a_mail_address_of_two_accounts_is_not_guessed(house: House) -> None:
    for name in ("kim", "kai"):
        user = factories.person(name)
        user.email = "desk@example.org"
        user.save()
    with pytest.raises(membership.Ambiguous, match="user name"):
        invite(house, "desk@example.org")


def change(house: House, name: str, role: str) -> None:
    membership.change_member(
        workspace_id=house.workspace.pk,
        member_id=house.workspace.members.get(user=house[name]).pk,
        role=role,
        vantage="leadership",
        by=house["ada"],
        now=NOW,
    )


def remove(house: House, name: str) -> None:
    membership.remove_member(
        workspace_id=house.workspace.pk,
        member_id=house.workspace.members.get(user=house[name]).pk,
        by=house["ada"],
        now=NOW,
    )


def test_a_lead_may_step_down_while_another_leads(house: House) -> None:
    change(house, "ada", "viewer")
    assert house.workspace.members.get(user=house["ada"]).role == "viewer"


def test_the_last_lead_cannot_step_down(house: House) -> None:
    change(house, "petra", "viewer")
    with pytest.raises(membership.LastLead, match="somebody else"):
        change(house, "ada", "viewer")


def test_the_last_lead_cannot_be_removed(house: House) -> None:
    remove(house, "petra")
    with pytest.raises(membership.LastLead):
        remove(house, "ada")


def test_a_removed_member_is_named_in_the_journal(house: House) -> None:
    remove(house, "vera")
    entry = JournalEntry.objects.get(verb="member.removed")
    assert entry.detail == {"person": "vera", "role": "viewer"}


def test_a_member_of_another_workspace_does_not_exist(house: House) -> None:
    otto = house.other.members.get()
    with pytest.raises(membership.NoSuchMember):
        membership.remove_member(
            workspace_id=house.workspace.pk, member_id=otto.pk, by=house["ada"], now=NOW
        )
