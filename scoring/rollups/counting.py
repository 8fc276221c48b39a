"""Counting: the facts of an attribution, by day."""

from __future__ import annotations

from datetime import timedelta
from itertools import compress, pairwise
from typing import TYPE_CHECKING

from scoring import columns
from scoring.attribution import RANKED, reactions, stages
from scoring.rollups.day import DayRollup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from scoring.attribution import Attribution, LaneFacts
    from scoring.columns import Floats, Ints
    from scoring.events import Json, Window

_WHOLE = ("completed", "successful", "failed", "rework", "cancelled", "open")
_IN_DETAIL = (
    "incidents",
    "incidents_linked",
    "versioned",
    "carriers",
    "carriers_known",
    "contradictory",
    "degradations",
    "reactions",
)


def roll_up(
    attribution: Attribution, *, window: Window | None = None
) -> list[DayRollup]:
    """Count what was found in both lanes by day, in order of lane and day.

    With a window only what lies in it is counted. A day without anything has no row.
    """
    return [
        rollup
        for facts in attribution.lanes.values()
        for rollup in _Lane(attribution, facts, window).rollups()
    ]


class _Lane:
    """The facts of one lane under count."""

    def __init__(
        self, attribution: Attribution, facts: LaneFacts, window: Window | None
    ) -> None:
        self.attribution = attribution
        self.facts = facts
        self.window = window
        deployed, judged = facts.deployed, facts.judged
        self.rows = self._inside(deployed.finish)
        self.day_of = columns.days_of(deployed.finish)
        self.tiers = judged.tier[self.rows]
        self.counts: dict[str, Ints] = {}
        self.samples: dict[str, tuple[Ints, Floats]] = {}
        self.by_day: dict[int, dict[str, Json]] = {}

    def _inside(self, moments: Floats) -> Ints:
        if self.window is None:
            return columns.count_to(len(moments))
        start = self.window.start.timestamp()
        return columns.positions(
            (moments >= start) & (moments < self.window.end.timestamp())
        )

    def rollups(self) -> list[DayRollup]:
        """Return a rollup for each day with anything in it."""
        self._count_deployments()
        self._count_samples()
        self._count_incidents()
        self._count_signals()
        self._count_models()
        days, counted = columns.count_days(
            self.counts, columns.ints(sorted(self.by_day))
        )
        leads = columns.samples_by_day(days, *self.samples["lead"])
        recoveries = columns.samples_by_day(days, *self.samples["recovery"])
        details = self._details(days, counted)
        whole = zip(*(counted[name] for name in _WHOLE), strict=True)
        return [
            DayRollup(
                service=self.attribution.service,
                lane=self.facts.lane,
                day=columns.day(day),
                completed=completed,
                successful=successful,
                failed=failed,
                rework=rework,
                cancelled=cancelled,
                open_failures=still_open,
                lead_seconds=lead,
                recovery_seconds=recovery,
                detail=detail,
            )
            for day, (
                completed,
                successful,
                failed,
                rework,
                cancelled,
                still_open,
            ), lead, recovery, detail in zip(
                days.tolist(), whole, leads, recoveries, details, strict=True
            )
        ]

    def _details(
        self, days: Ints, counted: Mapping[str, list[int]]
    ) -> list[dict[str, Json]]:
        details: list[dict[str, Json]] = [{} for _ in counted["incidents"]]
        for name in _IN_DETAIL:
            for detail, count in _found(details, counted[name]):
                detail[name] = count
        for tier in RANKED:
            for detail, count in _found(details, counted[tier]):
                won = detail.setdefault("tiers", {})
                if isinstance(won, dict):
                    won[str(tier)] = count
        if self.by_day:
            for detail, day in zip(details, days.tolist(), strict=True):
                detail |= self.by_day.get(day, {})
        return details

    # ── what is counted ────────────────────────────────────────────────────────────

    def _count_deployments(self) -> None:
        facts, rows = self.facts, self.rows
        deployed, days = facts.deployed, self.day_of[self.rows]
        failed = facts.failed[rows]
        cancelled = deployed.cancelled[self._inside(deployed.cancelled)]
        bringing = facts.bringing[rows]
        carrying = columns.no(len(deployed.ids))
        carrying[facts.cargo.carrier[facts.carried]] = True
        self.counts |= {
            "completed": days,
            "successful": days[deployed.success[rows]],
            "failed": days[failed],
            "rework": days[facts.judged.rework[rows]],
            "open": days[failed & ~columns.known(facts.judged.restored[rows])],
            "cancelled": columns.days_of(cancelled),
            "versioned": days[deployed.versions[rows] >= 0],
            "carriers": days[bringing],
            "carriers_known": days[bringing & carrying[rows]],
        }
        for rank, tier in enumerate(RANKED):
            self.counts[tier] = days[self.tiers == rank]

    def _count_samples(self) -> None:
        facts, cargo = self.facts, self.facts.cargo
        inside = columns.no(len(self.day_of))
        inside[self.rows] = True
        carrier = cargo.carrier[facts.carried]
        lead, recovery = facts.lead, facts.recovery
        took = inside[carrier] & (lead >= 0)
        healed = inside & facts.failed & (recovery >= 0)
        self.samples["lead"] = self.day_of[carrier[took]], lead[took]
        self.samples["recovery"] = self.day_of[healed], recovery[healed]
        backwards = self.day_of[inside & facts.failed & (recovery < 0)]
        self.counts["contradictory"] = columns.join_ints(
            [self.day_of[carrier[inside[carrier] & (lead < 0)]], backwards]
        )

    def _count_incidents(self) -> None:
        laid = self.facts.laid
        rows = self._inside(laid.opened)
        days = columns.days_of(laid.opened[rows])
        self.counts["incidents"] = days[laid.own[rows]]
        self.counts["incidents_linked"] = days[laid.blaming[rows]]

    def _count_signals(self) -> None:
        none = columns.ints(())
        self.counts |= {"degradations": none, "reactions": none}
        if self.facts.lane is not self.attribution.home:
            return
        signals = self.attribution.ledger.signals()
        if not signals:
            return
        for signal in signals:
            if self.window is None or signal.at in self.window:
                detail = self._day(signal.at.timestamp())
                kinds = detail.setdefault("signals", {})
                if isinstance(kinds, dict):
                    _tally(kinds, str(signal.signal), breached=bool(signal.breached))
        within = timedelta(hours=self.attribution.rules.reaction_window_hours)
        found = [
            (at, answered)
            for at, answered in reactions(signals, within)
            if self.window is None or at in self.window
        ]
        self.counts["degradations"] = _days(at for at, _ in found)
        self.counts["reactions"] = _days(at for at, answered in found if answered)

    def _count_models(self) -> None:
        """Keep the seconds between the moments of each model version's way."""
        cargo, finish = self.facts.cargo, self.facts.deployed.finish
        if not cargo.models:
            return
        inside = set(self.rows.tolist())
        for model, row in zip(cargo.models, cargo.carrier.tolist(), strict=False):
            if row not in inside:
                continue
            at = float(finish[row])
            detail = self._day(at)
            released = detail.get("released")
            detail["released"] = 1 + (released if isinstance(released, int) else 0)
            known = stages(model, columns.moment(at))
            kept = detail.setdefault("stages", {})
            for name, seconds in spans(known).items():
                if isinstance(kept, dict) and seconds >= 0:
                    _insert(kept, name, seconds)
            if "evaluated" in known:
                validated = (known["deployed"] - known["evaluated"]).total_seconds()
                if validated >= 0:
                    _insert(detail, "validated_seconds", validated)

    def _day(self, moment: float) -> dict[str, Json]:
        day = int(columns.days_of(columns.floats((moment,)))[0])
        return self.by_day.setdefault(day, {})


def _found(
    details: list[dict[str, Json]], counts: list[int]
) -> Iterator[tuple[dict[str, Json], int]]:
    """Return the details of the days on which anything was counted."""
    return compress(zip(details, counts, strict=True), counts)


def _days(moments: Iterable[datetime]) -> Ints:
    return columns.days_of(columns.floats(moment.timestamp() for moment in moments))


def _tally(kinds: dict[str, Json], kind: str, *, breached: bool) -> None:
    tally = kinds.setdefault(kind, {"seen": 0, "breached": 0})
    if isinstance(tally, dict):
        for name, more in (("seen", 1), ("breached", int(breached))):
            held = tally[name]
            tally[name] = more + (held if isinstance(held, int) else 0)


def _insert(kept: dict[str, Json], name: str, seconds: float) -> None:
    held = kept.get(name)
    samples = [
        sample
        for sample in (held if isinstance(held, list) else ())
        if isinstance(sample, float)
    ]
    kept[name] = [*sorted([*samples, seconds])]


def spans(known: Mapping[str, datetime]) -> dict[str, float]:
    """Return the seconds between each two moments of a way that follow each other."""
    return {
        f"{one}_to_{other}": (known[other] - known[one]).total_seconds()
        for one, other in pairwise(known)
    }
