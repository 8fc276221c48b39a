"""Questionnaires as files: written for a person, and read when they come back."""

from assessments.reports.questionnaire.reading import MOST_BYTES, Unreadable, read
from assessments.reports.questionnaire.writing import as_csv, workbook

__all__ = ["MOST_BYTES", "Unreadable", "as_csv", "read", "workbook"]
