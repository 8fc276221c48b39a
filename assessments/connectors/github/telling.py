"""What events tell beyond their own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import said

if TYPE_CHECKING:
    from scoring.events import Json


def first_line(text: str | None) -> str | None:
    return said(text).partition("\n")[0] if text else None


def told(**attributes: Json) -> dict[str, Json]:
    """Return what is known of the attributes."""
    return {name: value for name, value in attributes.items() if value is not None}
