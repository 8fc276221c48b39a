"""What metrics and their conditions are called in the reader's language.

The arithmetic knows English alone; a test holds these texts to its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from scoring.rubric import Condition

NAMES = {
    "change_lead_time": _("Change lead time"),
    "deployment_frequency": _("Deployment frequency"),
    "failed_deployment_recovery_time": _("Failed deployment recovery time"),
    "change_fail_rate": _("Change fail rate"),
    "deployment_rework_rate": _("Deployment rework rate"),
    "standard_pipeline_share": _("Models in the standard pipeline"),
    "availability_monitoring_share": _("Models with availability monitoring"),
    "performance_monitoring_share": _("Models with performance monitoring"),
    "drift_monitoring_share": _("Models with drift monitoring"),
    "fairness_monitoring_share": _("Models with fairness monitoring"),
    "performance_and_drift_monitoring_share": _(
        "Models with performance and drift monitoring"
    ),
    "full_monitoring_share": _("Models with full monitoring"),
    "validated_to_production_time": _("Time from validated version to production"),
    "automatic_reaction_rate": _("Automatic reaction rate"),
}
MEANINGS = {
    "change_lead_time": _(
        "Median time from a change's first commit to the first production deployment"
        " that contains it."
    ),
    "deployment_frequency": _(
        "Successful production deployments per week, days without any included."
    ),
    "failed_deployment_recovery_time": _(
        "Median time from a failed production deployment to restored service; failures"
        " still open are counted beside it."
    ),
    "change_fail_rate": _(
        "Share of completed production deployments that needed immediate intervention."
    ),
    "deployment_rework_rate": _(
        "Share of completed production deployments that were unplanned repairs of"
        " production."
    ),
}
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
}
_SAID = re.compile(r"(?P<number>[\d.]+) (?P<unit>\D+)")


def name(metric: str) -> str:
    """Return what a metric is called; an unknown one by its key."""
    return str(NAMES.get(metric, metric.replace("_", " ").capitalize()))


def meaning(metric: str) -> str:
    """Return what a delivery metric says."""
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
