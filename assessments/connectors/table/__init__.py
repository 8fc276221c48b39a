"""Tables in files: each row is a payload, a mapping says what its columns mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import Payload
from assessments.connectors.mapping import Sent, kept
from assessments.connectors.table.reading import Row, Table, Unreadable, read

if TYPE_CHECKING:
    from assessments.connectors.base import Source

__all__ = ["Row", "Table", "TableFile", "Unreadable", "payload_of", "read"]


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
