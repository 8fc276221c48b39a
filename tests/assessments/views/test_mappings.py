"""The page where a mapping is written, tried on what was received, and saved."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import (
    Event,
    Hook,
    JournalEntry,
    RawRecord,
    Rejection,
    Source,
    Synchronization,
)
from assessments.services import collecting, delivering, hooks, mappings, tables
from tests import factories
from tests.assessments.views.test_sources import at, connected, pushed, text
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.assessments.views.test_sources import Page
    from tests.factories import House

    SignIn = Callable[[str], Client]

HTMX = {"hx-request": "true"}
RULE = {
    "rules-0-kind": "incident",
    "rules-0-field-id": "number",
    "rules-0-field-service": "'shop'",
    "rules-0-field-opened_at": "opened",
    "dates": "iso",
    "zone": "",
    "leave_out": "caller",
}
BODY = {"number": "INC1", "opened": "2026-02-03T09:00:00Z", "caller": "Abel Muster"}
CSV = b"Number,Opened at,Caller\nINC1,2026-02-03 09:00,Abel\nINC2,soon,Abel\n"


def webhook(house: House) -> Source:
    return connected(house, kind="webhook", name="ServiceNow", address="", secret="")


def table(house: House) -> Source:
    return connected(house, kind="table", name="Export", address="", secret="")


def deliver(house: House, source: Source, body: object) -> None:
    """Push a body to a source's address, and let a worker do what it asks for."""
    raw = json.dumps(body).encode()
    opened = hooks.open_hook(
        workspace_id=house.workspace.pk, source_id=source.pk, by=None, now=NOW
    )
    key = Hook.objects.get(source=source).key
    signed = hmac.new(opened.encode(), raw, hashlib.sha256).hexdigest()
    hooks.receive(key=key, headers={"x-signature": signed}, body=raw, now=NOW)
    delivering.work(source_id=source.pk, now=NOW)


def synchronized(source: Source) -> None:
    for run in Synchronization.objects.filter(source=source, state="waiting"):
        collecting.synchronize(synchronization_id=run.pk, now=NOW)


def upload(
    client: Client, house: House, source: Source, body: bytes, **more: str
) -> Page:
    there = at(house, "source_table", source.pk)
    return client.post(there, {"file": SimpleUploadedFile("x.csv", body), **more})


# ── a webhook, from the first delivery to events ───────────────────────────────────


def test_what_came_before_the_mapping_becomes_events_when_it_is_saved(
    house: House, sign_in: SignIn
) -> None:
    source = webhook(house)
    deliver(house, source, BODY)
    assert not Event.objects.exists()
    ada = sign_in("ada")
    assert "has a meaning yet" in text(ada.get(at(house, "source", source.pk)))

    page = ada.post(at(house, "source_mapping", source.pk), RULE)

    assert page.status_code == 302
    synchronized(source)
    event = Event.objects.get()
    assert (event.kind, event.external_id) == ("incident", "INC1")
    kept = Source.objects.get(pk=source.pk)
    assert kept.next_attempt_at is None
    assert "has a meaning yet" not in text(ada.get(at(house, "source", source.pk)))
    assert "Abel" not in json.dumps(RawRecord.objects.get().body)
    entry = JournalEntry.objects.filter(verb="source.changed").get()
    assert entry.detail["mapping"]


def test_a_changed_mapping_drops_what_it_no_longer_tells_of(
    house: House, sign_in: SignIn
) -> None:
    source = webhook(house)
    deliver(house, source, BODY)
    ada = sign_in("ada")
    ada.post(at(house, "source_mapping", source.pk), RULE)
    synchronized(source)

    ada.post(
        at(house, "source_mapping", source.pk), RULE | {"rules-0-when": "number == 'X'"}
    )
    synchronized(source)
    assert not Event.objects.exists()


def test_the_same_mapping_again_reads_nothing_again(
    house: House, sign_in: SignIn
) -> None:
    source = webhook(house)
    ada = sign_in("ada")
    ada.post(at(house, "source_mapping", source.pk), RULE)
    synchronized(source)
    ada.post(at(house, "source_mapping", source.pk), RULE)
    assert Synchronization.objects.count() == 1


def test_changing_the_name_keeps_the_mapping(house: House, sign_in: SignIn) -> None:
    source = webhook(house)
    ada = sign_in("ada")
    ada.post(at(house, "source_mapping", source.pk), RULE)
    ada.post(at(house, "source_rules", source.pk), {"name": "Another"})
    kept = Source.objects.get(pk=source.pk)
    assert kept.name == "Another"
    assert kept.rules["mapping"]["rules"][0]["fields"]["id"] == "number"


# ── trying ─────────────────────────────────────────────────────────────────────────


def test_a_mapping_is_tried_on_what_was_received_and_nothing_is_stored(
    house: House, sign_in: SignIn
) -> None:
    source = webhook(house)
    deliver(house, source, BODY)
    deliver(house, source, {"number": "INC2"})
    page = sign_in("ada").post(
        at(house, "source_mapping_try", source.pk), RULE, headers=HTMX
    )
    said = text(page)
    assert "<html" not in page.content.decode()
    assert "INC1" in said
    assert "Opened: nothing is found at opened" in said
    assert not Event.objects.exists()
    assert "mapping" not in Source.objects.get(pk=source.pk).rules


def test_a_trial_says_which_field_is_wrong_and_where_in_it(
    house: House, sign_in: SignIn
) -> None:
    source = webhook(house)
    page = sign_in("ada").post(
        at(house, "source_mapping_try", source.pk),
        RULE | {"rules-0-field-id": "a.'b'"},
        headers=HTMX,
    )
    assert "Rule 1, Identity : cannot be read at character 3" in text(page)
    assert b'href="#id-rules-0-field-id"' in page.content


def test_without_a_script_the_trial_is_the_whole_page(
    house: House, sign_in: SignIn
) -> None:
    source = webhook(house)
    deliver(house, source, BODY)
    page = sign_in("ada").post(at(house, "source_mapping_try", source.pk), RULE)
    assert "<html" in page.content.decode()
    assert 'value="number"' in page.content.decode()


@pytest.mark.parametrize("key", [one.key for one in mappings.ready()])
def test_each_ready_mapping_is_tried_on_its_own_example(
    house: House, sign_in: SignIn, key: str
) -> None:
    source = webhook(house)
    page = sign_in("ada").get(at(house, "source_mapping", source.pk) + f"?ready={key}")
    said = text(page)
    assert "The example of this ready mapping" in said
    assert "tag-good" in page.content.decode()
    assert "tag-bad" not in page.content.decode()
    assert "cannot be used" not in said


def test_a_hostile_expression_is_refused_and_kept_in_the_form(
    house: House, sign_in: SignIn
) -> None:
    source = webhook(house)
    page = sign_in("ada").post(
        at(house, "source_mapping", source.pk),
        RULE | {"rules-0-when": "((((", "rules-0-field-url": "<script>"},
    )
    assert page.status_code == 422
    assert "Please check" in text(page)
    assert 'value="(((("' in page.content.decode()
    assert (
        "<script>"
        not in page.content.decode().split("<main", 1)[1].split("</main", 1)[0]
    )
    assert "mapping" not in Source.objects.get(pk=source.pk).rules


# ── editing ────────────────────────────────────────────────────────────────────────


def test_rules_are_added_and_taken_away_before_anything_is_saved(
    house: House, sign_in: SignIn
) -> None:
    source = webhook(house)
    ada, there = sign_in("ada"), at(house, "source_mapping", source.pk)
    page = ada.post(there, RULE | {"add": "rule", "new_kind": "deployment"})
    assert "Rule 2: Deployment" in text(page)
    assert 'value="number"' in page.content.decode()
    page = ada.post(there, RULE | {"remove": "0"})
    assert "Rule 1" not in text(page)
    assert "mapping" not in Source.objects.get(pk=source.pk).rules


def test_the_whole_mapping_can_be_written_as_text(
    house: House, sign_in: SignIn
) -> None:
    source = webhook(house)
    ada, there = sign_in("ada"), at(house, "source_mapping", source.pk)
    assert b"<textarea" in ada.get(there + "?text").content
    written = (
        "rules:\n- kind: incident\n  fields: {id: number, service: \"'shop'\","
        " opened_at: opened}\n  words: {severity: {'1': high}}\n"
    )
    assert ada.post(there, {"text": written}).status_code == 302
    kept = Source.objects.get(pk=source.pk).rules["mapping"]
    assert kept["rules"][0]["words"] == {"severity": {"1": "high"}}


@pytest.mark.parametrize(
    "written", ["", "a: &x [1]\nb: *x", "{", "rules: 7", "x" * 60_000, "- 1"]
)
def test_a_text_that_is_no_mapping_says_so(
    house: House, sign_in: SignIn, written: str
) -> None:
    source = webhook(house)
    page = sign_in("ada").post(
        at(house, "source_mapping", source.pk), {"text": written}
    )
    assert page.status_code == 422
    assert "mapping" not in Source.objects.get(pk=source.pk).rules


def test_words_come_back_as_they_were_typed(house: House, sign_in: SignIn) -> None:
    source = webhook(house)
    ada, there = sign_in("ada"), at(house, "source_mapping", source.pk)
    ada.post(there, RULE | {"rules-0-words-severity": "1 = critical\n2 = high"})
    assert "1 = critical\n2 = high" in ada.get(there).content.decode()


# ── tables ─────────────────────────────────────────────────────────────────────────


def mapped_by_columns(house: House, client: Client, source: Source) -> None:
    client.post(
        at(house, "source_mapping", source.pk),
        {
            "rules-0-kind": "incident",
            "rules-0-column-id": "Number",
            "rules-0-field-service": "'shop'",
            "rules-0-column-opened_at": "Opened at",
            "dates": "iso",
            "zone": "UTC",
            "leave_out": "Caller",
        },
    )
    synchronized(source)


def test_columns_are_offered_and_the_first_rows_shown_as_events(
    house: House, sign_in: SignIn
) -> None:
    source, ada = table(house), sign_in("ada")
    page = upload(ada, house, source, CSV)
    assert "2 rows were read as utf-8" in text(page)
    assert "Not kept: Caller" in text(page)
    page = ada.post(
        at(house, "source_mapping", source.pk),
        {"add": "rule", "new_kind": "incident", "zone": "UTC", "dates": "iso"},
    )
    # “Opened at” is called like the field, and is chosen.
    assert "<option selected>Opened at</option>" in page.content.decode()
    assert "Abel" not in json.dumps([one.body for one in RawRecord.objects.all()])

    mapped_by_columns(house, ada, source)
    assert Event.objects.get().external_id == "INC1"
    said = text(ada.get(at(house, "source_mapping", source.pk)))
    assert "is no moment that can be read" in said


def test_the_next_file_uses_the_mapping_and_the_same_file_changes_nothing(
    house: House, sign_in: SignIn
) -> None:
    source, ada = table(house), sign_in("ada")
    upload(ada, house, source, CSV)
    mapped_by_columns(house, ada, source)

    def counts() -> list[int]:
        return [model.objects.count() for model in (Event, RawRecord, Rejection)]

    before = counts()
    said = text(upload(ada, house, source, CSV))
    assert "Events stored 0" in said
    assert "Unchanged 1" in said
    assert "3 rule 1 (incident), opened_at" in said
    assert counts() == before

    more = CSV + b"INC3,2026-02-05 09:00,Abel\n"
    assert "Events stored 1" in text(upload(ada, house, source, more))
    assert Event.objects.count() == 2


def test_columns_that_are_gone_are_named(house: House, sign_in: SignIn) -> None:
    source, ada = table(house), sign_in("ada")
    upload(ada, house, source, CSV)
    mapped_by_columns(house, ada, source)
    said = text(upload(ada, house, source, b"Number,Began\nINC9,2026-02-03\n"))
    assert "does not have: Opened at" in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"PK\x03\x04", "save the sheet as CSV"),
        (b"\x00\x01", "not a text file"),
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (b"a,b\n" + b"1,2\n" * (tables.MOST_ROWS + 1), "more than 20,000 rows"),
        (b"x" * (tables.MOST_BYTES + 1), "Larger than 10 MiB"),
    ],
)
def test_a_file_that_is_no_table_leaves_nothing(
    house: House, sign_in: SignIn, body: bytes, said: str
) -> None:
    source = table(house)
    page = upload(sign_in("ada"), house, source, body)
    assert page.status_code == 422
    assert said in text(page)
    assert not RawRecord.objects.exists()


def test_a_paused_source_takes_no_file(house: House, sign_in: SignIn) -> None:
    source = table(house)
    Source.objects.update(state="paused")
    page = upload(sign_in("ada"), house, source, CSV)
    assert "paused" in text(page)
    assert not RawRecord.objects.exists()


# ── who may, and where there is none ───────────────────────────────────────────────


@pytest.mark.parametrize("persona", ["rui", "noa", "vera", "sam", "otto"])
def test_only_who_connects_sources_writes_mappings(
    house: House, sign_in: SignIn, persona: str
) -> None:
    source, client = webhook(house), sign_in(persona)
    for name in ("source_mapping", "source_mapping_try", "source_table"):
        page = client.post(at(house, name, source.pk), RULE)
        assert page.status_code in {403, 404}
    assert "mapping" not in Source.objects.get(pk=source.pk).rules


def test_other_kinds_have_no_mapping(house: House, sign_in: SignIn) -> None:
    ada = sign_in("ada")
    for source in (pushed(house), connected(house)):
        assert ada.get(at(house, "source_mapping", source.pk)).status_code == 404
    there = at(house, "source_table", webhook(house).pk)
    assert ada.post(there, {}).status_code == 404


def test_a_webhook_and_a_table_are_connected_without_an_address(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    scope = str(factories.root(house.workspace).pk)
    for kind in ("webhook", "table"):
        there = reverse("source_new", args=[house.slug]) + f"?kind={kind}"
        assert b"Test the connection" not in ada.get(there).content
        page: Any = ada.post(there, {"name": kind, "scope": scope})
        assert page.status_code == 302
    assert set(Source.objects.values_list("kind", flat=True)) == {"webhook", "table"}
    assert not Synchronization.objects.exists()
