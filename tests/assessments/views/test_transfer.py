"""The page that hands out a whole workspace: asked for, made, kept for a day."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import JournalEntry, WorkspaceExport
from assessments.services.transferring import asking, exporting
from assessments.tasks import transfer as tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

    from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where exports are kept in this test alone."""
    settings.EXPORTS_DIR = tmp_path / "exports"
    return tmp_path / "exports"


def _ask(
    client: Client, house: House, commit: DjangoCaptureOnCommitCallbacks
) -> WorkspaceExport | None:
    with commit(execute=True):
        client.post(reverse("export_new", args=[house.slug]))
    return WorkspaceExport.objects.order_by("-pk").first()


def test_an_export_is_asked_for_made_and_downloaded(
    house: House,
    sign_in: Callable[[str], Client],
    eager_tasks: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ada = sign_in("ada")
    made = _ask(ada, house, django_capture_on_commit_callbacks)
    assert made is not None
    page = ada.get(reverse("transfer", args=[house.slug])).content.decode()
    assert made.sha256 in page
    answer = ada.get(reverse("export_file", args=[house.slug, made.pk]))
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert "attachment" in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]
    said = JournalEntry.objects.filter(verb="workspace.export_asked")
    assert said.get().by == house["ada"]


def test_a_second_click_asks_for_nothing_more(
    house: House, sign_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.export, "delay", lambda _: None)
    ada = sign_in("ada")
    for _ in range(2):
        ada.post(reverse("export_new", args=[house.slug]))
    assert WorkspaceExport.objects.count() == 1
    page = ada.get(
        reverse("transfer", args=[house.slug]), headers={"HX-Request": "true"}
    )
    assert b"hx-get" in page.content
    assert b"<html" not in page.content


def test_nobody_gets_an_export_of_another_workspace(
    house: House,
    sign_in: Callable[[str], Client],
    eager_tasks: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    made = _ask(sign_in("ada"), house, django_capture_on_commit_callbacks)
    assert made is not None
    otto = sign_in("otto")
    for slug in (house.slug, house.other.slug):
        answer = otto.get(reverse("export_file", args=[slug, made.pk]))
        assert answer.status_code == 404


def test_an_export_is_kept_for_a_day(
    house: House,
    sign_in: Callable[[str], Client],
    eager_tasks: None,
    folder: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    _ask(sign_in("ada"), house, django_capture_on_commit_callbacks)
    now = timezone.now()
    assert asking.reap(now=now + timedelta(hours=23)) == []
    assert len(list(folder.iterdir())) == 1
    asking.reap(now=now + timedelta(hours=25))
    assert list(folder.iterdir()) == []
    assert not WorkspaceExport.objects.exists()


def test_an_export_that_failed_says_so_and_can_be_asked_for_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: object) -> None:
        raise OSError("no room")

    first = asking.ask(
        workspace_id=house.workspace.pk, by=house["ada"], now=timezone.now()
    )
    assert first is not None
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "write", broken)
        with pytest.raises(OSError, match="no room"):
            tasks.export(first)
    assert WorkspaceExport.objects.get(pk=first).state == "failed"
    tasks.export(first)
    assert WorkspaceExport.objects.get(pk=first).state == "failed"
    again = asking.ask(
        workspace_id=house.workspace.pk, by=house["ada"], now=timezone.now()
    )
    assert again is not None


def test_a_worker_that_died_is_noticed_and_a_lost_knock_given_again(
    house: House,
) -> None:
    now = timezone.now()
    number = asking.ask(workspace_id=house.workspace.pk, by=house["ada"], now=now)
    assert number is not None
    assert asking.reap(now=now + timedelta(minutes=5)) == [number]
    assert asking.begin(export_id=number, now=now)
    assert not asking.begin(export_id=number, now=now)
    asking.reap(now=now + timedelta(hours=7))
    assert WorkspaceExport.objects.get().state == "failed"


def test_the_page_asks_no_more_queries_for_twice_the_exports(
    house: House,
    sign_in: Callable[[str], Client],
) -> None:
    ada, address = sign_in("ada"), reverse("transfer", args=[house.slug])

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            ada.get(address)
        return len(seen)

    def more(count: int) -> None:
        for _ in range(count):
            number = asking.ask(
                workspace_id=house.workspace.pk, by=house["ada"], now=timezone.now()
            )
            assert number is not None
            asking.begin(export_id=number, now=timezone.now())
            asking.give_up(export_id=number, now=timezone.now())

    more(2)
    first = queries()
    more(2)
    assert queries() == first


def test_the_commands_write_and_read_a_file(house: House, tmp_path: Path) -> None:
    file, out = tmp_path / "home.zip", io.StringIO()
    call_command("export_workspace", house.slug, str(file), stdout=out)
    call_command("import_workspace", str(file), "--slug", "copy", stdout=out)
    assert "all files hold" in out.getvalue()
    assert list(tmp_path.glob("*.part")) == []
    for words in (
        ("export_workspace", "nowhere", str(file)),
        ("export_workspace", house.slug, str(tmp_path / "no" / "where.zip")),
        ("import_workspace", str(tmp_path / "none.zip")),
        ("import_workspace", str(file)),
        ("import_workspace", str(file), "--slug", "a b"),
    ):
        with pytest.raises(CommandError):
            call_command(*words, stdout=out)
