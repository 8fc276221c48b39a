"""Asking for a report, watching it, and taking it home."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Report
from assessments.services import reporting
from tests import factories

if TYPE_CHECKING:
    from assessments.models import Cycle

Browser = Callable[[str], Client]


@pytest.fixture
def cycle(house: factories.House, telemetry: object) -> Cycle:
    """A cycle with one answer, scored."""
    made = factories.cycle(house.workspace)
    topic = made.edition.document["pillars"][0]["domains"][0]["topics"][0]["code"]
    factories.rating(made, topic, house["rui"], 3)
    return factories.scored(made)


def at(name: str, cycle: Cycle, *more: int) -> str:
    return reverse(name, args=[cycle.workspace.slug, cycle.pk, *more])


@pytest.mark.django_db(transaction=True)
def test_a_lead_asks_for_the_board_report_and_downloads_it(
    cycle: Cycle, sign_in: Browser, eager_tasks: None
) -> None:
    browser = sign_in("ada")
    page = browser.post(
        at("report_new", cycle), {"kind": "board_pdf"}, follow=True
    ).content.decode()
    assert "Ready" in page
    report = Report.objects.get(cycle=cycle)
    assert report.sha256 in page
    file = browser.get(at("report_file", cycle, report.pk))
    assert file.content.startswith(b"%PDF-1.7")
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith("attachment; filename=")
    assert file["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db(transaction=True)
def test_asking_twice_makes_one_report(
    cycle: Cycle, sign_in: Browser, eager_tasks: None
) -> None:
    browser = sign_in("ada")
    browser.post(at("report_new", cycle), {"kind": "workbook"})
    page = browser.post(at("report_new", cycle), {"kind": "workbook"}, follow=True)
    assert Report.objects.filter(cycle=cycle).count() == 1
    assert "already have this report" in page.content.decode()


def test_a_kind_that_nobody_makes_is_answered_with_the_choices(
    cycle: Cycle, sign_in: Browser
) -> None:
    page = sign_in("ada").post(at("report_new", cycle), {"kind": "poster"}, follow=True)
    assert "Choose one of the reports that are offered" in page.content.decode()


def test_a_waiting_report_is_watched_by_htmx_and_a_ready_one_is_not(
    cycle: Cycle, sign_in: Browser, house: factories.House
) -> None:
    asked = reporting.ask(
        cycle_id=cycle.pk, kind="board_pdf", by=house["ada"], now=factories.NOW
    )
    browser = sign_in("vera")
    part = browser.get(at("reports", cycle), headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in part.content.decode()
    assert "<html" not in part.content.decode()
    reporting.begin(report_id=asked.report_id, now=factories.NOW)
    reporting.give_up(
        report_id=asked.report_id, sentence="The disk is full.", now=factories.NOW
    )
    page = browser.get(at("reports", cycle)).content.decode()
    assert "The disk is full." in page
    assert "hx-trigger" not in page


def test_a_viewer_may_download_and_may_not_ask(cycle: Cycle, sign_in: Browser) -> None:
    browser = sign_in("vera")
    page = browser.get(at("reports", cycle)).content.decode()
    assert "Leads ask for reports: Ada" in page
    assert "Make a report" not in page
    asked = browser.post(at("report_new", cycle), {"kind": "board_pdf"})
    assert asked.status_code == 403


def test_another_workspace_s_report_does_not_exist(
    cycle: Cycle, sign_in: Browser, house: factories.House
) -> None:
    asked = reporting.ask(
        cycle_id=cycle.pk, kind="workbook", by=house["ada"], now=factories.NOW
    )
    elsewhere = [house.other.slug, cycle.pk]
    browser = sign_in("otto")
    assert browser.get(reverse("reports", args=elsewhere)).status_code == 404
    file = reverse("report_file", args=[*elsewhere, asked.report_id])
    assert browser.get(file).status_code == 404


def test_a_report_that_is_not_ready_cannot_be_downloaded(
    cycle: Cycle, sign_in: Browser, house: factories.House
) -> None:
    asked = reporting.ask(
        cycle_id=cycle.pk, kind="workbook", by=house["ada"], now=factories.NOW
    )
    file = at("report_file", cycle, asked.report_id)
    assert sign_in("ada").get(file).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_single_answers_are_for_those_who_may_read_them(
    cycle: Cycle, sign_in: Browser, eager_tasks: None
) -> None:
    sign_in("ada").post(at("report_new", cycle), {"kind": "auditor_md"})
    report = Report.objects.get(cycle=cycle)
    file = at("report_file", cycle, report.pk)
    assert sign_in("vera").get(file).status_code == 404
    assert "Auditor" not in sign_in("vera").get(at("reports", cycle)).content.decode()
    assert "Auditor report" in sign_in("sam").get(at("reports", cycle)).content.decode()
    page = sign_in("sam").get(file).content.decode()
    assert "Person 1" in page
    assert "| Rui |" not in page


@pytest.mark.django_db(transaction=True)
def test_names_are_printed_where_somebody_asked_for_them(
    cycle: Cycle, sign_in: Browser, eager_tasks: None
) -> None:
    browser = sign_in("ada")
    for named in ({}, {"named": "on"}):
        browser.post(at("report_new", cycle), {"kind": "auditor_md"} | named)
    plain, named_too = Report.objects.filter(cycle=cycle).order_by("pk")
    assert (plain.named, named_too.named) == (False, True)
    page = browser.get(at("report_file", cycle, named_too.pk)).content.decode()
    assert "| Rui |" in page
    # What holds no single answers has no names to print.
    browser.post(at("report_new", cycle), {"kind": "board_md", "named": "on"})
    assert not Report.objects.get(kind="board_md").named
