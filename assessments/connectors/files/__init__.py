"""Exports in files: JSON from a folder or a file of this server, or from an address.

For platforms whose own commands print what is needed, and for reports that programs
write. A connector of files says what it keeps of one and what becomes of that; finding
them, and reading only those that are new or were changed, is the same for all.
"""

from __future__ import annotations

from assessments.connectors.files.finding import Found, found_in, where_of
from assessments.connectors.files.reading import Files

__all__ = ["Files", "Found", "found_in", "where_of"]
