"""The samples of docs/events.md are taken as they stand there."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from assessments.services import lines, receiving
from assessments.services.lines import Layout
from tests import factories
from tests.assessments.services.test_normalizing import pushed

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "layout", "count"),
    [("jsonl", Layout.JSON, 5), ("csv", Layout.CSV, 2)],
)
def test_every_sample_line_is_stored(language: str, layout: Layout, count: int) -> None:
    [sample] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)

    intake = receiving.read_in(
        source_id=pushed(factories.workspace()).pk,
        stream=io.BytesIO(sample.encode()),
        layout=layout,
        # Its samples are of November.
        now=factories.NOW.replace(year=2027),
    )

    assert (intake.stored, intake.rejected) == (count, [])


def test_the_limits_are_those_of_the_code() -> None:
    said = (
        f"more than {receiving.MOST_BYTES // 1024**2} MiB,"
        f" {receiving.MOST_UNPACKED // 1024**2} MiB after unpacking,"
        f" or {receiving.MOST_LINES:,} events"
    )

    assert said in PAGE


def test_files_are_laid_out_by_their_names() -> None:
    names = ["a.jsonl", "a.json.gz", "a.csv", "A.CSV.GZ"]

    found = [lines.layout_of(name) for name in names]

    assert found == [Layout.JSON, Layout.JSON, Layout.CSV, Layout.CSV]
