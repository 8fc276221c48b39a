"""Asking Prometheus: its clock, and the values of an expression in a span of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assessments.connectors import http
from assessments.connectors.base import Unreachable
from assessments.connectors.lists import as_list, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json

_BAD_QUERY = frozenset({400, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Whole steps, in seconds since 1970: the first, the last, and between two."""

    first: int
    last: int
    step: int

    @classmethod
    def between(cls, start: int, end: int, step: int) -> Span:
        """Return the steps from a second on, up to another."""
        return cls(first=-(-start // step) * step, last=end // step * step, step=step)

    def parts(self, most: int) -> list[Span]:
        """Return it in parts of so many steps."""
        length = self.step * most
        return [
            Span(first=at, last=min(at + length - self.step, self.last), step=self.step)
            for at in range(self.first, self.last + 1, length)
        ]

    def is_step(self, moment: object) -> bool:
        """Whether a moment is a whole step, of this or of another span."""
        if isinstance(moment, bool) or not isinstance(moment, int | float):
            return False
        return moment > 0 and moment % self.step == 0

    def __contains__(self, second: object) -> bool:
        return isinstance(second, int | float) and self.first <= second <= self.last


def place(cursor: Mapping[str, Json], key: str) -> int | None:
    """Return the second that something is read up to."""
    kept = cursor.get(key)
    return kept if isinstance(kept, int) and not isinstance(kept, bool) else None


class BadQuery(Exception):
    """Prometheus does not understand or cannot evaluate an expression."""


def server_time(client: http.Client) -> datetime:
    """Return what time it is over there: its clock dates the values, not ours."""
    answer = client.get("/api/v1/query", {"query": "time()"}).body
    result = as_list(field(answer, "data", "result"))
    if field(answer, "status") != "success" or not result:
        raise _odd(client)
    try:
        return datetime.fromtimestamp(float(str(result[0])), tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise _odd(client) from None


def values(client: http.Client, query: str, span: Span) -> list[Json]:
    """Return the series that an expression has in a span, each with its values."""
    asked: dict[str, str | int] = {
        "query": query,
        "start": span.first,
        "end": span.last,
        "step": span.step,
    }
    try:
        answer = client.get("/api/v1/query_range", asked).body
    except http.Denied as denied:
        if denied.status in _BAD_QUERY:
            raise BadQuery(query) from None
        raise
    rows = as_list(field(answer, "data", "result"))
    if field(answer, "status") != "success" or rows is None:
        raise _odd(client)
    steps = [moment for row in rows for moment in _moments(row) if span.is_step(moment)]
    # Odd moments are complained of one by one; these would be another answer.
    if steps and not any(step in span for step in steps):
        raise Unreachable(f"{client.host} answered with values of another time.")
    return rows


def _moments(row: Json) -> list[Json]:
    found = as_list(field(row, "values")) if isinstance(row, dict) else None
    return [each[0] for each in found or () if isinstance(each, list) and each]


def _odd(client: http.Client) -> Unreachable:
    return Unreachable(f"{client.host} answered with something else than values.")
