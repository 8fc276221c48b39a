"""Flowing: what changes took stage by stage, and what pipelines did, by day.

It stands apart from `roll_up` because the five delivery metrics do without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring import columns
from scoring.columns import flows
from scoring.events import Lane
from scoring.rollups import pipelines
from scoring.rollups.flow import CAUSES, STAGES, DayFlow, Told

if TYPE_CHECKING:
    from scoring.attribution import Attribution, LaneFacts
    from scoring.columns import Floats, Ints, Truths
    from scoring.events import Window

    Found = dict[int, tuple[Ints, Floats]]

_UNEXPLAINED = len(CAUSES) - 1


def follow(attribution: Attribution, *, window: Window | None = None) -> list[DayFlow]:
    """Return what each day tells in both lanes, in order of lane and day.

    With a window only what lies in it is told. A day without anything has no row.
    """
    return [
        day
        for facts in attribution.lanes.values()
        for day in _of_lane(attribution, facts, window)
    ]


def _of_lane(
    attribution: Attribution, facts: LaneFacts, window: Window | None
) -> list[DayFlow]:
    inside = _inside(facts.deployed.finish, window)
    days = columns.days_of(facts.deployed.finish)
    found: Found = {}
    found |= _stages(attribution, facts, days, inside)
    found |= _batches(facts, days, inside)
    found |= _causes(facts, days, inside)
    gates: pipelines.Gates = {}
    if facts.lane is attribution.home:
        runs = [
            run
            for run in attribution.ledger.runs()
            if window is None or run.at < window.end
        ]
        since = window.start if window else None
        found |= pipelines.counted(runs, since=since)
        gates = pipelines.gates(runs, since=since)
        signals = attribution.ledger.signals()
        found |= pipelines.freshness(
            signal for signal in signals if window is None or signal.at in window
        )
    told = flows.by_day({kind: pair for kind, pair in found.items() if len(pair[0])})
    return [
        DayFlow(
            service=attribution.service,
            lane=facts.lane,
            day=columns.day(day),
            told=told.get(day, {}),
            gates=gates.get(day, {}),
        )
        for day in sorted(told.keys() | gates.keys())
    ]


def _inside(moments: Floats, window: Window | None) -> Truths:
    if window is None:
        return ~columns.no(len(moments))
    start, end = window.start.timestamp(), window.end.timestamp()
    return columns.both(moments >= start, moments < end)


# ── the way of a change ────────────────────────────────────────────────────────────


def _stages(
    attribution: Attribution, facts: LaneFacts, days: Ints, inside: Truths
) -> Found:
    """Cut the lead time of each carried change where its moments are known."""
    cargo, deployed = facts.cargo, facts.deployed
    carrier = cargo.carrier[facts.carried]
    took = columns.positions(inside[carrier] & (facts.lead >= 0))
    items, rows = facts.carried[took], carrier[took]
    if not len(items):
        return {}
    finish, started = deployed.finish[rows], cargo.started[items]
    if facts.lane is Lane.CODE:
        begin = deployed.started[rows]
        merged, opened = cargo.merged[items], cargo.opened[items]
        never = columns.full(len(items), columns.NEVER)
        run = pipelines.starts(attribution.ledger, deployed)[rows]
        ran = run >= merged
        moments = [
            started,
            # Opened after it was merged: of the two clocks that of the merge is held.
            columns.chosen_moments(opened <= merged, opened, never),
            merged,
            columns.chosen_moments(ran, run, begin),
            begin,
            finish,
        ]
        begun = cargo.first[items]
    else:
        ran = ~columns.no(len(items))
        moments = [started, *(moment[items] for moment in cargo.moments), finish]
        begun = cargo.first[items]
    spans, untold = flows.stages(moments, begun=begun)
    at = days[rows]
    found: Found = {
        Told.UNTOLD_SECONDS: (at[untold > 0], untold[untold > 0]),
        Told.LED: flows.tally(at),
        Told.LED_MERGED: flows.tally(at[items < cargo.changes]),
    }
    for stage, span in zip(STAGES[facts.lane], spans, strict=True):
        known = columns.known(span)
        if stage is Told.PIPELINE_SECONDS:  # there is none without a run
            known &= ran
        found[stage] = at[known], span[known]
    return found


def _batches(facts: LaneFacts, days: Ints, inside: Truths) -> Found:
    """Count the changes in each deployment that brought something to a lane."""
    carried = columns.how_often(
        facts.cargo.carrier[facts.carried], len(facts.deployed.ids)
    )
    bringing = facts.bringing & inside
    known = bringing & (carried > 0)
    return {
        Told.BATCH_SIZES: (days[known], columns.floats(carried[known].tolist())),
        Told.BROUGHT: flows.tally(days[bringing]),
    }


# ── what failures came from ────────────────────────────────────────────────────────


def _causes(facts: LaneFacts, days: Ints, inside: Truths) -> Found:
    cause = _cause_of_each(facts)
    found: Found = {}
    for number in range(len(CAUSES)):
        rows = columns.positions(inside & facts.failed & (cause == number))
        took = facts.recovery[rows]
        healed = took >= 0
        found[Told.FAILED_DATA + number] = flows.tally(days[rows])
        still_open = rows[~columns.known(took)]
        found[Told.OPEN_DATA + number] = flows.tally(days[still_open])
        kind = Told.RECOVERY_DATA_SECONDS + number
        found[kind] = days[rows[healed]], took[healed]
    return found


def _cause_of_each(facts: LaneFacts) -> Ints:
    """Return by its place in CAUSES what the first incident at a door tells of it.

    One that names the deployment goes before one that only follows it.
    """
    laid = facts.laid
    causes = columns.repeat(_UNEXPLAINED, len(facts.deployed.ids))
    places = columns.ints(CAUSES.index(one.cause) for one in laid.incidents)
    for doors in (laid.near, laid.linked):
        telling = columns.positions((doors >= 0) & (places < _UNEXPLAINED))[::-1]
        causes[doors[telling]] = places[telling]  # written backwards: the first stays
    return causes
