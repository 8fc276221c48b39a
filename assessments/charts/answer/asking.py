"""Which decisions the numbers ask for, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import words
from assessments.charts.answer.standing import unknown
from assessments.charts.answer.targets import by_gap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from assessments.queries.results import CriterionRow, DomainRow, Results

_FIRST = 3
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
    if first := by_gap(results.domains)[:_FIRST]:
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
    return _("The first on {day}: {codes}.").format(
        day=words.day(first),
        codes=_codes([code for code, on in ending if on == first]),
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
