"""The page that takes a file of events."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.models import Event, Source
from assessments.services import receiving
from tests.assessments.views.test_sources import at, connected, pushed, text

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from django.test import Client

    from tests.assessments.views.test_sources import Page
    from tests.factories import House

    SignIn = Callable[[str], Client]

CSV = b"""kind,id,service,environment,sha,status,finished_at
deployment,d-1,shop,production,4f2a,success,2026-03-02T09:15:00Z
deployment,d-2,shop,production,9b07,sunk,2026-03-03T16:40:00Z
deployment,d-3,shop,production,9b08,failure,2026-03-04T16:40:00Z
"""


def sent(
    client: Client, house: House, body: bytes, file: str = "events.csv", **more: str
) -> Page:
    form = {"source": "new", "name": "Releases by hand"} | more
    upload = SimpleUploadedFile(file, body)
    there = at(house, "events_upload")
    return client.post(there, form | {"file": upload})


def test_the_page_documents_the_columns_of_every_kind(
    house: House, sign_in: SignIn
) -> None:
    said = text(sign_in("ada").get(at(house, "events_upload")))
    assert "id, service, environment, status, one of finished_at / started_at" in said
    assert "id, subject, signal, at" in said
    assert "10 MiB and 20,000 events" in said


def test_a_file_makes_its_source_and_every_line_is_accounted_for(
    house: House, sign_in: SignIn
) -> None:
    said = text(sent(sign_in("ada"), house, CSV))
    assert Source.objects.get().name == "Releases by hand"
    assert Event.objects.count() == 2
    assert "Stored 2" in said
    assert "Rejected 1" in said
    assert "3 status: expected one of success" in said


def test_the_same_file_again_changes_nothing(house: House, sign_in: SignIn) -> None:
    ada = sign_in("ada")
    source = pushed(house)
    packed = gzip.compress(CSV)
    sent(ada, house, packed, "events.csv.gz", source=str(source.pk), name="")
    page = sent(ada, house, packed, "events.csv.gz", source=str(source.pk), name="")
    assert "Stored 0 Unchanged 2" in text(page)
    assert Event.objects.count() == 2


def test_an_empty_file_is_said_to_be_empty_and_makes_no_source(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    assert "The file is empty" in text(sent(ada, house, b""))
    assert "holds no event" in text(sent(ada, house, b"\n\n", "events.jsonl"))
    assert not Source.objects.exists()


def test_a_file_that_is_too_large_says_what_to_do(
    house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_BYTES", 100)
    page = sent(sign_in("ada"), house, CSV)
    assert page.status_code == 422
    assert "pack it with gzip, split it" in text(page)


def test_a_file_with_too_many_lines_stores_none_of_them(
    house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_LINES", 2)
    page = sent(sign_in("ada"), house, CSV)
    assert "More than 2 events" in text(page)
    assert not Source.objects.exists()


def test_a_file_without_a_kind_column_says_what_the_first_row_has_to_name(
    house: House, sign_in: SignIn
) -> None:
    page = sent(sign_in("ada"), house, b"id,service\n1,shop\n")
    assert "kind" in text(page)
    assert page.status_code == 422


def test_a_file_of_which_nothing_holds_is_not_said_to_be_stored(
    house: House, sign_in: SignIn
) -> None:
    said = text(sent(sign_in("ada"), house, b"kind,id,service\ndeployment,d-1,shop\n"))
    assert "Nothing of the file could be used" in said
    assert "Everything else is stored" not in said


def test_a_new_source_needs_a_name_and_a_file(house: House, sign_in: SignIn) -> None:
    page = sign_in("ada").post(at(house, "events_upload"), {"source": "new"})
    said = text(page)
    assert "Give the new source a name" in said
    assert "Choose a file" in said


def test_events_go_only_to_sources_that_events_are_sent_to(
    house: House, sign_in: SignIn
) -> None:
    fetched = connected(house)
    made_up = connected(house, kind="push", name="Made up", address="", simulated=True)
    ada = sign_in("ada")
    page = ada.get(at(house, "events_upload"))
    assert b"Made up" not in page.content.split(b"<main")[1]
    for source in (fetched, made_up):
        answer = sent(ada, house, CSV, source=str(source.pk), name="")
        assert answer.status_code == 422
    assert not Event.objects.exists()


def test_who_may_not_connect_may_not_upload(house: House, sign_in: SignIn) -> None:
    assert sign_in("noa").get(at(house, "events_upload")).status_code == 403
