"""The webhook of any platform: who is let in, and what its deliveries bring."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.connectors.base import Garbled, Payload, Refused, Source
from assessments.connectors.base.hooking import Delivery, Forged
from assessments.connectors.webhook import Webhook
from scoring.events import Incident

if TYPE_CHECKING:
    from scoring.events import Json

SECRET = "canary-secret-0123456789"
NOW = datetime(2026, 2, 3, 10, tzinfo=UTC)
HOOKS = Webhook.hooks
MAPPING: Json = {
    "leave_out": ["caller"],
    "rules": [
        {
            "kind": "incident",
            "fields": {"id": "number", "service": "'shop'", "opened_at": "opened"},
        }
    ],
}
ENTRY: dict[str, Json] = {"number": "INC1", "opened": "2026-02-03T09:00:00Z"}


def source(**rules: Json) -> Source:
    return Source(kind="webhook", address="", service_key="shop", rules=rules)


def delivery(body: bytes = b"{}", /, **headers: str) -> Delivery:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery(headers=named, body=body, received_at=NOW)


def mac(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


BASIC = base64.b64encode(f"compel:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"sentry_hook_signature": mac(b"{}")},
        {"x_hub_signature_256": f"sha256={mac(b'{}')}"},
        {"authorization": f"Bearer {SECRET}"},
        {"authorization": f"bearer {SECRET}"},
        {"authorization": f"Basic {BASIC}"},
        {"authorization": SECRET},
        {"x_webhook_token": SECRET},
        {"x_api_key": SECRET},
    ],
)
def test_a_secret_is_known_in_each_way_that_platforms_bear_it(
    headers: dict[str, str],
) -> None:
    HOOKS.verify(delivery(accept="*/*", **headers), secret=SECRET)
    with pytest.raises(Forged):
        HOOKS.verify(delivery(accept="*/*", **headers), secret="another-secret-01234")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x_signature": ""},
        {"x_signature": SECRET},
        {"x_signature": mac(b"{} ")},
        {"x_webhook_token": mac(b"{}")},
        {"authorization": "Bearer "},
        {"authorization": "Basic !"},
        {"user_agent": SECRET},
    ],
)
def test_what_does_not_bear_the_secret_is_forged(headers: dict[str, str]) -> None:
    with pytest.raises(Forged):
        HOOKS.verify(delivery(**headers), secret=SECRET)


def standard(name: str, at: int, body: bytes = b"{}") -> Delivery:
    key = base64.b64encode(b"k" * 24).decode()
    said = f"{name}.{at}.".encode() + body
    signed = base64.b64encode(hmac.new(b"k" * 24, said, hashlib.sha256).digest())
    found = delivery(
        body,
        webhook_id=name,
        webhook_timestamp=str(at),
        webhook_signature=f"v1,{signed.decode()}",
    )
    HOOKS.verify(found, secret=f"whsec_{key}")
    return found


def test_a_standard_webhook_has_a_name_and_grows_old() -> None:
    now = int(NOW.timestamp())
    assert HOOKS.identity(standard("msg_1", now)) == "msg_1"
    with pytest.raises(Forged):
        standard("msg_1", now - 3600)


def test_a_name_that_nobody_signed_is_no_identity() -> None:
    assert HOOKS.identity(delivery(webhook_id="msg_1", request_id="1")) == ""


def test_an_object_is_a_payload_and_a_list_is_several() -> None:
    one = HOOKS.read(delivery(json.dumps(ENTRY).encode()), source())
    assert [each.body for each in one.payloads] == [ENTRY]
    two = HOOKS.read(delivery(json.dumps([ENTRY, ENTRY]).encode()), source())
    assert len(two.payloads) == 2
    assert not two.knocks


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"7",
        b"[7]",
        b"\xff",
        b"[" * 100_000,
        b"[{}" + b",{}" * 1000 + b"]",
    ],
)
def test_what_is_no_json_object_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        HOOKS.read(delivery(body), source())


def test_people_are_left_out_before_anything_is_kept() -> None:
    body = json.dumps(ENTRY | {"caller": "Abel", "email": "abel@example.org"}).encode()
    (kept,) = HOOKS.read(delivery(body), source(mapping=MAPPING)).payloads
    assert kept.body == ENTRY


def test_what_was_kept_is_read_by_todays_mapping() -> None:
    payload = Payload(sort="payload", body=ENTRY)
    assert list(Webhook().parse(payload, source())) == []
    (event,) = Webhook().parse(payload, source(mapping=MAPPING))
    assert isinstance(event, Incident)
    assert event.id == "INC1"


def test_a_mapping_of_another_version_is_a_reason() -> None:
    with pytest.raises(Garbled, match="mapping: "):
        list(
            Webhook().parse(Payload(sort="payload", body={}), source(mapping={"a": 1}))
        )


def test_there_is_nobody_to_ask() -> None:
    (page,) = Webhook().fetch(source(), cursor={}, now=NOW)
    assert not page.payloads
    assert page.cursor
    assert Webhook().test(source(), now=NOW)
    assert not Webhook().preview(source(), now=NOW).counted
    Webhook().check(source())
    with pytest.raises(Refused):
        Webhook().check(Source(kind="webhook", address="https://x", service_key=""))


@settings(deadline=None, max_examples=50)
@given(
    entries=st.lists(st.sampled_from(["A", "B", "C"]), max_size=6),
    data=st.data(),
)
def test_deliveries_tell_the_same_in_any_order(
    entries: list[str], data: st.DataObject
) -> None:
    bodies = [json.dumps(ENTRY | {"number": each}).encode() for each in entries]

    def told(sent: list[bytes]) -> dict[str, str]:
        where = source(mapping=MAPPING)
        return {
            event.id: repr(event)
            for body in sent
            for payload in HOOKS.read(delivery(body), where).payloads
            for event in Webhook().parse(payload, where)
        }

    assert told(bodies) == told(data.draw(st.permutations([*bodies, *bodies])))
