"""The journal for show, and its chain held against itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db.models import F, Subquery
from django.utils.translation import gettext as _

from assessments.models import (
    Cycle,
    CycleState,
    JournalEntry,
    JournalHead,
    Origin,
    Scope,
    Workspace,
)
from assessments.queries.journal_words import act, field, target
from assessments.queries.numbering import PERSON, numbers
from assessments.queries.results.translating import person
from scoring.sealing import GENESIS, Link, breaks, canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from assessments.queries.numbering import Numbers
    from scoring.events import Json

PAGE = 50
_AT_ONCE = 2000
_MOST_PROBLEMS = 100
# What this act changes, it names by the parts of the organization.
_BY_SCOPE = "capability.provided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What of the journal is asked for; what is None or empty is not filtered by."""

    actor: int | None = None
    act: str = ""
    kind: str = ""
    target: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that an act changed."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act, in words."""

    sequence: int
    at: datetime
    who: str
    verb: str
    act: str
    kind: str
    target: int
    about: str  # the two in words
    facts: tuple[tuple[str, str], ...]
    why: str
    changes: tuple[Change, ...]
    sha256: str
    detail: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some entries, newest first, and where older ones begin."""

    entries: tuple[Entry, ...]
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a chain: noted elsewhere, it tells later whether the end is there."""

    sequence: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainVerdict:
    """What came of holding a chain against itself: no problem means that it holds."""

    head: Head
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every entry is as it was written, in its place."""
        return not self.problems


def page(
    *, workspace_id: int, wanted: Filter, before: int | None = None, size: int = PAGE
) -> Page:
    """Return the newest entries that were asked for, older than entry `before`."""
    rows = _wanted(workspace_id, wanted)
    if before is not None:
        rows = rows.filter(sequence__lt=before)
    found = list(rows.order_by("-sequence")[: size + 1])
    names = _names({row.actor for row in found})
    older = found[size - 1].sequence if len(found) > size else None
    scopes = _scopes(workspace_id)
    entries = tuple(_entry(row, names, scopes) for row in found[:size])
    return Page(entries=entries, older=older)


def lines(*, workspace_id: int, wanted: Filter) -> Iterator[str]:
    """Return the entries as lines of JSON, oldest first, as they are chained."""
    rows = _wanted(workspace_id, wanted).order_by("sequence")
    known = numbers(workspace_id=workspace_id)
    for row in rows.iterator(chunk_size=_AT_ONCE):
        yield canonical(_plain(row, known)) + "\n"


def people(*, workspace_id: int) -> list[tuple[int, str]]:
    """Return everybody who did something here, by name."""
    actors = JournalEntry.objects.filter(workspace_id=workspace_id).order_by()
    found = set(actors.exclude(actor=None).values_list("actor", flat=True).distinct())
    names = _names(found)
    named = [(pk, names.get(pk) or _gone(pk)) for pk in found if pk is not None]
    return sorted(named, key=lambda one: (one[1].casefold(), one[0]))


def acts(*, workspace_id: int) -> list[tuple[str, str]]:
    """Return the kinds of acts that were done here, by their words."""
    rows = JournalEntry.objects.filter(workspace_id=workspace_id).order_by()
    verbs = rows.values_list("verb", flat=True).distinct()
    return sorted(((verb, act(verb)) for verb in verbs), key=lambda one: one[1])


def head(*, workspace_id: int) -> Head:
    """Return the end of a chain as it is kept."""
    row = JournalHead.objects.filter(workspace_id=workspace_id).first()
    if row is None:
        return Head(sequence=0, sha256=GENESIS)
    return Head(sequence=row.sequence, sha256=row.sha256)


def verify(*, workspace_id: int, noted: Head | None = None) -> ChainVerdict:
    """Hold every entry of a chain against the one before, and its end against others.

    Its end is noted beside it, in the content of each cycle that was locked, and
    wherever somebody wrote it down (`noted`).
    """
    kept = head(workspace_id=workspace_id)
    problems: list[str] = []
    for problem in _problems(workspace_id, kept, noted):
        problems.append(problem)
        if len(problems) == _MOST_PROBLEMS:
            problems.append("… and perhaps more.")
            break
    return ChainVerdict(head=kept, problems=tuple(problems))


def workspaces(*, slug: str | None = None) -> list[tuple[int, str]]:
    """Return every workspace, or the one with this slug, as number and slug."""
    rows = Workspace.objects.order_by("pk")
    if slug is not None:
        rows = rows.filter(slug=slug)
    return list(rows.values_list("pk", "slug"))


def missing(*, workspace_id: int, noted: Json) -> Iterator[str]:
    """Say whether an end of the chain that was noted elsewhere is no longer in it."""
    match noted:
        case {"sequence": int(sequence), "sha256": str(sha256)}:
            there = JournalEntry.objects.filter(
                workspace_id=workspace_id, sequence=sequence, sha256=sha256
            )
            if not there.exists():
                yield (
                    f"journal: entry {sequence} with the SHA-256 {sha256} was noted and"
                    " is not there any more."
                )
        case _:
            yield "journal: no end of the chain was noted."


# ── inside ─────────────────────────────────────────────────────────────────────────


def _problems(workspace_id: int, kept: Head, noted: Head | None) -> Iterator[str]:
    rows = JournalEntry.objects.filter(workspace_id=workspace_id).order_by("sequence")
    # What is written meanwhile is not there yet.
    known = rows.filter(sequence__lte=kept.sequence)
    last = Head(sequence=0, sha256=GENESIS)
    numbered = numbers(workspace_id=workspace_id)

    def links() -> Iterator[tuple[Link, str]]:
        nonlocal last
        for row in known.iterator(chunk_size=_AT_ONCE):
            last = Head(sequence=row.sequence, sha256=row.sha256)
            yield _link(row, numbered), row.sha256

    yield from breaks(links())
    other = rows.exclude(by=None).exclude(by=F("actor"))
    for sequence in other.values_list("sequence", flat=True):
        yield f"entry {sequence}: it names another account than the person who acted."
    if last != kept:
        yield (
            f"end: the last entry is {last.sequence}, but {kept.sequence} with the"
            f" SHA-256 {kept.sha256} was written last."
        )
    end = JournalHead.objects.filter(workspace_id=workspace_id).values("sequence")
    for sequence in rows.filter(sequence__gt=Subquery(end)).values_list(
        "sequence", flat=True
    ):
        yield f"entry {sequence}: it stands behind the end of the chain."
    if noted is not None:
        plain: Json = {"sequence": noted.sequence, "sha256": noted.sha256}
        yield from missing(workspace_id=workspace_id, noted=plain)
    yield from _of_locked(workspace_id)


def _of_locked(workspace_id: int) -> Iterator[str]:
    """Hold the ends that locked cycles noted, and their hashes, against the chain."""
    said = JournalEntry.objects.filter(workspace_id=workspace_id, verb="cycle.locked")
    details = said.values_list("target_id", "detail")
    hashes = {cycle: detail.get("sha256") for cycle, detail in details}
    locked = Cycle.objects.filter(workspace_id=workspace_id, state=CycleState.LOCKED)
    rows = locked.order_by("pk").values_list("pk", "content_sha256", "content")
    for cycle_id, sha256, content in rows.iterator(chunk_size=1):
        if hashes.get(cycle_id) != sha256:
            yield f"cycle {cycle_id}: the journal does not say that it was locked so."
        try:
            noted = json.loads(content).get("journal")
        except (ValueError, AttributeError):
            yield f"cycle {cycle_id}: its content cannot be read."
            continue
        if noted is not None:
            for problem in missing(workspace_id=workspace_id, noted=noted):
                yield f"cycle {cycle_id}, {problem}"


def _link(row: JournalEntry, known: Numbers) -> Link:
    return Link(
        workspace=known.of("workspace", row.workspace_id),
        sequence=row.sequence,
        at=row.at,
        actor=known.of(PERSON, row.actor),
        verb=row.verb,
        target=(row.target_kind, known.of(row.target_kind, row.target_id)),
        detail=row.detail,
        why=row.why,
        before=row.before,
        after=row.after,
        previous_sha256=row.previous_sha256,
    )


def _plain(row: JournalEntry, known: Numbers) -> dict[str, Json]:
    return {
        "workspace": known.of("workspace", row.workspace_id),
        "sequence": row.sequence,
        "at": row.at.astimezone(UTC).isoformat(),
        "actor": known.of(PERSON, row.actor),
        "verb": row.verb,
        "target": [row.target_kind, known.of(row.target_kind, row.target_id)],
        "detail": row.detail,
        "why": row.why,
        "before": row.before,
        "after": row.after,
        "previous_sha256": row.previous_sha256,
        "sha256": row.sha256,
    }


def _wanted(workspace_id: int, wanted: Filter) -> QuerySet[JournalEntry]:
    rows = JournalEntry.objects.filter(workspace_id=workspace_id)
    if wanted.actor is not None:
        # 0: the product itself.
        rows = rows.filter(actor=wanted.actor or None)
    if wanted.act:
        rows = rows.filter(verb=wanted.act)
    if wanted.kind:
        rows = rows.filter(target_kind=wanted.kind)
    if wanted.target is not None:
        rows = rows.filter(target_id=wanted.target)
    if wanted.first is not None:
        rows = rows.filter(at__gte=_midnight(wanted.first))
    if wanted.last is not None:
        # No day follows the last one that calendars have.
        rows = rows.filter(at__lte=datetime.combine(wanted.last, time.max, tzinfo=UTC))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _names(actors: set[int | None]) -> dict[int | None, str]:
    rows = User.objects.filter(pk__in=[one for one in actors if one is not None])
    return {row.pk: person(row) for row in rows}


def _gone(actor: int) -> str:
    # Below zero: it was removed before the workspace came to this server.
    return _("Person %(number)s (account removed)") % {"number": abs(actor)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scopes:
    """The parts of an organization by the numbers that entries of this server use."""

    names: dict[str, str]
    foreign_until: int  # entries up to here were written on another server

    def field(self, row: JournalEntry, key: str) -> str:
        """Return what a field of an entry is called; a part of it by its name."""
        if row.verb != _BY_SCOPE:
            return field(key)
        here = row.sequence > self.foreign_until
        name = self.names.get(key) if here else None
        return name or target("scope", int(key))


def _scopes(workspace_id: int) -> _Scopes:
    rows = Scope.objects.filter(workspace_id=workspace_id).values_list("pk", "name")
    origin = Origin.objects.filter(workspace_id=workspace_id).first()
    return _Scopes(
        names={str(pk): name for pk, name in rows},
        foreign_until=origin.entries if origin else 0,
    )


def _entry(row: JournalEntry, names: dict[int | None, str], scopes: _Scopes) -> Entry:
    who = names.get(row.actor)
    if who is None:
        who = _("Compel itself") if row.actor is None else _gone(row.actor)
    return Entry(
        sequence=row.sequence,
        at=row.at,
        who=who,
        verb=row.verb,
        act=act(row.verb),
        kind=row.target_kind,
        target=row.target_id,
        about=target(row.target_kind, row.target_id),
        facts=tuple((field(key), _say(row.detail[key])) for key in sorted(row.detail)),
        why=row.why,
        changes=_changes(row, scopes),
        sha256=row.sha256,
        detail=row.detail,
    )


def _changes(row: JournalEntry, scopes: _Scopes) -> tuple[Change, ...]:
    """Return the fields that say something else afterwards."""
    found = (
        Change(
            field=scopes.field(row, key),
            before=_say(row.before.get(key)),
            after=_say(row.after.get(key)),
        )
        for key in sorted(row.before.keys() | row.after.keys())
    )
    return tuple(one for one in found if one.before != one.after)


def _say(value: Json) -> str:
    match value:
        case None | "":
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(_say(one) for one in value) or "–"
        case dict():
            return "; ".join(f"{key}: {_say(one)}" for key, one in value.items()) or "–"
        case _:
            return str(value)
