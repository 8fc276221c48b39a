"""Pages: how far the past of a source is read, and what is gone at its platform."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import (
    Backfill,
    Purpose,
    Source,
    SourceState,
    Vanished,
    WalkState,
)
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

    SignIn = Callable[[str], Client]

DAY = timedelta(days=1)


@pytest.fixture
def source(house: House) -> Source:
    return Source.objects.create(
        workspace=house.workspace,
        scope=factories.root(house.workspace),
        kind="github",
        name="Shop",
        address="acme/shop",
        rules={"service": "shop"},
        cursor={"commits": {}},
        state=SourceState.WELL,
        created_at=timezone.now() - DAY,
    )


@pytest.fixture
def past(source: Source) -> Backfill:
    """A quarter of a year read, and three quarters to come."""
    now = timezone.now()
    return Backfill.objects.create(
        source=source,
        purpose=Purpose.PAST,
        since=now - 400 * DAY,
        until=now - 40 * DAY,
        reached=now - 130 * DAY,
        pages=12,
        events=600,
        worked_seconds=120,
        asked_at=now,
    )


def at(house: House, name: str, source: Source) -> str:
    return reverse(name, args=[house.slug, source.pk])


def shown(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_the_page_tells_rate_rest_and_time(
    house: House, sign_in: SignIn, source: Source, past: Backfill
) -> None:
    page = shown(sign_in("ada"), at(house, "source", source))

    assert "300 events a minute of work" in page
    assert "270 days; how many events they hold is unknown" in page
    # A quarter took two minutes: three quarters take six.
    assert "6 min" in page


def test_what_nothing_tells_yet_is_said_to_be_unknown(
    house: House, sign_in: SignIn, source: Source, past: Backfill
) -> None:
    Backfill.objects.update(reached=past.until, worked_seconds=0, events=0, pages=0)

    page = shown(sign_in("ada"), at(house, "source", source))

    assert "Unknown until the first page is read" in page
    assert "Unknown until the first month is read" in page


def test_a_lead_pauses_resumes_and_cancels_the_past(
    house: House, sign_in: SignIn, source: Source, past: Backfill
) -> None:
    ada = sign_in("ada")
    seen = []
    for act in ("pause", "resume", "cancel"):
        ada.post(at(house, f"source_backfill_{act}", source))
        past.refresh_from_db()
        seen.append(past.state)

    assert seen == [WalkState.PAUSED, WalkState.WAITING, WalkState.CANCELLED]
    answer = ada.post(at(house, "source_backfill_pause", source), follow=True)
    assert "is not being read" in answer.content.decode()


def test_others_see_the_past_and_cannot_change_it(
    house: House, sign_in: SignIn, source: Source, past: Backfill
) -> None:
    vera = sign_in("vera")

    page = shown(vera, at(house, "source", source))
    answer = vera.post(at(house, "source_backfill_pause", source))
    past.refresh_from_db()

    assert "Still to be read" in page
    assert "Pause the past" not in page
    assert answer.status_code in {403, 404}
    assert past.state == WalkState.WAITING


def test_how_far_back_is_read_can_be_changed(
    house: House, sign_in: SignIn, source: Source, past: Backfill
) -> None:
    ada = sign_in("ada")
    day = (timezone.now() - 800 * DAY).date()

    ada.post(at(house, "source_backfill", source), {"since": day.isoformat()})
    past.refresh_from_db()

    assert past.since.date() == day


def test_a_day_that_is_read_already_is_refused_beside_its_field(
    house: House, sign_in: SignIn, source: Source, past: Backfill
) -> None:
    day = (timezone.now() - 5 * DAY).date()

    answer = sign_in("ada").post(
        at(house, "source_backfill", source), {"since": day.isoformat()}
    )

    assert answer.status_code == 422
    assert "choose an earlier day" in answer.content.decode()


def test_a_kind_without_a_past_says_so(
    house: House, sign_in: SignIn, source: Source
) -> None:
    Source.objects.update(kind="git")

    page = shown(sign_in("ada"), at(house, "source_backfill", source))

    assert "There is no past to be read" in page
    assert 'id="past-title"' not in shown(sign_in("ada"), at(house, "source", source))


def test_the_health_of_the_data_lists_what_is_gone(
    house: House, sign_in: SignIn, source: Source
) -> None:
    service = factories.service(house.workspace)
    for kind, name, counted in (
        ("deployment", "deploy-77", False),
        ("commit", "c" * 40, True),
    ):
        Vanished.objects.create(
            source=source,
            service=service,
            kind=kind,
            external_id=name,
            at=timezone.now() - DAY,
            data={},
            gone_since=timezone.now(),
            counted=counted,
        )

    page = shown(sign_in("vera"), at(house, "source_health", source))

    assert "1 event no longer counts" in page
    assert "deploy-77" in page
    assert "1 commit or change can no longer be reached" in page


def test_the_health_of_the_data_says_when_nothing_is_gone(
    house: House, sign_in: SignIn, source: Source
) -> None:
    page = shown(sign_in("vera"), at(house, "source_health", source))

    assert "Nothing is gone, as far as was looked." in page
