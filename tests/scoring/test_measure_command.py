"""`python -m scoring measure`: a file in, the five metrics out, nobody's database."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from scoring.__main__ import main
from scoring.events import Lane, dump
from tests.scoring.made import change, deployment, incident, model_version

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.events import Event

_EVENTS: list[Event] = [
    deployment("d1", "01T10:00", sha="A"),
    change("c", "02T08:00", sha="B"),
    deployment("d2", "02T10:00", sha="B"),
    deployment("d3", "02T12:00", sha="A"),
    deployment("t1", "02T13:00", sha="A", environment="blue"),
    deployment("b1", "03T10:00", sha="A", service="blog"),
    incident("i", "03T11:00", deployment_id="b1"),
    model_version("1", "03T08:00"),
    deployment("m1", "03T12:00", lane=Lane.MODEL, model_version="1"),
]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    lines = [json.dumps(dump(event)) for event in _EVENTS]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> SimpleNamespace:
    assert main(["measure", *arguments, "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    return SimpleNamespace(**read)


def test_json_has_the_window_and_both_lanes(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _json(capsys, str(written))
    assert found.window == {
        "start": "2026-01-01T00:00:00+00:00",
        "end": "2026-01-04T00:00:00+00:00",
    }
    code, model = found.lanes["code"], found.lanes["model"]
    assert code["change_lead_time"]["median_s"] == 7200
    assert code["deployment_frequency"]["n"] == 4
    assert code["change_fail_rate"]["ratio"] == 0.5
    assert code["failed_deployment_recovery_time"]["open"] == 1
    assert code["deployment_rework_rate"]["rework"] == 1
    assert model["change_lead_time"]["status"] == "unknown"
    assert model["change_lead_time"]["median_s"] is None


def test_service_lane_days_and_environment_choose_what_counts(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = _json(capsys, str(written), "--service", "shop", "--lane", "code")
    assert list(shop.lanes) == ["code"]
    assert shop.lanes["code"]["deployment_frequency"]["n"] == 3
    day = _json(capsys, str(written), "--from", "2026-01-02", "--to", "2026-01-02")
    assert day.lanes["code"]["deployment_frequency"]["n"] == 2
    assert day.lanes["code"]["deployment_frequency"]["coverage"] == 1.0
    blue = _json(capsys, str(written), "--environment", "Blue")
    assert blue.lanes["code"]["deployment_frequency"]["n"] == 1


def test_a_window_may_be_cut_at_a_moment(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _json(
        capsys,
        str(written),
        "--from",
        "2026-01-02T11:00:00Z",
        "--to",
        "2026-01-03T10:00:00Z",
    )
    assert found.lanes["code"]["deployment_frequency"]["n"] == 1


def test_explain_says_of_each_deployment_what_it_carried_and_why_it_failed(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _json(capsys, str(written), "--explain", "--service", "shop")
    second = found.deployments[1]
    assert second["id"] == "d2"
    assert (second["failed"], second["tier"], second["evidence_id"]) == (
        True,
        "rollback",
        "d3",
    )
    assert second["because"] == "Deployment d3 rolled it back."
    assert second["carried"] == [
        {
            "change": "c",
            "basis": "sha",
            "started_at": "2026-01-02T08:00:00+00:00",
            "lead_s": 7200.0,
        }
    ]
    assert found.deployments[3]["carried"][0]["stages"]["trained"] == (
        "2026-01-03T08:00:00+00:00"
    )
    assert found.deployments[0]["because"] == "No evidence of failure."


def test_without_json_it_prints_a_table_for_people(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["measure", str(written), "--explain"]) == 0
    said = capsys.readouterr().out
    assert "Window: 2026-01-01 00:00 to 2026-01-04 00:00 UTC" in said
    assert "Change fail rate" in said
    assert "50.0 %" in said
    assert "2.0 hours" in said
    assert "1 still open" in said or "still open" in said
    assert "carried c (2.0 hours, by sha)" in said


def test_bad_lines_are_reported_and_the_good_ones_measured(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written.write_text(
        '{"kind": "deployment"}\nnonsense\n'
        + written.read_text(encoding="utf-8")
        + '\n{"context": {"type": "dev.cdevents.build.queued.0.1.0"}, "subject": {}}',
        encoding="utf-8",
    )
    assert main(["measure", str(written), "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["lanes"]["code"]["deployment_frequency"]["n"] == 4
    assert said.err.splitlines() == [
        "line 1: id: is missing; every deployment needs it",
        "line 2: is not JSON: Expecting value",
        "2 of 12 lines are no events; left out",
        "1 CDEvents of kinds that are not counted",
    ]


def test_many_bad_lines_are_summed_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("x\n" * 150, encoding="utf-8")
    assert main(["measure", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-2:] == [
        "… and 50 more",
        "150 of 150 lines are no events; left out",
    ]


def test_an_empty_file_leaves_everything_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("", encoding="utf-8")
    found = _json(capsys, str(path))
    assert found.window == {"start": None, "end": None}
    statuses = {
        metric["status"] for lane in found.lanes.values() for metric in lane.values()
    }
    assert statuses == {"unknown"}
    assert main(["measure", str(path)]) == 0
    assert "none, as no event is known" in capsys.readouterr().out


def test_gzip_is_read_by_its_content_and_damage_is_told(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = gzip.compress(written.read_bytes())
    written.write_bytes(packed)
    assert _json(capsys, str(written)).lanes["code"]["deployment_frequency"]["n"] == 4
    written.write_bytes(packed[:-20])
    assert main(["measure", str(written)]) in (0, 2)
    assert "the gzip stream is damaged" in capsys.readouterr().err


def test_standard_input_is_read(
    written: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = io.BytesIO(written.read_bytes())
    stream = io.TextIOWrapper(io.BufferedReader(raw))
    monkeypatch.setattr(sys, "stdin", stream)
    assert _json(capsys, "-").lanes["code"]["deployment_frequency"]["n"] == 4


def test_a_file_that_is_not_there_is_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["measure", "nowhere.jsonl"]) == 2
    assert capsys.readouterr().err == "nowhere.jsonl: No such file or directory\n"


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "2026-01-01T00:00:00"])
def test_a_day_that_is_none_is_refused(
    day: str, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["measure", str(written), "--from", day])
    assert left.value.code == 2
    assert "expected a day as 2026-01-31" in capsys.readouterr().err


def test_a_window_that_ends_before_it_begins_is_refused(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = ["--from", "2026-02-01", "--to", "2026-01-01"]
    assert main(["measure", str(written), *days]) == 2
    assert "--from, --to: the window is empty" in capsys.readouterr().err


def test_it_runs_as_a_module_without_django(written: Path) -> None:
    probe = (
        "import runpy, sys; sys.argv = ['scoring', 'measure', sys.argv[1]]\n"
        "try:\n    runpy.run_module('scoring', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "assert 'django' not in sys.modules"
    )
    done = subprocess.run(  # the command of this project, in a process of its own
        [sys.executable, "-c", probe, str(written)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_flow_stands_under_a_key_of_its_own(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _json(capsys, str(written))
    batch = found.flow["code"]["batch_size"]
    assert (batch["status"], batch["value"], batch["n"]) == ("value", 1, 1)
    assert batch["unit"] == "count"
    assert "because" not in batch
    assert found.flow["model"]["training_time"]["because"].endswith(".")
