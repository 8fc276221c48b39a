"""Git repositories, for each platform that lives in one: address, clone, formats.

The program `git` is run here and nowhere else.
"""

from __future__ import annotations

from assessments.connectors.repositories.address import read as read_address
from assessments.connectors.repositories.clone import Clone, Refs
from assessments.connectors.repositories.formats import Commit, FileVersion, Tag
from assessments.connectors.repositories.running import Limits

__all__ = ["Clone", "Commit", "FileVersion", "Limits", "Refs", "Tag", "read_address"]
