"""Which domains moved since the last locked cycle, and which only seem to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.queries.results import DomainRow, Results

# So many are named; of the others their number is told.
_FIRST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A domain that stood somewhere before, and what stands behind its level now."""

    row: DomainRow
    why: str


def movements(results: Results) -> Iterator[Moved]:
    """Yield every domain that can be compared."""
    return (
        Moved(row=row, why=_why(results, row))
        for row in results.domains
        if row.movement is not None
    )


def movers(results: Results, *, up: bool) -> list[DomainRow]:
    """Return the domains that went one way, the furthest first, sure or not."""
    moved = [
        (row.movement.change, row)
        for row in results.domains
        if row.movement is not None and row.movement.change
    ]
    ahead = [(abs(by), row) for by, row in moved if (by > 0) is up]
    return [row for _by, row in sorted(ahead, key=lambda pair: -pair[0])]


def fallen(results: Results) -> list[DomainRow]:
    """Return the domains that went down by more than their uncertainty."""
    return _sure(movers(results, up=False))


def summary(results: Results) -> tuple[str, ...]:
    """Say who moved for certain, and how many cannot be told from standing still."""
    if results.previous is None:
        return ()
    ahead, behind = movers(results, up=True), movers(results, up=False)
    risen, sunk = _sure(ahead), fallen(results)
    said = []
    if risen:
        said.append(_("Risen: %(domains)s.") % {"domains": _named(risen)})
    if sunk:
        said.append(_("Fallen: %(domains)s.") % {"domains": _named(sunk)})
    if not said:
        said.append(_("No domain moved by more than its uncertainty."))
    if unsure := len(ahead) + len(behind) - len(risen) - len(sunk):
        said.append(
            ngettext(
                "%(count)s domain changed by less than its uncertainty: it is not"
                " distinguishable from standing still.",
                "%(count)s domains changed by less than their uncertainty: they are not"
                " distinguishable from standing still.",
                unsure,
            )
            % {"count": unsure}
        )
    if lost := sum(one.row.agreed.level is None for one in movements(results)):
        said.append(
            ngettext(
                "%(count)s domain cannot be compared: its level is not known.",
                "%(count)s domains cannot be compared: their levels are not known.",
                lost,
            )
            % {"count": lost}
        )
    return tuple(said)


def _sure(rows: list[DomainRow]) -> list[DomainRow]:
    return [
        row for row in rows if row.movement is not None and row.movement.significant
    ]


def _named(rows: list[DomainRow]) -> str:
    named = ", ".join(
        f"{row.code} {row.name} ({words.signed(row.movement.change)})"
        for row in rows[:_FIRST]
        if row.movement is not None
    )
    more = len(rows) - _FIRST
    if more <= 0:
        return named
    return ngettext(
        "%(domains)s and %(count)s more", "%(domains)s and %(count)s more", more
    ) % {"domains": named, "count": more}


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
