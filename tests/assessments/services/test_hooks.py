"""Deliveries: taken once, worked on once, tried again, then left to polling."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from assessments.connectors import base
from assessments.connectors.base.hooking import (
    Delivery as Given,
)
from assessments.connectors.base.hooking import Forged, Knock, Push, Reread
from assessments.connectors.registry import CONNECTORS
from assessments.models import (
    Delivery,
    DeliveryState,
    Event,
    Hook,
    JournalEntry,
    RawRecord,
    Source,
    Synchronization,
)
from assessments.services import delivering, hooks, sources
from assessments.tasks import telemetry
from tests import factories
from tests.assessments.services.test_collecting import Scripted
from tests.assessments.services.test_normalizing import deployment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from scoring.events import Json

NOW = factories.NOW
SECRET = "canary-hook-secret-42"
DAY = timedelta(days=1)


class ScriptedHooks:
    """Bears the secret in a header; says what it brings in so many words."""

    set_up: ClassVar[str] = "Set it up over there."

    def verify(self, delivery: Given, *, secret: str) -> None:
        if not hmac.compare_digest(delivery.headers.get("x-secret", ""), secret):
            raise Forged("x-secret is not the secret of this source.")

    def identity(self, delivery: Given) -> str:
        return delivery.headers.get("x-name", "")

    def read(self, delivery: Given, source: base.Source) -> Push:
        assert source.secret is None
        try:
            told = json.loads(delivery.body)
        except ValueError:
            raise base.Garbled("the body is no JSON") from None
        return Push(
            payloads=tuple(
                base.Payload(sort="deployment", body=body)
                for body in told.get("payloads", [])
            ),
            knocks=tuple(
                Knock(listing="deployments", identity=each)
                for each in told.get("knocks", [])
            ),
        )


@dataclass
class Pushing(Scripted):
    """A scripted platform that pushes, and whose rows can be read by one."""

    hooks: ClassVar[ScriptedHooks] = ScriptedHooks()
    rows: dict[str, dict[str, Json]] = field(default_factory=dict)
    trouble: list[Exception] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    # What happens while rows are read.
    meanwhile: list[Callable[[], None]] = field(default_factory=list)

    def fetch_rows(
        self,
        source: base.Source,  # noqa: ARG002  # the protocol's signature
        knocks: Sequence[Knock],
        *,
        now: datetime,  # noqa: ARG002  # the protocol's signature
    ) -> Iterator[Reread]:
        self.asked.append([knock.identity for knock in knocks])
        if self.trouble:
            raise self.trouble.pop(0)
        held = dict(self.rows)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        for knock in knocks:
            body = held.get(knock.identity)
            found = (base.Payload(sort="deployment", body=body),) if body else ()
            yield Reread(
                knock=knock,
                payloads=found,
                refusal=self.refusals.get(knock.identity, ""),
            )


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Pushing:
    pushing = Pushing()
    monkeypatch.setitem(CONNECTORS, "scripted", pushing)
    return pushing


@pytest.fixture
def source(db: None, platform: Pushing) -> Source:
    workspace = factories.workspace()
    pk = sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="scripted",
        name="Shop",
        address="https://example.org/shop",
        secret="canary-api-77",
        by=None,
        now=NOW,
    )
    secret = hooks.open_hook(
        workspace_id=workspace.pk, source_id=pk, secret=SECRET, by=None, now=NOW
    )
    assert secret == SECRET
    return Source.objects.get(pk=pk)


def send(source: Source, body: Any, **headers: str) -> Answer:
    said = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"x-secret": SECRET} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return Client().post(
        reverse("hook", args=[Hook.objects.get(source=source).key]),
        data=said,
        content_type="application/json",
        headers=named,
    )


def bring(*numbers: int, **more: Json) -> dict[str, Json]:
    return {"payloads": [deployment(number, **more) for number in numbers]}


def work(source: Source, now: datetime | None = None) -> delivering.Worked | None:
    """Work as if everything had come just now."""
    if now is None:
        Delivery.objects.update(next_attempt_at=NOW)
    return delivering.work(source_id=source.pk, now=now or NOW)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def reason() -> str:
    return Delivery.objects.get().reason


# ── at the door ────────────────────────────────────────────────────────────────────


def test_a_delivery_is_kept_answered_and_done_by_a_worker(
    source: Source, platform: Pushing
) -> None:
    cursor = Source.objects.get().cursor
    assert send(source, bring(1, 2)).status_code == 202
    assert not Event.objects.exists()

    assert work(source)

    assert Event.objects.count() == RawRecord.objects.count() == 2
    assert states() == ["done"]
    row = Delivery.objects.get()
    assert (row.payloads, row.events) == ([], 2)
    assert Source.objects.get().cursor == cursor
    assert work(source) is None


def test_who_has_not_the_secret_leaves_nothing_but_a_sentence(source: Source) -> None:
    assert send(source, bring(1), x_secret="another").status_code == 401
    assert not Delivery.objects.exists()
    hook = Hook.objects.get()
    assert hook.refused_at is not None
    assert "x-secret" in hook.refusal


def test_an_unknown_address_is_not_found_whatever_it_bears(source: Source) -> None:
    for key in ("nothing-here", "x" * 300):
        answer = Client().post(
            reverse("hook", args=[key]),
            data=b"{}",
            content_type="application/json",
            headers={"x-secret": SECRET},
        )
        assert (answer.status_code, answer.content) == (
            404,
            b"There is nothing here.\n",
        )


def test_an_address_is_not_there_to_be_looked_at(source: Source) -> None:
    address = reverse("hook", args=[Hook.objects.get().key])
    assert Client().get(address).status_code == 405


def test_too_much_is_refused_unread(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "MOST_BYTES", 1000)
    assert send(source, b'{"a": "%s"}' % (b"x" * 1000)).status_code == 413
    assert send(source, b'{"a": "%s"}' % (b"x" * 900)).status_code == 200
    assert states() == ["idle"]


def test_what_came_before_is_answered_and_not_done_again(source: Source) -> None:
    assert send(source, bring(1)).status_code == 202
    assert send(source, bring(1)).status_code == 200
    work(source)
    assert send(source, bring(1)).status_code == 200
    assert Delivery.objects.count() == 1


def test_a_name_that_is_vouched_for_tells_deliveries_apart(source: Source) -> None:
    assert send(source, bring(1), x_name="a").status_code == 202
    assert send(source, bring(1), x_name="b").status_code == 202
    assert send(source, bring(2), x_name="b").status_code == 200
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff\x00", b'{"a": '])
def test_garbage_that_bears_the_secret_is_told_of_and_not_kept(
    source: Source, body: bytes
) -> None:
    answer = send(source, body)
    assert answer.status_code == 422
    assert b"no JSON" in answer.content
    assert states() == ["garbled"]
    assert reason() == "the body is no JSON"
    assert work(source) is None


def test_what_no_database_can_keep_is_garbled(source: Source) -> None:
    assert send(source, bring(1, note="\x00")).status_code == 422
    assert states() == ["garbled"]


def test_secrets_in_what_is_brought_are_blotted_out(source: Source) -> None:
    send(source, bring(1, api_key="canary-55"))
    assert "canary-55" not in json.dumps(Delivery.objects.get().payloads)


def test_a_paused_source_keeps_what_comes_and_does_it_when_resumed(
    source: Source,
) -> None:
    lead = factories.person("lead")
    told: Any = {
        "workspace_id": source.workspace_id,
        "source_id": source.pk,
        "by": lead,
    }
    sources.pause(**told, now=NOW)
    answer = send(source, bring(1))
    assert (answer.status_code, b"resumed" in answer.content) == (202, True)
    assert work(source) is None
    assert delivering.due(now=NOW) == []

    sources.resume(**told, now=NOW)

    assert delivering.due(now=NOW) == [source.pk]
    assert work(source)
    assert states() == ["done"]


# ── a worker's way ─────────────────────────────────────────────────────────────────


def test_a_row_that_is_named_is_read_as_polling_reads_it(
    source: Source, platform: Pushing
) -> None:
    platform.rows = {"7": deployment(7)}
    send(source, {"knocks": ["7", "7"]})
    send(source, {"knocks": ["7", "8"]})
    work(source)
    assert platform.asked == [["7", "8"]]
    assert states() == ["done", "done"]
    assert Event.objects.get().external_id == deployment(7)["id"]


def test_two_workers_do_not_take_the_same(source: Source, platform: Pushing) -> None:
    platform.rows = {"7": deployment(7)}
    send(source, {"knocks": ["7"]})
    platform.meanwhile = [lambda: seen.append(work(source, NOW))]
    seen: list[delivering.Worked | None] = []
    work(source)
    assert seen == [None]
    assert platform.asked == [["7"]]


def test_what_a_dead_worker_took_is_taken_again(source: Source) -> None:
    send(source, bring(1))
    Delivery.objects.update(state=DeliveryState.TAKEN, taken_at=NOW)
    assert delivering.due(now=NOW + delivering.SILENCE) == []
    later = NOW + delivering.SILENCE + timedelta(seconds=1)
    assert delivering.due(now=later) == [source.pk]
    work(source, later)
    assert states() == ["done"]


def test_rows_read_before_others_were_written_are_read_once_more(
    source: Source, platform: Pushing
) -> None:
    """What is older never comes after what is newer."""

    def polled() -> None:
        platform.rows["7"] = deployment(7, status="success")
        RawRecord.objects.create(
            source=source, sort="deployment", digest="d", body={}, seen_at=NOW
        )

    platform.rows = {"7": deployment(7, status="in_progress")}
    platform.meanwhile = [polled]
    send(source, {"knocks": ["7"]})
    work(source)
    assert len(platform.asked) == 2
    assert Event.objects.get().data["status"] == "success"


def test_a_platform_that_is_not_reachable_is_tried_again_and_then_left_to_polling(
    source: Source, platform: Pushing
) -> None:
    platform.trouble = [base.Unreachable("No answer.")] * delivering.MOST_ATTEMPTS
    send(source, {"knocks": ["7"]})
    Delivery.objects.update(next_attempt_at=NOW)
    now = NOW
    pauses = []
    while states() == ["waiting"]:
        assert delivering.due(now=now) == [source.pk]
        work(source, now)
        row = Delivery.objects.get()
        pauses.append(row.next_attempt_at - now)
        assert delivering.due(now=now) == []
        now = row.next_attempt_at
    assert states() == ["left"]
    assert reason() == "No answer."
    assert len(platform.asked) == delivering.MOST_ATTEMPTS
    waited = pauses[: delivering.MOST_ATTEMPTS - 1]
    assert waited == sorted(waited)
    assert timedelta(minutes=1) <= waited[0] < timedelta(minutes=2)


def test_a_platform_that_says_when_to_come_back_is_listened_to(
    source: Source, platform: Pushing
) -> None:
    platform.trouble = [base.Unreachable("Slowly.", retry_after=DAY)]
    send(source, {"knocks": ["7"]})
    work(source)
    assert Delivery.objects.get().next_attempt_at == NOW + DAY


def test_what_only_a_person_can_change_is_left_to_polling_at_once(
    source: Source, platform: Pushing
) -> None:
    platform.refusals = {"7": "The token may not read Deployments."}
    platform.rows = {"8": deployment(8)}
    send(source, {"knocks": ["7"]})
    send(source, {"knocks": ["8"]})
    work(source)
    assert states() == ["left", "done"]

    platform.trouble = [base.Refused("The token has expired.")]
    send(source, {"knocks": ["9"]})
    work(source)
    assert states() == ["left", "done", "left"]


def test_what_came_to_nothing_may_be_delivered_again(
    source: Source, platform: Pushing
) -> None:
    platform.trouble = [base.Refused("The token has expired.")]
    platform.rows = {"7": deployment(7)}
    send(source, {"knocks": ["7"]})
    work(source)
    assert states() == ["left"]

    assert send(source, {"knocks": ["7"]}).status_code == 202
    work(source)

    assert states() == ["done"]
    assert reason() == ""
    assert send(source, {"knocks": ["7"]}).status_code == 200


def test_something_unexpected_is_told_and_tried_again(
    source: Source, platform: Pushing
) -> None:
    platform.trouble = [ZeroDivisionError("secret words")]
    send(source, {"knocks": ["7"]})
    with pytest.raises(ZeroDivisionError):
        work(source)
    assert states() == ["waiting"]
    assert reason() == "Something unexpected happened (ZeroDivisionError): see the log."


def test_many_rows_are_read_as_lists(source: Source, platform: Pushing) -> None:
    many = [str(number) for number in range(delivering.MOST_ROWS + 1)]
    send(source, bring(1) | {"knocks": many})
    worked = work(source)
    assert worked is not None
    assert worked.asked == Synchronization.objects.get().pk
    assert platform.asked == []
    assert states() == ["left"]
    assert Event.objects.count() == 1, "what was brought is stored"


def test_a_whole_list_is_read_by_polling(source: Source) -> None:
    send(source, {"knocks": [""]})
    worked = work(source)
    assert worked is not None
    assert worked.asked is not None


@pytest.mark.usefixtures("eager_tasks")
def test_what_is_left_behind_is_found_every_minute(
    source: Source, platform: Pushing
) -> None:
    """The message that told of it got lost: the transaction of a test never ends."""
    send(source, bring(1))
    send(source, bring(2))
    telemetry.synchronize_due()
    assert states() == ["done", "done"]
    assert Event.objects.count() == 2


def test_old_deliveries_are_dropped(source: Source) -> None:
    for number, age in enumerate((1, hooks.KEPT_DAYS - 1, hooks.KEPT_DAYS + 1)):
        send(source, bring(number))
        Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(
            received_at=NOW - age * DAY
        )
    assert hooks.drop_deliveries(now=NOW) == 1
    assert Delivery.objects.count() == 2


# ── setting up ─────────────────────────────────────────────────────────────────────


def test_a_secret_can_be_replaced_and_the_address_stays(source: Source) -> None:
    lead = factories.person("lead")
    told: Any = {
        "workspace_id": source.workspace_id,
        "source_id": source.pk,
        "by": lead,
    }
    before = Hook.objects.get().key
    fresh = hooks.renew_secret(**told, now=NOW)
    assert Hook.objects.get().key == before
    assert send(source, bring(1)).status_code == 401
    assert send(source, bring(1), x_secret=fresh).status_code == 202

    hooks.open_hook(**told, now=NOW)
    assert Hook.objects.get().key != before

    hooks.close_hook(**told, now=NOW)
    assert not Hook.objects.exists()
    verbs = JournalEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-4:] == [
        "source.hook_made",
        "source.hook_secret_renewed",
        "source.hook_made",
        "source.hook_removed",
    ]


def test_the_secret_is_sealed_and_in_no_journal(source: Source) -> None:
    assert SECRET.encode() not in bytes(Hook.objects.get().secret)
    entries = JournalEntry.objects.values_list("detail", "before", "after")
    assert SECRET not in json.dumps(list(entries), default=str)
