"""How well each domain of a cycle is backed, against what its edition asks for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from assessments.models import (
    Cycle,
    CycleState,
    EvidenceKind,
    Rating,
    Support,
    Vantage,
)
from assessments.queries.answers import kept
from assessments.queries.frameworks import spoken
from assessments.queries.results.translating import person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from assessments.models import Evidence
    from scoring.rubric import Domain, Edition

# What was dated longer than this before the period started tells of another time.
OLDEST = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleRow:
    """A piece that no longer counts, and why."""

    evidence_id: int
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicStanding:
    """How a topic is backed."""

    code: str
    name: str
    current: int  # pieces that count
    stale: int  # pieces that do not


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainStanding:
    """How a domain is backed, and whose point of view was heard."""

    code: str
    name: str
    sources: tuple[str, ...]  # independent of each other, by name
    sources_asked: int  # 0: the edition asks for none
    heard: tuple[str, ...]  # vantage points that answered, by name
    unheard: tuple[str, ...]
    vantages_asked: int
    stale: tuple[StaleRow, ...]
    topics: tuple[TopicStanding, ...]

    @property
    def pieces(self) -> int:
        """How many times a piece that counts supports one of its topics."""
        return sum(topic.current for topic in self.topics)

    @property
    def bare(self) -> tuple[TopicStanding, ...]:
        """The topics that nothing backs."""
        return tuple(topic for topic in self.topics if not topic.current)

    @property
    def enough_sources(self) -> bool:
        """Whether there are as many independent sources as the edition asks for."""
        return len(self.sources) >= self.sources_asked

    @property
    def enough_vantages(self) -> bool:
        """Whether as many vantage points were heard as the edition asks for."""
        return len(self.heard) >= self.vantages_asked

    @property
    def meets(self) -> bool:
        """Whether the domain is backed as its edition asks."""
        return self.enough_sources and self.enough_vantages


def domain_standing(*, cycle_id: int, today: date) -> dict[str, DomainStanding]:
    """Return how every domain that a cycle keeps is backed, by code.

    Of a locked cycle: as it was on the day on which it was locked.
    """
    rows = Cycle.objects.select_related("edition")
    cycle = rows.defer("content", "edition__document").get(pk=cycle_id)
    edition = spoken(sha256=cycle.edition.sha256)
    look = _Look(cycle, today)
    return {
        domain.code: look.at(edition, domain)
        for domain in kept(edition, cycle.left_out)
    }


class _Look:
    """Supports and vantage points of a cycle by topic: each table once."""

    def __init__(self, cycle: Cycle, today: date) -> None:
        locked = cycle.state == CycleState.LOCKED
        self._at: datetime | None = cycle.locked_at if locked else None
        self._on = self._at.astimezone(UTC).date() if self._at else today
        self._oldest = cycle.period_start - OLDEST
        self._pieces: dict[str, list[Evidence]] = defaultdict(list)
        supports = Support.objects.filter(cycle=cycle).select_related("evidence__owner")
        for support in supports.order_by("pk"):
            self._pieces[support.topic].append(support.evidence)
        self._vantages: dict[str, set[str]] = defaultdict(set)
        heard = Rating.objects.filter(cycle=cycle).order_by()
        for topic, vantage in heard.values_list("topic", "vantage").distinct():
            self._vantages[topic].add(vantage)

    def at(self, edition: Edition, domain: Domain) -> DomainStanding:
        """Return how one domain stands."""
        standard = edition.scoring.evidence_standard
        stale: dict[int, StaleRow] = {}
        current: dict[int, Evidence] = {}
        topics = []
        for topic in domain.topics:
            counts = [0, 0]
            for piece in self._pieces[topic.code]:
                why = self._why_stale(piece)
                counts[bool(why)] += 1
                if why:
                    stale[piece.pk] = StaleRow(
                        evidence_id=piece.pk, title=piece.title, why=why
                    )
                else:
                    current[piece.pk] = piece
            topics.append(
                TopicStanding(
                    code=topic.code,
                    name=topic.name,
                    current=counts[False],
                    stale=counts[True],
                )
            )
        heard = {
            vantage for topic in domain.topics for vantage in self._vantages[topic.code]
        }
        return DomainStanding(
            code=domain.code,
            name=domain.name,
            sources=_sources(current.values()),
            sources_asked=standard.sources,
            heard=tuple(str(each.label) for each in Vantage if each in heard),
            unheard=tuple(str(each.label) for each in Vantage if each not in heard),
            vantages_asked=standard.vantage_points,
            stale=tuple(stale.values()),
            topics=tuple(topics),
        )

    def _why_stale(self, piece: Evidence) -> str:
        withdrawn = piece.withdrawn_at
        if withdrawn is not None and (self._at is None or withdrawn <= self._at):
            return _("withdrawn")
        if piece.expires_on is not None and piece.expires_on < self._on:
            return _("expired")
        if piece.dated_on < self._oldest:
            return _("more than a year older than the period")
        return ""


def _sources(found: Iterable[Evidence]) -> tuple[str, ...]:
    """Return the independent sources; the same content twice is one of them."""
    contents: dict[str, tuple[str, str]] = {}
    for piece in sorted(found, key=lambda one: one.pk):
        contents.setdefault(piece.sha256, _source(piece))
    named: dict[str, str] = {}
    for key, name in contents.values():
        named.setdefault(key, name)
    return tuple(named[key] for key in sorted(named))


def _source(piece: Evidence) -> tuple[str, str]:
    """Return by what a source is told from others, and its name."""
    if piece.origin:
        return piece.origin.casefold(), piece.origin
    if piece.kind == EvidenceKind.LINK:
        host = urlsplit(piece.url).hostname or piece.url
        return host, host
    if piece.kind == EvidenceKind.TELEMETRY:
        return "\N{NULL}telemetry", _("Telemetry")
    return f"\N{NULL}person {piece.owner_id}", person(piece.owner)
