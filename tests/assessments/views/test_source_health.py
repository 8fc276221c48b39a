"""How complete a source's data are, and the quarantine of what was not understood."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from assessments.models import Event, JournalEntry, RawRecord, Rejection
from assessments.services import normalizing
from tests.assessments.views.test_sources import at, connected, pushed, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from assessments.models import Source
    from scoring.events import Json
    from tests.factories import House

    SignIn = Callable[[str], Client]


def days_ago(days: float) -> str:
    return (timezone.now() - timedelta(days=days)).isoformat()


def sent(source: Source, *records: dict[str, Json]) -> None:
    normalizing.take_in(
        source_id=source.pk,
        records=list(enumerate(records, start=1)),
        now=timezone.now(),
    )


def deployed(number: int, days: float, **more: Json) -> dict[str, Json]:
    return {
        "kind": "deployment",
        "id": f"dep-{number}",
        "service": "checkout",
        "environment": "production",
        "status": "success",
        "finished_at": days_ago(days),
    } | more


def test_coverage_says_what_is_missing_and_what_to_do(
    house: House, sign_in: SignIn
) -> None:
    source = pushed(house)
    sent(
        source,
        deployed(1, 5, sha="a" * 40),
        deployed(2, 6),
        deployed(3, 7),
        {
            "kind": "incident",
            "id": "i-1",
            "service": "checkout",
            "opened_at": days_ago(5),
            "deployment_id": "dep-1",
        },
        deployed(4, 8, status="in_progress", started_at=days_ago(8), finished_at=None),
    )

    said = text(sign_in("vera").get(at(house, "source_health", source.pk)))

    assert "Deployments that say which version they brought" in said
    assert "1 of 4" in said
    assert "25 %" in said
    assert "Let the deployment name its commit" in said
    assert "Incidents that name the deployment that caused them" in said
    assert "1 of 1" in said
    assert "Nothing: complete" in said
    assert "3 of 4" in said  # the one that never ended
    assert "They were lost sight of" in said
    assert "Changes that say" not in said  # there is none: no share of nothing


def test_silences_are_named_from_their_first_to_their_last_day(
    house: House, sign_in: SignIn
) -> None:
    source = pushed(house)
    sent(source, deployed(1, 20), deployed(2, 10), deployed(3, 8), deployed(4, 1))

    said = text(sign_in("ada").get(at(house, "source_health", source.pk)))

    assert ": 9 days" in said
    assert ": 6 days" in said
    assert ": 1 day" not in said
    assert "4 events in 90 days" in said


def test_a_source_without_events_says_so(house: House, sign_in: SignIn) -> None:
    source = pushed(house)

    said = text(sign_in("ada").get(at(house, "source_health", source.pk)))

    assert "Nothing happened in these days, or nothing arrived." in said
    assert "brought nothing in these days" in said


def test_the_questions_to_the_database_do_not_grow_with_events(
    house: House,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    source, ada = pushed(house), sign_in("ada")
    sent(source, *(deployed(number, number % 80) for number in range(200)))
    with django_assert_max_num_queries(30):
        ada.get(at(house, "source_health", source.pk))


# ── quarantine ─────────────────────────────────────────────────────────────────────


def garbled(source: Source, body: dict[str, Json], digest: str) -> RawRecord:
    record = RawRecord.objects.create(
        source=source, sort="tag", digest=digest, body=body, seen_at=timezone.now()
    )
    Rejection.objects.create(
        source=source,
        raw_record=record,
        reason="tag: name: is missing",
        seen_at=timezone.now(),
    )
    return record


@pytest.fixture
def source(house: House) -> Source:
    return connected(house)


def test_what_is_understood_by_now_leaves_the_quarantine(
    house: House, sign_in: SignIn, source: Source
) -> None:
    garbled(
        source,
        {
            "name": "v1.0.0",
            "sha": "b" * 40,
            "tagged_at": days_ago(3),
        },
        "1",
    )
    garbled(source, {"unheard": "of"}, "2")
    page = at(house, "source_quarantine", source.pk)
    ada = sign_in("ada")
    assert "tag: name: is missing" in text(ada.get(page))

    said = text(ada.post(at(house, "source_quarantine_again", source.pk), follow=True))

    assert Rejection.objects.filter(source=source).count() == 1
    assert Event.objects.filter(source=source, kind="deployment").count() == 1
    assert "1 record is understood now." in said
    assert "1 still is not" in said
    entry = JournalEntry.objects.filter(verb="source.quarantine_tried").get()
    assert (entry.detail["understood"], entry.detail["refused"]) == (1, 1)


def test_trying_twice_counts_nothing_twice(
    house: House, sign_in: SignIn, source: Source
) -> None:
    garbled(source, {"unheard": "of"}, "2")
    ada = sign_in("ada")
    for _ in range(2):
        ada.post(at(house, "source_quarantine_again", source.pk))
    assert Rejection.objects.filter(source=source).count() == 1


def test_lines_that_were_sent_are_sent_again_not_tried_again(
    house: House, sign_in: SignIn
) -> None:
    pushing = pushed(house)
    sent(pushing, {"kind": "deployment"})
    ada = sign_in("ada")

    page = text(ada.get(at(house, "source_quarantine", pushing.pk)))
    assert "send them again" in page
    assert "Try again" not in page
    said = text(ada.post(at(house, "source_quarantine_again", pushing.pk), follow=True))
    assert "does not exist" in said


def test_an_empty_quarantine_says_so(
    house: House, sign_in: SignIn, source: Source
) -> None:
    page = text(sign_in("vera").get(at(house, "source_quarantine", source.pk)))
    assert "Nothing is in quarantine" in page


def test_who_may_only_read_tries_nothing(
    house: House, sign_in: SignIn, source: Source
) -> None:
    garbled(source, {"unheard": "of"}, "2")
    vera = sign_in("vera")
    assert "Try again" not in text(vera.get(at(house, "source_quarantine", source.pk)))
    refused = vera.post(at(house, "source_quarantine_again", source.pk))
    assert refused.status_code == 403
