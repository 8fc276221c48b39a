"""The journal is a chain: what was altered, removed, moved or put in is found."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from assessments.models import JournalEntry, JournalHead, Workspace
from assessments.queries import journal as reading
from assessments.services import answering, journal
from scoring.sealing import GENESIS
from tests import factories, guards
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry
    from tests.factories import House


def _write(workspace: Workspace, count: int = 5) -> None:
    for number in range(count):
        journal.record(
            workspace_id=workspace.pk,
            verb="thing.done",
            target=("thing", number),
            by=None,
            at=NOW + timedelta(seconds=number),
            detail={"share": 0.25, "whole": 2.0, "name": "“Ü”", "list": [1, None]},
            why="Because.",
            before={"level": 1},
            after={"level": 2},
        )


def _problems(workspace: Workspace, noted: reading.Head | None = None) -> str:
    return "\n".join(reading.verify(workspace_id=workspace.pk, noted=noted).problems)


@pytest.fixture
def written(house: House) -> Workspace:
    """A workspace with a journal of a dozen entries."""
    _write(house.workspace)
    return house.workspace


def test_the_last_day_there_is_may_be_asked_for(written: Workspace) -> None:
    for day, found in ((date.max, True), (date.min, False)):
        wanted = reading.Filter(act="thing.done", last=day)
        page = reading.page(workspace_id=written.pk, wanted=wanted)
        assert bool(page.entries) is found


def test_entries_are_numbered_without_a_gap_and_chained(written: Workspace) -> None:
    rows = list(JournalEntry.objects.filter(workspace=written).order_by("sequence"))
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert [row.previous_sha256 for row in rows] == [
        GENESIS,
        *(row.sha256 for row in rows[:-1]),
    ]
    head = JournalHead.objects.get(workspace=written)
    assert (head.sequence, head.sha256) == (rows[-1].sequence, rows[-1].sha256)
    assert _problems(written) == ""


def test_each_workspace_has_a_chain_of_its_own(
    written: Workspace, house: House
) -> None:
    before = reading.head(workspace_id=house.other.pk)
    _write(written)
    assert reading.head(workspace_id=house.other.pk) == before
    assert _problems(house.other) == ""


_ALTERED: tuple[dict[str, object], ...] = (
    {"verb": "thing.undone"},
    {"target_kind": "other"},
    {"target_id": 99},
    {"at": NOW - timedelta(days=1)},
    {"actor": 1},
    {"detail": {}},
    {"why": "For another reason."},
    {"before": {"level": 3}},
    {"after": {"level": 3}},
    {"previous_sha256": "0" * 64},
    {"sha256": "0" * 64},
)


@pytest.mark.parametrize("change", _ALTERED, ids=lambda change: next(iter(change)))
def test_an_altered_entry_is_found(
    written: Workspace, change: dict[str, object]
) -> None:
    end = reading.head(workspace_id=written.pk).sequence
    rows = JournalEntry.objects.filter(workspace=written, sequence=end - 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**change)
    with guards.lifted():
        rows.update(**change)
    assert f"entry {end - 2}" in _problems(written)


def test_an_entry_that_names_another_account_is_found(
    written: Workspace, house: House
) -> None:
    with guards.lifted():
        JournalEntry.objects.filter(workspace=written, by=house["ada"]).update(
            by=house["noa"]
        )
    assert "names another account" in _problems(written)


def test_a_removed_entry_is_found(written: Workspace) -> None:
    rows = JournalEntry.objects.filter(workspace=written)
    with guards.lifted():
        rows.filter(sequence=4).delete()
    assert "entry 4: it is missing." in _problems(written)
    with guards.lifted():
        rows.filter(sequence__in=(5, 6)).delete()
    assert "entries 4 to 6: they are missing." in _problems(written)


def test_an_end_that_was_cut_off_is_found(written: Workspace) -> None:
    noted = reading.head(workspace_id=written.pk)
    rows = JournalEntry.objects.filter(workspace=written)
    with guards.lifted():
        rows.filter(sequence__gt=noted.sequence - 2).delete()
    assert "was written last" in _problems(written)
    # Whoever also moves the end back is found by an end that was noted elsewhere.
    last = rows.order_by("-sequence")[0]
    with guards.lifted():
        JournalHead.objects.filter(workspace=written).update(
            sequence=last.sequence, sha256=last.sha256
        )
    assert _problems(written) == ""
    assert "is not there any more" in _problems(written, noted)


def test_entries_that_changed_places_are_found(written: Workspace) -> None:
    rows = JournalEntry.objects.filter(workspace=written)
    with guards.lifted():
        rows.filter(sequence=3).update(sequence=1000)
        rows.filter(sequence=4).update(sequence=3)
        rows.filter(sequence=1000).update(sequence=4)
    found = _problems(written)
    assert "entry 3" in found
    assert "entry 4" in found


def test_an_entry_that_was_put_in_is_found(written: Workspace) -> None:
    end = JournalEntry.objects.filter(workspace=written).latest("sequence")
    end.pk = None
    end._state.adding = True
    end.sequence += 1
    end.save()
    assert f"entry {end.sequence}: it stands behind the end" in _problems(written)
    with guards.lifted():
        JournalHead.objects.filter(workspace=written).update(sequence=end.sequence)
    assert "it does not follow the entry before it" in _problems(written)


def test_a_place_in_the_chain_is_taken_once(written: Workspace) -> None:
    row = JournalEntry.objects.filter(workspace=written).latest("sequence")
    row.pk = None
    row._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_the_end_only_moves_on(written: Workspace) -> None:
    heads = JournalHead.objects.filter(workspace=written)
    for change in ({"sequence": 1}, {"sha256": "0" * 64}):
        with pytest.raises(IntegrityError, match="only moves on"), transaction.atomic():
            heads.update(**change)
    with pytest.raises(IntegrityError, match="only moves on"), transaction.atomic():
        heads.delete()


def test_a_locked_cycle_remembers_the_chain(house: House, telemetry: Telemetry) -> None:
    assert telemetry is not None
    cycle = _locked(house)
    rows = JournalEntry.objects.filter(workspace=house.workspace)
    assert _problems(house.workspace) == ""
    signed = rows.get(verb="cycle.signed").sequence
    last = rows.get(sequence=signed - 1)
    with guards.lifted():
        rows.filter(sequence__gte=signed).delete()
        JournalHead.objects.filter(workspace=house.workspace).update(
            sequence=last.sequence, sha256=last.sha256
        )
    found = _problems(house.workspace)
    assert f"cycle {cycle.pk}: the journal does not say" in found
    assert f"cycle {cycle.pk}, journal: entry {signed}" in found


def _locked(house: House) -> Cycle:
    cycle = factories.cycle(house.workspace)
    factories.rating(cycle, "A.1", house["rui"], 3)
    return factories.locked(cycle)


def test_the_number_of_a_person_stays_when_the_account_goes(house: House) -> None:
    guest = factories.person("guest")
    journal.record(
        workspace_id=house.workspace.pk,
        verb="thing.done",
        target=("thing", 1),
        by=guest,
        at=NOW,
    )
    number = guest.pk
    guest.delete()
    entry = JournalEntry.objects.get(verb="thing.done")
    assert (entry.by, entry.actor) == (None, number)
    assert _problems(house.workspace) == ""
    page = reading.page(workspace_id=house.workspace.pk, wanted=reading.Filter())
    assert page.entries[0].who == f"Person {number} (account removed)"


def test_an_answer_is_written_down_with_what_it_was_before(house: House) -> None:
    cycle = factories.cycle(house.workspace)
    factories.rating(cycle, "A.1", house["rui"], 2)
    factories.rating(cycle, "A.1", house["rui"], 2)
    factories.rating(cycle, "A.1", house["rui"], 4, rationale="I saw it.")
    entries = JournalEntry.objects.filter(verb="rating.given").order_by("pk")
    assert [(one.before.get("level"), one.after["level"]) for one in entries] == [
        (None, 2),
        (2, 4),
    ]
    assert entries[1].why == "I saw it."


# ── the command ────────────────────────────────────────────────────────────────────


def test_the_command_prints_the_end_and_finds_tampering(
    written: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_audit")
    head = reading.head(workspace_id=written.pk)
    noted = f"{head.sequence}:{head.sha256}"
    assert noted in capsys.readouterr().out
    call_command("verify_audit", written.slug, "--head", noted)
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("verify_audit", written.slug, "--head", f"1:{'0' * 64}")
    with guards.lifted():
        JournalEntry.objects.filter(workspace=written, sequence=2).update(why="x")
    with pytest.raises(CommandError, match="1 of 2 journals do not hold"):
        call_command("verify_audit")
    assert "DIFFERS  entry 2: it is not what was written." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere",), "no workspace"),
        (("x", "--head", "1:2"), "as it was printed"),
        (("--head", f"1:{'0' * 64}"), "Name the workspace"),
    ],
)
@pytest.mark.django_db
def test_the_command_says_what_it_needs(arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("verify_audit", *arguments)


# ── at once ────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time"
)
@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_no_fork() -> None:
    house = factories.house()
    cycle = factories.cycle(house.workspace)
    failures: list[BaseException] = []

    def answering_away(name: str) -> Callable[[], None]:
        def run() -> None:
            try:
                for level in (1, 2, 3, 4, 5) * 2:
                    answering.rate(
                        cycle_id=cycle.pk,
                        topic="A.1",
                        person=house[name],
                        vantage="practitioner",
                        answer="level",
                        level=level,
                        confidence="",
                        rationale="",
                        now=NOW,
                    )
            except BaseException as failure:  # noqa: BLE001  # told by the test
                failures.append(failure)
            finally:
                connection.close()

        return run

    before = reading.head(workspace_id=house.workspace.pk).sequence
    threads = [
        threading.Thread(target=answering_away(name))
        for name in ("ada", "rui", "noa", "petra")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert reading.head(workspace_id=house.workspace.pk).sequence == before + 40
    assert _problems(house.workspace) == ""
