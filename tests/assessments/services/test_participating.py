"""Who is asked in a cycle, told, done, and handed on."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.access import Role
from assessments.models import Assignment, Invitation, JournalEntry, Notice
from assessments.queries.assignments import asked_domains
from assessments.services import cycles, handing, participating
from assessments.services.refusals import Unfit
from tests import factories
from tests import factories_participation as made
from tests.factories import NOW

if TYPE_CHECKING:
    from assessments.models import Cycle
    from tests.factories import House


def _domains(cycle: Cycle, house: House, name: str) -> list[str] | None:
    found = asked_domains(cycle_id=cycle.pk, person_id=house[name].pk)
    return None if found is None else sorted(found)


def test_a_cycle_that_names_nobody_asks_everybody_for_everything(house: House) -> None:
    cycle = factories.cycle(house.workspace)
    assert _domains(cycle, house, "rui") is None


def test_naming_people_in_a_draft_asks_nobody_else(house: House) -> None:
    cycle = factories.cycle(house.workspace, state="draft")
    made.asked(cycle, house["rui"], domains=["B", "A"])
    assert _domains(cycle, house, "rui") == ["A", "B"]
    assert _domains(cycle, house, "noa") == []
    made.asked(cycle, house["rui"], domains=["C"])
    assert _domains(cycle, house, "rui") == ["A", "B", "C"]


def test_naming_somebody_in_an_open_cycle_shuts_nobody_out(house: House) -> None:
    cycle = factories.cycle(house.workspace)
    newcomer = factories.member(house.workspace).user
    made.asked(cycle, newcomer, domains=["A"])
    for name in ("ada", "petra", "noa", "rui"):
        assert _domains(cycle, house, name) == ["A", "B", "C"]


def test_a_person_and_a_domain_are_set_exactly(house: House) -> None:
    cycle = factories.cycle(house.workspace, state="draft")
    ada = house["ada"]
    made.asked(cycle, house["rui"], house["noa"], domains=["A", "B"])
    participating.set_person(
        cycle_id=cycle.pk,
        person_id=house["rui"].pk,
        domains=["C"],
        vantage="consumer",
        by=ada,
        now=NOW,
    )
    assert _domains(cycle, house, "rui") == ["C"]
    assert {row.vantage for row in Assignment.objects.filter(person=house["rui"])} == {
        "consumer"
    }
    participating.set_domain(
        cycle_id=cycle.pk, domain="A", person_ids=[house["rui"].pk], by=ada, now=NOW
    )
    assert _domains(cycle, house, "rui") == ["A", "C"]
    assert _domains(cycle, house, "noa") == ["B"]
    participating.remove(cycle_id=cycle.pk, person_id=house["noa"].pk, by=ada, now=NOW)
    assert _domains(cycle, house, "noa") == []
    participating.ask_everybody(cycle_id=cycle.pk, by=ada, now=NOW)
    assert _domains(cycle, house, "noa") is None
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert {"participant.asked", "participant.removed"} <= verbs


@pytest.mark.parametrize(
    ("people", "domains", "vantage", "field"),
    [
        (["vera"], ["A"], "", "people"),
        (["otto"], ["A"], "", "people"),
        (["rui"], ["Z"], "", "domains"),
        (["rui"], ["B"], "", "domains"),  # left out of this cycle
        (["rui"], ["A"], "sideways", "vantage"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_place(
    house: House, people: list[str], domains: list[str], vantage: str, field: str
) -> None:
    cycle = factories.cycle(house.workspace, state="draft", left_out={"B": "No."})
    with pytest.raises(Unfit) as refusal:
        made.asked(
            cycle, *(house[name] for name in people), domains=domains, vantage=vantage
        )
    assert refusal.value.field_name == field
    assert not Assignment.objects.exists()


def test_a_cycle_in_review_asks_nobody_anew(house: House) -> None:
    cycle = factories.cycle(house.workspace, state="in_review")
    with pytest.raises(participating.Closed, match="Reopen it"):
        made.asked(cycle, house["rui"])


def test_people_are_told_when_a_cycle_opens_and_once_only(house: House) -> None:
    cycle = factories.cycle(house.workspace, state="draft")
    made.asked(cycle, house["rui"], house["ada"])
    made.invited(cycle)
    assert not Notice.objects.exists()
    cycles.open_(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    told = {notice.person or notice.email for notice in Notice.objects.all()}
    assert told == {house["rui"], "kim@example.org"}  # whoever opens it knows
    made.asked(cycle, house["noa"], domains=["A"])
    participating.remove(
        cycle_id=cycle.pk, person_id=house["noa"].pk, by=house["ada"], now=NOW
    )
    made.asked(cycle, house["noa"], domains=["A"])
    assert Notice.objects.filter(person=house["noa"]).count() == 1


def test_a_cycle_for_everybody_tells_everybody_who_may_answer(house: House) -> None:
    factories.cycle(house.workspace)
    told = {notice.person for notice in Notice.objects.all()}
    assert told == {house["petra"], house["noa"], house["rui"]}
    mail = Notice.objects.get(person=house["rui"])
    assert f"/w/{house.slug}/asked/" in mail.body
    assert "Hello Rui," in mail.body


def test_links_keep_a_cycle_from_asking_everybody(house: House) -> None:
    cycle = factories.cycle(house.workspace, state="draft")
    made.invited(cycle)
    assert _domains(cycle, house, "rui") == []
    with pytest.raises(participating.LinksOut, match="Revoke"):
        participating.ask_everybody(cycle_id=cycle.pk, by=house["ada"], now=NOW)


def test_done_is_said_once_and_taken_back(house: House) -> None:
    cycle = factories.cycle(house.workspace, state="draft")
    rui = house["rui"]
    made.asked(cycle, rui, domains=["A"])
    with pytest.raises(participating.Closed):
        participating.finish(cycle_id=cycle.pk, domain="A", person=rui, now=NOW)
    cycles.open_(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    for _twice in range(2):
        participating.finish(cycle_id=cycle.pk, domain="A", person=rui, now=NOW)
    assert Assignment.objects.get().finished_at == NOW
    assert JournalEntry.objects.filter(verb="domain.finished").count() == 1
    participating.unfinish(cycle_id=cycle.pk, domain="A", person=rui, now=NOW)
    assert Assignment.objects.get().finished_at is None
    with pytest.raises(participating.NotAsked):
        participating.finish(cycle_id=cycle.pk, domain="B", person=rui, now=NOW)


# ── handing over ───────────────────────────────────────────────────────────────────


def _hand(cycle: Cycle, house: House, **to: object) -> str:
    return handing.hand_over(
        cycle_id=cycle.pk,
        domain="A",
        person=house["rui"],
        note="You know the pipeline.",
        zone=UTC,
        expires_on=made.LATER,
        now=NOW + timedelta(days=1),
        **to,  # type: ignore[arg-type]  # a colleague or an address
    )


@pytest.fixture
def asked(house: House) -> Cycle:
    """An open cycle that asks Rui for A and B."""
    cycle = factories.cycle(house.workspace, state="draft")
    made.asked(cycle, house["rui"], domains=["A", "B"])
    cycles.open_(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    return cycle


def test_a_domain_goes_to_a_colleague_and_answers_stay(
    house: House, asked: Cycle
) -> None:
    factories.rating(asked, "A.1", house["rui"])
    assert _hand(asked, house, to_id=house["noa"].pk) == "Noa"
    assert _domains(asked, house, "rui") == ["B"]
    row = Assignment.objects.get(person=house["noa"])
    assert (row.domain, row.handed_by, row.note, row.vantage) == (
        "A",
        house["rui"],
        "You know the pipeline.",
        "oversight",
    )
    assert asked.ratings.get().person == house["rui"]
    mail = Notice.objects.get(person=house["noa"])
    assert mail.kind == "handed_over"
    assert "Rui" in mail.subject
    assert "You know the pipeline." in mail.body
    entry = JournalEntry.objects.get(verb="domain.handed_over")
    assert (entry.by, entry.why) == (house["rui"], "You know the pipeline.")
    with pytest.raises(participating.NotAsked):
        _hand(asked, house, to_id=house["noa"].pk)


def test_an_address_of_a_member_means_the_member(house: House, asked: Cycle) -> None:
    _hand(asked, house, email="Noa@example.org")
    assert _domains(asked, house, "noa") == ["A"]
    assert not Invitation.objects.exists()


def test_somebody_without_an_account_gets_a_link(house: House, asked: Cycle) -> None:
    assert _hand(asked, house, email="kim@example.org") == "kim@example.org"
    row = Invitation.objects.get()
    assert (row.domains, row.invited_by) == (["A"], house["rui"])
    mail = Notice.objects.get(email="kim@example.org")
    assert "You know the pipeline." in mail.body
    assert _domains(asked, house, "rui") == ["B"]


@pytest.mark.parametrize(
    ("to", "field"),
    [({}, "to"), ({"email": "nonsense"}, "email"), ({"to_id": 0}, "to")],
)
def test_handing_over_to_nobody_changes_nothing(
    house: House, asked: Cycle, to: dict[str, object], field: str
) -> None:
    with pytest.raises(Unfit) as refusal:
        _hand(asked, house, **to)
    assert refusal.value.field_name == field
    assert _domains(asked, house, "rui") == ["A", "B"]


def test_one_cannot_hand_over_to_oneself(house: House, asked: Cycle) -> None:
    with pytest.raises(Unfit, match="That is you"):
        _hand(asked, house, to_id=house["rui"].pk)


# ── several units ──────────────────────────────────────────────────────────────────


def test_a_role_over_a_subtree_lets_a_person_be_asked_there(house: House) -> None:
    from assessments.models import Grant

    unit = factories.unit(house.workspace, "Payments")
    vera = house.workspace.members.get(user=house["vera"])
    Grant.objects.create(member=vera, scope=unit, role=Role.RESPONDENT)
    here = factories.cycle(house.workspace, state="draft", scope=unit)
    made.asked(here, house["vera"], domains=["A"])
    assert _domains(here, house, "vera") == ["A"]
