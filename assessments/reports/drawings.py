"""The drawings of reports, each with its finding, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from assessments.charts import findings, print_delivery, words
from assessments.charts import print as print_charts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.utils.safestring import SafeString

    from assessments.charts.palette import Palette
    from assessments.charts.trends import Rate, Trend, Week
    from assessments.queries.results import DomainRow, Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing with what it shows in words, its date, its n and where it is from."""

    title: str
    drawing: SafeString
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRow:
    """The numbers behind the drawings of delivery, for one week of a lane."""

    week: Week
    rate: Rate | None


def levels(results: Results, palette: Palette) -> dict[str, Figure]:
    """Return the drawings of levels: bars, and the same as a radar."""
    scale = print_charts.Scale(
        lowest=results.thresholds.lowest,
        highest=results.thresholds.highest,
        palette=palette,
    )
    bars = list(_bars(results))
    note = _scored(results)
    return {
        "profile": Figure(
            title=_spread(results),
            drawing=_safe(
                print_charts.profile(bars, scale=scale, title=_spread(results))
            ),
            note=note,
        ),
        "radar": Figure(
            title=_("Agreed levels as an outline, targets dashed"),
            drawing=_safe(
                print_charts.radar(
                    bars,
                    scale=scale,
                    title=_("Agreed levels as an outline, targets dashed"),
                )
            ),
            note=note,
        ),
    }


def delivery(trends: Sequence[Trend]) -> dict[str, Figure]:
    """Return the drawings of delivery; one without anything to show is left out."""
    titles = findings.titles(trends)
    return {
        name: Figure(title=titles[name], drawing=_safe(svg), note=_rests(trends, name))
        for name, svg in print_delivery.charts(trends).items()
        if svg
    }


def weeks(trend: Trend) -> list[WeekRow]:
    """Return the weeks of a lane, each with the last rate that falls into it."""
    return [
        WeekRow(
            week=week,
            rate=next(
                (
                    rate
                    for rate in reversed(trend.rates)
                    if week.start <= rate.on < week.start + timedelta(days=7)
                ),
                None,
            ),
        )
        for week in trend.weeks
    ]


def _bars(results: Results) -> Iterator[print_charts.Bar]:
    before = ""
    for row in results.domains:
        yield print_charts.Bar(
            code=row.code,
            name=row.name,
            level=row.agreed.level,
            declared=row.declared.level,
            measured=row.measured.level,
            target=row.target,
            heading="" if row.pillar == before else row.pillar_name,
        )
        before = row.pillar


def _spread(results: Results) -> str:
    known = [row for row in results.domains if row.agreed.level is not None]
    if not known:
        return _("No domain has an agreed level yet")
    low, high = min(map(_level, known)), max(map(_level, known))
    if low == high:
        return _("Every domain whose level is known stands at %(level)s") % {
            "level": words.level(low)
        }
    return _("Agreed levels go from %(low)s (%(lowest)s) to %(high)s (%(highest)s)") % {
        "low": words.level(low),
        "lowest": ", ".join(row.code for row in known if _level(row) == low),
        "high": words.level(high),
        "highest": ", ".join(row.code for row in known if _level(row) == high),
    }


def _level(row: DomainRow) -> float:
    return float(row.agreed.level or 0)


def _scored(results: Results) -> str:
    scored = results.header.scored_at
    return _("Scored %(day)s; n = %(people)s people; source: scoring %(number)s") % {
        "day": words.day(scored) if scored else words.DASH,
        "people": results.overall.raters,
        "number": results.header.scoring_id,
    }


def _rests(trends: Sequence[Trend], name: str) -> str:
    """Say over which weeks a drawing goes and of how many it tells."""
    starts = [week.start for trend in trends for week in trend.weeks]
    counted = ", ".join(f"{t.label} {_count(t, name)}" for t in trends)
    return _("%(span)s; n: %(counted)s; source: day rollups") % {
        "span": words.span(min(starts), max(starts) + timedelta(days=6)),
        "counted": counted,
    }


def _count(trend: Trend, name: str) -> int:
    match name:
        case "lead":
            return sum(week.changes for week in trend.weeks)
        case "recovery":
            return sum(week.recovered for week in trend.weeks)
        case _:
            return sum(week.deployments for week in trend.weeks)


def _safe(svg: str) -> SafeString:
    # Charts escape every text that they are given.
    return mark_safe(svg)  # noqa: S308  # drawn by assessments.charts, texts escaped
