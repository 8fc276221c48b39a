"""`manage.py import_events`: files of events by hand."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from assessments.models import DayRollup, Event, Source
from tests import factories
from tests.assessments.services.test_normalizing import deployment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db

CSV = """\
kind,id,service,environment,sha,status,finished_at,labels,note
deployment,1,checkout,production,abc,success,2026-01-05T10:00:00Z,,by hand
deployment,2,checkout,production,def,exploded,2026-01-06T10:00:00Z,,
change,7,checkout,,abc,,,a b;c,
incident,9,checkout,,,,,,,too,many,cells

change,8,checkout,,abc,,,,x
"""


def imported(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_events", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_json_lines_are_taken_and_rolled_up(tmp_path: Path) -> None:
    factories.workspace()
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(json.dumps(deployment(n)) for n in range(3)))

    out, _ = imported(str(file), "--source", "CI", "--create")

    assert out.strip() == "3 stored, 0 unchanged, 0 rejected"
    assert Event.objects.count() == 3
    assert DayRollup.objects.count() == 1


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    factories.workspace()
    file = tmp_path / "events.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(deployment(1)).encode()))

    out, _ = imported(str(file), "--source", "CI", "--create")

    assert out.startswith("1 stored")


def test_csv_is_taken_by_its_columns_and_bad_lines_listed(tmp_path: Path) -> None:
    factories.workspace()
    file = tmp_path / "events.csv"
    file.write_text(CSV)

    out, err = imported(str(file), "--source", "CI", "--create")

    assert out.strip() == "1 stored, 0 unchanged, 4 rejected"
    assert "line 3: status" in err
    assert "line 5: 12 cells" in err
    data = Event.objects.get().data
    assert (data["sha"], data["attributes"]) == ("abc", {"note": "by hand"})


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.workspace()
    body = io.BytesIO(json.dumps(deployment(1)).encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(body))

    out, _ = imported("-", "--source", "CI", "--create")

    assert out.startswith("1 stored")


def test_a_source_that_is_not_there_is_not_made_unasked(tmp_path: Path) -> None:
    factories.workspace()
    file = tmp_path / "events.jsonl"
    file.write_text("{}")

    with pytest.raises(CommandError, match="Add --create"):
        imported(str(file), "--source", "CI")

    assert not Source.objects.exists()


def test_of_several_workspaces_one_has_to_be_named(tmp_path: Path) -> None:
    factories.workspace()
    factories.workspace("Elsewhere")
    file = tmp_path / "events.jsonl"
    file.write_text(json.dumps(deployment(1)))

    with pytest.raises(CommandError, match="elsewhere, northwind"):
        imported(str(file), "--source", "CI", "--create")

    out, _ = imported(
        str(file), "--source", "CI", "--create", "--workspace", "elsewhere"
    )
    assert out.startswith("1 stored")


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match="there is no file"):
        imported("/no/such/file", "--source", "CI")


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("empty.jsonl", b"", "holds no event"),
        ("text.csv", b"id,service\n1,checkout\n", "has to name the columns"),
        ("broken.json", b'[{"kind": "deployment",', "The array is not JSON"),
    ],
)
def test_what_is_no_file_of_events_is_refused_with_a_sentence(
    tmp_path: Path, name: str, body: bytes, said: str
) -> None:
    factories.workspace()
    file = tmp_path / name
    file.write_bytes(body)

    with pytest.raises(CommandError, match=said):
        imported(str(file), "--source", "CI", "--create")


def test_a_damaged_gzip_file_is_told_of(tmp_path: Path) -> None:
    factories.workspace()
    file = tmp_path / "events.jsonl.gz"
    file.write_bytes(b"\x1f\x8b\x00\x00")

    out, err = imported(str(file), "--source", "CI", "--create")

    assert out.startswith("0 stored, 0 unchanged, 1 rejected")
    assert "gzip" in err
