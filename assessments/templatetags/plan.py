"""Filters of the plan's pages: `{% load plan %}`."""

from __future__ import annotations

from django import template

from assessments.charts import following

register = template.Library()

register.filter("told", following.sentence)


@register.filter
def status_look(status: str) -> str:
    """Return the class of a status' tag: looks differ, and words say the same."""
    return {
        "under_way": "tag-info",
        "done": "tag-good",
        "go": "tag-good",
        "conditional_go": "tag-warn",
        "recycle": "tag-warn",
        "stop": "tag-bad",
    }.get(status, "")
