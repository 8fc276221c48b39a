"""A cycle on each shipped edition is answered, scored and shown, whatever its scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.tasks.reports import made_now
from scoring import rubric
from tests import factories, frameworks

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    SignIn = Callable[[str], Client]


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", [key for key in frameworks.KEYS if key != "compel-18"])
def test_a_cycle_on_a_shipped_edition_is_answered_scored_and_shown(
    house: factories.House, sign_in: SignIn, key: str
) -> None:
    document = frameworks.shipped(key)
    framework = rubric.parse(document)
    scale = framework.scale
    cycle = factories.cycle(house.workspace, of=factories.edition(document))
    lowest, *others = framework.domains
    for topic in framework.topics:
        level = scale.minimum if topic in lowest.topics else scale.maximum
        factories.rating(
            cycle, topic.code, house["noa"], level, rationale="Seen in the log."
        )
    factories.scored(cycle)
    client = sign_in("ada")

    for name in ("results", "answer_overview"):
        answer = client.get(reverse(name, args=[house.slug, cycle.pk]))
        assert answer.status_code == 200

    domain = client.get(
        reverse("domain_result", args=[house.slug, cycle.pk, others[0].code])
    )
    assert f"{scale.maximum}.0" in domain.content.decode()
    assert made_now(cycle_id=cycle.pk).startswith(b"%PDF")
