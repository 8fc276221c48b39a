"""The figures of delivery as pages show them, each with all it rests on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import delivery, delivery_tables, findings, words
from assessments.charts.figures import Figure, window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.services.dashboards import Dashboard
    from scoring.metrics import Measurement

_METRICS = {
    "frequency": "deployment_frequency",
    "lead": "change_lead_time",
    "fail": "change_fail_rate",
    "recovery": "failed_deployment_recovery_time",
}
NAMES = tuple(_METRICS)


def figures(shown: Dashboard, goals: Mapping[str, delivery.Line]) -> list[Figure]:
    """Return the four figures, with what each rests on lane by lane."""
    drawings = delivery.figures(shown.trends, dict(goals))
    tables, notes = delivery_tables.tables(shown.trends), _notes()
    return [
        Figure(
            name=name,
            title=title,
            note=notes[name],
            facts=(window(shown.first, shown.last), *_facts(shown, _METRICS[name])),
            table=tables[name],
            drawing=drawings.get(name),
            empty=(
                ""
                if name in drawings
                else _("There is nothing to draw in this period.")
            ),
        )
        for name, title in findings.titles(shown.trends).items()
    ]


def _notes() -> dict[str, str]:
    return {
        "frequency": _(
            "Whole weeks of the period, weeks without a deployment included."
        ),
        "lead": _("By week of the deployment; gaps are weeks without a known change."),
        "fail": _("Each point looks back 30 days; shaded: interval (95 %)."),
        "recovery": _(
            "By week of the failed deployment; failures still open are not in."
        ),
    }


def _facts(shown: Dashboard, metric: str) -> list[tuple[str, str]]:
    return [
        (lane.label, measured(card.now))
        for lane in shown.lanes
        for card in lane.cards
        if card.metric == metric
    ]


def measured(now: Measurement) -> str:
    """Write a measurement with all it rests on; or that it is unknown."""
    if now.value is None:
        return _("unknown")
    said = [words.quantity(now.value, now.unit)]
    if now.low is not None:
        interval = words.interval(now.low, now.high, now.unit)
        said.append(_("95 %% interval %(interval)s") % {"interval": interval})
    said.append(f"n {now.n}")
    if now.coverage is not None:
        said.append(_("coverage %(share)s") % {"share": words.share(now.coverage)})
    if now.provisional:
        said.append(_("provisional"))
    return ", ".join(said)
