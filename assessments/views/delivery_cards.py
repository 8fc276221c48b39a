"""What the cards of the delivery page say: a metric in words, and how it moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.queries.delivery import Goal
    from assessments.services.dashboards import Card, LaneView
    from scoring.metrics import Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A card in words: what a template shows without thinking."""

    metric: str
    name: str
    meaning: str
    value: str
    interval: str
    companions: str
    n: int
    coverage: float | None
    provisional: bool
    because: str
    change: str
    reading: str  # better | worse | same | none
    goal: Goal | None
    goal_met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRow:
    """One lane's cards."""

    lane: str
    label: str
    seen: bool
    cards: tuple[CardRow, ...]


def lane_row(lane: LaneView, goals: Iterable[Goal]) -> LaneRow:
    """Return a lane with the goals that an edition sets for it."""
    wanted = {goal.metric: goal for goal in goals if goal.lane == lane.lane}
    return LaneRow(
        lane=lane.lane,
        label=lane.label,
        seen=lane.seen,
        cards=tuple(_card(card, wanted.get(card.metric)) for card in lane.cards),
    )


def _card(card: Card, goal: Goal | None) -> CardRow:
    now = card.now
    change, reading = _change(card)
    return CardRow(
        metric=card.metric,
        name=card.name,
        meaning=card.meaning,
        value=words.quantity(now.value, now.unit),
        interval=words.interval(now.low, now.high, now.unit),
        companions=_companions(now),
        n=now.n,
        coverage=now.coverage,
        provisional=now.provisional,
        because=now.because,
        change=change,
        reading=reading,
        goal=goal,
        goal_met=None if goal is None or now.value is None else goal.met(now.value),
    )


def _companions(now: Measurement) -> str:
    said = []
    if (p95 := now.detail.get("p95_s")) is not None:
        said.append(_("P95 {value}").format(value=words.duration(p95)))
    if still_open := now.detail.get("open"):
        said.append(_("{count} still open").format(count=int(still_open)))
    if backwards := now.detail.get("contradictory"):
        said.append(
            ngettext(
                "{count} left out: its clocks disagree",
                "{count} left out: their clocks disagree",
                int(backwards),
            ).format(count=int(backwards))
        )
    if now.metric == "change_fail_rate" and now.value is not None:
        said.append(
            _("{failed} of {total} deployments").format(
                failed=int(now.detail.get("failed") or 0), total=now.n
            )
        )
    busy = now.detail.get("median_on_deploying_weeks")
    if busy is not None:
        said.append(
            _("median {value} in weeks with any").format(value=words.number(busy))
        )
    return ", ".join(said)


def _change(card: Card) -> tuple[str, str]:
    """Say how a value moved against the period before, in words and sign."""
    now, before = card.now.value, card.before.value
    if now is None:
        return "", "none"
    if before is None:
        return _("nothing known of the period before"), "none"
    was = words.quantity(before, card.before.unit)
    if now == before:
        return _("= unchanged"), "same"
    up = now > before
    said = (_("▲ up from {was}") if up else _("▼ down from {was}")).format(was=was)
    if _within(card.now, before) or _within(card.before, now):
        return _("{said}, within its uncertainty").format(said=said), "same"
    if card.now.low is None and card.before.low is None:
        # Nothing tells how large a change would be by chance: it is not judged.
        return said, "same"
    better = up is card.higher_is_better
    word = _("better") if better else _("worse")
    return f"{said}, {word}", "better" if better else "worse"


def _within(measured: Measurement, value: float) -> bool:
    if measured.low is None or measured.high is None:
        return False
    return measured.low <= value <= measured.high
