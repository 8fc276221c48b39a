"""The figures of flow on the delivery page: gaps are seen, unknown is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.services import normalizing, rolling_up
from tests.assessments.services.test_normalizing import pushed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(house: House, sign_in: Callable[[str], Client]) -> Callable[..., str]:
    """A service that went out 9 and 4 days ago, and twice on the later day."""
    noon = timezone.now().replace(hour=0, minute=0, second=1, microsecond=0)
    ends = [
        noon - timedelta(days=9),
        *(noon - timedelta(days=4, hours=-n) for n in (0, 1)),
    ]
    source = pushed(house.workspace)
    intake = normalizing.take_in(
        source_id=source.pk,
        records=(
            (
                None,
                {
                    "kind": "deployment",
                    "id": f"d{number}",
                    "service": "checkout",
                    "environment": "production",
                    "sha": f"{number:040x}",
                    "status": "success",
                    "finished_at": end.isoformat(),
                },
            )
            for number, end in enumerate(ends)
        ),
        now=datetime.now(UTC),
    )
    assert not intake.rejected
    rolling_up.refresh_workspace(workspace_id=house.workspace.pk)
    client = sign_in("ada")

    def asked(name: str = "", **filters: str) -> str:
        slug = house.workspace.slug
        address = (
            reverse("delivery_figure", args=[slug, name])
            if name
            else reverse("delivery", args=[slug])
        )
        answer = client.get(address, {"days": "30", **filters})
        assert answer.status_code == 200
        return answer.content.decode()

    return asked


def test_a_time_without_deployments_is_named_and_drawn(
    page: Callable[..., str],
) -> None:
    shown = page()
    title = "Longest time without a deployment – software: 4 days and going on"
    assert title in shown
    assert 'id="figure-rhythm"' in shown


def test_days_are_told_by_how_many_deployments_they_had(
    page: Callable[..., str],
) -> None:
    rows = [row.split(",") for row in page("rhythm").splitlines() if row]
    days = {row[0]: row[1] for row in rows}
    # Since the first, 9 days ago: 10 days, of which one had one and one had two.
    assert (days["0"], days["1"], days["2–3"]) == ("8", "1", "1")


def test_what_is_not_known_of_flow_says_why(page: Callable[..., str]) -> None:
    shown = page()
    assert "Unknown: No pipeline run ended in the window." in shown
    assert "Unknown: No production deployment was ever seen." in shown
