"""Telemetry's doors for the worker: what is due is done, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.models import DayRollup, Source, Synchronization, SyncState
from assessments.services import sources
from assessments.tasks import cycles, telemetry
from tests.assessments.services.test_collecting import (  # noqa: F401  # fixtures
    Scripted,
    page,
    platform,
    source,
)
from tests.assessments.services.test_normalizing import deployment, pushed, taken

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.usefixtures("eager_tasks")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Collect the services whose cycles are asked to be scored again."""
    calls: list[list[int]] = []

    def delay(service_ids: Sequence[int]) -> None:
        calls.append(list(service_ids))

    monkeypatch.setattr(cycles.rescore_cycles_of_services, "delay", delay)
    return calls


def test_a_synchronization_ends_with_rollups_and_scores(
    source: Source,  # noqa: F811  # the fixture
    platform: Scripted,  # noqa: F811  # the fixture
    asked: list[list[int]],
) -> None:
    platform.script = [page(1, 2)]
    Source.objects.update(next_attempt_at=source.created_at)

    telemetry.synchronize_due()

    run = Synchronization.objects.get()
    assert run.state == SyncState.DONE
    assert DayRollup.objects.get().completed == 2
    assert len(asked) == 1


def test_a_message_that_comes_twice_does_nothing_more(
    source: Source,  # noqa: F811  # the fixture
    platform: Scripted,  # noqa: F811  # the fixture
    asked: list[list[int]],
) -> None:
    platform.script = [page(1)]
    pk = sources.ask_synchronization(source_id=source.pk, now=source.created_at)

    telemetry.synchronize(pk)
    telemetry.synchronize(pk)

    assert len(platform.cursors) == 1
    assert len(asked) == 1


def test_events_whose_message_was_lost_are_rolled_up_all_the_same(
    source: Source,  # noqa: F811  # the fixture
    asked: list[list[int]],
) -> None:
    taken(pushed(source.workspace), deployment(1))

    telemetry.synchronize_due()

    assert DayRollup.objects.count() == 1


def test_a_run_that_died_is_reaped(source: Source) -> None:  # noqa: F811  # the fixture
    pk = sources.ask_synchronization(source_id=source.pk, now=source.created_at)
    Synchronization.objects.update(
        state=SyncState.RUNNING, seen_alive_at=source.created_at
    )

    telemetry.reap()

    assert Synchronization.objects.get(pk=pk).state == SyncState.FAILED
