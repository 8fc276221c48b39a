"""The demonstration: made once, signed in to, and removed whole."""

from __future__ import annotations

import dataclasses
import io
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.utils import timezone

from assessments.models import (
    AlertChannel,
    Cycle,
    CycleState,
    Event,
    Rating,
    Schedule,
    ScheduleTask,
    Source,
    Workspace,
)
from assessments.services import alert_channels, noticing, scheduled_runs, signing
from assessments.services.demonstration import story
from tests import factories

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


def _run(*words: str) -> str:
    out = io.StringIO()
    call_command("seed_demo", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def shipped() -> None:
    call_command("load_framework", "--shipped", stdout=io.StringIO())


@pytest.fixture
def short_story(shipped: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two services and a model are enough to see that it is told."""
    read = story.read

    def shortened(path: Path) -> story.Story:
        tale = read(path)
        return dataclasses.replace(
            tale, services=tale.services[:2], models=tale.models[:1]
        )

    monkeypatch.setattr(story, "read", shortened)


def _can_sign_in(password: str) -> bool:
    request = RequestFactory().post("/accounts/login/")
    return authenticate(request=request, username="ada", password=password) is not None


def _assert_that_routines_run_and_nobody_is_written_to() -> None:
    """The weekly scores are due at once, the report is not; mails stay here."""
    scores = Schedule.objects.get(task=ScheduleTask.RESCORE)
    report = Schedule.objects.get(task=ScheduleTask.REPORT)
    now = timezone.now()
    assert scores.next_at <= now < report.next_at
    assert report.recipients.count() == 3
    scheduled_runs.open_due(now=now)
    run = scores.runs.get()
    assert (run.missed, report.runs.count()) == (0, 0)
    channel = AlertChannel.objects.get()
    assert channel.shown.endswith("example.org")
    alert_channels.test(
        workspace_id=channel.workspace_id,
        channel_id=channel.pk,
        by=channel.created_by,
        now=now,
    )
    assert channel.messages.exists()
    assert noticing.waiting(now=now) == []


def test_the_demonstration_is_made_once_renewed_in_its_password_and_removed_whole(
    short_story: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "first-password")
    _run("--report", str(tmp_path))
    workspace = Workspace.objects.get(simulated=True)
    states = Cycle.objects.filter(workspace=workspace).values_list("state", flat=True)
    # Two that are over and one against each framework of practices, this half-year's,
    # and one under way in each of four units.
    assert sorted(states) == 6 * [CycleState.LOCKED] + 5 * [CycleState.OPEN]
    assert (tmp_path / "board-report.pdf").read_bytes().startswith(b"%PDF-")
    assert not Source.objects.get(kind="git").simulated
    assert _can_sign_in("first-password")
    _assert_that_routines_run_and_nobody_is_written_to()

    counted = (Event.objects.count(), Rating.objects.count())
    monkeypatch.setenv("DEMO_PASSWORD", "second-password")
    _run()
    assert (Event.objects.count(), Rating.objects.count()) == counted
    assert _can_sign_in("second-password")

    assert "Removed" in _run("--remove")
    assert not Workspace.objects.filter(simulated=True).exists()
    assert not Cycle.objects.exists()
    assert not Event.objects.exists()


def test_an_unfinished_demonstration_is_made_anew(
    short_story: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**given: object) -> None:
        raise RuntimeError("the power went off")

    with monkeypatch.context() as patch:
        patch.setattr(signing, "lock", broken)
        with pytest.raises(RuntimeError):
            _run()
    assert Workspace.objects.filter(simulated=True).count() == 1
    _run()
    assert Workspace.objects.filter(simulated=True).count() == 1
    # Two of the whole, and one of each framework of practices.
    assert Cycle.objects.filter(state=CycleState.LOCKED).count() == 6


def test_a_real_person_of_the_same_name_keeps_their_password(
    short_story: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = factories.workspace("Real", led_by=factories.person("ada"))
    monkeypatch.setenv("DEMO_PASSWORD", "known-to-all")
    _run()
    assert not _can_sign_in("known-to-all")
    assert _can_sign_in(factories.PASSWORD)
    _run("--remove")
    assert Workspace.objects.filter(pk=house.pk).exists()
    assert _can_sign_in(factories.PASSWORD)


def test_removing_what_is_not_there_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="no demonstration"):
        _run("--remove")
