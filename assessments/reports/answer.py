"""What the first two pages of a board report say: picked from the results, in order.

Nothing is computed anew here: rows are chosen and sorted, and sentences say what they
hold. The same results always give the same sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import answer as charts_answer
from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from assessments.queries.results import CriterionRow, DomainRow, Results, TopicRow

_FEW = 5
_ZERO = Decimal(0)
_SOON_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A decision that the report asks its readers for, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A domain that can be compared, and what stands behind its level now."""

    row: DomainRow
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The one-page answer."""

    # The sentences that page and API begin with, too.
    told: tuple[str, ...]
    moved: str
    movements: tuple[Moved, ...]
    risen: tuple[DomainRow, ...]
    fallen: tuple[DomainRow, ...]
    gaps: tuple[DomainRow, ...]
    unknown: tuple[DomainRow, ...]
    apart: tuple[CriterionRow, ...]
    asked: tuple[Asked, ...]


def answer(results: Results) -> Answer:
    """Choose what a reader with two minutes needs."""
    gaps = charts_answer.by_gap(results.domains)
    return Answer(
        told=charts_answer.answer(results),
        moved=charts_answer.moved(results),
        movements=tuple(
            Moved(row=row, why=_why(results, row))
            for row in results.domains
            if row.movement is not None
        ),
        risen=tuple(_movers(results, up=True))[:_FEW],
        fallen=tuple(_movers(results, up=False))[:_FEW],
        gaps=tuple(gaps[:_FEW]),
        unknown=tuple(_unknown(results)),
        apart=tuple(_apart(results))[:_FEW],
        asked=tuple(_asked(results, gaps)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A domain below its target, with the topics that hold it back most."""

    row: DomainRow
    held_back: tuple[TopicRow, ...]


def gaps_in_full(results: Results) -> list[Gap]:
    """Return every gap with its lowest topics below the target."""
    return [
        Gap(row=row, held_back=_held_back(row))
        for row in charts_answer.by_gap(results.domains)
    ]


def _held_back(row: DomainRow) -> tuple[TopicRow, ...]:
    target = row.target or _ZERO
    below = [
        (level, place, topic)
        for place, topic in enumerate(row.topics)
        if (level := topic.agreed.level) is not None and level < target
    ]
    return tuple(topic for _level, _place, topic in sorted(below, key=_by_level))[:3]


def _by_level(found: tuple[Decimal, int, TopicRow]) -> tuple[Decimal, int]:
    return found[:2]


def _unknown(results: Results) -> Iterator[DomainRow]:
    return (
        row for row in results.domains if row.agreed.level is None and not row.left_out
    )


def _why(results: Results, row: DomainRow) -> str:
    """Say what moved it last inside this cycle, or what its level rests on."""
    for change in results.changes:
        if (change.kind, change.code, change.column) == ("domain", row.code, "agreed"):
            return change.because
    if row.agreed.level is None:
        return " ".join(row.because)
    rests = ngettext(
        "Rests on the answers of {count} person, declared {declared}",
        "Rests on the answers of {count} people, declared {declared}",
        row.raters,
    ).format(count=row.raters, declared=words.level(row.declared.level))
    if row.measured.level is None:
        return f"{rests}."
    return _("{rests}, and on telemetry, measured {measured}.").format(
        rests=rests, measured=words.level(row.measured.level)
    )


def _movers(results: Results, *, up: bool) -> list[DomainRow]:
    moved = [
        (row.movement.change, row)
        for row in results.domains
        if row.movement is not None and row.movement.change
    ]
    ahead = [(abs(by), row) for by, row in moved if (by > 0) is up]
    return [row for _by, row in sorted(ahead, key=lambda pair: -pair[0])]


def _apart(results: Results) -> list[CriterionRow]:
    rows = [
        row
        for row in results.criteria
        if row.disagreement is not None
        and abs(row.disagreement) >= results.thresholds.discussion_gap
    ]
    return sorted(rows, key=lambda row: -abs(row.disagreement or _ZERO))


def _named(rows: Iterable[DomainRow | CriterionRow]) -> str:
    return ", ".join(row.code for row in rows)


def _asked(results: Results, gaps: list[DomainRow]) -> Iterator[Asked]:
    if gaps:
        first = gaps[: _FEW - 2]
        yield Asked(
            what=_("Name who closes the largest gaps, and by when: {codes}.").format(
                codes=_named(first)
            ),
            why="; ".join(
                _("{name} is {gap} below its target of {target}").format(
                    name=row.name,
                    gap=words.level(row.short),
                    target=words.level(row.target),
                )
                for row in first
            )
            + ".",
        )
    if open_ := [row for row in results.criteria if row.standing == "undecided"]:
        yield Asked(
            what=ngettext(
                "Have an assessor decide on {count} measured level.",
                "Have an assessor decide on {count} measured levels.",
                len(open_),
            ).format(count=len(open_)),
            why=_(
                "Telemetry proposes a level for {codes}; until somebody decides,"
                " only what people declared counts there."
            ).format(codes=_named(open_)),
        )
    if blind := list(_unknown(results)):
        yield Asked(
            what=_("Find out where {codes} stands.").format(codes=_named(blind)),
            why=_("Too little is answered or measured there to show a level."),
        )
    if ending := _ending(results):
        yield Asked(
            what=_("Renew or end the exceptions to measured levels that expire."),
            why="; ".join(
                _("{code} on {day}").format(code=code, day=words.day(on))
                for code, on in ending
            )
            + ".",
        )


def _ending(results: Results) -> list[tuple[str, date]]:
    scored = results.header.scored_at
    if scored is None:
        return []
    dated = [
        (row.code, row.decision.expires_on)
        for row in results.criteria
        if row.decision is not None and row.decision.expires_on is not None
    ]
    return [(code, on) for code, on in dated if (on - scored.date()).days <= _SOON_DAYS]
