"""The platform view: which capabilities teams can get, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import (
    Capability,
    Edition,
    EditionState,
    Provision,
    Scope,
    ScopeKind,
)
from assessments.queries.frameworks import spoken
from assessments.queries.plan import under

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from assessments.models import CapabilityAccess

PROVISIONS = (
    ("self_service", _("Self-service")),
    ("ticket", _("By ticket")),
    ("none", _("Not offered")),
    ("unknown", _("Not known")),
)
# Beside the words, so that a column is read at a glance and in grey.
_SYMBOLS = {"self_service": "●", "ticket": "◐", "none": "○", "unknown": "?"}
# The domains of an edition that a platform's capabilities are usually found in.
_DOMAINS = ("D10", "D11", "D12", "D13")
_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A column of the grid: a part of the organization."""

    id: int
    name: str
    path: str
    counted: bool  # a unit; the organization itself only sets what is inherited


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How one part gets one capability."""

    unit: Unit
    provision: str
    label: str
    symbol: str
    wait_seconds: int | None
    own: bool  # said for this very part
    source: str  # from whom it is inherited; empty: from nobody

    @property
    def known(self) -> bool:
        """Whether anybody said how."""
        return self.provision != Provision.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityRow:
    """A capability with its line of the grid."""

    id: int
    name: str
    text: str
    area: str
    team_id: int | None
    team: str
    url: str
    cells: tuple[Cell, ...]

    @property
    def counted(self) -> tuple[Cell, ...]:
        """The cells of units; of the organization, where it has no units."""
        units = tuple(one for one in self.cells if one.unit.counted)
        return units or self.cells

    @property
    def known(self) -> int:
        """For how many units it is known."""
        return sum(one.known for one in self.counted)

    @property
    def self_service(self) -> int:
        """How many units get it without a ticket."""
        return sum(one.provision == Provision.SELF_SERVICE for one in self.counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Capabilities down, parts of the organization across."""

    units: tuple[Unit, ...]
    rows: tuple[CapabilityRow, ...]

    @property
    def of(self) -> int:
        """How many pairs of a capability and a unit there are."""
        return sum(len(row.counted) for row in self.rows)

    @property
    def known(self) -> int:
        """How many of them are known."""
        return sum(row.known for row in self.rows)

    @property
    def self_service(self) -> int:
        """How many of them are self-service."""
        return sum(row.self_service for row in self.rows)

    @property
    def share(self) -> float | None:
        """The share of self-service among what is known; None: nothing is."""
        return self.self_service / self.known if self.known else None

    @property
    def teams(self) -> list[str]:
        """Who offers something, each once."""
        return sorted({row.team for row in self.rows if row.team})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A capability of the starting list."""

    code: str
    name: str
    text: str
    area: str


def grid(*, workspace_id: int, reach: Iterable[str]) -> Grid:
    """Return the catalogue over the parts within reach."""
    shown = units(workspace_id=workspace_id, reach=reach)
    names = dict(
        Scope.objects.filter(workspace_id=workspace_id).values_list("pk", "name")
    )
    found = _capabilities(workspace_id)
    return Grid(units=shown, rows=tuple(_row(one, shown, names) for one in found))


def capability(
    *, workspace_id: int, capability_id: int, reach: Iterable[str]
) -> CapabilityRow | None:
    """Return one capability over the parts within reach, or None."""
    found = grid(workspace_id=workspace_id, reach=reach).rows
    return next((row for row in found if row.id == capability_id), None)


def units(*, workspace_id: int, reach: Iterable[str]) -> tuple[Unit, ...]:
    """Return the organization and its units within reach, each below its parent."""
    scopes = Scope.objects.filter(
        under("path", reach),
        workspace_id=workspace_id,
        kind__in=(ScopeKind.ORGANIZATION, ScopeKind.UNIT),
    )
    return tuple(
        Unit(
            id=one.pk,
            name=one.name,
            path=one.path,
            counted=one.kind == ScopeKind.UNIT,
        )
        for one in scopes.order_by("path", "pk")
    )


def suggestions(*, workspace_id: int) -> list[Suggestion]:
    """Return what a platform usually offers and this catalogue does not have yet."""
    standing = set(
        Capability.objects.filter(workspace_id=workspace_id).values_list(
            "name", flat=True
        )
    )
    offered = Edition.objects.filter(
        Q(workspace_id=workspace_id) | Q(workspace=None), state=EditionState.PUBLISHED
    )
    for row in offered.defer("document").order_by("-published_at", "-pk"):
        domains = {one.code: one for one in spoken(sha256=row.sha256).domains}
        if all(code in domains for code in _DOMAINS):
            return [
                Suggestion(
                    code=topic.code,
                    name=topic.name,
                    text=topic.question,
                    area=domains[code].name,
                )
                for code in _DOMAINS
                for topic in domains[code].topics
                if topic.name not in standing
            ]
    return []


def _capabilities(workspace_id: int) -> QuerySet[Capability]:
    return (
        Capability.objects.filter(workspace_id=workspace_id)
        .select_related("team")
        .prefetch_related("access")
        .order_by("area", "name", "pk")
    )


def _row(
    one: Capability, shown: Iterable[Unit], names: dict[int, str]
) -> CapabilityRow:
    said = {row.scope_id: row for row in one.access.all()}
    return CapabilityRow(
        id=one.pk,
        name=one.name,
        text=one.text,
        area=one.area,
        team_id=one.team_id,
        team=one.team.name if one.team else "",
        url=one.url,
        cells=tuple(_cell(unit, said, names) for unit in shown),
    )


def _cell(unit: Unit, said: dict[int, CapabilityAccess], names: dict[int, str]) -> Cell:
    """Return what is said for a part, or for the nearest part above it."""
    above = [int(part) for part in unit.path.strip("/").split("/")]
    nearest = next((pk for pk in reversed(above) if pk in said), None)
    row = said[nearest] if nearest is not None else None
    provision = row.provision if row else Provision.UNKNOWN.value
    hours = row.wait_hours if row else None
    own = nearest == unit.id
    return Cell(
        unit=unit,
        provision=provision,
        label=str(dict(PROVISIONS)[provision]),
        symbol=_SYMBOLS[provision],
        wait_seconds=None if hours is None else hours * _HOUR,
        own=own,
        source="" if own or nearest is None else names[nearest],
    )
