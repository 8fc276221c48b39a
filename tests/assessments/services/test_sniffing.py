"""What a file is by its content, beside what its name claims."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.services import sniffing
from tests import factories_evidence as made

if TYPE_CHECKING:
    from pytest_django import Settings

OFFICE = "application/vnd.openxmlformats-officedocument."


def _examine(name: str, content: bytes) -> sniffing.Facts:
    return sniffing.examine(stream=io.BytesIO(content), name=name)


def _refusal(name: str, content: bytes) -> str:
    with pytest.raises(sniffing.Unwelcome) as refused:
        _examine(name, content)
    return refused.value.sentence


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", made.PDF, "application/pdf"),
        ("A.PDF", made.PDF, "application/pdf"),
        ("a.png", made.PNG, "image/png"),
        ("a.jpeg", made.JPEG, "image/jpeg"),
        ("a.gif", b"GIF89a" + bytes(30), "image/gif"),
        ("a.docx", made.office("word"), f"{OFFICE}wordprocessingml.document"),
        ("a.xlsx", made.office("xl"), f"{OFFICE}spreadsheetml.sheet"),
        ("a.pptx", made.office("ppt"), f"{OFFICE}presentationml.presentation"),
        (
            "a.odt",
            made.packed({"mimetype": "application/vnd.oasis.opendocument.text"}),
            "application/vnd.oasis.opendocument.text",
        ),
        ("a.csv", "Größe;n\n3;4\n".encode(), "text/csv"),
        ("a.csv", "\N{BOM}a,b\n".encode(), "text/csv"),
        ("a.md", b"# Runbook\n\nRestart it.\n", "text/markdown"),
        ("a.json", b'{"a": 1}', "application/json"),
        ("a.log", b"\x1b[32mok\x1b[0m\n", "text/plain"),
        ("a.yaml", b"a: 1\n", "application/yaml"),
    ],
)
def test_a_file_that_is_what_it_claims_is_taken(
    name: str, content: bytes, media_type: str
) -> None:
    assert _examine(name, content).media_type == media_type


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("report.pdf", made.PROGRAM, ("a PDF document", "a Windows program")),
        ("report.pdf", made.PNG, ("a PDF document", "a PNG picture")),
        ("report.pdf", b"only words", ("a PDF document", "plain text")),
        ("photo.png", made.JPEG, ("a PNG picture", "a JPEG picture")),
        ("a.docx", made.office("xl"), ("a Word document", "an Excel workbook")),
        (
            "a.xlsx",
            made.office("xl", "xl/vbaProject.bin"),
            ("an Excel workbook", "with macros"),
        ),
        ("a.docx", made.packed({"x.txt": "y"}), ("a Word document", "a ZIP archive")),
        ("a.docx", b"PK\x03\x04broken", ("a Word document", "damaged")),
        (
            "a.txt",
            b" <!DOCTYPE html><script>x()</script>",
            ("plain text", "a web page"),
        ),
        ("a.md", b"<svg onload='x()'/>", ("Markdown text", "may hold scripts")),
        ("a.csv", made.PDF, ("a CSV table", "a PDF document")),
    ],
)
def test_a_false_ending_is_refused_with_what_it_claims_and_what_it_is(
    name: str, content: bytes, words: tuple[str, str]
) -> None:
    sentence = _refusal(name, content)
    assert f"“{name}”" in sentence
    for word in words:
        assert word in sentence


def test_text_in_another_encoding_is_refused_with_the_remedy() -> None:
    assert "CSV UTF-8" in _refusal("a.csv", "Größe;n\n".encode("latin-1"))


def test_a_letter_may_lie_across_two_pieces() -> None:
    content = b"a" * (64 * 1024 - 1) + "é".encode()
    assert _examine("a.txt", content).size == len(content)


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a", ".pdf.zip"])
def test_a_sort_that_is_not_taken_is_refused_with_those_that_are(name: str) -> None:
    sentence = _refusal(name, made.PDF)
    assert "pdf" in sentence
    assert "add a link" in sentence


def test_an_empty_file_is_refused() -> None:
    assert "is empty" in _refusal("a.txt", b"")


def test_a_file_over_the_limit_is_refused_before_it_is_read_whole(
    settings: Settings,
) -> None:
    class Endless(io.RawIOBase):
        """Two gigabytes that nobody has."""

        given = 0

        def seek(self, _place: int, _whence: int = 0) -> int:
            return 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"a" * size

    settings.EVIDENCE_MAX_MB = 1
    endless = Endless()
    with pytest.raises(sniffing.Unwelcome, match="larger than 1 MiB"):
        sniffing.examine(stream=endless, name="a.txt")  # type: ignore[arg-type]  # reads
    assert endless.given < 2 * 1024**2


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\rui\\plan.pdf", "plan.pdf"),
        ("report\u202efdp.exe", "reportfdp.exe"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ("  . .. ", "file"),
        ("", "file"),
        ("Größe\N{NO-BREAK SPACE}2.pdf", "Größe 2.pdf"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert sniffing.clean_name(name) == clean


@given(st.text())
def test_a_clean_name_is_one_line_without_folders_and_stays_as_it_is(name: str) -> None:
    clean = sniffing.clean_name(name)
    assert 0 < len(clean) <= 150
    assert not set("/\\\n\r\t\x00\u202e") & set(clean)
    assert sniffing.clean_name(clean) == clean
