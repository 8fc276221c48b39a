"""What a screen reader is given: tags, held by a checker that others have written."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import page
import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from assessments.reports import making
from tests import samples

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", params=("board", "programme", "auditor"))
def pdf(request: pytest.FixtureRequest) -> bytes:
    return making.render(f"{request.param}_pdf", samples.material())


def against_pdf_ua(pdf: bytes) -> page.ValidationReport:
    return page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)


def elements(node: Any) -> Iterator[Any]:
    """Walk the tags of the document in reading order."""
    node = node.get_object()
    if isinstance(node, ArrayObject):
        for each in node:
            yield from elements(each)
    elif isinstance(node, DictionaryObject):
        yield node
        yield from elements(node.get("/K", ArrayObject()))


def tags_of(reader: pypdf.PdfReader, kind: str) -> list[Any]:
    root = reader.root_object["/StructTreeRoot"]
    return [tag for tag in elements(root) if tag.get("/S") == kind]


def test_an_independent_checker_finds_nothing_against_pdf_ua(pdf: bytes) -> None:
    report = against_pdf_ua(pdf)
    assert [(one.rule_id, one.message) for one in report.failures] == []
    # A checker that looked at nothing would find nothing, too.
    assert report.rules.passed > 100


def test_the_checker_misses_no_figure_without_a_text(pdf: bytes) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    figure = next(
        tag
        for tag in elements(writer.root_object["/StructTreeRoot"])
        if tag.get("/S") == "/Figure"
    )
    del figure[NameObject("/Alt")]
    spoiled = io.BytesIO()
    writer.write(spoiled)
    found = {one.rule_id for one in against_pdf_ua(spoiled.getvalue()).failures}
    assert found == {"PDFUA1-FIGURE-ALTERNATIVE-TEXT-001"}


def test_every_header_cell_says_what_it_heads(pdf: bytes) -> None:
    """PDF/UA is content with links to headers; not every screen reader follows them."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    for tag in tags_of(reader, "/TH"):
        row = tag["/P"].get_object()
        in_head = row["/P"].get_object()["/S"] == "/THead"
        assert tag["/A"]["/Scope"] == ("/Column" if in_head else "/Row")


def test_every_cell_names_the_headers_that_it_stands_under(pdf: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    known = {tag["/ID"] for tag in tags_of(reader, "/TH")}
    for tag in tags_of(reader, "/TD"):
        assert set(tag["/A"]["/Headers"]) <= known
        assert tag["/A"]["/Headers"]
