"""The register: every piece of evidence that a reader may know of, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Cycle, Evidence, Member
from assessments.queries.evidence.rows import SOON, pieces, row
from assessments.queries.evidence.seeing import readable, shown
from assessments.queries.frameworks import spoken
from assessments.queries.results.translating import person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from assessments.queries.evidence.rows import EvidenceRow
    from assessments.queries.members import Membership
    from scoring.rubric import Edition

PAGE = 25
STATES = (
    ("current", _("Current")),
    ("expiring", _("Expiring within 30 days")),
    ("expired", _("Expired")),
    ("unused", _("Supports nothing")),
    ("withdrawn", _("Withdrawn")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a reader looks for; empty is everything that is not withdrawn."""

    words: str = ""
    kind: str = ""
    domain: str = ""
    owner: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """Some rows of the register, the newest first."""

    rows: tuple[EvidenceRow, ...]
    total: int
    number: int
    pages: int

    @property
    def previous(self) -> int | None:
        """The page before."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The page after."""
        return self.number + 1 if self.number < self.pages else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the filters offer."""

    owners: list[tuple[int, str]]
    domains: list[tuple[str, str]]


def register(
    *, me: Membership, filters: Filters, number: int, today: date
) -> RegisterPage:
    """Return a page of the register; beyond the last page comes the last one."""
    wanted = Evidence.objects.filter(readable(me), workspace_id=me.workspace_id)
    wanted = _filtered(wanted, me.workspace_id, filters, today)
    # A piece that supports several topics is one piece.
    found = Evidence.objects.filter(pk__in=wanted.order_by().values("pk"))
    total = found.count()
    last = max(1, -(-total // PAGE))
    number = min(max(number, 1), last)
    first = (number - 1) * PAGE
    listed = pieces().filter(pk__in=found.values("pk")).order_by("-pk")
    return RegisterPage(
        rows=tuple(
            row(piece, shown(me, piece.supports.all()), today=today)
            for piece in listed[first : first + PAGE]
        ),
        total=total,
        number=number,
        pages=last,
    )


def choices(*, me: Membership) -> Choices:
    """Return owners and domains to choose from."""
    mine = Evidence.objects.filter(readable(me), workspace_id=me.workspace_id)
    owners = User.objects.filter(pk__in=mine.order_by().values("owner_id"))
    domains = {
        domain.code: f"{domain.code} {domain.name}"
        for edition in _editions(me.workspace_id)
        for domain in edition.domains
    }
    return Choices(
        owners=_by_name((owner.pk, person(owner)) for owner in owners),
        domains=list(domains.items()),
    )


def owner_choices(*, workspace_id: int) -> list[tuple[int, str]]:
    """Return everybody who may own evidence, by name."""
    members = Member.objects.filter(workspace_id=workspace_id).select_related("user")
    return _by_name((member.user_id, person(member.user)) for member in members)


def _by_name(named: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    return sorted(named, key=lambda pair: (pair[1].casefold(), pair[0]))


def _filtered(
    wanted: QuerySet[Evidence], workspace_id: int, filters: Filters, today: date
) -> QuerySet[Evidence]:
    for word in filters.words.split():
        wanted = wanted.filter(
            Q(title__icontains=word)
            | Q(origin__icontains=word)
            | Q(note__icontains=word)
            | Q(file_name__icontains=word)
            | Q(url__icontains=word)
            | Q(sha256=word.lower())
        )
    if filters.kind:
        wanted = wanted.filter(kind=filters.kind)
    if filters.owner is not None:
        wanted = wanted.filter(owner_id=filters.owner)
    if filters.domain:
        wanted = wanted.filter(_in_domain(workspace_id, filters.domain))
    return wanted.filter(_in_state(filters.state, today))


def _in_state(state: str, today: date) -> Q:
    here = Q(withdrawn_at=None)
    match state:
        case "withdrawn":
            return ~here
        case "expired":
            return here & Q(expires_on__lt=today)
        case "expiring":
            return here & Q(expires_on__range=(today, today + SOON))
        case "current":
            return here & (Q(expires_on=None) | Q(expires_on__gte=today))
        case "unused":
            return here & Q(supports=None)
        case _:
            return here


def _in_domain(workspace_id: int, domain: str) -> Q:
    """Topics belong to domains in editions, not in tables."""
    found = Q(pk=None)
    for edition_sha, edition in _editions_by_hash(workspace_id).items():
        topics = [
            topic.code
            for one in edition.domains
            if one.code == domain
            for topic in one.topics
        ]
        if topics:
            found |= Q(
                supports__cycle__edition__sha256=edition_sha,
                supports__topic__in=topics,
            )
    return found


def _editions(workspace_id: int) -> list[Edition]:
    return list(_editions_by_hash(workspace_id).values())


def _editions_by_hash(workspace_id: int) -> dict[str, Edition]:
    cycles = Cycle.objects.filter(workspace_id=workspace_id).order_by()
    hashes = cycles.values_list("edition__sha256", flat=True).distinct()
    return {sha256: spoken(sha256=sha256) for sha256 in sorted(hashes)}
