"""Filters of the comparison of two cycles, and of what a level rests on."""

from __future__ import annotations

from django import template

from assessments.charts import comparison, foundations

register = template.Library()
register.filter("as_decided", comparison.decided)
register.filter("as_difference", comparison.difference)
register.filter("as_measured", comparison.measured)
register.filter("as_settled", comparison.settled)
register.filter("as_unsure", comparison.uncertainty)
register.filter("as_voices", comparison.voices)
register.filter("flags", foundations.flags)
register.filter("overlap", comparison.intervals)
