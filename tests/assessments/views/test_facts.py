"""The pages of one event and of one raw record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Event
from assessments.services import normalizing, rolling_up
from tests.assessments.views.test_sources import at, pushed, text
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(house: House) -> dict[str, Event]:
    """A change, the deployment that carried it, and the incident that it caused."""
    deployment = {
        "kind": "deployment",
        "service": "shop",
        "environment": "production",
        "status": "success",
    }
    normalizing.take_in(
        source_id=pushed(house).pk,
        records=enumerate(
            [
                deployment | {"id": "d-0", "sha": "a0",
                              "finished_at": "2026-02-01T09:00:00Z"},
                {"kind": "change", "id": "41", "service": "shop", "merged_sha": "a1",
                 "first_commit_at": "2026-02-01T10:00:00Z",
                 "merged_at": "2026-02-01T12:00:00Z", "commits": ["c1", "a1"],
                 "url": "https://git.example.org/shop/41", "reviewer_count": 2},
                deployment | {"id": "d-1", "sha": "a1",
                              "finished_at": "2026-02-02T10:00:00Z"},
                {"kind": "incident", "id": "i-7", "service": "shop",
                 "opened_at": "2026-02-02T11:00:00Z", "deployment_id": "d-1"},
            ],
            start=1,
        ),
        now=NOW,
    )  # fmt: skip
    rolling_up.refresh_workspace(workspace_id=house.workspace.pk)
    return {event.external_id: event for event in Event.objects.all()}


def test_a_deployment_says_why_it_counts_as_failed_and_leads_to_the_evidence(
    house: House, sign_in: SignIn, told: dict[str, Event]
) -> None:
    page = sign_in("vera").get(at(house, "event", told["d-1"].pk))
    said = text(page)
    assert "Counts as failed" in said
    assert "an incident names this deployment" in said
    assert "It carried 1 change" in said
    for name, one in (("event", told["i-7"]), ("deployment", told["d-1"])):
        assert at(house, name, one.pk).encode() in page.content


def test_a_change_says_in_words_what_is_known_and_what_carried_it(
    house: House, sign_in: SignIn, told: dict[str, Event]
) -> None:
    page = sign_in("vera").get(at(house, "event", told["41"].pk))
    said = text(page)
    assert "First commit 1 Feb 2026, 10:00 UTC" in said
    assert "Commits c1, a1" in said
    assert "reviewer_count 2" in said
    assert "deployment d-1" in said
    assert "lead time 24 h" in said
    assert b'href="https://git.example.org/shop/41"' in page.content


def test_a_raw_record_is_verbatim_and_names_what_was_made_of_it(
    house: House, sign_in: SignIn, told: dict[str, Event]
) -> None:
    event = told["41"]
    record = event.raw_record
    assert record is not None
    page = sign_in("vera").get(at(house, "raw_record", record.pk))
    assert "&quot;reviewer_count&quot;: 2" in text(page)
    assert record.digest.encode() in page.content
    assert at(house, "event", event.pk).encode() in page.content


def test_facts_of_another_workspace_are_not_found(
    house: House, sign_in: SignIn, told: dict[str, Event]
) -> None:
    otto = sign_in("otto")
    event = told["41"]
    for name, pk in (("event", event.pk), ("raw_record", event.raw_record_id)):
        there = reverse(name, args=[house.other.slug, pk])
        assert otto.get(there).status_code == 404
