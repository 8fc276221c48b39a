"""Which decisions the numbers ask for, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import words
from assessments.charts.answer.movements import fallen
from assessments.charts.answer.standing import unknown
from assessments.charts.answer.targets import furthest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from assessments.queries.results import CriterionRow, DomainRow, Results

_SOON_DAYS = 90
# So many codes are named; of the others their number is told.
_MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A decision that readers are asked for, and why."""

    what: str
    why: str


def _named(rows: Sequence[DomainRow | CriterionRow]) -> str:
    return _codes([row.code for row in rows])


def _codes(every: Sequence[str]) -> str:
    codes = ", ".join(every[:_MOST])
    more = len(every) - _MOST
    if more <= 0:
        return codes
    return ngettext(
        "%(codes)s and %(count)s more", "%(codes)s and %(count)s more", more
    ) % {
        "codes": codes,
        "count": more,
    }


def asked(results: Results) -> Iterator[Asked]:
    """Yield them, those about the largest gaps first."""
    if first := furthest(results.domains):
        yield Asked(
            what=_("Name who closes the largest gaps, and by when: {codes}.").format(
                codes=_named(first)
            ),
            why=" ".join(_short_of(first)),
        )
    if back := fallen(results):
        yield Asked(
            what=_("Say what is done about the fall of {codes}.").format(
                codes=_named(back)
            ),
            why=_("It is at least as large as its uncertainty: {domains}.").format(
                domains=", ".join(_fall(row) for row in back[:_MOST])
            ),
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
    if blind := list(unknown(results)):
        yield Asked(
            what=_("Find out where {codes} stands.").format(codes=_named(blind)),
            why=_("Too little is answered or measured there to show a level."),
        )
    if ending := _ending(results):
        yield Asked(
            what=_("Renew or end the exceptions to measured levels that expire."),
            why=_dated(ending),
        )


def _dated(ending: Sequence[tuple[str, date]]) -> str:
    first = min(on for _code, on in ending)
    return ngettext(
        "In {count} criterion an assessor set the measured level aside for a time;"
        " the first end on {day}: {codes}.",
        "In {count} criteria an assessor set the measured level aside for a time;"
        " the first end on {day}: {codes}.",
        len(ending),
    ).format(
        count=len(ending),
        day=words.day(first),
        codes=_codes([code for code, on in ending if on == first]),
    )


def _short_of(rows: Sequence[DomainRow]) -> Iterator[str]:
    """Yield how far domains are from their targets, those that are alike together."""
    for (gap, target), alike in groupby(rows, key=_gap_and_target):
        yield _("{gap} below the target of {target}: {names}.").format(
            gap=words.level(gap),
            target=words.level(target),
            names=", ".join(row.name for row in alike),
        )


def _gap_and_target(row: DomainRow) -> tuple[Decimal, Decimal | None]:
    return row.short, row.target


def _fall(row: DomainRow) -> str:
    change = row.movement.change if row.movement is not None else None
    return f"{row.name} ({words.signed(change)})"


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
