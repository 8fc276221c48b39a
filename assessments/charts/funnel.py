"""Both lanes stage by stage, beside each other: where lead time goes. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import figures, words
from assessments.charts.figures import Column, Figure, Table
from assessments.charts.pictures.funnels import funnels

if TYPE_CHECKING:
    from assessments.charts.figures import Cell
    from assessments.services.stages import Funnel, LaneStages, Stage


def figure(found: Funnel) -> Figure:
    """Return the funnel with its bottleneck named, or said to be unknown."""
    title = _title(found)
    known = any(lane.known for lane in found.lanes)
    return Figure(
        name="stages",
        title=title,
        note=_(
            "Bars: share of all lead time of the lane; beside them the median of each"
            " stage. The wider gap is the bottleneck that takes longer."
        ),
        facts=(
            figures.window(found.first, found.last),
            *((lane.label, _said(lane)) for lane in found.lanes),
        ),
        table=_table(found),
        picture=funnels(found, title=title) if known else None,
        empty=""
        if known
        else " ".join(lane.bottleneck.because for lane in found.lanes),
    )


def _title(found: Funnel) -> str:
    parts = [
        _("%(lane)s: %(stage)s, %(share)s of lead time")
        % {
            "lane": words.LANES[lane.lane],
            "stage": longest.name,
            "share": words.share(longest.share or 0),
        }
        if (longest := lane.longest)
        else _("%(lane)s: unknown") % {"lane": words.LANES[lane.lane]}
        for lane in found.lanes
    ]
    said = _("Bottlenecks – %(lanes)s") % {"lanes": words.listed(parts)}
    if found.wider is None:
        return said
    return _("%(said)s; the wider gap is in %(lane)s") % {
        "said": said,
        "lane": words.LANES[found.wider.lane],
    }


def _said(lane: LaneStages) -> str:
    bottleneck = lane.bottleneck
    if bottleneck.value is None and not lane.known:
        return _("unknown")
    said = [f"n {bottleneck.n or max(one.now.n for one in lane.stages)}"]
    if bottleneck.coverage is not None:
        covered = words.share(bottleneck.coverage)
        said.append(_("coverage %(share)s") % {"share": covered})
    if bottleneck.value is None:
        said.append(_("bottleneck not certain"))
    return ", ".join(said)


def _table(found: Funnel) -> Table:
    return Table(
        caption=_("Each stage of lead time in each lane"),
        columns=(
            Column(label=_("Stage")),
            Column(label=_("Lane")),
            Column(label=_("Median"), number=True),
            Column(label=_("Interval from"), number=True),
            Column(label=_("Interval to"), number=True),
            Column(label="P95", number=True),
            Column(label=_("Share"), number=True),
            Column(label="n", number=True),
            Column(label=_("Coverage"), number=True),
        ),
        rows=tuple(_row(one, lane) for lane in found.lanes for one in lane.stages),
    )


def _row(one: Stage, lane: LaneStages) -> tuple[Cell, ...]:
    now = one.now
    return (
        figures.text(one.name),
        figures.text(lane.label),
        figures.quantity(now.value, now.unit),
        figures.quantity(now.low, now.unit),
        figures.quantity(now.high, now.unit),
        figures.quantity(now.detail.get("p95_s"), now.unit),
        figures.share(one.share),
        figures.count(now.n),
        figures.share(now.coverage),
    )
