"""Tables in files: each row is a payload, a mapping says what its columns mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import Payload
from assessments.connectors.mapping import Sent, kept
from assessments.connectors.table.reading import (
    MOST_ROWS,
    Row,
    Table,
    Unreadable,
    read,
)

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from assessments.connectors.mapping import Mapped

__all__ = [
    "MOST_ROWS",
    "Row",
    "Table",
    "TableFile",
    "Unreadable",
    "columns_read",
    "payload_of",
    "read",
]


class TableFile(Sent):
    """Takes CSV files of whatever columns."""

    kind: ClassVar[str] = "table"
    label: ClassVar[str] = "Table (CSV file)"
    reads: ClassVar[str] = (
        "Rows of a CSV file, as spreadsheets and platforms export them. You say once"
        " what its columns mean; the next file is read the same way."
    )


def payload_of(row: Row, source: Source) -> Payload:
    """Return what is kept of a row."""
    return Payload(sort="row", body=kept(dict(row.cells), source))


def columns_read(mapped: Mapped) -> list[str]:
    """Return the columns that fields are taken from as they are, each once."""
    found = [
        str(json.loads(text))
        for rule in mapped.rules
        for text in rule.fields.values()
        if is_column(text)
    ]
    return list(dict.fromkeys(found))


def is_column(text: str) -> bool:
    """Whether an expression is nothing but the name of a column: "Opened at"."""
    try:
        return text.startswith('"') and isinstance(json.loads(text), str)
    except ValueError:
        return False
