"""Evidence is kept once by content, described, attached and withdrawn."""

from __future__ import annotations

import io
import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.storage import storages
from django.db import connection

from assessments.models import Evidence, JournalEntry, StoredFile, Support
from assessments.services import evidencing, file_store, organization, supporting
from assessments.services.refusals import Refusal, Unfit
from tests import factories, factories_evidence
from tests.factories import NOW

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from django.contrib.auth.models import User
    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry
    from tests.factories import House


pytestmark = pytest.mark.usefixtures("evidence_folder")


@pytest.fixture
def cycle(house: House, telemetry: Telemetry) -> Cycle:
    """An open cycle that leaves C out, with A.M1 measured."""
    telemetry.values = {"A.M1": 36_000.0}
    return factories.cycle(house.workspace, left_out={"C": "Not ours."})


def _verbs(house: House) -> list[str]:
    entries = JournalEntry.objects.filter(workspace=house.workspace).order_by("pk")
    return [
        one.verb for one in entries if one.verb.split(".")[0] in ("evidence", "support")
    ]


def _files_on(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_content_is_stored_once_whoever_sends_it_under_whatever_name(
    house: House, tmp_path: Path
) -> None:
    first = factories_evidence.file(house.workspace, house["rui"])
    second = factories_evidence.file(house.workspace, house["noa"], name="copy.pdf")
    assert first.pk != second.pk
    assert first.file_id == second.file_id
    assert StoredFile.objects.count() == len(_files_on(tmp_path)) == 1
    assert _files_on(tmp_path)[0].read_bytes() == factories_evidence.PDF


def test_another_workspace_stores_its_own(house: House, tmp_path: Path) -> None:
    factories_evidence.file(house.workspace, house["rui"])
    factories_evidence.file(house.other, house["otto"])
    assert StoredFile.objects.count() == len(_files_on(tmp_path)) == 2


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_double_click_enters_once(house: House, cycle: Cycle, kind: str) -> None:
    add = getattr(factories_evidence, kind)
    for _ in range(2):
        add(house.workspace, house["rui"], to=(cycle, "A.1"))
    assert Evidence.objects.count() == Support.objects.count() == 1
    assert _verbs(house) == ["support.added", "evidence.added"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_uploads_of_the_same_file_at_once_leave_one(
    tmp_path: Path, telemetry: Telemetry
) -> None:
    house = factories.house()
    both = threading.Barrier(2)
    failed: list[BaseException] = []

    def send(by: User) -> None:
        both.wait(timeout=10)
        try:
            factories_evidence.file(house.workspace, by)
        except BaseException as error:  # noqa: BLE001  # told below
            failed.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=send, args=(house[name],)) for name in ("rui", "noa")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failed == []
    assert StoredFile.objects.count() == len(_files_on(tmp_path)) == 1
    assert Evidence.objects.count() == 2


def test_who_comes_second_takes_the_own_bytes_back(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race of the test above, step by step: Noa is faster."""
    write = file_store._write

    def overtaken(workspace_id: int, stream: BinaryIO, sha256: str) -> str:
        monkeypatch.setattr(file_store, "_write", write)
        factories_evidence.file(house.workspace, house["noa"])
        return write(workspace_id, stream, sha256)

    monkeypatch.setattr(file_store, "_write", overtaken)
    piece = factories_evidence.file(house.workspace, house["rui"])
    assert StoredFile.objects.get() == piece.file
    assert len(_files_on(tmp_path)) == 1
    assert Evidence.objects.count() == 2


def test_a_file_that_was_lost_comes_back_with_its_next_upload(
    house: House, tmp_path: Path
) -> None:
    factories_evidence.file(house.workspace, house["rui"])
    _files_on(tmp_path)[0].unlink()
    piece = factories_evidence.file(house.workspace, house["noa"])
    assert piece.file is not None
    assert StoredFile.objects.count() == 1
    with file_store.opened(key=piece.file.key, size=piece.file.size) as file:
        assert file.read() == factories_evidence.PDF


def test_a_storage_without_room_is_told_and_enters_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storages["evidence"], "save", full)
    with pytest.raises(file_store.NotStored, match="Nothing was kept"):
        factories_evidence.file(house.workspace, house["rui"])
    assert not Evidence.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_closed_cycle_refuses_before_anything_is_stored(
    house: House, cycle: Cycle, tmp_path: Path
) -> None:
    draft = factories.cycle(house.workspace, state="draft")
    with pytest.raises(supporting.Closed, match="draft"):
        factories_evidence.file(house.workspace, house["rui"], to=(draft, "A.1"))
    for topic in ("C.1", "X.9"):
        with pytest.raises(supporting.NoSuchTopic):
            factories_evidence.file(house.workspace, house["rui"], to=(cycle, topic))
    assert _files_on(tmp_path) == []


def test_a_cycle_of_another_workspace_takes_no_evidence(
    house: House, cycle: Cycle
) -> None:
    with pytest.raises(supporting.NoSuchTopic):
        factories_evidence.link(house.other, house["otto"], to=(cycle, "A.1"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("javascript:alert(1)", "https://"),
        ("ftp://host.example.org/x", "https://"),
        ("https://", "https://"),
        ("https://rui:secret@wiki.example.org/", "password"),
        ("http://[broken", "not a web address"),
        ("https://wiki.example.org/" + "x" * 1000, "1000"),
    ],
)
def test_an_address_that_nobody_should_follow_is_refused(
    house: House, url: str, words: str
) -> None:
    with pytest.raises(Unfit, match=words) as refused:
        factories_evidence.link(house.workspace, house["rui"], url)
    assert refused.value.field_name == "url"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dated_on": NOW.date() + timedelta(days=2)}, "dated_on"),
        ({"dated_on": date(202, 1, 1)}, "dated_on"),
        ({"expires_on": date(2026, 2, 19)}, "expires_on"),
        ({"expires_on": date(9999, 1, 1)}, "expires_on"),
        ({"title": "x" * 201}, "title"),
        ({"origin": "x" * 121}, "origin"),
        ({"note": "x" * 5001}, "note"),
    ],
)
def test_what_cannot_be_said_names_its_field(
    house: House, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Unfit) as refused:
        factories_evidence.link(house.workspace, house["rui"], **changes)  # type: ignore[arg-type]  # plain changes
    assert refused.value.field_name == field


def test_only_members_own_evidence(house: House) -> None:
    with pytest.raises(Unfit, match="belongs to this workspace"):
        factories_evidence.link(
            house.workspace, house["rui"], owner_id=house["otto"].pk
        )


def test_a_measurement_is_referred_to_and_dated_by_its_window(
    house: House, cycle: Cycle
) -> None:
    factories.scored(cycle)

    def add(metric: str, by: User = house["rui"]) -> evidencing.Added:
        return evidencing.add_telemetry(
            workspace_id=house.workspace.pk,
            cycle_id=cycle.pk,
            criterion="A.M1",
            metric=metric,
            said=factories_evidence.said(by),
            by=by,
            now=NOW,
            place=supporting.Place(cycle_id=cycle.pk, topic="A.1"),
        )

    added = add("change_lead_time")
    piece = Evidence.objects.get(pk=added.evidence_id)
    assert piece.title == "Change lead time (A.M1, Q1 2026)"
    assert piece.dated_on == NOW.date()
    assert piece.reference == {
        "cycle": cycle.pk,
        "criterion": "A.M1",
        "metric": "change_lead_time",
    }
    assert not add("change_lead_time").new
    with pytest.raises(Unfit):
        add("change_fail_rate")


def test_changes_are_journalled_with_before_and_after(house: House) -> None:
    piece = factories_evidence.link(house.workspace, house["rui"], title="Old")
    for _ in range(2):
        evidencing.change(
            workspace_id=house.workspace.pk,
            evidence_id=piece.pk,
            said=factories_evidence.said(house["noa"], title="New"),
            by=house["rui"],
            now=NOW,
        )
    piece.refresh_from_db()
    assert (piece.title, piece.owner) == ("New", house["noa"])
    entry = JournalEntry.objects.get(verb="evidence.changed")
    assert entry.before == {"title": "Old", "owner": house["rui"].pk}
    assert entry.after == {"title": "New", "owner": house["noa"].pk}


def test_what_a_locked_cycle_relies_on_keeps_its_dates_and_origin(
    house: House, cycle: Cycle
) -> None:
    piece = factories_evidence.link(
        house.workspace, house["rui"], to=(cycle, "A.1"), title="Old"
    )
    factories.rating(cycle, "A.1", house["rui"])
    factories.locked(cycle)

    def change(**said: object) -> None:
        evidencing.change(
            workspace_id=house.workspace.pk,
            evidence_id=piece.pk,
            said=factories_evidence.said(house["rui"], **said),
            by=house["rui"],
            now=NOW,
        )

    for sealed in (
        {"origin": "Elsewhere"},
        {"expires_on": date(2027, 1, 1)},
        {"dated_on": date(2026, 1, 1)},
    ):
        with pytest.raises(evidencing.Relied, match="locked cycle relies"):
            change(title="Old", **sealed)
    change(title="New", note="Still true.")
    piece.refresh_from_db()
    assert (piece.title, piece.note) == ("New", "Still true.")


def test_a_withdrawal_deletes_nothing_and_can_be_taken_back(
    house: House, cycle: Cycle, tmp_path: Path
) -> None:
    piece = factories_evidence.file(house.workspace, house["rui"], to=(cycle, "A.1"))
    for _ in range(2):
        evidencing.withdraw(
            workspace_id=house.workspace.pk,
            evidence_id=piece.pk,
            why="Wrong quarter.",
            by=house["rui"],
            now=NOW,
        )
    assert Support.objects.count() == len(_files_on(tmp_path)) == 1
    with pytest.raises(supporting.Withdrawn, match="no longer offered"):
        factories_evidence.support(piece, cycle, "A.2", house["rui"])
    evidencing.offer_again(
        workspace_id=house.workspace.pk,
        evidence_id=piece.pk,
        by=house["rui"],
        now=NOW,
    )
    assert factories_evidence.support(piece, cycle, "A.2", house["rui"])
    assert JournalEntry.objects.get(verb="evidence.withdrawn").why == "Wrong quarter."
    assert _verbs(house)[2:] == [
        "evidence.withdrawn",
        "evidence.offered",
        "support.added",
    ]


def test_evidence_of_another_workspace_is_gone(house: House) -> None:
    piece = factories_evidence.link(house.workspace, house["rui"])
    with pytest.raises(evidencing.Gone):
        evidencing.withdraw(
            workspace_id=house.other.pk,
            evidence_id=piece.pk,
            why="",
            by=house["otto"],
            now=NOW,
        )


def test_one_takes_back_what_one_attached_while_the_cycle_is_open(
    house: House, cycle: Cycle
) -> None:
    piece = factories_evidence.link(house.workspace, house["rui"], to=(cycle, "A.1"))
    support = Support.objects.get()
    place = supporting.Place(cycle_id=cycle.pk, topic="A.1")

    def remove(name: str, **more: bool) -> None:
        supporting.unsupport(
            support_id=support.pk, place=place, by=house[name], now=NOW, **more
        )

    with pytest.raises(supporting.NotYours):
        remove("noa")
    remove("rui")
    remove("rui")
    assert not Support.objects.exists()
    assert _verbs(house)[-1] == "support.removed"
    factories_evidence.support(piece, cycle, "A.1", house["rui"])
    support = Support.objects.get()
    remove("ada", any_hand=True)
    assert not Support.objects.exists()


def test_in_review_only_those_who_decide_work_on_evidence(
    house: House, cycle: Cycle
) -> None:
    piece = factories_evidence.link(house.workspace, house["noa"])
    review = factories.cycle(house.workspace, state="in_review")
    with pytest.raises(supporting.Closed, match="in review"):
        factories_evidence.support(piece, review, "A.1", house["rui"])
    place = supporting.Place(cycle_id=review.pk, topic="A.1", reviewing=True)
    assert supporting.support(
        evidence_id=piece.pk, place=place, by=house["noa"], now=NOW
    )


def test_a_locked_cycle_neither_takes_nor_loses_evidence(
    house: House, cycle: Cycle
) -> None:
    piece = factories_evidence.link(house.workspace, house["rui"], to=(cycle, "A.1"))
    factories.rating(cycle, "A.1", house["rui"])
    factories.locked(cycle)
    place = supporting.Place(cycle_id=cycle.pk, topic="A.2", reviewing=True)
    with pytest.raises(supporting.Closed, match="locked"):
        supporting.support(evidence_id=piece.pk, place=place, by=house["ada"], now=NOW)
    with pytest.raises(Refusal, match="locked"):
        supporting.unsupport(
            support_id=Support.objects.get().pk,
            place=supporting.Place(cycle_id=cycle.pk, topic="A.1"),
            by=house["ada"],
            now=NOW,
            any_hand=True,
        )


def test_a_removed_demonstration_takes_its_files_along(
    tmp_path: Path,
    house: House,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    demo = factories.workspace("Demo", simulated=True)
    factories_evidence.file(demo, house["ada"])
    factories_evidence.file(
        house.workspace, house["rui"], factories_evidence.PNG, name="a.png"
    )
    with django_capture_on_commit_callbacks(execute=True):
        organization.remove_workspace(workspace_id=demo.pk)
    assert [path.read_bytes() for path in _files_on(tmp_path)] == [
        factories_evidence.PNG
    ]


def test_files_are_read_in_pieces_and_stored_for_the_product_alone(
    house: House, tmp_path: Path, settings: Settings
) -> None:
    content = ("line\n" * 60_000).encode()
    piece = factories_evidence.file(
        house.workspace, house["rui"], content, name="long.txt"
    )
    assert piece.file is not None
    assert piece.file.size == len(content)
    assert io.BytesIO(content).read() == _files_on(tmp_path)[0].read_bytes()
