"""The answer first: what a cycle's numbers say, in a few sentences by fixed rules.

Page, API, PDF and workbook begin with the very same sentences. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from assessments.queries.results import DomainRow, Results

_MOST = 3


def answer(results: Results) -> tuple[str, ...]:
    """Return where it stands, what is furthest from target, and what is disputed."""
    if not results.scored:
        return (_("This cycle has not been scored yet, so there is no level to show."),)
    return (_standing(results), _gaps(results.domains), _disagreements(results))


def _standing(results: Results) -> str:
    overall = results.overall
    scope = results.header.scope_name
    coverage = words.share(overall.agreed.coverage or 0)
    if overall.agreed.level is None:
        return _(
            "%(scope)s has no overall level yet: %(coverage)s of the inputs are known,"
            " and %(needed)s are needed."
        ) % {
            "scope": scope,
            "coverage": coverage,
            "needed": words.share(results.thresholds.minimum_coverage),
        }
    said = _(
        "%(scope)s stands at an agreed level of %(level)s of %(highest)s,"
        " with %(coverage)s of the inputs known."
    ) % {
        "scope": scope,
        "level": words.level(overall.agreed.level),
        "highest": results.thresholds.highest,
        "coverage": coverage,
    }
    moved = _moved(results)
    return f"{said} {moved}" if moved else said


def moved(results: Results) -> str:
    """Return where the whole stands against before, or why nothing can be compared."""
    movement, previous = results.overall.movement, results.previous
    if previous is None:
        return _(
            "This is the first locked assessment of this scope with this framework:"
            " there is nothing to compare it with yet."
        )
    if movement is None or movement.change is None:
        return _(
            "The overall level cannot be compared with %(before)s: one of the two is"
            " not known."
        ) % {"before": previous.title}
    return _standing(results)


def _moved(results: Results) -> str:
    movement, previous = results.overall.movement, results.previous
    if movement is None or movement.change is None or previous is None:
        return ""
    told = {
        "change": words.signed(movement.change),
        "before": previous.title,
        "unsure": words.level(movement.uncertainty),
    }
    if not movement.change:
        return _("That is where it stood in %(before)s.") % told
    if movement.significant:
        return _("That is %(change)s against %(before)s.") % told
    return (
        _(
            "That is %(change)s against %(before)s, which is less than its uncertainty"
            " of %(unsure)s and may mean nothing."
        )
        % told
    )


def by_gap(domains: Iterable[DomainRow]) -> list[DomainRow]:
    """Return the domains below their targets, the furthest first."""
    short = [one for one in domains if one.short and not one.left_out]
    return sorted(short, key=_shortest)


def _shortest(domain: DomainRow) -> Decimal:
    return -domain.short


def _gaps(domains: Sequence[DomainRow]) -> str:
    aimed = [one for one in domains if one.target is not None and not one.left_out]
    if not aimed:
        return _("No targets are set, so no gap can be named.")
    short = by_gap(aimed)
    unknown = sum(one.gap is None for one in aimed)
    silent = (
        ngettext(
            "%(count)s domain with a target has no level yet.",
            "%(count)s domains with a target have no level yet.",
            unknown,
        )
        % {"count": unknown}
        if unknown
        else ""
    )
    if not short:
        reached = _("Every target whose level is known is reached.")
        return f"{reached} {silent}".strip() if unknown < len(aimed) else silent
    named = _listed(
        [
            _("%(domain)s (%(gap)s below its target of %(target)s)")
            % {
                "domain": _titled(one),
                "gap": words.level(one.short),
                "target": words.level(one.target),
            }
            for one in short[:_MOST]
        ]
    )
    return (
        _("Furthest from target: %(domains)s.") % {"domains": named} + f" {silent}"
    ).strip()


def _disagreements(results: Results) -> str:
    both = [
        (one, abs(one.disagreement))
        for one in results.domains
        if one.disagreement is not None
    ]
    if not both:
        if results.measured_anything:
            return _(
                "Telemetry measures too little yet to stand beside what people say"
                " of a whole domain."
            )
        return _("Nothing is measured yet: every level here is what people say.")
    gap = results.thresholds.discussion_gap
    apart = sorted((pair for pair in both if pair[1] >= gap), key=_by_size)
    if not apart:
        return _(
            "Where a domain is measured, people and telemetry lie less than %(gap)s"
            " apart."
        ) % {"gap": words.level(gap)}
    named = _listed(
        [
            _("%(domain)s (declared %(declared)s, measured %(measured)s)")
            % {
                "domain": _titled(one),
                "declared": words.level(one.declared.level),
                "measured": words.level(one.measured.level),
            }
            for one, _size in apart[:_MOST]
        ]
    )
    return _("People and telemetry disagree most on %(domains)s.") % {"domains": named}


def _by_size(pair: tuple[DomainRow, Decimal]) -> Decimal:
    return -pair[1]


def _titled(domain: DomainRow) -> str:
    return f"{domain.code} {domain.name}"


def _listed(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s and %(last)s") % {
        "first": ", ".join(parts[:-1]),
        "last": parts[-1],
    }
