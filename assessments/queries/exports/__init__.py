"""Every table that can be taken out, row by row, as far as the reader may see it."""

from assessments.queries.exports.reading import Within, columns, rows, tables
from assessments.queries.exports.tables import TABLES, Table

__all__ = ["TABLES", "Table", "Within", "columns", "rows", "tables"]
