"""Questionnaires that leave as a file, and what came back in one."""

from assessments.queries.sheets.asking import (
    Line,
    Questionnaire,
    answerable,
    questionnaire,
)
from assessments.queries.sheets.previewing import Row, Sheet, sheet
from assessments.queries.sheets.words import (
    FORMAT,
    REQUIRED,
    Identity,
    Read,
    ReadRow,
    answer_words,
    column_of,
    comparable,
    confidence_words,
    headings,
    read_answer,
    read_confidence,
)

__all__ = [
    "FORMAT",
    "REQUIRED",
    "Identity",
    "Line",
    "Questionnaire",
    "Read",
    "ReadRow",
    "Row",
    "Sheet",
    "answer_words",
    "answerable",
    "column_of",
    "comparable",
    "confidence_words",
    "headings",
    "questionnaire",
    "read_answer",
    "read_confidence",
    "sheet",
]
