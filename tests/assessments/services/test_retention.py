"""Raw records are dropped after their time, and nothing that was counted changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.connectors import base
from assessments.connectors.registry import CONNECTORS
from assessments.models import Event, RawRecord, Rejection, Source
from assessments.services import observing, retention, sources
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from pytest_django import Settings

    from scoring.events import Json
    from tests.factories import House

pytestmark = pytest.mark.django_db


def tag(name: str, days: int) -> base.Payload:
    at = (NOW - timedelta(days=days)).isoformat()
    body: dict[str, Json] = {"name": name, "sha": "b" * 40, "tagged_at": at}
    return base.Payload(sort="tag", body=body)


@pytest.fixture
def reader(house: House) -> observing.Reader:
    pk = sources.connect(
        workspace_id=house.workspace.pk,
        scope_id=factories.root(house.workspace).pk,
        kind="git",
        name="Shop",
        address="https://git.example.org/team/shop.git",
        secret="",
        by=house["ada"],
        now=NOW,
    )
    source = Source.objects.get(pk=pk)
    return observing.Reader(
        source=source,
        connector=CONNECTORS["git"],
        plain=sources.plain(source, now=NOW),
    )


@pytest.fixture
def read_long_ago(reader: observing.Reader, settings: Settings) -> None:
    """One release and one garbled record of 40 days ago, one release of today."""
    settings.RAW_RECORD_DAYS = 30
    before = NOW - timedelta(days=40)
    observing.observe(reader, [tag("v1.0.0", 41)], now=before)
    observing.observe(reader, [base.Payload(sort="tag", body={})], now=before)
    observing.observe(reader, [tag("v2.0.0", 1)], now=NOW)


@pytest.mark.usefixtures("read_long_ago")
def test_only_what_is_old_and_understood_is_dropped() -> None:
    before = list(Event.objects.order_by("pk").values("external_id", "at", "data"))

    assert retention.drop_raw_records(now=NOW) == 1
    assert retention.drop_raw_records(now=NOW) == 0

    assert RawRecord.objects.count() == 2
    assert Rejection.objects.filter(raw_record__isnull=False).count() == 1
    after = list(Event.objects.order_by("pk").values("external_id", "at", "data"))
    assert after == before


@pytest.mark.usefixtures("read_long_ago")
def test_counting_again_by_new_rules_keeps_what_cannot_be_read_again(
    reader: observing.Reader,
) -> None:
    retention.drop_raw_records(now=NOW)
    observing.observe_again(reader, now=NOW)
    found = Event.objects.values_list("external_id", flat=True)
    assert set(found) == {"v1.0.0", "v2.0.0"}


@pytest.mark.usefixtures("read_long_ago")
def test_an_operator_may_keep_everything(settings: Settings) -> None:
    settings.RAW_RECORD_DAYS = 0
    assert retention.drop_raw_records(now=NOW + timedelta(days=9999)) == 0
    assert RawRecord.objects.count() == 3
