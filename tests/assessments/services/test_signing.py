"""Signing by name on what is to be locked, and locking once."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from assessments.models import (
    Cycle,
    JournalEntry,
    Notice,
    Signature,
    Workspace,
)
from assessments.queries import results
from assessments.queries.sealed import sealed
from assessments.services import agreeing, rescoring, signatures, signing, verifying
from assessments.services.refusals import Refusal, Unfit
from scoring import verifying as offline
from tests import factories
from tests.assessments.services.first_format import restore
from tests.factories import NOW

if TYPE_CHECKING:
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def cycle(house: House, telemetry: Telemetry) -> Cycle:
    """A scored cycle in review, in which telemetry proposes 4 for A.M1."""
    telemetry.values = {"A.M1": 36_000.0}
    cycle = factories.cycle(house.workspace)
    for name, level in (("rui", 2), ("noa", 4)):
        factories.rating(cycle, "A.1", house[name], level)
    signing.start_review(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    rescoring.rescore(cycle_id=cycle.pk, trigger="answer", now=NOW)
    cycle.refresh_from_db()
    return cycle


def _needed(house: House, needed: int) -> None:
    signatures.set_needed(
        workspace_id=house.workspace.pk, needed=needed, by=house["ada"], now=NOW
    )


def _sign(cycle: Cycle, house: House, name: str, statement: str = "") -> None:
    signatures.sign(
        cycle_id=cycle.pk,
        by=house[name],
        sha256=signatures.sign_off(cycle_id=cycle.pk).sha256,
        statement=statement,
        now=NOW,
    )


def _decide(cycle: Cycle, house: House) -> None:
    agreeing.decide(
        cycle_id=cycle.pk,
        criterion="A.M1",
        verb="override",
        level=Decimal(3),
        reason="Half of it.",
        expires_on=NOW.date() + timedelta(days=30),
        by=house["noa"],
        now=NOW,
    )


def test_a_signature_counts_for_what_was_looked_at(cycle: Cycle, house: House) -> None:
    _sign(cycle, house, "noa", "As far as I saw.")
    found = signatures.sign_off(cycle_id=cycle.pk)
    assert found.counting == {house["noa"].pk}
    assert [(one.name, one.statement) for one in found.signed] == [
        ("Noa", "As far as I saw.")
    ]
    entry = JournalEntry.objects.get(verb="cycle.signed")
    assert (entry.actor, entry.why) == (house["noa"].pk, "As far as I saw.")


def test_signing_twice_is_signing_once(cycle: Cycle, house: House) -> None:
    _sign(cycle, house, "noa")
    _sign(cycle, house, "noa", "Again.")
    assert Signature.objects.count() == 1
    assert JournalEntry.objects.filter(verb="cycle.signed").count() == 1


def test_scored_again_with_the_same_outcome_a_signature_still_counts(
    cycle: Cycle, house: House
) -> None:
    _sign(cycle, house, "noa")
    rescoring.rescore(
        cycle_id=cycle.pk, trigger="schedule", period="2026-W10", now=LATER
    )
    assert cycle.scorings.count() == 2
    assert signatures.sign_off(cycle_id=cycle.pk).counting == {house["noa"].pk}


def test_whatever_changes_afterwards_takes_the_signature_its_weight(
    cycle: Cycle, house: House, telemetry: Telemetry
) -> None:
    _sign(cycle, house, "noa")
    _decide(cycle, house)
    assert signatures.sign_off(cycle_id=cycle.pk).outdated
    rescoring.rescore(cycle_id=cycle.pk, trigger="answer", now=NOW)
    _sign(cycle, house, "noa")
    assert signatures.sign_off(cycle_id=cycle.pk).counting == {house["noa"].pk}
    telemetry.values = {"A.M1": 1_800.0}
    rescoring.rescore(cycle_id=cycle.pk, trigger="events", now=LATER)
    found = signatures.sign_off(cycle_id=cycle.pk)
    assert not found.counting
    assert len(found.signed) == 2


def test_what_was_not_looked_at_is_not_signed(cycle: Cycle, house: House) -> None:
    looked_at = signatures.sign_off(cycle_id=cycle.pk).sha256
    _decide(cycle, house)
    for _twice in range(2):
        with pytest.raises(signatures.Changed, match="Look at what is here now"):
            signatures.sign(
                cycle_id=cycle.pk,
                by=house["noa"],
                sha256=looked_at,
                statement="",
                now=NOW,
            )
        with pytest.raises(signatures.Changed):
            signing.lock(cycle_id=cycle.pk, by=house["ada"], sha256=looked_at, now=NOW)
    # What was decided has been scored meanwhile: what is here now can be signed.
    _sign(cycle, house, "noa")


def test_only_a_cycle_in_review_with_answers_is_signed(house: House) -> None:
    opened = factories.cycle(house.workspace)
    for cycle, refusal in (
        (opened, signing.NotInReview),
        (
            factories.cycle(house.workspace, title="Empty", state="in_review"),
            signing.NothingAnswered,
        ),
    ):
        with pytest.raises(refusal):
            signatures.sign(
                cycle_id=cycle.pk, by=house["noa"], sha256="x", statement="", now=NOW
            )
    with pytest.raises(Unfit, match="2000"):
        signatures.sign(
            cycle_id=opened.pk,
            by=house["noa"],
            sha256="x",
            statement="x" * 2001,
            now=NOW,
        )


def test_two_signatures_are_two_people(cycle: Cycle, house: House) -> None:
    _needed(house, 2)
    with pytest.raises(signing.TooFewSigned, match="1 other person"):
        signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    _sign(cycle, house, "ada")
    with pytest.raises(signing.TooFewSigned):
        signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    _sign(cycle, house, "noa")
    signing.lock(cycle_id=cycle.pk, by=house["ada"], now=LATER)
    cycle.refresh_from_db()
    content = json.loads(cycle.content)
    assert content["signatures_needed"] == 2
    assert {one["person"] for one in content["signatures"]} == {
        house["ada"].pk,
        house["noa"].pk,
    }
    assert verifying.verify(cycle_id=cycle.pk).holds


def test_an_outdated_second_signature_does_not_unlock(
    cycle: Cycle, house: House
) -> None:
    _needed(house, 2)
    _sign(cycle, house, "noa")
    _decide(cycle, house)
    with pytest.raises(signing.TooFewSigned):
        signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    cycle.refresh_from_db()
    assert cycle.state == "in_review"


def test_locking_is_signed_and_happens_once(cycle: Cycle, house: House) -> None:
    sha256 = signatures.sign_off(cycle_id=cycle.pk).sha256
    signing.lock(cycle_id=cycle.pk, by=house["ada"], sha256=sha256, now=NOW)
    for name in ("ada", "petra"):
        with pytest.raises(signing.AlreadyLocked, match="nothing was done twice"):
            signing.lock(cycle_id=cycle.pk, by=house[name], sha256=sha256, now=LATER)
    assert JournalEntry.objects.filter(verb="cycle.locked").count() == 1
    assert list(Signature.objects.values_list("person", "sha256")) == [
        (house["ada"].pk, sha256)
    ]


def test_a_result_that_was_signed_before_it_was_locked_is_shown(
    cycle: Cycle, house: House
) -> None:
    _needed(house, 2)
    _sign(cycle, house, "noa")
    looked_at = signatures.sign_off(cycle_id=cycle.pk).sha256
    signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW, sha256=looked_at)
    found = results.results(cycle_id=cycle.pk)
    assert found.header.state == "locked"
    assert found.scored
    newest = cycle.scorings.order_by("pk").last()
    assert newest is not None
    assert found.header.scoring_id == newest.pk


def test_what_leaves_the_product_verifies_without_it(
    cycle: Cycle, house: House
) -> None:
    _decide(cycle, house)
    assert sealed(workspace_id=cycle.workspace_id, cycle_id=cycle.pk) is None
    signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW, statement="So be it.")
    text = sealed(workspace_id=cycle.workspace_id, cycle_id=cycle.pk)
    assert text is not None
    found = offline.verify(offline.read(text))
    assert found.holds, found.differences
    assert "Ada" not in text
    assert sealed(workspace_id=house.other.pk, cycle_id=cycle.pk) is None


def test_a_signature_is_never_changed_or_added_to_a_locked_cycle(
    cycle: Cycle, house: House
) -> None:
    signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Signature.objects.update(statement="Not mine.")
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        Signature.objects.create(
            cycle=cycle, person=house["noa"], sha256="0" * 64, signed_at=NOW
        )


def test_asking_to_sign_writes_one_mail_per_person_and_content(
    cycle: Cycle, house: House
) -> None:
    def ask() -> int:
        return signatures.ask(
            cycle_id=cycle.pk,
            person_ids=[house["noa"].pk, house["petra"].pk],
            by=house["ada"],
            address="http://localhost/sign",
            now=NOW,
        )

    assert ask() == 2
    assert ask() == 0
    notice = Notice.objects.filter(kind="sign_off", person=house["noa"]).get()
    assert "http://localhost/sign" in notice.body
    assert "Ada" in notice.body
    _decide(cycle, house)
    assert ask() == 2
    assert JournalEntry.objects.filter(verb="cycle.sign_off_asked").count() == 2


def test_how_many_sign_is_one_or_two_and_written_down(house: House) -> None:
    _needed(house, 2)
    _needed(house, 2)
    assert Workspace.objects.get(pk=house.workspace.pk).signatures_needed == 2
    entry = JournalEntry.objects.get(verb="workspace.signatures_set")
    assert (entry.before, entry.after) == (
        {"signatures_needed": 1},
        {"signatures_needed": 2},
    )
    with pytest.raises(Refusal):
        _needed(house, 3)


# ── what was sealed before ─────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_a_cycle_sealed_in_the_first_format_still_verifies() -> None:
    kept = json.loads(Path(__file__).with_name("sealed_1.json").read_text())
    found = verifying.verify(cycle_id=restore(kept).pk)
    assert found.holds, found.differences
    assert found.content_sha256 == kept["sha256"]
