"""What a revision changed against the cycle that it corrects, and who may sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from assessments.access import Role, Standing, Verb
from assessments.models import (
    Cycle,
    CycleState,
    Decision,
    Grant,
    Member,
    Rating,
    Score,
    Scoring,
    Settlement,
    Workspace,
)
from assessments.queries.frameworks import spoken
from assessments.queries.results.translating import person

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from scoring.rubric import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A cycle at the other end of a correction."""

    id: int
    title: str
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """How a cycle stands among its corrections."""

    locked: bool
    reason: str
    revises: Other | None
    revised_by: Other | None
    revised_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it was."""

    code: str
    name: str
    who: str  # of an answer; empty where people are not shown
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What a revision changed, by kind."""

    levels: tuple[Difference, ...]
    answers: tuple[Difference, ...]
    decisions: tuple[Difference, ...]
    settlements: tuple[Difference, ...]
    scored: bool

    @property
    def none(self) -> bool:
        """Whether nothing is different so far."""
        return not (self.levels or self.answers or self.decisions or self.settlements)


def correction(*, cycle_id: int) -> Correction:
    """Return what a cycle corrects, and what corrects it."""
    fields = ("id", "title", "state", "revision_reason", "revises")
    rows = Cycle.objects.filter(Q(pk=cycle_id) | Q(revises=cycle_id))
    found = {row["id"]: row for row in rows.values(*fields)}
    mine = found.pop(cycle_id)
    later = next(iter(found.values()), None)
    earlier = (
        Cycle.objects.filter(pk=mine["revises"]).values(*fields).first()
        if mine["revises"]
        else None
    )
    return Correction(
        locked=mine["state"] == CycleState.LOCKED,
        reason=mine["revision_reason"],
        revises=_other(earlier),
        revised_by=_other(later),
        revised_because=later["revision_reason"] if later else "",
    )


def _other(row: Mapping[str, object] | None) -> Other | None:
    if row is None:
        return None
    return Other(
        id=int(str(row["id"])),
        title=str(row["title"]),
        locked=row["state"] == CycleState.LOCKED,
    )


def differences(*, cycle_id: int, names: bool) -> Differences | None:
    """Return what a revision changed; None for a cycle that corrects nothing.

    With `names`, the people whose answers changed are named.
    """
    cycle = (
        Cycle.objects.select_related("edition")
        .defer("content", "edition__document")
        .get(pk=cycle_id)
    )
    if cycle.revises_id is None:
        return None
    old, new = cycle.revises_id, cycle.pk
    edition = spoken(sha256=cycle.edition.sha256)
    before, after = _levels(old), _levels(new)
    return Differences(
        levels=tuple(_moved(edition, before, after)) if after else (),
        answers=tuple(_answers(edition, old, new, names=names)),
        decisions=tuple(_decisions(edition, old, new)),
        settlements=tuple(_settlements(edition, old, new)),
        scored=bool(after),
    )


def _levels(cycle_id: int) -> dict[tuple[str, str], Decimal | None]:
    newest = Scoring.objects.filter(cycle_id=cycle_id).order_by("-pk").values("pk")[:1]
    scores = Score.objects.filter(scoring__in=newest).order_by("pk")
    found = scores.values_list("kind", "code", "agreed")
    return {(kind, code): level for kind, code, level in found}


def _moved(
    edition: Edition,
    before: Mapping[tuple[str, str], Decimal | None],
    after: Mapping[tuple[str, str], Decimal | None],
) -> Iterator[Difference]:
    named = {("scope", "scope"): _("The whole")}
    named |= {("pillar", one.code): str(one.name) for one in edition.pillars}
    named |= {("domain", one.code): str(one.name) for one in edition.domains}
    named |= {("topic", one.code): str(one.name) for one in edition.topics}
    for key, name in named.items():
        if before.get(key) != after.get(key):
            yield Difference(
                code="" if key[0] == "scope" else key[1],
                name=name,
                who="",
                before=_number(before.get(key)),
                after=_number(after.get(key)),
            )


def _answers(
    edition: Edition, old: int, new: int, *, names: bool
) -> Iterator[Difference]:
    before, after = _newest_answers(old), _newest_answers(new)
    for key in sorted(after, key=lambda key: after[key].pk):
        now, then = after[key], before.get(key)
        if then is not None and _said(then) == _said(now):
            continue
        yield Difference(
            code=now.topic,
            name=str(edition.topic(now.topic).name),
            who=person(now.person) if names else "",
            before=_answer(then) if then else "–",
            after=_answer(now),
        )


def _newest_answers(cycle_id: int) -> dict[tuple[str, int], Rating]:
    rows = Rating.objects.filter(cycle_id=cycle_id).select_related("person")
    return {(row.topic, row.person_id): row for row in rows.order_by("pk")}


def _said(row: Rating) -> tuple[object, ...]:
    return (row.vantage, row.answer, row.level, row.confidence, row.rationale)


def _answer(row: Rating) -> str:
    level = row.get_answer_display() if row.level is None else str(row.level)
    return ", ".join(
        part
        for part in (level, row.get_vantage_display(), row.get_confidence_display())
        if part
    )


def _decisions(edition: Edition, old: int, new: int) -> Iterator[Difference]:
    before, after = (
        {row.criterion: row for row in rows.order_by("pk")}
        for rows in (
            Decision.objects.filter(cycle_id=old),
            Decision.objects.filter(cycle_id=new),
        )
    )
    for code, now in after.items():
        then = before.get(code)
        if then is None or _decided(then) != _decided(now):
            yield Difference(
                code=code,
                name=str(edition.criterion(code).name),
                who="",
                before=_decided(then) if then else "–",
                after=_decided(now),
            )


def _decided(row: Decision) -> str:
    until = row.expires_on.isoformat() if row.expires_on else ""
    level = "" if row.level is None else _number(row.level)
    words = (str(row.get_verb_display()), level, until, row.reason)
    return ", ".join(word for word in words if word)


def _settlements(edition: Edition, old: int, new: int) -> Iterator[Difference]:
    before, after = (
        {row.topic: row for row in rows.order_by("pk")}
        for rows in (
            Settlement.objects.filter(cycle_id=old),
            Settlement.objects.filter(cycle_id=new),
        )
    )
    for topic, now in after.items():
        then = before.get(topic)
        words = (_settled(then), _settled(now))
        if words[0] != words[1]:
            yield Difference(
                code=topic,
                name=str(edition.topic(topic).name),
                who="",
                before=words[0],
                after=words[1],
            )


def _settled(row: Settlement | None) -> str:
    if row is None or row.level is None:
        return "–"
    return f"{_number(row.level)}, {row.reason}"


def _number(level: Decimal | None) -> str:
    return "–" if level is None else f"{level:f}"


# ── who may sign ───────────────────────────────────────────────────────────────────


def signers(*, workspace_id: int, path: str) -> list[tuple[int, str]]:
    """Return the people who may sign at a node, by name."""
    grants = Prefetch("grants", Grant.objects.select_related("scope"))
    rows = Member.objects.filter(workspace_id=workspace_id, user__is_active=True)
    found = [
        (row.user_id, person(row.user))
        for row in rows.select_related("user").prefetch_related(grants)
        if Standing(
            role=Role(row.role),
            grants=tuple((g.scope.path, Role(g.role)) for g in row.grants.all()),
        ).may(Verb.SIGN, at=path)
    ]
    return sorted(found, key=lambda one: (one[1].casefold(), one[0]))


def signatures_needed(*, workspace_id: int) -> int:
    """Return how many people have to sign a cycle before it is locked."""
    rows = Workspace.objects.filter(pk=workspace_id)
    return rows.values_list("signatures_needed", flat=True)[0]
