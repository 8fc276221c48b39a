"""Titles that state what a figure of delivery shows, lane by lane. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assessments.charts.trends import Rate, Trend


def _each(drawn: Sequence[Trend], say: Callable[[Trend], str]) -> str:
    said = [(trend.lane, sentence) for trend in drawn if (sentence := say(trend))]
    return "; ".join(f"{words.LANES[lane]} {sentence}" for lane, sentence in said)


def _titled(subject: str, said: str) -> str:
    return _("%(subject)s: %(said)s") % {
        "subject": subject,
        "said": said or _("nothing observed yet"),
    }


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


def _ends(values: Sequence[float | None]) -> tuple[float, float] | None:
    known = [value for value in values if value is not None]
    return (known[0], known[-1]) if known else None


def _from_to(values: Sequence[float | None], unit: str) -> str:
    ends = _ends(values)
    if ends is None:
        return ""
    first, last = words.pair(*ends, unit)
    if first == last:
        return _("stays at %(value)s") % {"value": last}
    return _("went from %(first)s to %(last)s") % {"first": first, "last": last}


def lead(drawn: Sequence[Trend]) -> str:
    """Say where each lane's median lead time began and ended."""
    return _titled(
        _("Median change lead time"),
        _each(
            drawn,
            lambda t: _from_to([w.lead_median for w in t.weeks], "seconds"),
        ),
    )


def fail(drawn: Sequence[Trend]) -> str:
    """Say where each lane's rolling change fail rate began and ended, and how sure."""

    def say(trend: Trend) -> str:
        known = [rate for rate in trend.rates if rate.value is not None]
        said = _from_to([rate.value for rate in known], "ratio")
        if known and known[0].value != known[-1].value and _alike(known[0], known[-1]):
            return _("{said}, within its uncertainty").format(said=said)
        return said

    return _titled(_("Change fail rate over 30 days"), _each(drawn, say))


def _alike(first: Rate, last: Rate) -> bool:
    """Whether one of two rates lies within the interval of the other."""
    return _within(first, last.value) or _within(last, first.value)


def _within(rate: Rate, value: float | None) -> bool:
    if rate.low is None or rate.high is None or value is None:
        return False
    return rate.low <= value <= rate.high


def recovery(drawn: Sequence[Trend]) -> str:
    """Say how many failed deployments were recovered from, and how fast at last."""

    def say(trend: Trend) -> str:
        count = sum(week.recovered for week in trend.weeks)
        if not count:
            return ""
        ends = _ends([week.recovery_median for week in trend.weeks])
        if ends is None:
            return ""
        return ngettext(
            "recovered %(count)s time, last in %(span)s",
            "recovered %(count)s times, last in %(span)s",
            count,
        ) % {"count": count, "span": words.duration(ends[1])}

    return _titled(_("Recovery of failed deployments"), _each(drawn, say))


def titles(drawn: Sequence[Trend]) -> dict[str, str]:
    """Return the title of each figure by its name."""
    return {
        "frequency": frequency(drawn),
        "lead": lead(drawn),
        "fail": fail(drawn),
        "recovery": recovery(drawn),
    }
