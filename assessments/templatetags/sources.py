"""Filters that write kinds and rhythms of telemetry in words: `{% load sources %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()

_HOUR, _DAY = 60, 1440
_MEANINGS = {
    "git": gettext_lazy(
        "Any repository, by address or path: its commits and merges are changes, its"
        " tags are deployments."
    ),
    "github": gettext_lazy(
        "A repository on GitHub: deployments or workflow runs, pull requests, and"
        " issues that are incidents."
    ),
    "push": gettext_lazy(
        "Your pipelines send events with a token: for everything that has no"
        " connector of its own."
    ),
}


@register.filter
def kind_meaning(kind: str) -> str:
    """Say what a kind of source brings."""
    return str(_MEANINGS.get(kind, ""))


@register.filter
def kind_name(kind: str) -> str:
    """Write a kind of event or record: Pipeline run."""
    return kind.replace("_", " ").capitalize()


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
