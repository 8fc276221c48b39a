"""Notices: written once, sent with patience."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core import mail

from assessments.models import Notice
from assessments.queries.notices import MOST_ATTEMPTS
from assessments.services import noticing
from assessments.tasks import notices as tasks
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    import pytest

    from tests.factories import House


def _written(house: House, key: str = "k", name: str = "rui") -> int:
    pk = noticing.notify(
        workspace_id=house.workspace.pk,
        kind="mention",
        key=key,
        person=house[name],
        subject="Somebody\nmentions you",
        body="Look.",
        now=NOW,
    )
    assert pk is not None
    return pk


def _break(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_rest: object) -> None:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(noticing, "send_mail", refuse)


def _tried(pk: int, at: datetime) -> bool:
    return pk in noticing.waiting(now=at)


def test_the_same_key_is_one_notice(house: House) -> None:
    _written(house)
    again = noticing.notify(
        workspace_id=house.workspace.pk,
        kind="mention",
        key="k",
        person=house["noa"],
        subject="Again",
        body="",
        now=NOW,
    )
    assert again is None
    assert Notice.objects.get().person == house["rui"]


def test_a_mail_goes_out_once(house: House) -> None:
    pk = _written(house)
    assert noticing.send(notice_id=pk, now=NOW)
    assert not noticing.send(notice_id=pk, now=NOW)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["rui@example.org"], "Somebody mentions you")
    assert noticing.waiting(now=NOW + timedelta(days=9)) == []


def test_a_failed_mail_is_tried_again_ever_later_and_then_left(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(monkeypatch)
    pk = _written(house)
    moment, waits = NOW, []
    while _tried(pk, moment):
        assert not noticing.send(notice_id=pk, now=moment)
        before = moment
        for minutes in (5, 20, 80, 320, 1280):
            if _tried(pk, before + timedelta(minutes=minutes)):
                waits.append(minutes)
                moment = before + timedelta(minutes=minutes)
                break
    row = Notice.objects.get()
    assert waits == [5, 20, 80, 320, 1280]
    assert row.attempts == MOST_ATTEMPTS
    assert "no mail server" in row.error
    assert not noticing.send(notice_id=pk, now=moment + timedelta(days=9))


def test_a_lead_may_have_failed_mails_tried_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = factories.cycle(house.workspace)
    pk = Notice.objects.filter(person=house["rui"]).get().pk
    with monkeypatch.context() as broken:
        _break(broken)
        noticing.send(notice_id=pk, now=NOW)
    assert not _tried(pk, NOW)
    assert noticing.try_again(cycle_id=cycle.pk) == 1
    assert _tried(pk, NOW)
    assert noticing.send(notice_id=pk, now=NOW)
    assert Notice.objects.get(pk=pk).error == ""


def test_an_account_without_an_address_is_named_as_the_reason(house: House) -> None:
    house["rui"].email = ""
    house["rui"].save()
    pk = _written(house)
    assert not noticing.send(notice_id=pk, now=NOW)
    assert "no e-mail address" in Notice.objects.get(pk=pk).error
    assert not _tried(pk, NOW + timedelta(days=9))


def test_nothing_is_mailed_from_a_simulated_workspace(house: House) -> None:
    demo = factories.workspace("Demo", led_by=house["ada"], simulated=True)
    noticing.notify(
        workspace_id=demo.pk,
        kind="mention",
        key="k",
        email="made-up@example.org",
        subject="S",
        body="B",
        now=NOW,
    )
    assert noticing.waiting(now=NOW) == []


def test_a_worker_sends_what_waits(house: House) -> None:
    _written(house, "one")
    _written(house, "two", "noa")
    tasks.send()
    tasks.send()
    assert sorted(one.to[0] for one in mail.outbox) == [
        "noa@example.org",
        "rui@example.org",
    ]
