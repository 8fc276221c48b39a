"""The plain values that go into a connector and come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from assessments.connectors.base.house import FREE, House
from scoring.events import Json

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

Plain: TypeAlias = Mapping[str, Json]

_NOTHING: Plain = MappingProxyType({})
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A configured source, as a connector needs it."""

    kind: str
    address: str
    # The name that events use for the service that this source delivers.
    service_key: str
    # Never printed: a representation may end up in a log.
    secret: str | None = field(default=None, repr=False)
    rules: Plain = field(default_factory=lambda: _NOTHING)
    # A folder of this source's own, for what is kept between synchronizations.
    storage: Path | None = None
    # May the address be a local path, or a machine on the local network?
    allow_local: bool = False
    # What this server allows and counts of outgoing requests.
    house: House = FREE


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One observation: what is stored as a raw record, and parsed."""

    # The connector's name for what it is: "deployment", "pull_request", "tag" …
    sort: str
    body: dict[str, Json]
    # Where its list orders it, on a walk through a window; not kept.
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some payloads, and the cursor to keep once all of them are stored."""

    payloads: tuple[Payload, ...]
    cursor: dict[str, Json]
    # What is being read, in words: "Pull requests, page 3".
    doing: str = ""
    # Kind and identity of events that the platform says are no more.
    gone: tuple[tuple[str, str], ...] = ()
    # How many payloads are still to come, where the platform tells.
    remaining: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that may count as a production deployment, and why it does or not."""

    what: str
    at: datetime | None
    environment: str
    reason: str
    url: str | None = None
    # What it is called, by the rule that holds patterns of such names.
    names: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the rules would count, on a bounded look at the newest candidates."""

    counted: tuple[Candidate, ...]
    left_out: tuple[Candidate, ...]
    # What was looked at, in one sentence.
    looked_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether something counts as a production deployment, and why."""

    counts: bool
    reason: str
