"""What pages, API and alerts show of an objective: frozen, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from scoring.service_levels import (
        Budget,
        DayOfBudget,
        Definition,
        Tally,
        Watch,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnRow:
    """A rule that fires, or did."""

    id: int
    slo_id: int
    rule: str
    severity: str
    since: datetime
    cleared_at: datetime | None
    because: str
    # The burn rates when it began.
    long: float
    short: float
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SloRow:
    """An objective as it stands at a moment."""

    id: int
    name: str
    category: str
    category_label: str
    service_id: int
    service_name: str
    scope_path: str
    number: int
    definition: Definition
    retired_at: datetime | None
    # Whether events arrived that are not counted yet.
    behind: bool
    budget: Budget
    # The end of the newest observation that burn rates look back from.
    newest: datetime | None
    watches: tuple[Watch, ...]
    # What fires, the most urgent first.
    burning: tuple[BurnRow, ...]
    history: tuple[DayOfBudget, ...]

    @property
    def title(self) -> str:
        """How people call it."""
        return self.definition.title

    @property
    def state(self) -> str:
        """unknown, spent, burning or well: the worst that is known."""
        if self.budget.left is None:
            return "unknown"
        if self.budget.left <= 0:
            return "spent"
        return "burning" if self.burning else "well"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """What an objective said, from when until when, and why it was changed."""

    number: int
    definition: Definition
    made_by: str
    made_at: datetime
    ended_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfVersion:
    """A day of the history, and which version judged it."""

    number: int
    told: DayOfBudget


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """An observation that was bad."""

    event_id: int
    at: datetime
    what: str
    value: float | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """The newest bad observations; `more`: there are or may be others."""

    rows: tuple[BadRow, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRow:
    """What a week did to a budget."""

    slo: SloRow
    tally: Tally
    before: Budget
    after: Budget
    burns: tuple[BurnRow, ...]

    @property
    def change(self) -> float | None:
        """The budget left at the end, minus that at the beginning."""
        if self.before.left is None or self.after.left is None:
            return None
        return self.after.left - self.before.left


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """What a person noted about a week."""

    text: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week from Monday, as far as it has gone."""

    first: date
    last: date
    over: bool
    rows: tuple[WeekRow, ...]
    note: NoteRow | None
