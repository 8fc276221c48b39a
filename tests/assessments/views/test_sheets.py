"""Answering offline in a browser: download, bring back, look, take over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import AnswerSheet, Rating
from tests import factories
from tests.factories_sheets import filled, kept, table, taken

if TYPE_CHECKING:
    from assessments.models import Cycle

Browser = Callable[[str], Client]


@pytest.fixture
def cycle(house: factories.House) -> Cycle:
    return factories.cycle(house.workspace)


def at(name: str, cycle: Cycle, *more: object) -> str:
    return reverse(name, args=[cycle.workspace.slug, cycle.pk, *more])


def file(body: bytes, name: str = "answers.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def test_a_person_takes_a_workbook_and_brings_it_back(
    cycle: Cycle, sign_in: Browser
) -> None:
    browser = sign_in("rui")
    page = browser.get(at("offline", cycle)).content.decode()
    assert at("offline_file", cycle, "xlsx") in page
    book = browser.get(at("offline_file", cycle, "xlsx"))
    assert book["Content-Disposition"] == 'attachment; filename="q1-2026-rui.xlsx"'
    body = filled(book.content, {"A.1": (3, "High", "Seen."), "A.2": ("=1",)})
    answer = browser.post(at("offline", cycle), {"file": file(body)}, follow=True)
    shown = answer.content.decode()
    assert "Row 3, “Your answer”" in shown
    assert "This is a formula" in shown
    assert Rating.objects.count() == 0
    sheet = AnswerSheet.objects.get()
    done = browser.post(
        at("sheet_apply", cycle, sheet.pk), {"take": ["A.1:0"]}, follow=True
    )
    assert "1 answer was taken over." in done.content.decode()
    assert Rating.objects.get().level == 3
    again = browser.post(
        at("sheet_apply", cycle, sheet.pk), {"take": ["A.1:0"]}, follow=True
    )
    assert "0 answers were taken over." in again.content.decode()
    assert Rating.objects.count() == 1


def test_a_refused_file_says_what_to_do(cycle: Cycle, sign_in: Browser) -> None:
    browser = sign_in("rui")
    for sent in ({}, {"file": file(b"PK\x03\x04")}, {"file": file(table(("A.1",)))}):
        answer = browser.post(at("offline", cycle), sent)
        assert answer.status_code == 422
        assert "error-summary" in answer.content.decode()
    assert not AnswerSheet.objects.exists()


def test_csv_goes_out_and_comes_back(
    cycle: Cycle, house: factories.House, sign_in: Browser
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 2, rationale="-1 as before")
    browser = sign_in("rui")
    body = browser.get(at("offline_file", cycle, "csv")).getvalue()
    assert b"'-1 as before" in body
    page = browser.post(
        at("offline", cycle), {"file": file(body, "mine.csv")}, follow=True
    )
    assert "Everything in this file is kept" in page.content.decode()


def test_a_lead_hands_questionnaires_out(
    cycle: Cycle, house: factories.House, sign_in: Browser
) -> None:
    browser = sign_in("ada")
    page = browser.get(at("offline", cycle)).content.decode()
    assert at("offline_person", cycle, house["rui"].pk) in page
    assert browser.get(at("offline_person", cycle, house["rui"].pk)).status_code == 200
    assert browser.get(at("offline_person", cycle, house["otto"].pk)).status_code == 404
    assert browser.get(at("offline_empty", cycle)).content.startswith(b"PK")
    assert at("offline_empty", cycle) not in (
        sign_in("rui").get(at("offline", cycle)).content.decode()
    )


def test_a_sheet_is_for_its_owner_alone(
    cycle: Cycle, house: factories.House, sign_in: Browser
) -> None:
    sheet = kept(cycle, house["rui"], table(("A.1", 3)))
    assert sign_in("rui").get(at("sheet", cycle, sheet.pk)).status_code == 200
    browser = sign_in("ada")
    assert browser.get(at("sheet", cycle, sheet.pk)).status_code == 404
    sent = browser.post(at("sheet_apply", cycle, sheet.pk), {"take": ["A.1:0"]})
    assert sent.status_code == 404
    browser.post(at("sheet_discard", cycle, sheet.pk))
    assert AnswerSheet.objects.filter(pk=sheet.pk).exists()


def test_a_closed_cycle_says_so(house: factories.House, sign_in: Browser) -> None:
    cycle = factories.cycle(house.workspace, state="in_review")
    browser = sign_in("rui")
    page = browser.get(at("offline", cycle)).content.decode()
    assert "in review" in page
    body = taken(cycle, house["rui"])
    answer = browser.post(at("offline", cycle), {"file": file(body)})
    assert answer.status_code == 422


def test_what_a_file_says_is_shown_as_text(
    cycle: Cycle, house: factories.House, sign_in: Browser
) -> None:
    hostile = "<script>alert(1)</script>"
    sheet = kept(
        cycle, house["rui"], table(("A.1", 3, "", hostile), (hostile, 4)), name=hostile
    )
    page = sign_in("rui").get(at("sheet", cycle, sheet.pk)).content.decode()
    assert hostile not in page
    assert "&lt;script&gt;" in page
