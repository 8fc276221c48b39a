"""A piece of evidence as lists and its own page show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db.models import Count, Max, Prefetch

from assessments.models import (
    Evidence,
    EvidenceKind,
    Measurement,
    Rating,
    Scoring,
    Support,
)
from assessments.queries.evidence.seeing import sees, shown
from assessments.queries.frameworks import spoken
from assessments.queries.results.translating import measured, person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from assessments.queries.members import Membership
    from assessments.queries.results.rows import Measured

KINDS = tuple(EvidenceKind.choices)
SOON = timedelta(days=30)

_Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportRow:
    """A topic of a cycle that a piece supports."""

    id: int
    cycle_id: int
    cycle_title: str
    state: str
    domain: str
    topic: str
    topic_name: str
    added_by_id: int
    ratings: int | None = None  # None: not counted here


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One piece of evidence."""

    id: int
    kind: str  # file | link | telemetry
    kind_label: str
    title: str
    origin: str
    note: str
    file_name: str
    media_type: str
    size: int
    url: str
    sha256: str
    owner_id: int
    owner: str
    dated_on: date
    expires_on: date | None
    added_by_id: int
    added_by: str
    added_at: datetime
    withdrawn_at: datetime | None
    expired: bool
    expiring: bool  # within thirty days
    supports: tuple[SupportRow, ...]

    @property
    def host(self) -> str:
        """Where a link leads."""
        return urlsplit(self.url).hostname or "" if self.url else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A piece with what only its own page shows."""

    row: EvidenceRow
    cycle_id: int | None  # of a telemetry reference
    criterion: str
    measured: Measured | None
    others: int  # further entries of the same content


def pieces() -> QuerySet[Evidence]:
    """Return pieces with everything that a row needs, in three queries in all."""
    supports = Support.objects.select_related("cycle__scope", "cycle__edition").defer(
        "cycle__content", "cycle__edition__document"
    )
    return Evidence.objects.select_related(
        "file", "owner", "added_by"
    ).prefetch_related(Prefetch("supports", supports.order_by("-cycle_id", "pk")))


def row(
    piece: Evidence,
    supports: Iterable[Support],
    *,
    today: date,
    ratings: Mapping[tuple[int, str], int] | None = None,
) -> EvidenceRow:
    """Return a piece as it is shown, with those topics that the reader may know of."""
    ends = piece.expires_on
    return EvidenceRow(
        id=piece.pk,
        kind=piece.kind,
        kind_label=str(EvidenceKind(piece.kind).label),
        title=piece.title,
        origin=piece.origin,
        note=piece.note,
        file_name=piece.file_name,
        media_type=piece.file.media_type if piece.file else "",
        size=piece.file.size if piece.file else 0,
        url=piece.url,
        sha256=piece.sha256,
        owner_id=piece.owner_id,
        owner=person(piece.owner),
        dated_on=piece.dated_on,
        expires_on=ends,
        added_by_id=piece.added_by_id,
        added_by=person(piece.added_by),
        added_at=piece.added_at,
        withdrawn_at=piece.withdrawn_at,
        # Through its last day evidence counts.
        expired=ends is not None and ends < today,
        expiring=ends is not None and today <= ends <= today + SOON,
        supports=tuple(_support(one, ratings) for one in supports),
    )


def detail(*, me: Membership, evidence_id: int, today: date) -> Detail | None:
    """Return a piece that the person may see, or None."""
    piece = pieces().filter(workspace_id=me.workspace_id, pk=evidence_id).first()
    if piece is None:
        return None
    supports = list(piece.supports.all())
    if not sees(me, piece, supports):
        return None
    supports = shown(me, supports)
    same = Evidence.objects.filter(
        workspace_id=me.workspace_id, kind=piece.kind, sha256=piece.sha256
    )
    found = measurements([piece])
    return Detail(
        row=row(piece, supports, today=today, ratings=_ratings(supports)),
        cycle_id=piece.reference.get("cycle"),
        criterion=piece.reference.get("criterion", ""),
        measured=found.get(_key(piece)) if piece.reference else None,
        others=same.count() - 1,
    )


def stored_file(
    *, me: Membership, evidence_id: int
) -> tuple[str, int, str, str] | None:
    """Return key, size, media type and name of a file that the person may open."""
    piece = pieces().filter(workspace_id=me.workspace_id, pk=evidence_id).first()
    if piece is None or piece.file is None or not sees(me, piece, piece.supports.all()):
        return None
    file = piece.file
    return file.key, file.size, file.media_type, piece.file_name


def measurements(found: Iterable[Evidence]) -> dict[_Key, Measured]:
    """Return what telemetry references refer to, as their cycles show it now."""
    keys = {_key(piece) for piece in found if piece.kind == EvidenceKind.TELEMETRY}
    if not keys:
        return {}
    ids = {cycle for cycle, _, _ in keys}
    scorings = _shown_scorings(ids)
    rows = Measurement.objects.filter(
        scoring_id__in=scorings, criterion__in={criterion for _, criterion, _ in keys}
    )
    told = {
        (scorings[one.scoring_id], one.criterion, one.metric): measured(one)
        for one in rows
    }
    return {key: told[key] for key in keys & told.keys()}


def measurement_of(piece: Evidence, found: Mapping[_Key, Measured]) -> Measured | None:
    """Return what a telemetry reference refers to."""
    return found.get(_key(piece)) if piece.kind == EvidenceKind.TELEMETRY else None


def _shown_scorings(cycle_ids: set[int]) -> dict[int, int]:
    """Return the scoring that each cycle shows, its newest -> the cycle."""
    told = Scoring.objects.filter(cycle_id__in=cycle_ids)
    newest = told.order_by().values_list("cycle_id").annotate(newest=Max("pk"))
    return {scoring: cycle for cycle, scoring in newest}


def _key(piece: Evidence) -> _Key:
    said = piece.reference
    return (
        int(said.get("cycle", 0)),
        str(said.get("criterion", "")),
        str(said.get("metric", "")),
    )


def _support(one: Support, ratings: Mapping[tuple[int, str], int] | None) -> SupportRow:
    edition = spoken(sha256=one.cycle.edition.sha256)
    return SupportRow(
        id=one.pk,
        cycle_id=one.cycle_id,
        cycle_title=one.cycle.title,
        state=one.cycle.state,
        domain=edition.domain_of(one.topic).code,
        topic=one.topic,
        topic_name=edition.topic(one.topic).name,
        added_by_id=one.added_by_id,
        ratings=None if ratings is None else ratings.get((one.cycle_id, one.topic), 0),
    )


def _ratings(supports: Iterable[Support]) -> dict[tuple[int, str], int]:
    """Count the people who rated each topic that is supported."""
    wanted = list(supports)
    people = (
        Rating.objects.filter(
            cycle_id__in={one.cycle_id for one in wanted},
            topic__in={one.topic for one in wanted},
        )
        .order_by()
        .values_list("cycle_id", "topic")
        .annotate(people=Count("person_id", distinct=True))
    )
    return {(cycle, topic): count for cycle, topic, count in people}
