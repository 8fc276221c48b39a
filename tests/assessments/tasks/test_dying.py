"""Workers killed while they make reports: none is half done, none made twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import factories
from tests.assessments.queries.test_results import answered
from tests.assessments.services.test_killing import database
from tests.assessments.tasks.dying import KINDS

if TYPE_CHECKING:
    from tests.assessments.conftest import Telemetry

ROOT = Path(__file__).resolve().parents[3]
KILLS = 12
SEED = 20261121


@pytest.mark.django_db(transaction=True)
def test_killed_workers_leave_every_report_whole_and_once(
    house: factories.House, telemetry: Telemetry, tmp_path: Path
) -> None:
    cycle = factories.scored(answered(house))

    ran = subprocess.run(
        [sys.executable, "-m", "tests.assessments.tasks.dying"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database(tmp_path),
        },
        input=json.dumps({"cycle": cycle.pk, "kills": KILLS, "seed": SEED}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    left = json.loads(ran.stdout)

    assert left["states"] == ["ready"]
    assert left["reports"] == len(left["wanted"]) == left["periods"] * len(KINDS)
    assert left["files"] == left["kept"]
    assert left["true"]
    # The same scores give the same bytes, whoever made them after how many deaths.
    assert [len(left["hashes"][kind]) for kind in KINDS] == [1] * len(KINDS)
    assert left["asked"] == left["made"] == left["reports"]
    assert left["chain"]
