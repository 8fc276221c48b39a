"""The figures of flow: how deployments are spread, and all that is measured. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import delivery_figures, figures, reasons, words
from assessments.charts.figures import Column, Figure, Table
from assessments.charts.pictures.rhythms import gap_length, rhythms

if TYPE_CHECKING:
    from assessments.services.flow import Flow, LaneFlow
    from scoring.metrics import Measurement


NAMES = ("rhythm", "flow")


def made(found: Flow) -> list[Figure]:
    """Return both figures."""
    return [_rhythm(found), _table(found)]


def _rhythm(found: Flow) -> Figure:
    known = [lane for lane in found.lanes if lane.rhythm is not None]
    gaps = words.listed(
        words.labelled(words.LANES[one.lane], _gap(one)) for one in found.lanes
    )
    title = _("Longest time without a deployment – %(lanes)s") % {"lanes": gaps}
    return Figure(
        name="rhythm",
        title=title,
        note=_(
            "A bar for each day, as high as it has deployments; shaded: the longest"
            " time without one. Days are days of UTC."
        ),
        facts=(
            figures.window(found.first, found.last),
            *(
                (lane.label, delivery_figures.measured(one.now))
                for lane in found.lanes
                for one in lane.rows
                if one.now.metric == "longest_deployment_gap"
            ),
        ),
        table=_days(found),
        picture=rhythms(found, title=title) if known else None,
        empty="" if known else _("No production deployment was ever seen."),
    )


def _gap(lane: LaneFlow) -> str:
    if lane.rhythm is None:
        return _("unknown")
    return gap_length(lane.rhythm.gap) if lane.rhythm.gap else _("none")


def _days(found: Flow) -> Table:
    """Return how many days had how many deployments."""
    buckets = next(
        (list(lane.rhythm.histogram) for lane in found.lanes if lane.rhythm), []
    )
    ends = [*(str(least - 1) for least in buckets[1:]), ""]
    return Table(
        caption=_("Days by how many deployments they had"),
        columns=(
            Column(label=_("Deployments on a day")),
            *(Column(label=lane.label, number=True) for lane in found.lanes),
        ),
        rows=tuple(
            (
                figures.text(_bucket(least, end)),
                *(
                    figures.count(lane.rhythm.histogram[least] if lane.rhythm else None)
                    for lane in found.lanes
                ),
            )
            for least, end in zip(buckets, ends, strict=True)
        )
        if buckets
        else (),
    )


def _bucket(least: int, end: str) -> str:
    if not end:
        return _("%(least)s or more") % {"least": least}
    return str(least) if end == str(least) else f"{least}–{end}"


def _table(found: Flow) -> Figure:
    """Return what is measured of flow, a metric a row and a lane a column."""
    lanes = [
        {one.name: one.now for one in lane.rows if not one.of_lead_time}
        for lane in found.lanes
    ]
    known = sum(now.value is not None for rows in lanes for now in rows.values())
    return Figure(
        name="flow",
        title=_("Batches, causes, pipelines and data: %(known)s of %(all)s known")
        % {"known": known, "all": sum(map(len, lanes))},
        facts=(figures.window(found.first, found.last),),
        table=Table(
            caption=_("Each metric of flow in each lane"),
            columns=(
                Column(label=_("Metric")),
                *(Column(label=lane.label) for lane in found.lanes),
            ),
            rows=tuple(
                (
                    figures.text(name),
                    *(figures.text(_measured(rows[name])) for rows in lanes),
                )
                for name in lanes[0]
            ),
        ),
    )


def _measured(now: Measurement) -> str:
    if now.value is None:
        return _("Unknown: %(why)s") % {"why": reasons.said(now.because)}
    return delivery_figures.measured(now)
