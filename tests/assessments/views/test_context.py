"""Delivery in context: own past, own units, and what others answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import yaml
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from assessments.models import Service
from assessments.queries import benchmarks
from assessments.services import normalizing, rolling_up
from scoring.metrics import METRICS
from tests import factories
from tests.assessments.services.test_normalizing import pushed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from scoring.events import Json

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


def deployed(service: str, number: int, at: datetime) -> dict[str, Json]:
    return {
        "kind": "deployment",
        "id": f"{service}-{number}",
        "service": service,
        "environment": "production",
        "sha": f"{number:040x}",
        "status": "success",
        "finished_at": at.isoformat(),
    }


def page(client: Client, house: factories.House, **asked: str) -> str:
    answer = client.get(reverse("delivery_context", args=[house.slug]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def told(text: str, lane: str, metric: str) -> str:
    """What the page says of one metric of one lane."""
    begin = text.index(f'id="{lane}-{metric}"')
    return text[begin : text.index("</section>", begin)]


@pytest.fixture
def deploying(house: factories.House) -> None:
    """Two units: one deploys daily, one weekly; for thirty days, and none before."""
    shops = factories.unit(house.workspace, "Shops")
    banks = factories.unit(house.workspace, "Banks")
    for unit, key in ((shops, "checkout"), (banks, "ledger")):
        factories.service(house.workspace, key, parent=unit)
    source = pushed(house.workspace)
    start = timezone.now() - timedelta(days=30)
    moments = [start + timedelta(days=day) for day in range(30)]
    records = [
        *(deployed("checkout", n, at) for n, at in enumerate(moments)),
        *(deployed("ledger", n, at) for n, at in enumerate(moments[::7])),
    ]
    normalizing.take_in(
        source_id=source.pk, records=enumerate(records, 1), now=timezone.now()
    )
    rolling_up.refresh_workspace(workspace_id=house.workspace.pk)


@pytest.mark.usefixtures("deploying")
def test_own_history_and_units_come_before_what_others_answered(
    house: factories.House, sign_in: SignIn
) -> None:
    found = told(
        page(sign_in("vera"), house, days="30"), "code", "deployment_frequency"
    )

    places = [found.index(each) for each in ("Own history", "Shops", "What others")]
    assert places == sorted(places)
    assert found.index("Banks") < found.index("What others")
    assert "A year before" in found
    assert "unknown" in found  # there was nothing a year before


@pytest.mark.usefixtures("deploying")
def test_ones_own_band_is_marked_and_better_answers_are_counted(
    house: factories.House, sign_in: SignIn
) -> None:
    found = told(
        page(sign_in("vera"), house, days="30"), "code", "deployment_frequency"
    )
    # 35 deployments in 30 days are more than seven a week.
    own = found[found.index("own-band") :].split("</tr>")[0]
    assert "7 a week or more" in own
    assert "23\N{NO-BREAK SPACE}%" in own
    assert "0\N{NO-BREAK SPACE}% of the answers lie in better bands." in found


@pytest.mark.usefixtures("deploying")
def test_where_nothing_is_known_no_band_is_marked(
    house: factories.House, sign_in: SignIn
) -> None:
    text = page(sign_in("vera"), house, days="30")
    found = told(text, "code", "failed_deployment_recovery_time")
    assert "own-band" not in found
    assert "better bands" not in found
    # Models were not asked about.
    assert "What others answered" not in told(text, "model", "deployment_frequency")


def test_without_data_the_page_says_what_to_do(
    house: factories.House, sign_in: SignIn
) -> None:
    assert "empty-state" in page(sign_in("ada"), house)
    assert not Service.objects.exists()


def test_shipped_distributions_are_whole_and_in_order() -> None:
    files = list((settings.BASE_DIR / "fixtures" / "benchmarks").glob("*.yaml"))
    assert files
    for file in files:
        plain = yaml.safe_load(file.read_text())
        assert plain["url"].startswith("https://")
        for one in plain["metrics"]:
            assert one["metric"] in METRICS
            ends = [band["to"] for band in one["bands"][:-1]]
            assert ends == sorted(ends)
            assert "to" not in one["bands"][-1]
            # Published shares are rounded.
            assert sum(band["share"] for band in one["bands"]) == pytest.approx(
                100, abs=0.5
            )
    bands = benchmarks.newest().metrics["change_lead_time"]
    assert [band.holds(86_400.0) for band in bands].count(True) == 1
