"""Days in addresses."""

from __future__ import annotations

from datetime import date


class Day:
    """A day as year-month-day; one that there never was leads nowhere."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Read it; a ValueError is a 404."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Write it."""
        return value.isoformat()
