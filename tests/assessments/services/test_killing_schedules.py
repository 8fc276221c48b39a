"""Workers killed while schedules run: nothing half done, and nothing made twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assessments.services import scheduling
from tests import factories
from tests.assessments.services.test_killing import database, lived
from tests.factories import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from assessments.models import Workspace

KILLS = 25


def planned() -> Workspace:
    """A workspace with two scored cycles, a rhythm for both, and a report of each."""
    workspace = factories.workspace()
    ada = factories.person("ada")
    edition = factories.edition(of=workspace)
    for title in ("Q1 2026", "Q2 2026"):
        cycle = factories.cycle(workspace, title=title, of=edition)
        for topic in ("A.1", "A.2", "A.3", "B.1", "C.1"):
            factories.rating(cycle, topic, ada)
        factories.scored(cycle)
    # Once a year: while workers die, no second period comes.
    rescore = scheduling.Wish(task="rescore", cron="0 9 2 3 *", time_zone="UTC")
    report = replace(
        rescore,
        task="report",
        report_kind="workbook",
        language="en",
        attached=True,
        emails=("board@example.org", "team@example.org"),
    )
    for wish in (rescore, report):
        scheduling.plan(workspace_id=workspace.pk, wish=wish, by=ada, now=NOW)
    return workspace


@pytest.mark.django_db(transaction=True)
def test_killed_workers_of_schedules_leave_nothing_half_done_and_nothing_twice(
    tmp_path: Path,
) -> None:
    undisturbed, disturbed = planned(), planned()

    whole, rest = lived(
        database(tmp_path),
        tmp_path,
        (undisturbed, 0),
        (disturbed, KILLS),
        program="tests.assessments.services.killing_schedules",
    )

    assert rest["lives"] > KILLS
    kept = whole["stored"]
    assert [run[2:] for run in kept["runs"]] == [["done", "2", "0"]] * 2
    assert len(kept["scorings"]) == len(kept["reports"]) == kept["files"] == 2
    assert (len(kept["mails"]), kept["unsent"]) == (4, 0)
    assert rest["stored"] == kept
