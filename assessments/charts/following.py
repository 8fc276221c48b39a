"""What became of an expected level, in a sentence that claims no cause. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import words

if TYPE_CHECKING:
    from assessments.queries.following import Followed


def sentence(one: Followed) -> str:
    """Say what moved, and how sure that is."""
    told = _told(one)
    if one.coverage is not None and one.standing != "waiting":
        told = _("%(told)s Coverage there is %(coverage)s.") % {
            "told": told,
            "coverage": words.share(one.coverage),
        }
    if one.cycle_id and not one.final:
        told = _("%(told)s That cycle is not locked: the level may still change.") % {
            "told": told
        }
    return told


def _told(one: Followed) -> str:
    match one.standing:
        case "waiting":
            return _("No later cycle has scored this domain yet.")
        case "unknown":
            return _("The later cycle shows no level: too little is known there.")
        case "no_before":
            return _("There was no level before: nothing to count a movement from.")
        case "same":
            return _("The level has not moved.")
        case "unsure":
            return _unsure(one)
    moved = {
        "change": words.signed(one.change),
        "uncertainty": words.level(one.uncertainty),
    }
    if one.standing == "down":
        return _("Moved by %(change)s (± %(uncertainty)s): down.") % moved
    if one.reached:
        return (
            _("Moved by %(change)s (± %(uncertainty)s): the expected level is reached.")
            % moved
        )
    return (
        _("Moved by %(change)s (± %(uncertainty)s): up, not yet as far as expected.")
        % moved
    )


def _unsure(one: Followed) -> str:
    if one.uncertainty is None:
        return _("Moved by %(change)s; how sure that is cannot be told.") % {
            "change": words.signed(one.change)
        }
    return _(
        "Moved by %(change)s, less than its uncertainty of %(uncertainty)s: it may be"
        " no movement at all."
    ) % {
        "change": words.signed(one.change),
        "uncertainty": words.level(one.uncertainty),
    }
