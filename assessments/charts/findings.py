"""Titles that state what a figure of delivery shows, lane by lane. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assessments.charts.trends import Trend


def _each(drawn: Sequence[Trend], say: Callable[[Trend], str]) -> str:
    said = [(trend.lane, sentence) for trend in drawn if (sentence := say(trend))]
    return words.listed(
        pgettext("a lane and what it does", "%(lane)s %(finding)s")
        % {"lane": words.LANES[lane], "finding": sentence}
        for lane, sentence in said
    )


def _titled(subject: str, said: str) -> str:
    return words.labelled(subject, said or _("nothing observed yet"))


def frequency(drawn: Sequence[Trend]) -> str:
    """Say in how many weeks each lane deployed."""

    def say(trend: Trend) -> str:
        whole = [week for week in trend.weeks if week.whole]
        if not whole:
            return ""
        busy = sum(week.deployments > 0 for week in whole)
        return ngettext(
            "deployed in %(busy)s of %(weeks)s week",
            "deployed in %(busy)s of %(weeks)s weeks",
            len(whole),
        ) % {"busy": busy, "weeks": len(whole)}

    return _titled(_("Deployment frequency"), _each(drawn, say))


class _Point(NamedTuple):
    """A value that is known, and its interval where there is one."""

    value: float
    low: float | None
    high: float | None

    def may_be(self, value: float) -> bool:
        """Whether the interval holds a value; what has none may be anything."""
        return self.low is None or self.high is None or self.low <= value <= self.high


def _moved(points: Sequence[_Point], unit: str) -> str:
    """Say where points began and ended, and whether that is within the uncertainty."""
    if not points:
        return ""
    begin, end = points[0], points[-1]
    first, last = words.pair(begin.value, end.value, unit)
    if first == last:
        return _("stays at %(value)s") % {"value": last}
    said = _("went from %(first)s to %(last)s") % {"first": first, "last": last}
    if begin.may_be(end.value) or end.may_be(begin.value):
        return _("{said}, within its uncertainty").format(said=said)
    return said


def lead(drawn: Sequence[Trend]) -> str:
    """Say where each lane's median lead time began and ended, and how sure."""

    def say(trend: Trend) -> str:
        points = [
            _Point(week.lead_median, week.lead_low, week.lead_high)
            for week in trend.weeks
            if week.lead_median is not None
        ]
        return _moved(points, "seconds")

    return _titled(_("Median change lead time"), _each(drawn, say))


def fail(drawn: Sequence[Trend]) -> str:
    """Say where each lane's rolling change fail rate began and ended, and how sure."""

    def say(trend: Trend) -> str:
        points = [
            _Point(rate.value, rate.low, rate.high)
            for rate in trend.rates
            if rate.value is not None
        ]
        return _moved(points, "ratio")

    return _titled(_("Change fail rate over 30 days"), _each(drawn, say))


def recovery(drawn: Sequence[Trend]) -> str:
    """Say how many failed deployments were recovered from, and how fast at last."""

    def say(trend: Trend) -> str:
        count = sum(week.recovered for week in trend.weeks)
        if not count:
            return ""
        spans = [week.recovery_median for week in trend.weeks]
        last = next((span for span in reversed(spans) if span is not None), None)
        if last is None:
            return ""
        return ngettext(
            "recovered %(count)s time, last in %(span)s",
            "recovered %(count)s times, last in %(span)s",
            count,
        ) % {"count": count, "span": words.duration(last)}

    return _titled(_("Recovery of failed deployments"), _each(drawn, say))


def titles(drawn: Sequence[Trend]) -> dict[str, str]:
    """Return the title of each figure by its name."""
    return {
        "frequency": frequency(drawn),
        "lead": lead(drawn),
        "fail": fail(drawn),
        "recovery": recovery(drawn),
    }
