"""Who takes part in a cycle and how far they are; and what one person is asked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from assessments.models import (
    Assignment,
    Cycle,
    CycleState,
    Invitation,
    Member,
    NoticeKind,
    Vantage,
)
from assessments.queries.answers import Progress, given_ratings, kept
from assessments.queries.assignments import answering_members, is_guest, name_of
from assessments.queries.frameworks import spoken
from assessments.queries.notices import mails

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from assessments.queries.notices import Mail, Mails
    from scoring.rubric import Domain

_TOLD = (NoticeKind.INVITATION, NoticeKind.REMINDER, NoticeKind.HANDED_OVER)
_NOTHING = Progress(answered=0, of=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCell:
    """How far one person is with one domain."""

    code: str
    name: str
    asked: bool
    progress: Progress
    finished: bool = False
    handed_by: str = ""
    note: str = ""

    @property
    def status(self) -> str:
        """todo, started or done: who says that they are done is done."""
        return "done" if self.finished else self.progress.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One person who is asked something, with an account or by a link."""

    name: str
    email: str
    vantage: str
    vantage_label: str
    cells: tuple[DomainCell, ...]
    last_at: datetime | None
    asked_at: datetime | None
    mail: Mail
    person_id: int | None = None
    invitation_id: int | None = None
    expires_at: datetime | None = None
    invited_by: str = ""

    @property
    def asked(self) -> tuple[DomainCell, ...]:
        """The domains that the person is asked for."""
        return tuple(cell for cell in self.cells if cell.asked)

    @property
    def progress(self) -> Progress:
        """How many of all questions that the person is asked."""
        return total(self.asked)

    @property
    def status(self) -> str:
        """todo, started or done, over all domains."""
        return overall(self.asked)

    @property
    def handed(self) -> tuple[DomainCell, ...]:
        """The domains that a colleague handed to this person."""
        return tuple(cell for cell in self.asked if cell.handed_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRow:
    """How many people, from which vantage points, are asked for one domain."""

    code: str
    name: str
    people: int
    vantages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Who has answered what in a cycle."""

    named: bool  # whether the cycle asks those it names, and nobody else
    domains: tuple[tuple[str, str], ...]
    people: tuple[Participant, ...]

    @property
    def done(self) -> int:
        """How many people are done."""
        return sum(one.status == "done" for one in self.people)

    @property
    def per_domain(self) -> tuple[DomainRow, ...]:
        """Who is asked, domain by domain."""
        asked: dict[str, list[str]] = {code: [] for code, _name in self.domains}
        for one in self.people:
            for cell in one.asked:
                asked[cell.code].append(one.vantage_label)
        return tuple(
            DomainRow(
                code=code,
                name=name,
                people=len(asked[code]),
                vantages=tuple(sorted(set(asked[code]))),
            )
            for code, name in self.domains
        )

    @property
    def waiting(self) -> tuple[Participant, ...]:
        """Those who are not done."""
        return tuple(one for one in self.people if one.status != "done")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCycle:
    """What one person is asked in one cycle."""

    id: int
    title: str
    scope_name: str
    asked_by: str
    state: str
    due_on: date | None
    named: bool
    domains: tuple[DomainCell, ...]

    @property
    def progress(self) -> Progress:
        """How many of all questions of these domains."""
        return total(self.domains)

    @property
    def status(self) -> str:
        """todo, started or done, over all domains."""
        return overall(self.domains)

    def overdue(self, today: date) -> bool:
        """Whether answers were due before today and something is missing."""
        return self.due_on is not None and self.due_on < today and self.status != "done"


def total(cells: Iterable[DomainCell]) -> Progress:
    """Return the progress over several domains."""
    parts = [cell.progress for cell in cells]
    return Progress(
        answered=sum(part.answered for part in parts), of=sum(part.of for part in parts)
    )


def overall(cells: Sequence[DomainCell]) -> str:
    """Return todo, started or done over several domains."""
    states = {cell.status for cell in cells}
    if states <= {"done"}:
        return "done"
    return "todo" if states == {"todo"} else "started"


def board(*, cycle_id: int, vantage: str = "") -> Board:
    """Return everybody who is asked in a cycle, by name, in a constant few queries."""
    cycle = _cycles().get(pk=cycle_id)
    domains = _kept(cycle)
    assignments: dict[int, dict[str, Assignment]] = defaultdict(dict)
    rows = Assignment.objects.filter(cycle_id=cycle_id)
    for row in rows.select_related("person", "handed_by"):
        assignments[row.person_id][row.domain] = row
    links = list(
        Invitation.objects.filter(cycle_id=cycle_id, revoked_at=None).select_related(
            "invited_by"
        )
    )
    answered, last = _answered(cycle_id)
    told = mails(cycle_id=cycle_id, kinds=_TOLD)
    people = [
        _of_link(link, domains, assignments, answered, last, told) for link in links
    ]
    guests = {link.person_id for link in links}
    named = bool(assignments or links)
    if named:
        # Nobody waits for who is no member any more; what they answered counts on.
        members = set(
            Member.objects.filter(workspace_id=cycle.workspace_id).values_list(
                "user_id", flat=True
            )
        )
        people += [
            _of_person(person_id, given, domains, answered, last, told)
            for person_id, given in assignments.items()
            if person_id not in guests and person_id in members
        ]
    else:
        everybody = answering_members(
            workspace_id=cycle.workspace_id, path=cycle.scope.path
        )
        people += [
            Participant(
                person_id=one.id,
                name=one.name,
                email=one.email,
                vantage=one.vantage,
                vantage_label=one.vantage_label,
                cells=_cells(domains, None, answered[one.id]),
                last_at=last.get(one.id),
                asked_at=None,
                mail=told.of(person_id=one.id, email=""),
            )
            for one in everybody
        ]
    shown = [one for one in people if vantage in ("", one.vantage)]
    return Board(
        named=named,
        domains=tuple((domain.code, domain.name) for domain in domains),
        people=tuple(sorted(shown, key=lambda one: one.name.casefold())),
    )


def asked_cycles(
    *, workspace_id: int, person_id: int, reach: Sequence[str]
) -> list[AskedCycle]:
    """Return what a person is asked in the cycles that take answers, or did just now.

    `reach` says where a cycle that names nobody may ask this person.
    """
    live = (CycleState.OPEN, CycleState.IN_REVIEW)
    cycles = list(_cycles().filter(workspace_id=workspace_id, state__in=live))
    ids = [cycle.pk for cycle in cycles]
    mine: dict[int, dict[str, Assignment]] = defaultdict(dict)
    rows = Assignment.objects.filter(cycle_id__in=ids, person_id=person_id)
    for row in rows.select_related("handed_by", "asked_by"):
        mine[row.cycle_id][row.domain] = row
    naming = _naming(ids)
    guest = is_guest(person_id=person_id)
    answered: dict[int, set[str]] = defaultdict(set)
    pairs = given_ratings().filter(cycle_id__in=ids, person_id=person_id)
    for cycle_id, topic in pairs.values_list("cycle_id", "topic").distinct():
        answered[cycle_id].add(topic)
    found = []
    for cycle in cycles:
        named = cycle.pk in naming
        here = any(cycle.scope.path.startswith(top) for top in reach)
        if not mine[cycle.pk] and (named or guest or not here):
            continue
        given = mine[cycle.pk] if named else None
        cells = _cells(_kept(cycle), given, answered[cycle.pk])
        found.append(
            AskedCycle(
                id=cycle.pk,
                title=cycle.title,
                scope_name=cycle.scope.name,
                asked_by=_asker(cycle, given),
                state=cycle.state,
                due_on=cycle.due_on,
                named=named,
                domains=tuple(cell for cell in cells if cell.asked),
            )
        )
    return sorted(found, key=_urgency)


def _urgency(one: AskedCycle) -> tuple[bool, bool, bool, str, int]:
    due = one.due_on.isoformat() if one.due_on else ""
    return (one.state != "open", one.status == "done", not due, due, -one.id)


def _asker(cycle: Cycle, given: Mapping[str, Assignment] | None) -> str:
    first = next(iter(given.values()), None) if given else None
    return name_of(first.asked_by if first else cycle.created_by)


def _naming(ids: list[int]) -> set[int]:
    """Return which of these cycles ask those they name, and nobody else."""
    rows = Assignment.objects.filter(cycle_id__in=ids).order_by()
    links = Invitation.objects.filter(cycle_id__in=ids, revoked_at=None).order_by()
    return {
        *rows.values_list("cycle_id", flat=True).distinct(),
        *links.values_list("cycle_id", flat=True).distinct(),
    }


def _answered(
    cycle_id: int,
) -> tuple[Mapping[int, set[str]], Mapping[int, datetime]]:
    answered: dict[int, set[str]] = defaultdict(set)
    last: dict[int, datetime] = {}
    pairs = given_ratings().filter(cycle_id=cycle_id)
    newest = pairs.values_list("person_id", "topic").annotate(newest=Max("rated_at"))
    for person_id, topic, at in newest:
        answered[person_id].add(topic)
        last[person_id] = max(at, last.get(person_id, at))
    return answered, last


def _of_person(
    person_id: int,
    given: Mapping[str, Assignment],
    domains: Sequence[Domain],
    answered: Mapping[int, set[str]],
    last: Mapping[int, datetime],
    told: Mails,
) -> Participant:
    first = next(iter(given.values()))
    return Participant(
        person_id=person_id,
        name=name_of(first.person),
        email=first.person.email,
        vantage=first.vantage,
        vantage_label=str(Vantage(first.vantage).label),
        cells=_cells(domains, given, answered[person_id]),
        last_at=last.get(person_id),
        asked_at=min(row.asked_at for row in given.values()),
        mail=told.of(person_id=person_id, email=""),
    )


def _of_link(
    link: Invitation,
    domains: Sequence[Domain],
    assignments: Mapping[int, Mapping[str, Assignment]],
    answered: Mapping[int, set[str]],
    last: Mapping[int, datetime],
    told: Mails,
) -> Participant:
    person_id = link.person_id
    given: Mapping[str, Assignment | None] = dict.fromkeys(link.domains)
    if person_id is not None and person_id in assignments:
        given = assignments[person_id]
    return Participant(
        person_id=person_id,
        invitation_id=link.pk,
        name=link.name or link.email,
        email=link.email,
        vantage=link.vantage,
        vantage_label=str(Vantage(link.vantage).label),
        cells=_cells(domains, given, answered[person_id] if person_id else set()),
        last_at=last.get(person_id) if person_id else None,
        asked_at=link.invited_at,
        mail=told.of(person_id=person_id, email=link.email),
        expires_at=link.expires_at,
        invited_by=name_of(link.invited_by),
    )


def _cells(
    domains: Sequence[Domain],
    given: Mapping[str, Assignment | None] | None,
    answered: set[str],
) -> tuple[DomainCell, ...]:
    """Return a cell for each domain; `given` None: all of them are asked."""
    return tuple(_cell(domain, given, answered) for domain in domains)


def _cell(
    domain: Domain,
    given: Mapping[str, Assignment | None] | None,
    answered: set[str],
) -> DomainCell:
    if given is not None and domain.code not in given:
        return DomainCell(
            code=domain.code, name=domain.name, asked=False, progress=_NOTHING
        )
    row = given[domain.code] if given is not None else None
    return DomainCell(
        code=domain.code,
        name=domain.name,
        asked=True,
        progress=Progress(
            answered=sum(topic.code in answered for topic in domain.topics),
            of=len(domain.topics),
        ),
        finished=row is not None and row.finished_at is not None,
        handed_by=name_of(row.handed_by) if row and row.handed_by else "",
        note=row.note if row else "",
    )


def _kept(cycle: Cycle) -> list[Domain]:
    return kept(spoken(sha256=cycle.edition.sha256), cycle.left_out)


def _cycles() -> QuerySet[Cycle]:
    rows = Cycle.objects.select_related("edition", "scope", "created_by")
    return rows.defer("content", "edition__document")
