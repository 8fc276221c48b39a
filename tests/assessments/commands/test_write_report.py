"""`write_report`: any report as a file, or a sentence that says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tests.assessments.queries.test_results import answered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.assessments.conftest import Telemetry

pytestmark = pytest.mark.django_db


def test_a_report_is_written_in_the_language_asked_for(
    house: factories.House, telemetry: Telemetry, tmp_path: Path
) -> None:
    cycle = factories.scored(answered(house))
    file = tmp_path / "board.md"
    call_command("write_report", cycle.pk, "board_md", file, language="de")
    assert "Entscheidungen" in file.read_text()


def test_a_cycle_that_cannot_be_reported_on_is_named(
    house: factories.House, tmp_path: Path
) -> None:
    file = tmp_path / "board.md"
    with pytest.raises(CommandError, match="no cycle 77"):
        call_command("write_report", 77, "board_md", file)
    empty = factories.cycle(house.workspace)
    empty.scorings.all().delete()
    with pytest.raises(CommandError, match="no scores yet"):
        call_command("write_report", empty.pk, "board_md", file)
    assert not file.exists()
