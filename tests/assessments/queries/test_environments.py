"""An environment that was renamed: said on the page of health, with the new name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from assessments.models import Event, RawRecord
from tests.assessments.views.test_source_health import deployed, sent
from tests.assessments.views.test_sources import at, connected, pushed, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Source
    from scoring.events import Json
    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db

ASKED = "Was an environment renamed?"


def shown(house: House, sign_in: SignIn, source: Source, who: str = "vera") -> str:
    return text(sign_in(who).get(at(house, "source_health", source.pk)))


def to(environment: str, number: int, days: float) -> dict[str, Json]:
    return {**deployed(number, days), "environment": environment}


def test_events_to_a_new_name_are_noticed_once_the_old_one_is_silent(
    house: House, sign_in: SignIn
) -> None:
    source = pushed(house)
    sent(
        source,
        *(to("production", number, 40 - number) for number in range(5)),
        *(to("frankfurt", 10 + number, 20 - number) for number in range(3)),
    )

    said = shown(house, sign_in, source)

    assert ASKED in said
    assert "3 deployments to “frankfurt” do not count" in said
    assert "Nothing came of “production” since" in said


@pytest.mark.parametrize(
    "records",
    [
        [to("production", 1, 20), to("frankfurt", 2, 9)],
        [to("production", 1, 5), to("frankfurt", 2, 4), to("frankfurt", 3, 3)],
        [to("frankfurt", 1, 30), to("production", 2, 20), to("frankfurt", 3, 9)],
        [to("frankfurt", 1, 30), to("frankfurt", 2, 9)],
        [to("production", 1, 30), to("production", 2, 20)],
    ],
    ids=[
        "one trial",
        "not silent yet",
        "always there",
        "none ever counted",
        "no other",
    ],
)
def test_what_is_no_new_name_is_not_asked_about(
    house: House, sign_in: SignIn, records: list[dict[str, Json]]
) -> None:
    source = pushed(house)
    sent(source, *records)

    assert ASKED not in shown(house, sign_in, source)


@pytest.mark.parametrize("shape", [str, lambda name: {"id": 9, "name": name}])
def test_deployments_that_a_platform_told_of_are_looked_at_counted_or_not(
    house: House, sign_in: SignIn, shape: Callable[[str], object]
) -> None:
    source = connected(house, kind="github", address="acme/shop")
    other = pushed(house)
    sent(other, deployed(1, 30))
    counted = Event.objects.get()
    for number, (name, days) in enumerate(
        [("production", 30), ("live", 9), ("live", 8), ("live", 7)]
    ):
        moment = timezone.now() - timedelta(days=days)
        record = RawRecord.objects.create(
            source=source,
            sort="deployment",
            digest=str(number),
            body={
                "deployment": {
                    "environment": shape(name),
                    "created_at": moment.isoformat(),
                }
            },
            seen_at=timezone.now(),
        )
        if name == "production":
            Event.objects.filter(pk=counted.pk).update(source=source, raw_record=record)

    said = shown(house, sign_in, source, "ada")

    assert "3 deployments to “live” do not count" in said
    assert "Change address or rules" in said
