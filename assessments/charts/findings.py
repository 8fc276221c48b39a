"""Titles that state what a figure of delivery shows, lane by lane. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assessments.charts.trends import Trend


def _each(drawn: Sequence[Trend], say: Callable[[Trend], str]) -> str:
    said = [(trend.label, sentence) for trend in drawn if (sentence := say(trend))]
    return "; ".join(f"{label.lower()} {sentence}" for label, sentence in said)


def _titled(subject: str, said: str) -> str:
    return f"{subject}: {said}" if said else f"{subject}: nothing observed yet"


def frequency(drawn: Sequence[Trend]) -> str:
    """Say in how many weeks each lane deployed."""

    def say(trend: Trend) -> str:
        whole = [week for week in trend.weeks if week.whole]
        if not whole:
            return ""
        busy = sum(week.deployments > 0 for week in whole)
        return f"deployed in {busy} of {len(whole)} weeks"

    return _titled("Deployment frequency", _each(drawn, say))


def _ends(values: Sequence[float | None]) -> tuple[float, float] | None:
    known = [value for value in values if value is not None]
    return (known[0], known[-1]) if known else None


def _from_to(values: Sequence[float | None], write: Callable[[float], str]) -> str:
    ends = _ends(values)
    if ends is None:
        return ""
    first, last = (write(value) for value in ends)
    return f"stays at {last}" if first == last else f"went from {first} to {last}"


def lead(drawn: Sequence[Trend]) -> str:
    """Say where each lane's median lead time began and ended."""
    return _titled(
        "Median change lead time",
        _each(
            drawn,
            lambda t: _from_to([w.lead_median for w in t.weeks], words.duration),
        ),
    )


def fail(drawn: Sequence[Trend]) -> str:
    """Say where each lane's rolling change fail rate began and ended."""
    return _titled(
        "Change fail rate over 30 days",
        _each(drawn, lambda t: _from_to([r.value for r in t.rates], words.percent)),
    )


def recovery(drawn: Sequence[Trend]) -> str:
    """Say how many failed deployments were recovered from, and how fast at last."""

    def say(trend: Trend) -> str:
        count = sum(week.recovered for week in trend.weeks)
        if not count:
            return ""
        ends = _ends([week.recovery_median for week in trend.weeks])
        return (
            f"recovered {count} times, last in {words.duration(ends[1])}"
            if ends
            else ""
        )

    return _titled("Recovery of failed deployments", _each(drawn, say))


def titles(drawn: Sequence[Trend]) -> dict[str, str]:
    """Return the title of each figure by its name."""
    return {
        "frequency": frequency(drawn),
        "lead": lead(drawn),
        "fail": fail(drawn),
        "recovery": recovery(drawn),
    }
