"""The workbook: numbers as numbers, words as words, the same bytes every time."""

from __future__ import annotations

import dataclasses
import io

import openpyxl

from assessments.reports import workbook
from assessments.reports.material import Material
from tests import samples


def opened(body: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(body))


def test_it_has_a_sheet_for_each_part_of_the_results() -> None:
    book = opened(workbook.render(Material(results=samples.results())))
    assert book.sheetnames == [
        "Summary",
        "Domains",
        "Topics",
        "Criteria",
        "Delivery",
        "Method",
    ]


def test_the_same_results_give_the_same_bytes() -> None:
    assert workbook.render(Material(results=samples.results())) == workbook.render(
        Material(results=samples.results())
    )


def test_levels_are_numbers_with_a_format_and_unknown_is_an_empty_cell() -> None:
    sheet = opened(workbook.render(Material(results=samples.results())))["Domains"]
    heads = {cell.value: place for place, cell in enumerate(sheet[1], start=1)}
    known = sheet.cell(8, heads["Agreed level"])
    assert (known.value, known.number_format) == (4.0, "0.0")
    assert sheet.cell(13, heads["Agreed level"]).value is None
    assert "below the 60 %" in str(sheet.cell(13, heads["Because"]).value)


def test_what_people_wrote_is_never_calculated() -> None:
    results = samples.results()
    header = dataclasses.replace(results.header, title='=HYPERLINK("http://x","y")')
    book = opened(
        workbook.render(Material(results=dataclasses.replace(results, header=header)))
    )
    kinds = {cell.data_type for row in book["Summary"] for cell in row}
    assert "f" not in kinds


def test_a_measurement_has_its_interval_n_and_window() -> None:
    sheet = opened(workbook.render(Material(results=samples.results())))["Delivery"]
    heads = [cell.value for cell in sheet[1]]
    row = dict(zip(heads, (cell.value for cell in sheet[2]), strict=True))
    assert (row["Value"], row["Low (95 %)"], row["High (95 %)"]) == (4.2, 3.6, 4.9)
    assert (row["n"], row["Coverage"]) == (171, 0.96)


def test_an_auditor_finds_every_answer_decision_signature_and_question() -> None:
    book = opened(workbook.render(samples.material()))
    assert book.sheetnames[5:] == [
        "Answers",
        "Decisions",
        "Evidence",
        "Signatures",
        "Journal",
        "Questions",
        "Method",
    ]
    trail = samples.trail()
    assert book["Answers"].max_row == 1 + len(trail.answers)
    assert book["Questions"].max_row == 1 + 18 * 6 * 5
    assert book["Signatures"]["C2"].value == trail.signatures[0].sha256
    assert book["Answers"]["E6"].value in {None, 1, 2, 3, 4}
