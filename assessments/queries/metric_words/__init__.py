"""What metrics and their conditions are called in the reader's language.

The arithmetic knows English alone; a test holds these texts to its own. There is a file
for each subject, as in `scoring.metrics.catalog`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.queries.metric_words import (
    delivery,
    estate,
    flow,
    models,
    service_levels,
)

if TYPE_CHECKING:
    from scoring.rubric import Condition

_SUBJECTS = (delivery, flow, models, estate, service_levels)
NAMES = {key: one for subject in _SUBJECTS for key, one in subject.NAMES.items()}
MEANINGS = {key: one for subject in _SUBJECTS for key, one in subject.MEANINGS.items()}
_COMPARISONS = {
    "at_least": _("at least"),
    "above": _("above"),
    "at_most": _("at most"),
    "below": _("below"),
}
# As editions write them after a number.
_UNITS = {
    "seconds": _("seconds"),
    "minutes": _("minutes"),
    "hour": _("hour"),
    "hours": _("hours"),
    "day": _("day"),
    "days": _("days"),
    "week": _("week"),
    "weeks": _("weeks"),
    "percent": _("percent"),
    "per day": _("per day"),
    "per week": _("per week"),
    "points": _("points"),
}
_SAID = re.compile(r"(?P<number>[\d.]+) (?P<unit>\D+)")


def name(metric: str) -> str:
    """Return what a metric is called; an unknown one by its key."""
    return str(NAMES.get(metric, metric.replace("_", " ").capitalize()))


def meaning(metric: str) -> str:
    """Return what a metric says."""
    return str(MEANINGS[metric])


def bound(condition: Condition) -> str:
    """Return where a condition draws its line: at most 24 hours."""
    said = condition.said
    found = _SAID.fullmatch(said)
    if found and found["unit"] in _UNITS:
        said = f"{found['number']} {_UNITS[found['unit']]}"
    return f"{_COMPARISONS[condition.comparison.value]} {said}"


def asks(condition: Condition) -> str:
    """Return what a condition asks: Change fail rate at most 10 percent."""
    return gettext("%(metric)s %(bound)s") % {
        "metric": name(condition.metric),
        "bound": bound(condition),
    }
