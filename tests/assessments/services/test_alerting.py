"""Alerts: one for each thing in each state, told once, quiet when nothing changed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail

from assessments.models import (
    Alert,
    AlertChannel,
    AlertKind,
    JournalEntry,
    Notice,
    ScheduleRun,
    SloBurn,
    Source,
)
from assessments.services import (
    agreeing,
    alert_channels,
    alerting,
    noticing,
    posting,
    scheduling,
    sources,
)
from assessments.services.refusals import Unfit
from tests import factories, factories_service_levels
from tests.assessments.connectors.loopback import Said, serving
from tests.assessments.queries.test_results import answered
from tests.factories import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from pytest_django import Settings

    from tests.assessments.conftest import Telemetry
    from tests.factories import House

DAY = timedelta(days=1)
STEP = timedelta(minutes=20)
EVERYTHING = tuple(AlertKind.values)


def channel(house: House, **more: Any) -> tuple[AlertChannel, str]:
    wish = alert_channels.Wish(
        **{
            "name": "Platform team",
            "kind": "email",
            "address": "team@example.org",
            "topics": EVERYTHING,
            "language": "en",
        }
        | more
    )
    pk, secret = alert_channels.add(
        workspace_id=house.workspace.pk, wish=wish, by=house["ada"], now=NOW
    )
    return AlertChannel.objects.get(pk=pk), secret


def source(house: House, **columns: Any) -> Source:
    pk = sources.connect(
        workspace_id=house.workspace.pk,
        scope_id=factories.root(house.workspace).pk,
        kind="push",
        name="Pipelines",
        by=None,
        now=NOW,
    )
    Source.objects.filter(pk=pk).update(**columns)
    return Source.objects.get(pk=pk)


def look(house: House, now: datetime) -> list[str]:
    """Look at the workspace; return the kinds of what is wrong."""
    alerting.watch(workspace_id=house.workspace.pk, now=now)
    standing = Alert.objects.filter(resolved_at=None).order_by("kind")
    return list(standing.values_list("kind", flat=True))


def told() -> list[str]:
    """Return the subjects of the messages that were written."""
    written = Notice.objects.filter(kind="alert").order_by("pk")
    return list(written.values_list("subject", flat=True))


FAILING = {"state": "failing", "failures": 3, "last_error": "It says no."}


# ── quiet ──────────────────────────────────────────────────────────────────────────


def test_a_thing_is_told_once_when_it_begins_and_once_when_it_is_over(
    house: House,
) -> None:
    channel(house)
    one = source(house, **FAILING)
    for number in range(1, 5):
        assert look(house, NOW + number * STEP) == ["source_failing"]
    assert told() == ["Northwind: Pipelines fails"]
    Source.objects.filter(pk=one.pk).update(state="well", failures=0)
    for number in range(5, 9):
        assert look(house, NOW + number * STEP) == []
    assert told() == [
        "Northwind: Pipelines fails",
        "Northwind: over: Pipelines fails",
    ]
    # Once more is another alert.
    Source.objects.filter(pk=one.pk).update(**FAILING)
    look(house, NOW + 9 * STEP)
    assert len(told()) == 3


def test_nothing_is_written_when_nothing_is_wrong(house: House) -> None:
    channel(house)
    source(house)
    assert look(house, NOW + STEP) == []
    assert told() == []


def test_many_things_at_once_are_one_message(house: House) -> None:
    channel(house)
    for _ in range(3):
        source(house, **FAILING)
    look(house, NOW + STEP)
    assert told() == ["Northwind: 3 alerts"]


def test_what_happens_right_after_a_message_waits_for_the_next(house: House) -> None:
    channel(house)
    one = source(house, **FAILING)
    look(house, NOW + STEP)
    source(house, **FAILING)
    Source.objects.filter(pk=one.pk).update(state="well", failures=0)
    look(house, NOW + STEP + timedelta(minutes=5))
    assert len(told()) == 1
    look(house, NOW + STEP + timedelta(minutes=15))
    assert told()[1:] == ["Northwind: 1 alert, 1 is over"]


def test_what_comes_and_goes_between_two_messages_is_not_told(house: House) -> None:
    channel(house)
    source(house, **FAILING)
    look(house, NOW + STEP)
    other = source(house, **FAILING)
    look(house, NOW + STEP + timedelta(minutes=5))
    Source.objects.filter(pk=other.pk).update(state="well", failures=0)
    look(house, NOW + STEP + timedelta(minutes=10))
    look(house, NOW + 3 * STEP)
    assert len(told()) == 1


def test_a_worker_that_comes_late_changes_nothing(house: House) -> None:
    channel(house)
    source(house, **FAILING)
    look(house, NOW + 2 * STEP)
    Source.objects.update(state="well", failures=0)
    assert look(house, NOW + STEP) == ["source_failing"]
    assert len(told()) == 1


def test_a_channel_is_told_only_of_what_it_asked_for(house: House) -> None:
    channel(house, topics=("level_lost",))
    source(house, **FAILING)
    assert look(house, NOW + STEP) == ["source_failing"]
    assert told() == []


def test_of_what_happens_during_a_pause_nothing_is_told(house: House) -> None:
    one, _secret = channel(house)
    asked: dict[str, Any] = {
        "workspace_id": house.workspace.pk,
        "channel_id": one.pk,
        "by": house["ada"],
    }
    alert_channels.pause(**asked, now=NOW)
    source(house, **FAILING)
    look(house, NOW + STEP)
    alert_channels.resume(**asked, now=NOW + 2 * STEP)
    look(house, NOW + 3 * STEP)
    assert told() == []


# ── what is wrong ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [
        (FAILING, ["source_failing"]),
        (FAILING | {"failures": 2}, []),
        (FAILING | {"simulated": True}, []),
        ({"newest_event_at": NOW - 8 * DAY}, ["source_silent"]),
        ({"newest_event_at": NOW - 6 * DAY}, []),
        ({"newest_event_at": NOW - 8 * DAY, "state": "paused"}, []),
        ({"address": "https://x.example", "last_success_at": NOW - 2 * DAY},
         ["source_silent"]),
        ({"address": "https://x.example", "last_success_at": NOW - DAY / 2}, []),
    ],
)  # fmt: skip
def test_sources_that_fail_or_fall_silent(
    house: House, columns: dict[str, Any], wrong: list[str]
) -> None:
    source(house, **columns)
    assert look(house, NOW + timedelta(seconds=1)) == wrong


def test_a_level_that_fell_by_more_than_its_uncertainty_is_lost(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.scored(answered(house, level=4), at=NOW)
    assert look(house, NOW + STEP) == []
    for topic in ("A.1", "A.2", "A.3", "B.1", "C.1"):
        factories.rating(cycle, topic, house["rui"], 2, at=NOW + DAY)
        factories.rating(
            cycle, topic, house["ada"], 2, vantage="leadership", at=NOW + DAY
        )
    factories.scored(cycle, at=NOW + DAY)
    assert set(look(house, NOW + DAY + STEP)) == {"level_lost"}
    lost = Alert.objects.filter(key__startswith=f"level/{cycle.pk}/domain/A/agreed")
    about = lost.get().about
    assert (about["before"], about["after"]) == ("4.0", "2.0")
    # After four weeks that is how things are, and no alert.
    assert look(house, NOW + 30 * DAY) == []


def test_a_level_that_moved_within_its_uncertainty_is_no_alert(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.scored(answered(house, level=4), at=NOW)
    factories.rating(cycle, "A.1", house["rui"], 3, at=NOW + DAY)
    factories.rating(cycle, "A.1", house["ada"], 3, vantage="leadership", at=NOW + DAY)
    factories.scored(cycle, at=NOW + DAY)
    assert "A" not in [
        one.about["code"] for one in Alert.objects.filter(kind="level_lost")
    ]


@pytest.mark.parametrize(
    ("ends_in", "wrong"),
    [
        (15, []),
        (14, ["override_expiring"]),
        (0, ["override_expiring"]),
        (-1, ["override_expired"]),
        (-31, []),
    ],
)
def test_overrides_that_expire(
    house: House, telemetry: Telemetry, ends_in: int, wrong: list[str]
) -> None:
    telemetry.values = {"A.M1": 7200.0}
    cycle = factories.scored(answered(house))
    ends_on = date(2026, 6, 1)
    agreeing.decide(
        cycle_id=cycle.pk,
        criterion="A.M1",
        verb="override",
        level=Decimal("4.0"),
        reason="A freeze.",
        expires_on=ends_on,
        by=house["noa"],
        now=NOW,
    )
    today = NOW + (ends_on - NOW.date()) - ends_in * DAY
    assert look(house, today) == wrong


def test_an_override_that_has_expired_is_not_told_to_be_over(
    house: House, telemetry: Telemetry
) -> None:
    telemetry.values = {"A.M1": 7200.0}
    channel(house)
    cycle = factories.scored(answered(house))
    agreeing.decide(
        cycle_id=cycle.pk,
        criterion="A.M1",
        verb="override",
        level=Decimal("4.0"),
        reason="A freeze.",
        expires_on=date(2026, 3, 5),
        by=house["noa"],
        now=NOW,
    )
    for days in range(1, 8):
        look(house, NOW + days * DAY)
    assert told() == [
        "Northwind: The override of A.M1 expires on 5 Mar 2026",
        "Northwind: The override of A.M1 has expired",
    ]


def test_a_scheduled_run_that_failed_until_one_succeeds(house: House) -> None:
    pk = scheduling.plan(
        workspace_id=house.workspace.pk,
        wish=scheduling.Wish(task="rescore", cron="0 6 * * *", time_zone="UTC"),
        by=house["ada"],
        now=NOW,
    )
    ended = {"schedule_id": pk, "due_at": NOW, "finished_at": NOW}
    ScheduleRun.objects.create(period="1", state="failed", **ended)
    assert look(house, NOW + STEP) == ["schedule_failed"]
    ScheduleRun.objects.create(period="2", state="done", **ended)
    assert look(house, NOW + 2 * STEP) == []


def test_an_error_budget_that_burns(house: House) -> None:
    slo = factories_service_levels.slo(house.workspace, name="checkout-answers")
    burn = SloBurn.objects.create(
        slo=slo, rule="fast", severity="page", since=NOW, noticed_at=NOW
    )
    assert look(house, NOW + STEP) == ["slo_burning"]
    # As people call it, and not by its permanent name in OpenSLO.
    assert Alert.objects.get().about["slo"] == "checkout answers"
    SloBurn.objects.filter(pk=burn.pk).update(
        cleared_at=NOW + STEP, cleared_because="slowed"
    )
    assert look(house, NOW + 2 * STEP) == []


# ── channels ───────────────────────────────────────────────────────────────────────


def test_a_mail_says_what_is_wrong_and_where_to_look(house: House) -> None:
    channel(house)
    one = source(house, **FAILING)
    look(house, NOW + STEP)
    (pk,) = Notice.objects.filter(kind="alert").values_list("pk", flat=True)
    assert noticing.send(notice_id=pk, now=NOW + STEP)
    (sent,) = mail.outbox
    assert sent.to == ["team@example.org"]
    assert "It says no." in sent.body
    assert f"/w/{house.slug}/sources/{one.pk}/" in sent.body


def test_a_webhook_is_signed_as_the_standard_says(house: House) -> None:
    with serving(lambda _asked: Said(body=b"thanks")) as server:
        _channel, secret = channel(
            house, kind="webhook", address=f"{server.address}/hook"
        )
        source(house, **FAILING)
        look(house, NOW + STEP)
        (pk,) = Notice.objects.filter(kind="alert").values_list("pk", flat=True)
        assert noticing.send(notice_id=pk, now=NOW + STEP)
    (asked,) = server.asked
    told = asked.headers
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + asked.body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    assert told["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    body = json.loads(asked.body)
    assert [one["state"] for one in body["alerts"]] == ["open"]
    assert body["alerts"][0]["title"] == "Pipelines fails"


def test_a_chat_gets_text_in_which_nothing_is_markup(house: House) -> None:
    with serving(lambda _asked: Said(body=b"ok")) as server:
        channel(house, kind="slack", address=f"{server.address}/services/T0/B0/x")
        source(house, **FAILING | {"last_error": "<!channel> & more"})
        look(house, NOW + STEP)
        (pk,) = Notice.objects.filter(kind="alert").values_list("pk", flat=True)
        assert noticing.send(notice_id=pk, now=NOW + STEP)
    text = json.loads(server.asked[0].body)["text"]
    assert "&lt;!channel&gt; &amp; more" in text
    assert "webhook-signature" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Said(status=500), "trouble of its own"),
        (Said(status=404), "nothing at this address"),
        (Said(status=302, headers={"Location": "http://x.example/"}), "has moved"),
    ],
)
def test_a_message_that_does_not_arrive_is_tried_again_later(
    house: House, said: Said, why: str
) -> None:
    with serving(lambda _asked: said) as server:
        channel(house, kind="slack", address=f"{server.address}/x")
        source(house, **FAILING)
        look(house, NOW + STEP)
        (pk,) = Notice.objects.filter(kind="alert").values_list("pk", flat=True)
        assert not noticing.send(notice_id=pk, now=NOW + STEP)
    notice = Notice.objects.get(pk=pk)
    assert why in notice.error
    assert noticing.waiting(now=NOW + STEP + timedelta(minutes=4)) == []
    assert noticing.waiting(now=NOW + STEP + timedelta(minutes=5)) == [pk]
    assert len(server.asked) == 1


def test_an_address_inside_this_network_is_not_asked(
    house: House, settings: Settings
) -> None:
    with serving(lambda _asked: Said()) as server:
        channel(house, kind="slack", address=f"{server.address}/x")
        settings.ALLOW_LOCAL_SOURCES = False
        source(house, **FAILING)
        look(house, NOW + STEP)
        (pk,) = Notice.objects.filter(kind="alert").values_list("pk", flat=True)
        assert not noticing.send(notice_id=pk, now=NOW + STEP)
    assert server.asked == []
    assert "private network" in Notice.objects.get(pk=pk).error


def test_address_and_secret_are_sealed_and_nowhere_else(house: House) -> None:
    address = "https://hooks.example.org/services/T0/B0/canary"
    one, secret = channel(house, kind="webhook", address=address)
    assert b"canary" not in bytes(one.address)
    assert secret.encode() not in bytes(one.secret or b"")
    assert one.shown == "hooks.example.org"
    entry = JournalEntry.objects.get(verb="alert_channel.added")
    assert "canary" not in json.dumps([entry.detail, entry.after])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"topics": ()}, "topics"),
        ({"topics": ("weather",)}, "topics"),
        ({"address": "nobody"}, "address"),
        ({"kind": "slack", "address": "ftp://x.example/"}, "address"),
        ({"kind": "webhook", "address": "https://x y.example/"}, "address"),
        ({"kind": "webhook", "address": "https://x.example:99999/"}, "address"),
        ({"kind": "webhook", "address": "https://x.example\r\nHost: y/"}, "address"),
        ({"kind": "slack", "address": "https://me:secret@x.example/"}, "address"),
        ({"kind": "slack", "address": "https://[x/"}, "address"),
        ({"kind": "pigeon"}, "kind"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    house: House, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Unfit) as refusal:
        channel(house, **wrong)
    assert refusal.value.field_name == field


def test_another_secret_ends_the_old_one(house: House) -> None:
    one, old = channel(house, kind="webhook", address="https://x.example/")
    new = alert_channels.renew_secret(
        workspace_id=house.workspace.pk, channel_id=one.pk, by=house["ada"], now=NOW
    )
    asked: dict[str, Any] = {"name": "compel-1", "stamp": 1, "body": b"{}"}
    assert posting.signature(secret=new, **asked) != posting.signature(
        secret=old, **asked
    )


def test_a_test_is_written_at_once(house: House) -> None:
    one, _secret = channel(house)
    alert_channels.test(
        workspace_id=house.workspace.pk, channel_id=one.pk, by=house["ada"], now=NOW
    )
    assert told() == ["Northwind: a test"]
