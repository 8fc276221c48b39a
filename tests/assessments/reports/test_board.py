"""The board report: accessible, deterministic, and closed to the outside."""

from __future__ import annotations

import dataclasses
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pypdf
import pytest

from assessments.reports import board
from tests import samples

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return board.render(
        samples.results(), [samples.trend("code"), samples.trend("model")]
    )


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def words_of(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_same_results_give_the_same_bytes(pdf: bytes) -> None:
    again = board.render(
        samples.results(), [samples.trend("code"), samples.trend("model")]
    )
    assert again == pdf


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
    assert len(figures) == 6
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


def test_its_chapters_are_bookmarked_in_the_order_of_the_contents(
    reader: pypdf.PdfReader,
) -> None:
    chapters: list[Any] = [
        mark["/Title"] for mark in reader.outline if not isinstance(mark, list)
    ]
    assert chapters == [
        "The answer",
        "Profile of the domains",
        "What moved, and why",
        "Measured beside declared",
        "Delivery",
        "Gaps to target",
        "Method and coverage",
        "Appendix: every score",
    ]


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
    assert "D12 Integration Architecture: —" in text
    assert "below the 60 % that the edition asks for" in text


def test_what_people_wrote_cannot_reach_the_network_or_become_markup() -> None:
    results = samples.results()
    header = dataclasses.replace(
        results.header,
        title="<img src=http://127.0.0.1:9/x><svg><script>alert(1)</script>",
    )
    hostile = dataclasses.replace(results, header=header)
    assert "<img" not in board.markup(hostile)
    assert board.render(hostile).startswith(b"%PDF")


def test_a_cycle_without_scores_gives_no_report() -> None:
    results = samples.results()
    header = dataclasses.replace(results.header, scoring_id=None)
    with pytest.raises(board.NothingScored):
        board.render(dataclasses.replace(results, header=header))


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
    html = board.markup(bare)
    assert "nothing to compare it with yet" in html
    assert "No source is connected" in html
    assert board.render(bare).startswith(b"%PDF")


def test_the_largest_gap_comes_first() -> None:
    html = board.markup(samples.results())
    gaps = html[html.index('id="gaps"') : html.index('id="method"')]
    assert gaps.index("D5 Use Case") < gaps.index("D3 AI Literacy")
    assert Decimal("2.0") == samples.results().domains[4].short
