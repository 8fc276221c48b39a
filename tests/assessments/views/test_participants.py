"""Pages about who is asked and who has answered; a respondent's own place; links."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assignment, Cycle, Invitation, Notice
from assessments.queries.assignments import asked_domains
from assessments.services import cycles, participating
from tests import factories
from tests import factories_participation as made
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

    SignIn = Callable[[str], Client]


def _at(house: House, name: str, *args: object) -> str:
    return reverse(name, args=[house.slug, *args])


@pytest.fixture
def asked(house: House) -> Cycle:
    """An open cycle that asks Rui for A and B, and Noa for C."""
    cycle = factories.cycle(house.workspace, state="draft")
    made.asked(cycle, house["rui"], domains=["A", "B"])
    made.asked(cycle, house["noa"], domains=["C"])
    cycles.open_(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    return cycle


# ── the lead's board ───────────────────────────────────────────────────────────────


def test_the_board_says_in_words_who_has_answered_what(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    factories.rating(asked, "A.1", house["rui"])
    participating.finish(cycle_id=asked.pk, domain="C", person=house["noa"], now=NOW)
    text = sign_in("ada").get(_at(house, "participants", asked.pk)).content.decode()
    assert "1 of 2 people are done." in text
    assert "1 of 3" in text
    for word in ("begun", "done", "not asked", "Mail on its way"):
        assert word in text


def test_the_board_is_filtered(house: House, sign_in: SignIn, asked: Cycle) -> None:
    board = _at(house, "participants", asked.pk)
    ada = sign_in("ada")
    text = ada.get(board, {"vantage": "oversight"}).content.decode()
    assert "Change what Noa" in text
    assert "Change what Rui" not in text
    participating.finish(cycle_id=asked.pk, domain="C", person=house["noa"], now=NOW)
    text = ada.get(board, {"waiting": "on"}).content.decode()
    assert "Change what Noa" not in text
    assert "Change what Rui" in text


def test_the_board_asks_no_more_queries_for_more_people(
    house: House,
    sign_in: SignIn,
    asked: Cycle,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ada = sign_in("ada")
    address = _at(house, "participants", asked.pk)
    ada.get(address)
    with django_assert_max_num_queries(40) as few:
        ada.get(address)
    for _number in range(6):
        person = factories.member(house.workspace).user
        made.asked(asked, person, domains=["A", "B"])
        factories.rating(asked, "A.1", person)
        made.invited(asked, f"{person.username}-guest@example.org")
    with django_assert_max_num_queries(len(few)):
        ada.get(address)


def test_reminding_twice_is_reminding_once(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    ada = sign_in("ada")
    address = _at(house, "participants_remind", asked.pk)
    one = ada.post(address, {"person": str(house["rui"].pk)}, follow=True)
    assert b"A reminder goes to 1 person." in one.content
    everybody = ada.post(address, follow=True)
    assert b"A reminder goes to 1 person." in everybody.content
    again = ada.post(address, follow=True)
    assert b"Nobody to remind" in again.content
    assert Notice.objects.filter(kind="reminder").count() == 2


def test_failed_mails_are_shown_to_the_lead_and_tried_again(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    Notice.objects.filter(person=house["rui"]).update(attempts=6, error="No such host")
    ada = sign_in("ada")
    text = ada.get(_at(house, "participants", asked.pk)).content.decode()
    assert "No such host" in text
    assert "could not be sent" in text
    ada.post(_at(house, "mails_again", asked.pk))
    assert Notice.objects.get(person=house["rui"]).attempts == 0


def test_people_are_chosen_by_person_and_by_domain(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    cycle = factories.cycle(house.workspace, state="draft")
    page = ada.get(_at(house, "participants", cycle.pk))
    assert b"Everybody who may answer here is asked everything" in page.content
    rui, noa = str(house["rui"].pk), str(house["noa"].pk)
    ada.post(
        _at(house, "participant_add", cycle.pk),
        {"people": [rui, noa], "domains": ["A"], "vantage": ""},
    )
    ada.post(
        _at(house, "participant", cycle.pk, rui),
        {"domains": ["B", "C"], "vantage": "consumer"},
    )
    ada.post(_at(house, "domain_people", cycle.pk, "C"), {"people": [rui, noa]})
    text = ada.get(_at(house, "participants", cycle.pk)).content.decode()
    assert "Consumer" in text
    found = Assignment.objects.order_by("person__username", "domain")
    assert [(row.person.username, row.domain) for row in found] == [
        ("noa", "A"),
        ("noa", "C"),
        ("rui", "B"),
        ("rui", "C"),
    ]
    page = ada.get(_at(house, "participant_remove", cycle.pk, noa))
    assert b"Ask Noa nothing more?" in page.content
    ada.post(_at(house, "participant_remove", cycle.pk, noa))
    assert not Assignment.objects.filter(person=house["noa"]).exists()
    ada.post(_at(house, "participants_everybody", cycle.pk))
    assert not Assignment.objects.exists()


def test_choosing_nobody_comes_back_with_what_was_chosen(
    house: House, sign_in: SignIn
) -> None:
    cycle = factories.cycle(house.workspace, state="draft")
    page = sign_in("ada").post(
        _at(house, "participant_add", cycle.pk),
        {"domains": ["B"], "vantage": "oversight"},
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "Choose at least one person." in text
    assert '<option value="oversight" selected>' in text


def test_people_of_another_workspace_are_not_found(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    otto = sign_in("otto")
    for name in ("participants", "participant_add", "participant_invite"):
        address = reverse(name, args=[house.other.slug, asked.pk])
        assert otto.get(address).status_code == 404


# ── links ──────────────────────────────────────────────────────────────────────────


def _invite(browser: Client, house: House, cycle: Cycle) -> str:
    page = browser.post(
        _at(house, "participant_invite", cycle.pk),
        {
            "email": "kim@example.org",
            "name": "Kim",
            "vantage": "consumer",
            "domains": ["A"],
            "expires_on": _until(),
        },
    )
    text = page.content.decode()
    assert page.status_code == 200, text
    address = text.split('<code class="first-password">')[1].split("</code>")[0]
    return "/" + address.split("/", 3)[3]


def _until() -> str:
    return (timezone.localdate() + timedelta(days=20)).isoformat()


def test_a_link_is_shown_once_and_signs_its_guest_in(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    ada = sign_in("ada")
    link = _invite(ada, house, asked)
    board = ada.get(_at(house, "participants", asked.pk)).content.decode()
    assert link not in board
    guest = Client()
    for _preview in range(2):
        page = guest.get(link)
        assert b"Start answering" in page.content
    assert Invitation.objects.get().opened_at is None
    answer = guest.post(link)
    assert answer["Location"] == _at(house, "asked")
    text = guest.get(answer["Location"]).content.decode()
    assert "A Domain A" in text
    assert "B Domain B" not in text
    for name in ("cycles", "organization", "editions", "sources", "delivery"):
        assert guest.get(_at(house, name)).status_code == 403
    assert guest.get(_at(house, "cycle", asked.pk)).status_code == 403


def test_a_guest_sets_no_password(house: House, sign_in: SignIn, asked: Cycle) -> None:
    link = _invite(sign_in("ada"), house, asked)
    guest = Client()
    guest.post(link)
    page = guest.get(reverse("account")).content.decode()
    assert "Your account" in page
    assert reverse("account_change_password") not in page
    wish = "quiet-lantern-over-water"
    form = {"password1": wish, "password2": wish}
    assert guest.post(reverse("account_set_password"), form).status_code == 403
    person = Invitation.objects.get().person
    assert person is not None
    assert not person.has_usable_password()


def test_signing_in_by_a_link_leaves_no_session_of_before(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    ada = sign_in("ada")
    link = _invite(ada, house, asked)
    page = ada.get(link)
    assert b"You are signed in here as Ada" in page.content
    before = ada.session.session_key
    ada.post(link)
    assert ada.session.session_key != before
    assert ada.get(_at(house, "members")).status_code == 403
    anonymous = Client()
    anonymous.get(link)
    session = anonymous.session
    session["planted"] = "by somebody"
    session.save()
    planted = session.session_key
    anonymous.post(link)
    assert anonymous.session.session_key != planted
    assert 0 < anonymous.session.get_expiry_age() <= 21 * 24 * 3600


def test_links_that_open_nothing_answer_all_alike(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    ada = sign_in("ada")
    revoked = _invite(ada, house, asked)
    row = Invitation.objects.get()
    ada.post(_at(house, "invitation_revoke", asked.pk, row.pk))
    expired = _invite(ada, house, asked)
    Invitation.objects.filter(revoked_at=None).update(expires_at=NOW)
    unknown = reverse("invitation", args=["x" * 43])
    browser = Client()
    pages = [browser.get(link) for link in (revoked, expired, unknown)]
    pages += [browser.post(link) for link in (revoked, expired, unknown)]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content.split(b"csrf-token")[0] for page in pages}) == 1
    assert b"opens nothing" in pages[0].content
    assert b"Q1 2026" not in pages[0].content


def test_a_new_link_and_a_revoked_one(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    ada = sign_in("ada")
    old = _invite(ada, house, asked)
    row = Invitation.objects.get()
    guest = Client()
    guest.post(old)
    page = ada.post(_at(house, "invitation_renew", asked.pk, row.pk))
    assert b"shown only now" in page.content
    assert guest.get(old).status_code == 404
    new = Invitation.objects.get(revoked_at=None)
    page = ada.get(_at(house, "invitation_revoke", asked.pk, new.pk))
    assert b"Revoke the link of Kim?" in page.content
    ada.post(_at(house, "invitation_revoke", asked.pk, new.pk))
    assert guest.get(_at(house, "asked")).status_code == 302  # signed out


# ── a respondent's own place ───────────────────────────────────────────────────────


def test_my_questions_are_mine_only_with_a_status_each(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    rui = sign_in("rui")
    factories.rating(asked, "B.1", house["rui"])
    text = rui.get(_at(house, "asked")).content.decode()
    for words in ("A Domain A", "B Domain B", "0 of 3 answered", "Done", "Not started"):
        assert words in text
    assert "C Domain C" not in text
    assert "1 of 4" in text


def test_nothing_asked_says_so(house: House, sign_in: SignIn, asked: Cycle) -> None:
    page = sign_in("petra").get(_at(house, "asked"))
    assert b"Nothing is asked of you" in page.content


def test_i_am_done_and_take_it_up_again(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    rui = sign_in("rui")
    address = _at(house, "domain_finish", asked.pk, "A")
    for _twice in range(2):
        page = rui.post(address, follow=True)
        assert b"You are done with Domain A" in page.content
    answer = rui.post(address, {"back": "domain"})
    assert answer["Location"] == _at(house, "answer_domain", asked.pk, "A")
    assert Assignment.objects.get(person=house["rui"], domain="A").finished_at
    rui.post(address, {"undo": "on"})
    assert not Assignment.objects.get(person=house["rui"], domain="A").finished_at
    assert rui.post(_at(house, "domain_finish", asked.pk, "C")).status_code == 404


def test_i_hand_a_domain_to_a_colleague(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    rui = sign_in("rui")
    address = _at(house, "hand_over", asked.pk, "A")
    page = rui.post(address, {"to": "", "email": "", "note": "Please."})
    assert page.status_code == 422
    assert b"Please." in page.content
    page = rui.post(
        address, {"to": str(house["noa"].pk), "note": "You know."}, follow=True
    )
    assert b"is with Noa now" in page.content
    assert asked_domains(cycle_id=asked.pk, person_id=house["rui"].pk) == frozenset("B")
    assert rui.get(address).status_code == 404
    text = sign_in("ada").get(_at(house, "participants", asked.pk)).content.decode()
    assert "A handed over by Rui: You know." in text
    text = sign_in("noa").get(_at(house, "asked")).content.decode()
    assert "handed to you by Rui" in text


def test_a_guest_is_shown_no_members_to_hand_over_to(
    house: House, sign_in: SignIn, asked: Cycle
) -> None:
    guest = Client()
    guest.post(_invite(sign_in("ada"), house, asked))
    text = guest.get(_at(house, "hand_over", asked.pk, "A")).content.decode()
    assert "Rui" not in text
    answer = guest.post(
        _at(house, "hand_over", asked.pk, "A"), {"email": "lu@example.org", "note": ""}
    )
    assert answer["Location"] == _at(house, "asked")


def test_where_everybody_is_asked_nothing_is_mine_to_give(
    house: House, sign_in: SignIn
) -> None:
    cycle = factories.cycle(house.workspace)
    rui = sign_in("rui")
    assert rui.get(_at(house, "hand_over", cycle.pk, "A")).status_code == 404
    text = rui.get(_at(house, "asked")).content.decode()
    assert "A Domain A" in text
    assert "Hand over" not in text


def test_my_questions_ask_no_more_queries_for_more_cycles(
    house: House,
    sign_in: SignIn,
    asked: Cycle,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    rui = sign_in("rui")
    rui.get(_at(house, "asked"))
    with django_assert_max_num_queries(40) as few:
        rui.get(_at(house, "asked"))
    for number in range(5):
        cycle = factories.cycle(house.workspace, of=asked.edition, title=f"X{number}")
        factories.rating(cycle, "A.1", house["rui"])
    with django_assert_max_num_queries(len(few)):
        rui.get(_at(house, "asked"))
