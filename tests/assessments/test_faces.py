"""One set of numbers: page, API, workbook, and each report as PDF and Markdown."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from assessments.charts import words
from assessments.queries import results as queries
from assessments.queries.trail import trail
from assessments.reports import making
from assessments.reports.material import Material
from assessments.reports.sections import TEMPLATES
from tests import factories
from tests.assessments.queries.test_results import HOUR, answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


def plainly(text: str) -> str:
    """Return text without the spaces that each face breaks its lines with."""
    return "".join(unescape(text).split())


def of_pdf(body: bytes) -> str:
    """Return the text of a PDF, page after page."""
    reader = pypdf.PdfReader(io.BytesIO(body))
    return plainly(" ".join(page.extract_text() for page in reader.pages))


def of_markdown(body: bytes) -> str:
    """Return the text of Markdown without its signs."""
    text = body.decode().replace("<br>", " ")
    return plainly(re.sub(r"\\(.)|\*\*|[|#]", r"\1", text))


class Faces:
    """The faces of one cycle, each in the form it is read in."""

    def __init__(self, cycle: Cycle, client: Client) -> None:
        here = [cycle.workspace.slug, cycle.pk]
        self.shown = shown = queries.results(cycle_id=cycle.pk)
        pages = [client.get(reverse("results", args=here))]
        pages += [
            client.get(reverse("domain_result", args=[*here, row.code]))
            for row in shown.domains
        ]
        self.page = plainly(strip_tags(" ".join(p.content.decode() for p in pages)))
        self.api: Any = client.get(reverse("api_results", args=here)).json()
        self.measurements: Any = client.get(
            reverse("api_measurements", args=here)
        ).json()
        material = Material(results=shown, trail=trail(cycle_id=cycle.pk, named=False))
        body = making.render("workbook", Material(results=shown))
        self.book = openpyxl.load_workbook(io.BytesIO(body))
        self.papers = {
            (name, form): read(making.render(f"{name}_{form}", material))
            for name in TEMPLATES
            for form, read in (("pdf", of_pdf), ("md", of_markdown))
        }

    def sheet(self, title: str) -> list[dict[str, Any]]:
        """Return the rows of a sheet by their headings."""
        sheet = self.book[title]
        heads = [str(cell.value) for cell in sheet[1]]
        return [
            dict(zip(heads, (cell.value for cell in row), strict=True))
            for row in sheet.iter_rows(min_row=2)
        ]

    def summary(self) -> dict[str, Any]:
        """Return the first sheet, a name and a value a row."""
        return {str(a.value): b.value for a, b in self.book["Summary"]}


@pytest.fixture
def faces(house: factories.House, telemetry: Telemetry, sign_in: SignIn) -> Faces:
    """A locked cycle with targets, in which one domain is measured."""
    telemetry.values = {"B.M1": 2 * HOUR}
    cycle = answered(house, targets={"A": "2.0", "B": "4.5", "C": "3.5"})
    factories.rating(cycle, "C.1", house["rui"], "unknown")
    return Faces(factories.locked(factories.scored(cycle)), sign_in("ada"))


def test_the_answer_is_the_same_sentence_everywhere(faces: Faces) -> None:
    sentence = faces.api["answer"][0]
    assert sentence.startswith("Northwind stands at")
    assert plainly(sentence) in faces.page
    for paper in faces.papers.values():
        assert plainly(sentence) in paper
    assert sentence in faces.summary()["Answer"]


def test_levels_targets_and_gaps_of_every_domain_are_the_same(faces: Faces) -> None:
    by_code = {row["Code"]: row for row in faces.sheet("Domains")}
    assert len(by_code) == 3
    for domain in faces.api["domains"]:
        row = by_code[domain["code"]]
        for column in ("declared", "measured", "agreed"):
            assert row[f"{column.capitalize()} level"] == domain[column]["level"]
            assert row[f"{column.capitalize()} coverage"] == pytest.approx(
                domain[column]["coverage"]
            )
        assert (row["Target"], row["Gap"]) == (domain["target"], domain["gap"])
        line = "".join(
            [
                domain["code"],
                domain["name"],
                *(words.level(domain[c]["level"]) for c in ("declared", "measured")),
                words.level(domain["agreed"]["level"]),
                words.level(domain["target"]),
                words.DASH
                if domain["gap"] is None
                else words.level(max(domain["gap"], 0)),
                words.DASH,  # nothing to compare with
                words.share(domain["agreed"]["coverage"]),
            ]
        )
        for paper in faces.papers.values():
            assert plainly(line) in paper
        assert plainly(domain["name"]) in faces.page


def test_the_overall_level_coverage_and_pillars_are_the_same(faces: Faces) -> None:
    summary, overall = faces.summary(), faces.api["overall"]
    level = words.level(overall["agreed"]["level"])
    assert summary["Overall agreed"] == overall["agreed"]["level"]
    assert summary["Coverage"] == pytest.approx(overall["agreed"]["coverage"])
    for paper in faces.papers.values():
        assert f"agreedlevelof{level}of5" in paper
    assert f"agreedlevelof{level}of5" in faces.page
    for pillar in faces.api["pillars"]:
        assert summary[pillar["name"]] == pillar["agreed"]["level"]
        for paper in faces.papers.values():
            assert plainly(pillar["name"]) in paper


def test_a_measurement_has_the_same_value_interval_and_n(faces: Faces) -> None:
    measured = next(row for row in faces.sheet("Criteria") if row["Code"] == "B.M1")
    told = next(row for row in faces.measurements if row["criterion"] == "B.M1")
    assert (
        (measured["Value"], measured["n"]) == (told["value"], told["n"]) == (7200, 40)
    )
    assert (measured["Low (95 %)"], measured["High (95 %)"]) == (
        told["low"],
        told["high"],
    )
    said = plainly(words.quantity(told["value"], told["unit"]))
    assert said == "2h"
    assert said in faces.page
    for (name, _form), paper in faces.papers.items():
        if name != "board":
            assert f"Changeleadtime:{said}(2hto2h),n40" in paper


def test_a_delivery_metric_is_the_same_number_or_the_same_reason(
    faces: Faces,
) -> None:
    sheet = faces.sheet("Delivery")
    metrics = [
        (lane.label, one) for lane in faces.shown.delivery for one in lane.metrics
    ]
    assert len(metrics) == len(sheet) > 0
    for (label, one), row in zip(metrics, sheet, strict=True):
        assert (row["Value"], row["n"]) == (one.value, one.n)
        said = words.quantity(one.value, one.unit)
        why = f"{words.DASH} {one.because}" if one.value is None else said
        for paper in faces.papers.values():
            assert plainly(f"{one.name} {label} {why}") in paper


def test_every_topic_has_the_same_levels(faces: Faces) -> None:
    by_code = {row["Code"]: row for row in faces.sheet("Topics")}
    topics = [topic for domain in faces.api["domains"] for topic in domain["topics"]]
    assert len(topics) == len(by_code) == 5
    for topic in topics:
        row = by_code[topic["code"]]
        assert row["Declared level"] == topic["declared"]["level"]
        assert row["Agreed level"] == topic["agreed"]["level"]
        line = f"{topic['code']} {topic['name']}" + words.level(
            topic["declared"]["level"]
        )
        for (name, _form), paper in faces.papers.items():
            assert (plainly(line) in paper) == (name != "board")


def test_hashes_and_edition_are_the_same(faces: Faces) -> None:
    header = faces.api["header"]
    method = {str(a.value): b.value for a, b in faces.book["Method"]}
    for name in ("edition_sha256", "card_sha256", "content_sha256"):
        assert header[name]
        assert all(header[name] in paper for paper in faces.papers.values())
        assert header[name] in method.values()
    assert header["content_sha256"][:12] in faces.page


def test_an_auditor_s_papers_name_nobody_who_answered(faces: Faces) -> None:
    for form in ("pdf", "md"):
        paper = faces.papers["auditor", form]
        assert "Person1" in paper
        assert "RuiRespondent" not in paper


def test_what_moved_how_sure_it_is_and_what_is_asked_are_told_alike(
    faces: Faces,
) -> None:
    story = faces.api["story"]
    told = [story["movers"] or story["moved"], story["reached"], *story["sure"]]
    told += [f"{each['what']} {each['why']}" for each in story["asked"]]
    assert len(told) >= 5
    for sentence in told:
        assert plainly(sentence) in faces.page
        assert all(plainly(sentence) in paper for paper in faces.papers.values())
    summary = faces.summary()
    assert summary["How sure this is"] == " ".join(story["sure"])
    assert summary["Targets"] == story["reached"]
