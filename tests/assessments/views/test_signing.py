"""Pages of signing, locking, correcting and the audit trail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import (
    Cycle,
    JournalEntry,
    Notice,
    Origin,
    Signature,
    Workspace,
)
from assessments.queries import journal
from assessments.services import journal as writing
from assessments.services import rescoring, signatures, signing
from scoring import verifying
from tests import factories, factories_plan
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.assessments.conftest import Telemetry
    from tests.factories import House

    SignIn = Callable[[str], Client]


@pytest.fixture
def cycle(house: House, telemetry: Telemetry) -> Cycle:
    """A scored cycle in review."""
    telemetry.values = {"A.M1": 36_000.0}
    cycle = factories.cycle(house.workspace)
    factories.rating(cycle, "A.1", house["rui"], 2)
    signing.start_review(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    rescoring.rescore(cycle_id=cycle.pk, trigger="answer", now=NOW)
    cycle.refresh_from_db()
    return cycle


def _at(house: House, name: str, *rest: object) -> str:
    return reverse(name, args=[house.slug, *rest])


def _sha256(cycle: Cycle) -> str:
    return signatures.sign_off(cycle_id=cycle.pk).sha256


def test_an_assessor_checks_signs_and_sees_the_signature(
    house: House, sign_in: SignIn, cycle: Cycle
) -> None:
    noa = sign_in("noa")
    page = noa.get(_at(house, "cycle_sign", cycle.pk)).content.decode()
    assert "Serious" in page
    assert "nobody answered A.2, A.3" in page
    assert "You sign as <strong>Noa</strong>" in page
    answer = noa.post(
        _at(house, "cycle_sign", cycle.pk),
        {"sha256": _sha256(cycle), "statement": "Seen."},
    )
    assert answer.status_code == 302
    page = noa.get(_at(house, "cycle_sign", cycle.pk)).content.decode()
    assert "“Seen.”" in page
    assert "You have signed what is here now." in page
    assert "Go on to locking" not in page


def test_what_changed_meanwhile_is_said_and_the_statement_stays(
    house: House, sign_in: SignIn, cycle: Cycle
) -> None:
    page = sign_in("noa").post(
        _at(house, "cycle_sign", cycle.pk),
        {"sha256": "0" * 64, "statement": "What I typed."},
    )
    assert page.status_code == 422
    text = page.content.decode()
    assert "Something has changed since you opened this page" in text
    assert "What I typed." in text
    assert _sha256(cycle) in text


def test_others_are_asked_by_mail(house: House, sign_in: SignIn, cycle: Cycle) -> None:
    ada = sign_in("ada")
    page = ada.get(_at(house, "cycle_sign", cycle.pk)).content.decode()
    assert "Petra" in page
    ada.post(
        _at(house, "cycle_sign_ask", cycle.pk),
        {"person": [str(house["noa"].pk), str(house["rui"].pk), "nobody"]},
    )
    # Rui may not sign, and is not asked.
    asked = Notice.objects.filter(kind="sign_off")
    assert [one.person for one in asked] == [house["noa"]]


def test_two_signatures_are_asked_for_where_the_workspace_says_so(
    house: House, sign_in: SignIn, cycle: Cycle
) -> None:
    ada = sign_in("ada")
    assert ada.get(_at(house, "signature_rule")).status_code == 200
    ada.post(_at(house, "signature_rule"), {"needed": "2"})
    assert Workspace.objects.get(pk=house.workspace.pk).signatures_needed == 2
    assert ada.post(_at(house, "signature_rule"), {"needed": "9"}).status_code == 422
    page = ada.get(_at(house, "cycle_lock", cycle.pk)).content.decode()
    assert "1 other person has to sign first." in page
    refused = ada.post(_at(house, "cycle_lock", cycle.pk), {"sha256": _sha256(cycle)})
    assert refused.status_code == 422
    sign_in("noa").post(_at(house, "cycle_sign", cycle.pk), {"sha256": _sha256(cycle)})
    ada.post(_at(house, "cycle_lock", cycle.pk), {"sha256": _sha256(cycle)})
    assert Cycle.objects.get(pk=cycle.pk).state == "locked"


def test_a_double_click_on_lock_locks_once_and_is_told_kindly(
    house: House, sign_in: SignIn, cycle: Cycle
) -> None:
    form = {"sha256": _sha256(cycle)}
    ada, petra = sign_in("ada"), sign_in("petra")
    address = _at(house, "cycle_lock", cycle.pk)
    answers = [browser.post(address, form) for browser in (ada, ada, petra)]
    assert [one.status_code for one in answers] == [302, 302, 302]
    assert (
        "nothing was done twice" in petra.get(answers[2]["Location"]).content.decode()
    )
    assert Signature.objects.count() == 1
    assert JournalEntry.objects.filter(verb="cycle.locked").count() == 1
    assert ada.get(_at(house, "cycle_sign", cycle.pk)).status_code == 302


def test_a_locked_result_is_downloaded_and_corrected(
    house: House, sign_in: SignIn, cycle: Cycle
) -> None:
    ada = sign_in("ada")
    assert ada.get(_at(house, "cycle_sealed", cycle.pk)).status_code == 302
    assert ada.get(_at(house, "cycle_changes", cycle.pk)).status_code == 302
    page = ada.get(_at(house, "cycle_correct", cycle.pk))
    assert b"it can be changed as it is" in page.content
    ada.post(_at(house, "cycle_lock", cycle.pk), {"sha256": _sha256(cycle)})
    text = sign_in("sam").get(_at(house, "cycle_sealed", cycle.pk)).content.decode()
    assert verifying.verify(verifying.read(text)).holds
    address = _at(house, "cycle_correct", cycle.pk)
    assert ada.post(address, {"reason": " "}).status_code == 422
    begun = ada.post(address, {"reason": "Misread <b>."})
    new = Cycle.objects.get(revises=cycle.pk)
    assert begun["Location"] == _at(house, "cycle", new.pk)
    assert ada.post(address, {"reason": "Twice."})["Location"] == begun["Location"]
    old = ada.get(_at(house, "cycle", cycle.pk)).content.decode()
    assert "Being corrected by" in old
    assert "Misread &lt;b&gt;." in old
    assert "Correct this result" not in old
    assert "A revision of" in ada.get(begun["Location"]).content.decode()
    changes = sign_in("vera").get(_at(house, "cycle_changes", new.pk))
    assert b"Misread" in changes.content


# ── the audit trail ────────────────────────────────────────────────────────────────


def test_the_audit_trail_says_who_did_what_and_holds(
    house: House, sign_in: SignIn, cycle: Cycle
) -> None:
    sam = sign_in("sam")
    page = sam.get(_at(house, "audit")).content.decode()
    assert "Rating given" in page
    assert "Level: <del>–</del> → <ins>2</ins>" in page
    assert _at(house, "topic_why", cycle.pk, "A.1") in page
    head = journal.head(workspace_id=house.workspace.pk)
    assert f"{head.sequence}:{head.sha256}" in page
    assert "Holds" in sam.get(_at(house, "audit") + "?check=1").content.decode()


def test_the_audit_trail_names_the_parts_that_get_a_capability(
    house: House, sign_in: SignIn
) -> None:
    east = factories.unit(house.workspace, "East")
    factories_plan.capability(house.workspace, access={east.pk: ("ticket", 40)})
    sam, address = sign_in("sam"), _at(house, "audit")
    assert "East: <del>–</del> → <ins>ticket</ins>" in sam.get(address).content.decode()

    # Entries from another server use that server's numbers: they name nothing here.
    known: dict[str, dict[str, int]] = {"shifts": {}, "pairs": {}}
    last = journal.head(workspace_id=house.workspace.pk).sequence
    Origin.objects.create(
        workspace=house.workspace, arrived_at=NOW, entries=last, numbers=known
    )
    page = sam.get(address).content.decode()
    assert "East: <del>" not in page
    assert f"Scope {east.pk}: <del>" in page
    assert "This workspace came from another server" in page


def test_the_audit_trail_is_filtered_and_paged(
    house: House, sign_in: SignIn, cycle: Cycle
) -> None:
    assert cycle.pk
    for number in range(60):
        writing.record(
            workspace_id=house.workspace.pk,
            verb="thing.done",
            target=("thing", number),
            by=house["noa"],
            at=NOW,
        )
    sam, address = sign_in("sam"), _at(house, "audit")

    def shown(**asked: str | int) -> list[int]:
        found = sam.get(address, asked).context["entries"]
        return [entry.sequence for entry, _address in found]

    head = journal.head(workspace_id=house.workspace.pk).sequence
    assert shown() == list(range(head, head - 50, -1))
    assert shown(before=head - 49)[0] == head - 50
    assert len(shown(kind="thing", target=7)) == 1
    assert shown(act="rating.given", actor=house["rui"].pk)
    assert shown(act="rating.given", actor=house["noa"].pk) == []
    assert shown(first="2027-01-01") == []
    assert shown(last="2026-03-02") != []
    wrong = sam.get(address, {"first": "yesterday", "before": "x"})
    assert wrong.status_code == 422


def test_the_audit_trail_is_downloaded_as_it_is_chained(
    house: House, sign_in: SignIn, cycle: Cycle
) -> None:
    assert cycle.pk
    sam = sign_in("sam")
    answer = sam.get(_at(house, "audit_lines"))
    lines = b"".join(answer).decode().splitlines()
    entries = [json.loads(line) for line in lines]
    assert [one["sequence"] for one in entries] == list(range(1, len(entries) + 1))
    head = journal.head(workspace_id=house.workspace.pk)
    assert entries[-1]["sha256"] == head.sha256
    some = sam.get(_at(house, "audit_lines"), {"act": "rating.given"})
    assert len(b"".join(some).splitlines()) == 1
