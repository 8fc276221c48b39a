"""Filters that write kinds and rhythms of telemetry in words: `{% load sources %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from assessments.forms import service_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms import BoundField

register = template.Library()

_HOUR, _DAY = 60, 1440
_FAMILIES = {
    "code": gettext_lazy("Code and what is delivered from it"),
    "pipelines": gettext_lazy("Building, deploying and checking"),
    "incidents": gettext_lazy("What breaks, and who is told of it"),
    "models": gettext_lazy("Machine learning"),
    "push": gettext_lazy("Anything else"),
}

_EVENTS = {
    "deployment": gettext_lazy("Deployment"),
    "change": pgettext_lazy("event", "Change"),
    "commit": gettext_lazy("Commit"),
    "incident": pgettext_lazy("event", "Incident"),
    "pipeline_run": gettext_lazy("Pipeline run"),
    "model_version": gettext_lazy("Model version"),
    "signal": pgettext_lazy("event", "Signal"),
}


@register.filter
def table_lines(bound: BoundField) -> list[list[dict[str, str]]]:
    """Return the cells of a table of services, line by line."""
    return service_table.cells(bound)


@register.filter
def family_name(family: str) -> str:
    """Write what a family of kinds of sources has in common."""
    return str(_FAMILIES[family])


@register.filter
def kind_name(kind: str) -> str:
    """Write a kind of event, or what a platform calls a record: Pipeline run."""
    known = _EVENTS.get(kind)
    return str(known) if known else kind.replace("_", " ").capitalize()


@register.filter
def named(names: Mapping[str, str], key: str) -> str:
    """Look a word up; what is not known is its own name."""
    return names.get(key, key)


@register.filter
def rhythm(minutes: int) -> str:
    """Write how often: every hour, every 15 minutes."""
    if minutes % _DAY == 0:
        days = minutes // _DAY
        return ngettext("once a day", "every {n} days", days).format(n=days)
    if minutes % _HOUR == 0:
        hours = minutes // _HOUR
        return ngettext("every hour", "every {n} hours", hours).format(n=hours)
    return _("every {n} minutes").format(n=minutes)
