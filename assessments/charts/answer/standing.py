"""Where a cycle stands, against before, and how sure that is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.queries.results import DomainRow, Results


def standing(results: Results) -> str:
    """Return the level of the whole, or why there is none, and where it was."""
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


def called(results: Results) -> str:
    """Return what the edition calls the level of the whole, or what it lies between."""
    level, scale = results.overall.agreed.level, results.thresholds
    if level is None or not scale.names:
        return ""
    below = scale.names[int(level) - scale.lowest]
    if level == int(level):
        return below
    above = scale.names[int(level) - scale.lowest + 1]
    return _("between “%(below)s” and “%(above)s”") % {"below": below, "above": above}


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
    return standing(results)


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
            " of %(unsure)s: the two are not distinguishable."
        )
        % told
    )


def certainty(results: Results) -> Iterator[str]:
    """Yield how much the levels rest on, and what is not known or not final."""
    yield _people(results)
    if results.measured_anything:
        yield _measured(results)
    yield from _edges(results)
    if blind := [row.code for row in unknown(results)]:
        yield _("No level is shown for %(domains)s: too little is known there.") % {
            "domains": ", ".join(blind)
        }
    if results.header.stale:
        yield _("Answers or decisions came in after this scoring; they do not count.")
    if not results.header.locked:
        yield _("The cycle is not locked: these numbers may still change.")


def _edges(results: Results) -> Iterator[str]:
    """Yield how far the levels would go within the intervals of what was measured."""
    span = results.overall.agreed.span
    if span is not None and span.open:
        yield _(
            "Within the 95 %% intervals of what was measured, the level would go from"
            " %(worst)s to %(best)s."
        ) % {"worst": words.level(span.worst), "best": words.level(span.best)}
    elif span is not None and span.worst is not None and _counts(results):
        yield _(
            "Within the 95 %% intervals of what was measured, the level stays at"
            " %(level)s; what people declared has no such interval."
        ) % {"level": words.level(span.worst)}
    thin = [row.code for row in results.domains if (at := row.agreed.span) and at.open]
    if thin:
        yield _(
            "So close to a line between levels that the 95 %% interval of a"
            " measurement reaches another level: %(domains)s."
        ) % {"domains": ", ".join(thin)}


def _counts(results: Results) -> bool:
    """Whether any measured level was accepted, so that it stands in the agreed one."""
    return any(row.standing == "accepted" for row in results.criteria)


def unknown(results: Results) -> Iterator[DomainRow]:
    """Yield the domains that should have a level and have none."""
    return (
        row for row in results.domains if row.agreed.level is None and not row.left_out
    )


def _people(results: Results) -> str:
    overall = results.overall
    said = ngettext(
        "%(count)s person answered; %(coverage)s of the inputs are known",
        "%(count)s people answered; %(coverage)s of the inputs are known",
        overall.raters,
    ) % {
        "count": overall.raters,
        "coverage": words.share(overall.agreed.coverage or 0),
    }
    if overall.agreed.confidence is None:
        return f"{said}."
    return _(
        "%(said)s. Confidence, how sure people said they were of what they answered"
        " or decided, is %(confidence)s."
    ) % {
        "said": said,
        "confidence": words.share(overall.agreed.confidence),
    }


def _measured(results: Results) -> str:
    criteria = [row for row in results.criteria if row.applicable]
    known = [row for row in criteria if row.measured is not None]
    thin = [row for row in known if any(one.provisional for one in row.measurements)]
    said = _("Telemetry gives a level for %(known)s of %(all)s criteria.") % {
        "known": len(known),
        "all": len(criteria),
    }
    if not thin:
        return said
    few = ngettext(
        "%(count)s of them rests on few observations and is provisional.",
        "%(count)s of them rest on few observations and are provisional.",
        len(thin),
    ) % {"count": len(thin)}
    return f"{said} {few}"
