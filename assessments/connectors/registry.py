"""Every connector by its kind: what a source may be connected to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.git import Git
from assessments.connectors.github import GitHub

if TYPE_CHECKING:
    from assessments.connectors.base import Connector

CONNECTORS: dict[str, Connector] = {
    connector.kind: connector for connector in (Git(), GitHub())
}
