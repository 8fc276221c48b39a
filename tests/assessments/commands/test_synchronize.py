"""`manage.py synchronize` and `manage.py refresh_rollups`."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from assessments.models import DayRollup, Source
from tests.assessments.services.test_collecting import (  # noqa: F401  # fixtures
    Scripted,
    page,
    platform,
    source,
)


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def test_one_source_is_synchronized_now(
    source: Source,  # noqa: F811  # the fixture
    platform: Scripted,  # noqa: F811  # the fixture
) -> None:
    platform.script = [page(1, 2)]

    told = said("synchronize", "--source", str(source.pk))

    assert told == "Shop: done, 1 pages, 2 events, 0 rejected"
    assert DayRollup.objects.get().completed == 2


def test_nothing_is_done_when_nothing_is_due(source: Source) -> None:  # noqa: F811  # the fixture
    assert said("synchronize") == ""


def test_a_source_that_is_not_there_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="no source number 77"):
        said("synchronize", "--source", "77")


def test_everything_is_rolled_up_again_when_asked(
    source: Source,  # noqa: F811  # the fixture
    platform: Scripted,  # noqa: F811  # the fixture
) -> None:
    platform.script = [page(1)]
    said("synchronize", "--source", str(source.pk))
    assert said("refresh_rollups") == "0 services brought up to date"
    DayRollup.objects.all().delete()

    assert said("refresh_rollups", "--all") == "1 services brought up to date"
    assert DayRollup.objects.count() == 1
