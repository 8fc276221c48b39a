"""Filters that write numbers on pages with the very words of charts and documents.

`{% load figures %}`, then `{{ value|quantity:unit }}`, `{{ level|as_level }}` …
"""

from __future__ import annotations

from django import template

from assessments.charts import words
from assessments.queries import metric_words

register = template.Library()

register.filter("as_asked", metric_words.asks)
register.filter("as_clock", words.clock)
register.filter("as_day", words.day)
register.filter("as_hundredths", words.hundredths)
register.filter("as_level", words.level)
register.filter("as_meaning", metric_words.meaning)
register.filter("as_moment", words.moment)
register.filter("as_percent", words.percent)
register.filter("as_share", words.share)
register.filter("as_signed", words.signed)
register.filter("duration", words.duration)
register.filter("quantity", words.quantity)
