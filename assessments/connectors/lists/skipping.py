"""Lists that let so many rows be skipped and no more: read span by span.

The newest rows come first. Where the limit is met, the next span ends with the oldest
row seen; where a span may only be so wide, the next one lies before it. Positions say
when their span ends, so that they mean the same tomorrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from assessments.connectors.lists.listing import moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessments.connectors.http import Answer
    from assessments.connectors.lists.listing import Item
    from assessments.connectors.lists.paging import Params, Position
    from scoring.events import Json

# The parameter that says how far back all spans together go.
SINCE = "since"
_SECOND = timedelta(seconds=1)


def since(moment: datetime) -> Mapping[str, str | int]:
    """Return the parameter of a listing that is read by spans."""
    return {SINCE: _stamp(moment)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Rows are skipped up to a limit; what is older is asked for in another span."""

    # When the first span ends.
    now: datetime
    # Parameters that ask for the rows of a span: from when on (None: the first), and
    # until when.
    bounds: Callable[[datetime | None, datetime], Params]
    rows: Callable[[Json], list[Json] | None]
    moment: Callable[[Item], datetime | None]
    # The most that may be skipped and taken together.
    most: int
    # How far back a span may go; None: as far as there is anything. Where it may not,
    # its bounds have the parameter `since`.
    widest: timedelta | None = None
    # Does the answer say that nothing follows in this span?
    ends: Callable[[Json], bool] = lambda _: False
    start: str = "offset"
    limit: str = "limit"
    n: int = 100

    def asked(
        self, path: str, params: Params, position: Position | None, size: int | None
    ) -> tuple[str, Params]:
        """Return the page of a span after so many rows."""
        until, skipped = self._place(position)
        earliest = moment_of(params.get(SINCE))
        others = {name: value for name, value in params.items() if name != SINCE}
        begins = self._begins(until, earliest)
        page = {self.limit: size or self.n, self.start: skipped}
        return path, {**others, **self.bounds(begins, until), **page}

    def following(
        self, answer: Answer, rows: int, position: Position | None
    ) -> Position | None:
        """Return the page after this one, in this span or in the one before it."""
        until, skipped = self._place(position)
        if rows and not self.ends(answer.body):
            return self._further(answer, until, skipped + rows)
        begins = _since_of(answer.url)
        if self.widest and begins and until - begins >= self.widest:
            return _position(begins, 0)
        return None

    def _further(self, answer: Answer, until: datetime, skipped: int) -> str:
        if skipped + self.n <= self.most:
            return _position(until, skipped)
        found = (
            self.moment(row)
            for row in self.rows(answer.body) or ()
            if isinstance(row, dict)
        )
        oldest = min((each for each in found if each), default=until)
        # A second later than the oldest: others may be of the same second.
        return _position(min(oldest + _SECOND, until - _SECOND), 0)

    def _begins(self, until: datetime, earliest: datetime | None) -> datetime | None:
        if self.widest is None:
            return earliest
        widest = until - self.widest
        return max(earliest, widest) if earliest else widest

    def _place(self, position: Position | None) -> tuple[datetime, int]:
        until, _, skipped = str(position or "").partition("/")
        moment = moment_of(until)
        if moment is None or not skipped.isdecimal():
            return self.now.replace(microsecond=0), 0
        return moment, int(skipped)


def _since_of(url: str) -> datetime | None:
    return moment_of(dict(parse_qsl(urlsplit(url).query)).get(SINCE))


def _position(until: datetime, skipped: int) -> str:
    return f"{_stamp(until)}/{skipped}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
