"""Filters that tell error budgets in the words of their figures."""

from __future__ import annotations

from django import template

from assessments.charts import service_level_words as words

register = template.Library()

register.filter("budget_left", words.budget_left)
register.filter("good_share", words.indicator)
register.filter("as_promise", words.promise)
register.filter("slo_window", words.window)
register.filter("slo_observed", words.observed)
register.filter("as_points", words.points)
register.filter("as_rate", words.rate)
register.filter("spoken", words.spoken)
register.filter("severity", words.severity)
