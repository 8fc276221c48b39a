"""What is wrong with a document, in the reader's language. Pure.

The arithmetic reads documents and knows English alone: its sentences are patterns here,
as those of `reason_texts` are. One that is not known stays as it is.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from assessments.charts.reasons import pattern

if TYPE_CHECKING:
    import re

    from scoring.rubric import Defect

# What stands there instead of what should.
_KINDS = (
    _("a text"),
    _("yes or no"),
    _("a number"),
    _("a list"),
    _("a mapping"),
    _("nothing"),
    _("an empty text"),
    _("something else"),
)
# What any document may have wrong.
_READING = (
    _("is empty"),
    _("is missing"),
    _("is missing: it needs at least one entry"),
    _("is missing: name at least one"),
    _("is not a field of an OpenSLO objective here"),
    _("is not a field of an OpenSLO objective here; did you mean `%(near)s`?"),
    _("is not a field of an edition"),
    _("is not a field of an edition; did you mean `%(near)s`?"),
    _("must be a list of texts, not %(kind)s"),
    _("must be a list, not %(kind)s"),
    _("must be a mapping of fields, not %(kind)s"),
    _("must be a mapping, not %(kind)s"),
    _("must be a number, not %(kind)s"),
    _("must be a text, not %(kind)s"),
    _("must be a whole number, not %(number)s"),
    _("must be above 0, not %(number)s"),
    _("must be at least %(least)s, not %(number)s"),
    _("must be at most %(most)s, not %(number)s"),
    _("must be yes or no, not %(kind)s"),
    _("`%(given)s` must be of letters, digits, dots and hyphens, at most 40"),
)
# What an objective in OpenSLO may have wrong.
_OPENSLO = (
    _("`%(given)s` is not a duration such as 28d, 4w or 1M"),
    _("`%(given)s` is not a name of the time zone database"),
    _("and `targetPercent` say the same: give one"),
    _("and `value` belong to a thresholdMetric"),
    _("are not taken over: name them by `%(label)s` instead"),
    _("is not held here: give `good` or `bad`, and `total`"),
    _("is true without `calendar`, false with it"),
    _("must be above 0 and below 100 %: 100 % leaves no budget"),
    _("must be above 0"),
    _("must be at most %(days)s days"),
    _("must be at whole 5 minutes"),
    _("must be between 1970 and 2199"),
    _("must be of lowercase letters, digits and hyphens, at most 63"),
    _("must be of whole 5 minutes and divide a day"),
    _("must be Timeslices: incidents take time"),
    _("must be one of %(choices)s"),
    _("must be Compel: only its own events are counted here"),
    _("must have at most %(letters)s characters"),
    _("must have exactly one entry"),
    _("must have exactly one entry: write one SLO each"),
    _("must look like 2026-01-31 00:00:00"),
    _("must name the same events as `total`, `judged: %(side)s`"),
    _("of a rolling window must be of days or weeks"),
    _("only signals have a value"),
    _("there is no SLI `%(given)s` in this file"),
    # Short ones last: they fit what is longer, too.
    _("must be %(words)s"),
)
KNOWN = (*_READING, *_OPENSLO)


def said(defect: Defect) -> str:
    """Return a defect as a sentence that begins with its place."""
    return f"{defect.place}: {why(defect.why)}" if defect.place else why(defect.why)


def why(text: str) -> str:
    """Return what is wrong in the reader's language."""
    if (get_language() or "en").startswith("en"):
        return text
    for known, shape in _patterns():
        if found := shape.fullmatch(text):
            places = {
                place: gettext(value) if place == "kind" else value
                for place, value in found.groupdict().items()
            }
            return gettext(known) % places if places else gettext(known)
    return text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((known, pattern(known)) for known in KNOWN)
