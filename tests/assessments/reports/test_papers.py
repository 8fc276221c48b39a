"""Reports: accessible, deterministic, and closed to the outside."""

from __future__ import annotations

import base64
import dataclasses
import io
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdf
import pytest

from assessments.queries.report_kinds import KINDS
from assessments.reports import making
from assessments.reports import pdf as pdfs
from assessments.reports.markup import markup
from assessments.reports.material import Material, NothingScored
from assessments.reports.sections import TEMPLATES as TEMPLATES_OF
from tests import samples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.queries.brands import BrandRow


ROOT = Path(__file__).resolve().parents[3]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAA"
    "AABJRU5ErkJggg=="
)
TEMPLATES = ("board", "programme", "auditor")


@pytest.fixture(scope="module", params=TEMPLATES)
def template(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def pdf(template: str) -> bytes:
    return making.render(f"{template}_pdf", samples.material())


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def words_of_html(html: str) -> list[str]:
    """Return the words between the tags, without styles and drawings."""
    html = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", html).split()


def words_of(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


MAKER = """
import hashlib, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from assessments.reports import making
from tests import samples
for kind in making.KINDS:
    body = making.render(kind, samples.material())
    print(kind, hashlib.sha256(body).hexdigest())
"""


def made_elsewhere(seed: str) -> str:
    """Make every report in a process of its own; return its hashes."""
    return subprocess.run(
        [sys.executable, "-c", MAKER],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_two_processes_make_the_same_bytes_of_every_kind() -> None:
    first = made_elsewhere("1")
    assert len(first.splitlines()) == len(KINDS)
    assert made_elsewhere("2") == first


def test_the_board_s_report_is_short_and_its_first_page_suffices() -> None:
    pages = pypdf.PdfReader(
        io.BytesIO(making.render("board_pdf", samples.material()))
    ).pages
    assert 4 <= len(pages) <= 6
    first = " ".join(pages[0].extract_text().split())
    for said in (
        "stands at an agreed level of 3.0 of 5",
        "What moved",
        "Risen: D1 AI Leadership and Sponsorship (+0.5)",
        "How sure this is",
        "14 people answered",
        "Decisions asked for",
        "Find out where D12 stands.",
    ):
        assert said in first


def test_the_last_page_names_edition_and_hashes(reader: pypdf.PdfReader) -> None:
    last = "".join(reader.pages[-1].extract_text().split())
    assert "compel-182025.1" in last
    for digest in ("a3" * 32, "b7" * 32, "c9" * 32):
        assert digest in last


def test_pages_are_numbered(reader: pypdf.PdfReader) -> None:
    pages = list(reader.pages)
    assert f"{len(pages)} / {len(pages)}" in pages[-1].extract_text()


def test_it_is_tagged_titled_and_says_its_language(reader: pypdf.PdfReader) -> None:
    catalog: Any = reader.root_object
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in catalog
    assert reader.metadata is not None
    assert "Third quarter 2026" in (reader.metadata.title or "")
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()


def elements(node: Any) -> Iterator[Any]:
    """Walk the tags of the document."""
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        for each in node:
            yield from elements(each)
    elif isinstance(node, pypdf.generic.DictionaryObject):
        yield node
        if "/K" in node:
            yield from elements(node["/K"])


def test_every_figure_has_an_alternative_text(reader: pypdf.PdfReader) -> None:
    tags = list(elements(reader.root_object["/StructTreeRoot"]))
    figures = [tag for tag in tags if tag.get("/S") == "/Figure"]
    assert figures
    assert all(figure.get("/Alt") for figure in figures)
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/L"} <= {t.get("/S") for t in tags}


def test_every_font_is_embedded(reader: pypdf.PdfReader) -> None:
    found = set()
    pages: Any = reader.pages
    for page in pages:
        for font in page["/Resources"].get("/Font", {}).values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            found.add("/FontFile2" in descendant["/FontDescriptor"])
    assert found == {True}


def test_its_chapters_are_bookmarked_in_their_order(
    reader: pypdf.PdfReader, template: str
) -> None:
    chapters: list[Any] = [
        mark["/Title"] for mark in reader.outline if not isinstance(mark, list)
    ]
    assert chapters == [str(one.title) for one in TEMPLATES_OF[template].sections]


def test_it_links_back_to_the_live_page_and_prints_every_hash(
    reader: pypdf.PdfReader,
) -> None:
    text = words_of(reader)
    assert "/w/northwind/cycles/7/results/" in text
    for digest in ("a3" * 32, "b7" * 32, "c9" * 32):
        assert digest in text.replace(" ", "")


def test_simulated_data_is_marked_on_every_page(reader: pypdf.PdfReader) -> None:
    assert all("Simulated data" in page.extract_text() for page in reader.pages)


def test_an_unknown_level_is_a_dash_with_its_reason(reader: pypdf.PdfReader) -> None:
    text = words_of(reader)
    assert "D12 Integration Architecture — — — 3.0 — — 30" in text
    assert "below the 60 % that the edition asks for" in text


def test_what_people_wrote_cannot_reach_the_network_or_become_markup() -> None:
    results = samples.results()
    header = dataclasses.replace(
        results.header,
        title="<img src=http://127.0.0.1:9/x><svg><script>alert(1)</script>",
    )
    hostile = Material(results=dataclasses.replace(results, header=header))
    assert "<img" not in markup("board", hostile)
    assert making.render("board_pdf", hostile).startswith(b"%PDF")
    assert "\n# \\<img src=" in making.render("board_md", hostile).decode()


def test_a_cycle_without_scores_gives_no_report() -> None:
    results = samples.results()
    header = dataclasses.replace(results.header, scoring_id=None)
    with pytest.raises(NothingScored):
        markup("board", Material(results=dataclasses.replace(results, header=header)))


def test_a_first_cycle_without_telemetry_says_so_instead_of_comparing() -> None:
    results = samples.results()
    bare = dataclasses.replace(
        results,
        previous=None,
        delivery=(),
        changes=(),
        domains=tuple(
            dataclasses.replace(row, movement=None, criteria=(), target=None)
            for row in results.domains
        ),
        telemetry=dataclasses.replace(results.telemetry, sources=0),
    )
    html = markup("programme", Material(results=bare))
    assert "nothing to compare it with yet" in html
    assert "No source is connected" in html
    assert pdfs.render(html).startswith(b"%PDF")


def test_the_largest_gap_comes_first() -> None:
    html = markup("programme", samples.material())
    gaps = html[html.index('id="gaps"') : html.index('id="steps"')]
    assert gaps.index("D5 Use Case") < gaps.index("D3 AI Literacy")
    assert Decimal("2.0") == samples.results().domains[4].short


def test_an_auditor_reads_each_answer_each_text_and_how_to_check_them() -> None:
    html = markup("auditor", samples.material())
    trail = samples.trail()
    assert html.count("Seen in the last two releases.") == 18 * 6
    assert html.count("It is measured, and deviations are acted on") == 18 * 6
    for digest in (trail.signatures[0].sha256, trail.evidence[0].sha256, "f6" * 32):
        assert digest in html
    assert "verify_cycle" in html


def colors_in(template: str, brand: BrandRow | None) -> str:
    return markup(template, dataclasses.replace(samples.material(), brand=brand))


def test_a_brand_changes_the_look_and_no_number(template: str) -> None:
    """Text of both, apart from the brand's own words and hash."""
    plain = words_of_html(colors_in(template, None))
    branded = words_of_html(colors_in(template, samples.brand(PNG)))
    added = set(branded) - set(plain)
    assert "#5b2a86" in colors_in(template, samples.brand())
    assert not {word for word in added if any(sign.isdigit() for sign in word)} - {
        "ab" * 32
    }
    assert set(plain) <= set(branded)


def test_a_logo_is_drawn_with_its_name() -> None:
    branded = dataclasses.replace(samples.material(), brand=samples.brand(PNG))
    reader = pypdf.PdfReader(io.BytesIO(making.render("board_pdf", branded)))
    tags = list(elements(reader.root_object["/StructTreeRoot"]))
    assert "Northwind" in {tag.get("/Alt") for tag in tags}
