"""Questionnaires as files: what is written, and what hostile files are met with."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from assessments.queries import sheets as rows
from assessments.reports import questionnaire
from assessments.reports.questionnaire import Unreadable
from scoring import rubric
from tests import factories, frameworks
from tests.factories_sheets import HEAD, saved, table, taken

XLSX = "answers.xlsx"
ASKED = rows.Questionnaire(
    cycle_id=7,
    title="Q1",
    scope_name="Northwind",
    due_on=None,
    edition_title="A small framework",
    edition_version="1",
    edition_sha256="e" * 64,
    person_id=3,
    person_name="Rui",
    levels=tuple((n, f"Level {n}") for n in range(1, 6)),
    lines=tuple(
        rows.Line(
            domain="A Domain",
            code=code,
            name="=HYPERLINK(1)",
            text="How far?",
            levels=("One.", "Two.", "Three.", "Four.", "Five."),
            answer=None,
            known=0,
        )
        for code in ("A.1", "A.2")
    ),
)


def read(body: bytes, name: str = XLSX) -> rows.Read:
    return questionnaire.read(body, name=name)


# ── what is written ────────────────────────────────────────────────────────────────


def test_only_answers_can_be_changed_and_choices_are_offered() -> None:
    sheet = load_workbook(io.BytesIO(questionnaire.workbook(ASKED))).worksheets[0]
    head = [str(cell.value) for cell in sheet[1]]
    open_ = [
        name
        for name, cell in zip(head, sheet[2], strict=True)
        if not cell.protection.locked
    ]
    assert open_ == list(HEAD[1:])
    assert sheet.protection.sheet
    rules = sheet.data_validations.dataValidation
    assert [rule.formula1 for rule in rules] == [
        "'choices'!$A$1:$A$7",
        "'choices'!$B$1:$B$3",
    ]
    assert [rule.type for rule in rules] == ["list", "list"]


def test_every_level_stands_beside_its_question() -> None:
    sheet = load_workbook(io.BytesIO(questionnaire.workbook(ASKED))).worksheets[0]
    row = [str(cell.value) for cell in sheet[2]]
    assert "1 Level 1: One." in row
    assert "5 Level 5: Five." in row


def test_no_text_of_ours_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(questionnaire.workbook(ASKED)))
    cells = (cell for sheet in book for row in sheet.rows for cell in row)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_the_file_says_where_it_comes_from() -> None:
    identity = read(questionnaire.workbook(ASKED)).identity
    assert identity == rows.Identity(
        cycle_id=7, edition_sha256="e" * 64, person_id=3, person_name="Rui"
    )


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_file_of_any_language_is_read_in_any_other(language: str) -> None:
    with translation.override(language):
        body = questionnaire.workbook(ASKED)
        text = "".join(questionnaire.as_csv(ASKED)).encode()
    assert [row.cells["code"] for row in read(body).rows] == ["A.1", "A.2"]
    assert [row.cells["code"] for row in read(text, "a.csv").rows] == ["A.1", "A.2"]


# ── what is read ───────────────────────────────────────────────────────────────────


def test_columns_are_found_by_their_headings_wherever_they_are() -> None:
    shifted = table(
        (None, "So it is.", "high", "my note", 3, "A.1"),
        head=(None, HEAD[3], HEAD[2], "Something of mine", HEAD[1], HEAD[0]),
    )
    (row,) = read(shifted).rows
    assert dict(row.cells) == {
        "rationale": "So it is.",
        "confidence": "high",
        "answer": "3",
        "code": "A.1",
    }


def test_a_title_above_the_table_is_no_matter() -> None:
    body = table(HEAD, ("A.1", 3), head=("Our answers, March",))
    (row,) = read(body).rows
    assert (row.number, row.cells["answer"]) == (3, "3")


def test_missing_columns_are_named() -> None:
    body = table(("A.1", 3), head=("Code", "Answer", "How sure you are"))
    with pytest.raises(Unreadable) as refused:
        read(body)
    missing = refused.value.sentence
    assert "“What you have seen”" in missing
    assert "“Code”" not in missing


def test_a_column_that_is_there_twice_is_refused() -> None:
    with pytest.raises(Unreadable, match="two columns called “Code”"):
        read(table(("A.1", 3), head=(*HEAD, "Code")))


def test_formulas_errors_and_dates_are_told_and_not_believed() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(HEAD))
    for value in ("=1+2", "#REF!", factories.NOW.replace(tzinfo=None)):
        sheet.append(["A.1", value])
    said = [row.problem for row in read(saved(book)).rows]
    assert [one and one[0] for one in said] == ["answer"] * 3
    assert [one and one[1].split(".")[0] for one in said] == [
        "This is a formula",
        "This is an error of a formula, not a value",
        "This is a date",
    ]


def test_too_many_rows_are_refused() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(HEAD))
    for _number in range(10_001):
        sheet.append(["A.1", 3])
    with pytest.raises(Unreadable, match="More than 10000 rows"):
        read(saved(book))


def test_too_many_lines_of_csv_are_refused() -> None:
    text = "code,answer,confidence,rationale\n" + "A.1,3,,\n" * 100_000
    with pytest.raises(Unreadable, match="More than 10000 rows"):
        read(text.encode(), "a.csv")


def test_ten_thousand_rows_are_read() -> None:
    text = "code,answer,confidence,rationale\n" + "A.1,3,,\n" * 10_000
    assert len(read(text.encode(), "a.csv").rows) == 10_000


def test_rows_far_below_are_found_without_filling_the_gap() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(HEAD))
    sheet.cell(90_000, 1, "A.1")
    sheet.cell(90_000, 2, 3)
    (row,) = read(saved(book)).rows
    assert row.number == 90_000


def zipped(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return packed.getvalue()


def with_part(body: bytes, name: str, part: bytes) -> bytes:
    """Return a workbook with one part changed for another."""
    with zipfile.ZipFile(io.BytesIO(body)) as before:
        parts = {one: before.read(one) for one in before.namelist()}
    return zipped(**parts | {name: part})


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(**{"xl/worksheets/sheet1.xml": b"0" * (33 * 1024**2)})
    assert len(bomb) < 100_000
    with pytest.raises(Unreadable, match="unpacks to far more"):
        read(bomb)


def test_many_small_parts_are_refused() -> None:
    with pytest.raises(Unreadable, match="unpacks to far more"):
        read(zipped(**{f"part{number}": b"" for number in range(201)}))


def test_a_directory_that_lies_about_sizes_helps_nobody() -> None:
    bomb = bytearray(zipped(**{"xl/workbook.xml": b"0" * (33 * 1024**2)}))
    real = (33 * 1024**2).to_bytes(4, "little")
    assert real in bomb
    with pytest.raises(Unreadable, match="damaged"):
        read(bytes(bomb.replace(real, (1000).to_bytes(4, "little"))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str) -> None:
    text = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
    body = with_part(table(("A.1", 3)), "xl/sharedStrings.xml", text.encode(encoding))
    with pytest.raises(Unreadable, match="what no workbook should"):
        read(body)


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        (b"PK\x03\x04 and then nothing", XLSX, "damaged"),
        (zipped(readme=b"hello"), XLSX, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old.xls", "old or a locked workbook"),
        (b"code,answer", XLSX, "called .xlsx but is no workbook"),
        (b"\x00\x01\x02", "a.csv", "neither a workbook"),
        ("code;naïve".encode("latin-1"), "a.csv", "not UTF-8"),
        (b'code,"' + b"x" * 200_000, "a.csv", "no CSV"),
        (b"", "a.csv", "columns are missing"),
        (b"%PDF-1.7", "a.csv", "columns are missing"),
        (b"x" * (4 * 1024**2 + 1), "a.csv", "larger than 4 MiB"),
    ],
)
def test_what_is_no_questionnaire_is_refused_with_what_to_do(
    body: bytes, name: str, said: str
) -> None:
    with pytest.raises(Unreadable, match=said):
        read(body, name)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("broken", [b"", b"<", b"<a/>", b"\xff\xfe"])
def test_a_damaged_workbook_is_refused(part: str, broken: bytes) -> None:
    with pytest.raises(Unreadable):
        read(with_part(table(("A.1", 3)), part, broken))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_any_country_is_read(separator: str, encoding: str) -> None:
    lines = [("code", "answer", "confidence", "rationale"), ("A.1", "3", "", "Größe")]
    text = "\r\n".join(separator.join(line) for line in lines)
    (row,) = read(text.encode(encoding), "a.csv").rows
    assert row.cells["rationale"] == "Größe"


def test_what_a_spreadsheet_was_kept_from_calculating_comes_back_as_it_was() -> None:
    text = 'code,answer,confidence,rationale\nA.1,3,,"\'=1+1"\n'
    (row,) = read(text.encode(), "a.csv").rows
    assert row.cells["rationale"] == "=1+1"


@pytest.mark.django_db
def test_a_shipped_edition_goes_out_and_comes_back(house: factories.House) -> None:
    document = frameworks.shipped("compel-18")
    cycle = factories.cycle(house.workspace, of=factories.edition(document))
    found = read(taken(cycle, house["rui"]))
    topics = [
        topic.code
        for domain in rubric.parse(document).domains
        for topic in domain.topics
    ]
    assert [row.cells["code"] for row in found.rows] == topics
