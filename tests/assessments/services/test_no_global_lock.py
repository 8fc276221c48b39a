"""Workers that write for different sources do not wait for each other."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connection, transaction

from assessments.models import Event
from assessments.services import normalizing
from tests import factories
from tests.assessments.views.test_sources import pushed

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.models import Source
    from scoring.events import Json
    from tests.factories import House

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer, by design"
    ),
]


def deployment(number: int, service: str) -> dict[str, Json]:
    return {
        "kind": "deployment",
        "id": str(number),
        "service": service,
        "environment": "production",
        "status": "success",
        "finished_at": "2026-02-01T10:00:00Z",
    }


def taken(source: Source, number: int, service: str) -> None:
    normalizing.take_in(
        source_id=source.pk,
        records=[(1, deployment(number, service))],
        now=factories.NOW,
    )


def beside(work: Callable[[], None]) -> list[Exception]:
    """Do it in another connection that waits for no lock; return what went wrong."""
    wrong: list[Exception] = []

    def impatiently() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '500ms'")
            work()
        except OperationalError as error:
            wrong.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=impatiently)
    thread.start()
    thread.join()
    return wrong


def test_a_source_is_written_while_another_is_being_written(house: House) -> None:
    ours, theirs = pushed(house, "Ours"), pushed(house, "Theirs")
    for source, service in ((ours, "shop"), (theirs, "billing")):
        taken(source, 1, service)  # a service is met once

    with transaction.atomic():
        taken(ours, 2, "shop")
        wrong = beside(lambda: taken(theirs, 2, "billing"))

    assert wrong == []
    assert Event.objects.count() == 4


def test_a_source_has_one_writer_at_a_time(house: House) -> None:
    source = pushed(house)
    taken(source, 1, "shop")

    with transaction.atomic():
        taken(source, 2, "shop")
        wrong = beside(lambda: taken(source, 3, "shop"))

    assert "lock timeout" in str(wrong)
