"""What the content of a sealed cycle looks like; a file may hold anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json


class Cycle(TypedDict):
    """Which cycle, and who locked it when."""

    id: int
    title: str
    locked_at: str
    locked_by: int


class Edition(TypedDict):
    """Which edition, by its hash."""

    key: str
    version: str
    sha256: str


class Scored(TypedDict):
    """When it was scored, and up to which rows."""

    on: str
    last_rating: int
    last_decision: int
    last_settlement: NotRequired[int]
    card_sha256: str


class Row(TypedDict):
    """A numbered row."""

    id: int


class Rated(Row):
    """An answer."""

    topic: str
    person: int
    vantage: str
    answer: str
    level: int | None
    confidence: str


class Decided(Row):
    """A decision on a proposal."""

    criterion: str
    verb: str
    level: str | None
    reason: str
    expires_on: str | None


class Settled(Row):
    """A settlement of a topic."""

    topic: str
    level: str | None
    reason: str


class Signed(Row):
    """A signature."""

    person: int
    sha256: str
    signed_at: str


class Measured(TypedDict):
    """A measurement."""

    criterion: str
    metric: str
    lane: str
    window: list[str]
    status: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    coverage: float | None
    provisional: bool
    detail: Mapping[str, float | None]
    because: str


class Content(TypedDict):
    """All of it, as far as it is computed again."""

    format: str
    cycle: Cycle
    edition: Edition
    period: dict[str, str]
    left_out: dict[str, str]
    scored: Scored
    ratings: list[Rated]
    decisions: list[Decided]
    settlements: NotRequired[list[Settled]]
    measurements: list[Measured]
    proposals: list[dict[str, Json]]
    scores: list[dict[str, Json]]
    signatures: NotRequired[list[Signed]]
    signatures_needed: NotRequired[int]
    revises: NotRequired[dict[str, Json] | None]
