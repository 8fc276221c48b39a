"""`manage.py verify_cycle`."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Score
from assessments.services import signing
from tests import factories, guards
from tests.factories import NOW

if TYPE_CHECKING:
    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry
    from tests.factories import House


@pytest.fixture
def locked(house: House, telemetry: Telemetry) -> Cycle:
    """A locked cycle."""
    cycle = factories.cycle(house.workspace)
    factories.rating(cycle, "A.1", house["rui"], 3)
    signing.start_review(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    cycle.refresh_from_db()
    return cycle


def test_a_cycle_that_holds_is_said_to_hold_with_its_hash(locked: Cycle) -> None:
    said = StringIO()
    call_command("verify_cycle", locked.pk, stdout=said)
    assert f"sha256:{locked.content_sha256}" in said.getvalue()
    assert "1 verified, all hold." in said.getvalue()
    call_command("verify_cycle", "--all", stdout=said)


def test_a_cycle_that_does_not_hold_is_named_with_what_differs(locked: Cycle) -> None:
    with guards.lifted():
        Score.objects.filter(code="A.1").update(declared=5)
    said = StringIO()
    with pytest.raises(CommandError, match="1 of 1 cycles do not hold") as failure:
        call_command("verify_cycle", "--all", stdout=said)
    assert failure.value.returncode == 1
    assert "DIFFERS  score row topic A.1" in said.getvalue()


def test_what_cannot_be_verified_is_said(db: None) -> None:
    with pytest.raises(CommandError, match="number of a cycle, or --all"):
        call_command("verify_cycle")
    with pytest.raises(CommandError, match="no cycle 77"):
        call_command("verify_cycle", 77)
    said = StringIO()
    call_command("verify_cycle", "--all", stdout=said)
    assert "0 verified" in said.getvalue()
