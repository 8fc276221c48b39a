"""Links for people without an account."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.access import Role
from assessments.models import Assignment, Grant, Invitation, Member, Notice
from assessments.queries.assignments import asked_domains
from assessments.services import cycles, inviting, links, noticing
from assessments.services.refusals import Unfit
from tests import factories
from tests import factories_participation as made
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry
    from tests.factories import House


@pytest.fixture
def cycle(house: House) -> Cycle:
    """An open cycle."""
    return factories.cycle(house.workspace)


def test_only_a_hash_is_kept_and_the_link_goes_out_in_the_mail(cycle: Cycle) -> None:
    one = made.invited(cycle)
    row = Invitation.objects.get()
    assert row.token_sha256 == links.digest(made.token(one))
    notice = Notice.objects.get(email="kim@example.org")
    assert made.token(one) not in notice.body
    assert one.address not in str(Invitation.objects.values().get())


def test_the_mail_bears_the_link_of_its_reader(
    cycle: Cycle, mailoutbox: list[object]
) -> None:
    one = made.invited(cycle)
    notice = Notice.objects.get(email="kim@example.org")
    assert noticing.send(notice_id=notice.pk, now=NOW)
    (mail,) = mailoutbox
    assert one.address in str(getattr(mail, "body", ""))
    assert getattr(mail, "to", None) == ["kim@example.org"]


def test_the_place_of_a_link_in_a_text_of_others_gives_nothing_away(
    house: House, cycle: Cycle, mailoutbox: list[object]
) -> None:
    one = made.invited(cycle)
    pk = noticing.notify(
        workspace_id=house.workspace.pk,
        cycle_id=cycle.pk,
        kind="mention",
        key="x",
        person=house["rui"],
        subject="A comment",
        body=f"Look: {links.PLACE}",
        now=NOW,
    )
    assert pk is not None
    noticing.send(notice_id=pk, now=NOW)
    (mail,) = mailoutbox
    assert made.token(one) not in str(getattr(mail, "body", ""))


def test_opening_makes_a_guest_who_answers_what_was_asked_and_no_more(
    house: House, cycle: Cycle
) -> None:
    one = made.invited(cycle, domains=["A", "C"])
    assert inviting.look(token=made.token(one), now=NOW) is not None
    assert not Member.objects.filter(user__username__startswith="guest").exists()
    opened = inviting.open_(token=made.token(one), now=NOW)
    assert opened is not None
    guest = opened[1]
    assert not guest.has_usable_password()
    assert guest.email == ""
    assert Member.objects.get(user=guest).role == Role.RESPONDENT
    assert asked_domains(cycle_id=cycle.pk, person_id=guest.pk) == frozenset("AC")
    elsewhere = factories.cycle(house.workspace, of=cycle.edition, title="Other")
    assert asked_domains(cycle_id=elsewhere.pk, person_id=guest.pk) == frozenset()


def test_a_link_opens_again_and_signs_the_same_guest_in(cycle: Cycle) -> None:
    token = made.token(made.invited(cycle))
    first = inviting.open_(token=token, now=NOW)
    again = inviting.open_(token=token, now=NOW + timedelta(days=3))
    assert first is not None
    assert again is not None
    assert first[1] == again[1]
    rows = Assignment.objects.filter(cycle=cycle, person=first[1])
    assert [row.domain for row in rows] == ["A"]


def _expired(cycle: Cycle, house: House, telemetry: Telemetry) -> None:
    Invitation.objects.update(expires_at=NOW)


def _revoked(cycle: Cycle, house: House, telemetry: Telemetry) -> None:
    row = Invitation.objects.get()
    inviting.revoke(cycle_id=cycle.pk, invitation_id=row.pk, by=house["ada"], now=NOW)


def _locked(cycle: Cycle, house: House, telemetry: Telemetry) -> None:
    factories.rating(cycle, "A.1", house["rui"])
    factories.locked(cycle)


def _removed(cycle: Cycle, house: House, telemetry: Telemetry) -> None:
    Member.objects.filter(user__username__startswith="guest").delete()


def _promoted(cycle: Cycle, house: House, telemetry: Telemetry) -> None:
    Member.objects.filter(user__username__startswith="guest").update(role=Role.LEAD)


def _granted(cycle: Cycle, house: House, telemetry: Telemetry) -> None:
    guest = Member.objects.get(user__username__startswith="guest")
    Grant.objects.create(
        member=guest, scope=factories.root(house.workspace), role=Role.LEAD
    )


@pytest.mark.parametrize(
    "end", [_expired, _revoked, _locked, _removed, _promoted, _granted]
)
def test_a_link_that_has_ended_opens_nothing(
    house: House,
    cycle: Cycle,
    telemetry: Telemetry,
    end: Callable[[Cycle, House, Telemetry], None],
) -> None:
    token = made.token(made.invited(cycle))
    assert inviting.open_(token=token, now=NOW) is not None
    end(cycle, house, telemetry)
    assert inviting.open_(token=token, now=NOW) is None


def test_a_link_waits_for_its_draft_to_be_opened(house: House) -> None:
    draft = factories.cycle(house.workspace, state="draft")
    token = made.token(made.invited(draft))
    found = inviting.look(token=token, now=NOW)
    assert found is not None
    assert not found.is_open
    assert inviting.open_(token=token, now=NOW) is None
    cycles.open_(cycle_id=draft.pk, by=house["ada"], now=NOW)
    assert inviting.open_(token=token, now=NOW) is not None


@pytest.mark.parametrize(
    ("email", "until", "field"),
    [
        ("not an address", made.LATER, "email"),
        ("RUI@example.org", made.LATER, "email"),
        ("new@example.org", date(2026, 3, 1), "expires_on"),
        ("new@example.org", date(2027, 3, 1), "expires_on"),
        ("KIM@example.org", made.LATER, "email"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_at_its_place(
    cycle: Cycle, email: str, until: date, field: str
) -> None:
    made.invited(cycle)
    with pytest.raises(Unfit) as refusal:
        made.invited(cycle, email, until=until)
    assert refusal.value.field_name == field
    assert Invitation.objects.count() == 1


def test_an_account_of_another_workspace_is_neither_told_of_nor_signed_in(
    house: House, cycle: Cycle
) -> None:
    one = made.invited(cycle, "otto@example.org")
    opened = inviting.open_(token=made.token(one), now=NOW)
    assert opened is not None
    assert opened[1] != house["otto"]


def test_a_new_link_takes_the_place_of_the_old_one(house: House, cycle: Cycle) -> None:
    old = made.token(made.invited(cycle))
    opened = inviting.open_(token=old, now=NOW)
    assert opened is not None
    later = NOW + timedelta(days=1)
    new = inviting.renew(
        cycle_id=cycle.pk,
        invitation_id=Invitation.objects.get().pk,
        by=house["ada"],
        now=later,
    )
    assert inviting.open_(token=old, now=later) is None
    again = inviting.open_(token=made.token(new), now=later)
    assert again is not None
    assert again[1] == opened[1]
    with pytest.raises(inviting.NoSuchInvitation):
        inviting.revoke(cycle_id=cycle.pk, invitation_id=0, by=house["ada"], now=later)


def test_guests_without_a_link_are_signed_out_for_good(
    house: House, cycle: Cycle
) -> None:
    opened = inviting.open_(token=made.token(made.invited(cycle)), now=NOW)
    assert opened is not None
    guest = opened[1]
    assert inviting.retire(now=NOW) == 0
    assert inviting.retire(now=NOW + timedelta(days=365)) == 1
    guest.refresh_from_db()
    assert not guest.is_active
    later = NOW + timedelta(days=365)
    renewed = inviting.invite(
        cycle=factories.cycle(house.workspace, of=cycle.edition, title="Next"),
        email="kim@example.org",
        name="Kim",
        vantage="consumer",
        domains=["B"],
        expires_on=later.date() + timedelta(days=9),
        zone=UTC,
        by=house["ada"],
        now=later,
    )
    back = inviting.open_(token=made.token(renewed), now=later)
    assert back is not None
    assert back[1] == guest
    assert back[1].is_active
