"""A workspace moves to another server: nothing lost, every hash equal."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction

from assessments.models import (
    ApiToken,
    Cycle,
    Edition,
    Evidence,
    Invitation,
    JournalEntry,
    Rating,
    Report,
    Source,
    StoredFile,
    Workspace,
)
from assessments.services import api_tokens, credentials, journal, organization
from assessments.services.refusals import Refusal
from assessments.services.transferring import checking, importing, tables
from assessments.services.transferring.archives import MANIFEST, NoArchive
from tests import factories, guards
from tests.factories import NOW
from tests.factories_plan import answered, staged
from tests.factories_transfer import (
    exported,
    forget_everything,
    furnished,
    imported,
    manifest,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.assessments.conftest import Telemetry
    from tests.factories import House

pytestmark = pytest.mark.django_db

ELSEWHERE = "elsewhere-again"


@pytest.fixture
def rich(
    house: House, telemetry: Telemetry, tmp_path: Path, evidence_folder: Path
) -> House:
    """The house, with something in every room."""
    telemetry.values = {"A.C1": 3600.0}
    furnished(house, tmp_path)
    return house


def _troubles(workspace_id: int) -> list[str]:
    return list(checking.troubles(workspace_id=workspace_id))


def _same(one: io.BytesIO, other: io.BytesIO, *, but: set[str]) -> bool:
    first, second = manifest(one), manifest(other)
    parts = [
        {part["name"]: part for part in whole.pop("parts") if part["name"] not in but}
        for whole in (first, second)
    ]
    for whole in (first, second):
        del whole["workspace"]
    return parts[0] == parts[1] and first == second


def test_every_table_goes_along_or_says_why_it_stays() -> None:
    going = [table.model for table in tables.EVERY]
    assert len(going) == len(set(going))
    known = set(apps.get_app_config("assessments").get_models())
    assert set(going) | set(tables.STAYS) == known
    assert not set(going) & set(tables.STAYS)


def test_a_server_that_knows_nothing_has_all_of_it_with_the_same_numbers(
    rich: House,
) -> None:
    before = exported(rich.workspace)
    numbers = list(Cycle.objects.order_by("pk").values_list("pk", "content_sha256"))
    ratings = list(Rating.objects.order_by("pk").values_list("pk", "topic", "level"))
    chain = list(JournalEntry.objects.filter(workspace=rich.workspace).order_by("pk"))
    forget_everything()
    assert not Workspace.objects.exists()
    staged()  # every server has the editions that are shipped

    came = imported(before)

    assert not came.renumbered
    assert came.slug == rich.slug
    assert _troubles(came.workspace_id) == []
    found = list(Cycle.objects.order_by("pk").values_list("pk", "content_sha256"))
    assert found == numbers
    assert [
        *Rating.objects.order_by("pk").values_list("pk", "topic", "level")
    ] == ratings
    again = JournalEntry.objects.order_by("pk")
    assert [row.sha256 for row in again] == [row.sha256 for row in chain]
    assert _same(before, exported(Workspace.objects.get()), but=set())


def test_beside_others_it_has_other_numbers_and_the_same_hashes(rich: House) -> None:
    before = exported(rich.workspace)
    came = imported(before, ELSEWHERE)
    there = Workspace.objects.get(pk=came.workspace_id)
    assert came.renumbered
    assert came.made == ()
    assert _troubles(there.pk) == _troubles(rich.workspace.pk) == []
    sealed = Cycle.objects.filter(state="locked").values_list(
        "content_sha256", "content"
    )
    assert len(sealed) == 2
    assert len(set(sealed)) == 1
    # Only the name in addresses is another.
    assert _same(before, exported(there), but={"rows/workspace.jsonl"})


def test_a_workspace_that_moved_goes_on_as_one_that_did_not(rich: House) -> None:
    came = imported(exported(rich.workspace), ELSEWHERE)
    there = Workspace.objects.get(pk=came.workspace_id)
    late = factories.member(there, user=factories.person("late"))
    edition = Edition.objects.get(cycles__workspace=there, cycles__state="locked")
    cycle = factories.cycle(there, of=edition, title="Next")
    factories.locked(answered(cycle, 2, rich["rui"], late.user))
    assert _troubles(there.pk) == []
    # And from there to a third place.
    again = imported(exported(there), "third")
    assert _troubles(again.workspace_id) == []


def test_two_people_never_have_one_number(rich: House) -> None:
    newcomers = [factories.person(f"new-{number}") for number in range(3)]
    stream = exported(rich.workspace)
    forget_everything()
    for user in newcomers:
        factories.person(user.username)
    came = imported(stream)
    there = Workspace.objects.get(pk=came.workspace_id)
    for user in User.objects.filter(username__startswith="new-"):
        factories.member(there, user=user)
    with exported(there) as again:
        lines = zipfile.ZipFile(again).read("rows/person.jsonl").splitlines()
    numbers = [json.loads(line)["id"] for line in lines]
    assert len(numbers) == len(set(numbers))
    assert _troubles(there.pk) == []


def test_the_guards_hold_what_came_locked(rich: House) -> None:
    came = imported(exported(rich.workspace), ELSEWHERE)
    locked = Cycle.objects.get(workspace_id=came.workspace_id, state="locked")
    with pytest.raises(DatabaseError), transaction.atomic():
        Cycle.objects.filter(pk=locked.pk).update(title="Mine")
    with pytest.raises(DatabaseError), transaction.atomic():
        locked.scorings.all().delete()


def test_what_was_changed_behind_the_guards_is_found_after_the_move(
    rich: House,
) -> None:
    with guards.lifted():
        Rating.objects.filter(cycle__state="locked", topic="A.1").update(level=5)
    came = imported(exported(rich.workspace), ELSEWHERE)
    assert any("ratings" in one for one in _troubles(came.workspace_id))


def test_an_account_that_is_gone_leaves_its_acts_and_nobody_gets_them(
    rich: House,
) -> None:
    gone = factories.person("gone")
    journal.record(
        workspace_id=rich.workspace.pk,
        verb="scope.renamed",
        target=("scope", 10**9),
        by=gone,
        at=NOW,
    )
    gone.delete()
    came = imported(exported(rich.workspace), ELSEWHERE)
    entry = JournalEntry.objects.get(workspace_id=came.workspace_id, actor__lt=0)
    assert entry.by is None
    assert entry.target_id == -(10**9)
    assert _troubles(came.workspace_id) == []


def test_people_are_known_by_their_address(rich: House) -> None:
    stream = exported(rich.workspace)
    User.objects.filter(username="rui").update(email="another@example.org")
    User.objects.filter(username="noa").update(username="noa-of-here")
    came = imported(stream, ELSEWHERE)
    members = Workspace.objects.get(pk=came.workspace_id).members
    assert came.made == ("rui-2",)
    assert not User.objects.get(username="rui-2").has_usable_password()
    assert members.filter(user__username="noa-of-here").exists()
    assert not members.filter(user__username="rui").exists()


def test_no_secret_leaves(rich: House) -> None:
    sealed = credentials.seal("ghp-canary-credential") or b""
    Source.objects.update(credential=sealed, push_token_digest="d" * 64)
    member = rich.workspace.members.get(user=rich["ada"])
    api_tokens.make(member_id=member.pk, name="Mine", now=NOW)
    secrets = [
        sealed,
        b"d" * 64,
        ApiToken.objects.get().digest.encode(),
        Invitation.objects.get().token_sha256.encode(),
        rich["ada"].password.encode(),
        b"canary",
    ]
    archive = zipfile.ZipFile(exported(rich.workspace))
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"ada@example.org" in whole
    assert not [secret for secret in secrets if secret in whole]


def test_sources_arrive_paused_and_links_are_made_by_the_new_server(
    rich: House,
) -> None:
    came = imported(exported(rich.workspace), ELSEWHERE)
    source = Source.objects.get(workspace_id=came.workspace_id)
    assert (source.state, source.credential) == ("paused", None)
    old, new = Invitation.objects.order_by("pk")
    assert old.token_sha256 != new.token_sha256
    assert len(new.token_sha256) == 64


def test_files_come_with_their_bytes_and_lost_ones_are_named(
    rich: House, evidence_folder: Path
) -> None:
    kept = StoredFile.objects.get()
    whole = exported(rich.workspace)
    came = imported(whole, ELSEWHERE)
    copy = StoredFile.objects.get(workspace_id=came.workspace_id)
    assert copy.key != kept.key
    there = (evidence_folder / copy.key).read_bytes()
    assert there == (evidence_folder / kept.key).read_bytes()
    assert Evidence.objects.get(file=copy).sha256 == kept.sha256

    (evidence_folder / kept.key).unlink()
    again = imported(exported(rich.workspace), "third")
    assert again.missing == (kept.sha256,)


# ── files that are none ────────────────────────────────────────────────────────────


def _rewritten(stream: io.BytesIO, name: str, content: bytes) -> io.BytesIO:
    """Return the file with one part exchanged."""
    found, made = zipfile.ZipFile(stream), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in found.namelist():
            archive.writestr(one, content if one == name else found.read(one))
    made.seek(0)
    return made


def _with_manifest(stream: io.BytesIO, **changes: object) -> io.BytesIO:
    told = manifest(stream) | changes
    return _rewritten(stream, MANIFEST, json.dumps(told).encode())


def test_a_changed_or_broken_file_is_refused_whole(
    rich: House, evidence_folder: Path
) -> None:
    stream = exported(rich.workspace)
    stored = sorted(evidence_folder.rglob("*"))
    for bad in (
        io.BytesIO(b"not a file of ours"),
        io.BytesIO(stream.getvalue()[:-2000]),
        _rewritten(stream, "rows/rating.jsonl", b"{}\n"),
        _rewritten(stream, "rows/rating.jsonl", b"0" * 5_000_000),
        _rewritten(stream, MANIFEST, b"[]"),
        _with_manifest(stream, parts=[{"name": "x"}]),
        _with_manifest(stream, spans={}),
        _with_manifest(stream, spans={"rating": "many"}),
    ):
        with pytest.raises(NoArchive):
            imported(bad, ELSEWHERE)
    assert not Workspace.objects.filter(slug=ELSEWHERE).exists()
    assert sorted(evidence_folder.rglob("*.pdf")) == []
    files = [one for one in evidence_folder.rglob("*") if one.is_file()]
    assert files == [one for one in stored if one.is_file()]


def test_another_version_and_a_taken_name_are_told(rich: House) -> None:
    stream = exported(rich.workspace)
    with pytest.raises(importing.OtherVersion):
        imported(_with_manifest(stream, schema="0001_initial"), ELSEWHERE)
    with pytest.raises(importing.SlugTaken):
        imported(stream)
    assert issubclass(importing.SlugTaken, Refusal)


def test_a_simulated_workspace_that_came_can_be_removed_whole(house: House) -> None:
    made = factories.workspace("Story", simulated=True)
    came = imported(exported(made), ELSEWHERE)
    organization.remove_workspace(workspace_id=came.workspace_id)
    assert not Workspace.objects.filter(slug=ELSEWHERE).exists()
    assert Report.objects.count() == 0
