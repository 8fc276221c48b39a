"""Filters that tell agreement in words: `{% load calibration %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

from assessments.charts import words
from scoring.agreement import Absence, Standing

if TYPE_CHECKING:
    from datetime import date

    from assessments.queries.calibration import DisputeRow
    from scoring.agreement import Agreement

register = template.Library()


@register.filter
def alpha(agreement: Agreement) -> str:
    """Write alpha with two places, or a dash."""
    return words.DASH if agreement.alpha is None else words.hundredths(agreement.alpha)


@register.filter
def standing(agreement: Agreement) -> str:
    """Say in a word what an alpha means."""
    return {
        Standing.CLOSE: _("agree closely"),
        Standing.CAREFUL: _("agree, with care"),
        Standing.APART: _("do not agree"),
        Standing.UNKNOWN: _("not known"),
    }[agreement.standing]


@register.filter
def meaning(agreement: Agreement) -> str:
    """Say in a sentence what an alpha means, or why there is none."""
    if agreement.absence is not None:
        return _absent(agreement.absence)
    return {
        Standing.CLOSE: _("People agree closely: their levels can be relied on."),
        Standing.CAREFUL: _("People agree to a degree: conclude with care."),
        Standing.APART: _("People do not agree: the level depends on whom one asks."),
        Standing.UNKNOWN: "",
    }[agreement.standing]


@register.filter
def overdue(dispute: DisputeRow, today: date) -> bool:
    """Say whether a dispute should have been resolved before today."""
    return dispute.overdue(today)


def _absent(why: Absence) -> str:
    return {
        Absence.NOBODY: _("Not known: nobody has given a level yet."),
        Absence.ONE_RATER: _("Not known: only one person has given levels."),
        Absence.NO_OVERLAP: _("Not known: no topic has levels from two people."),
        Absence.NO_VARIATION: _(
            "Not known: all levels are the same, which chance would give as well."
        ),
    }[why]
