"""Pipelines: how runs ended, waited and flickered, what gates let pass, and how fresh
data was. docs/events.md has the attributes that tell it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scoring import columns
from scoring.columns import flows
from scoring.events import SignalKind, Status
from scoring.rollups.flow import Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.attribution import Ledger
    from scoring.attribution.tables import Deployed
    from scoring.columns import Floats, Ints
    from scoring.events import Json, PipelineRun, Signal

    Found = dict[int, tuple[Ints, Floats]]
    Gates = dict[int, dict[str, Json]]

# A run of the deployed commit belongs to a deployment that ends up to so long after it
# started. What a day tells depends on runs this far back.
REACH = timedelta(days=7)
_REACH_SECONDS = REACH.total_seconds()
# A run that passes so long after one of the same commit failed shows that it flickers.
_FLAKY_WITHIN = timedelta(hours=24)
PURPOSES = ("data", "training", "delivery")
_VALIDATION = "data_validation"
_OVER = (Status.SUCCESS, Status.FAILURE)


def starts(ledger: Ledger, deployed: Deployed) -> Floats:
    """Return when the pipeline of each deployment started, NEVER where none is known.

    It is the first run of the deployed commit that was under way when the deployment
    started. One that ended before built what then waited for its deployment.
    """
    runs: dict[int, list[tuple[float, float]]] = {}
    for run in ledger.runs():
        if run.stage is None and run.sha is not None and ledger.knows(run.sha):
            ended = float("inf") if run.finished_at is None else run.at.timestamp()
            span = run.started_at.timestamp(), ended
            runs.setdefault(ledger.code(run.sha), []).append(span)
    found = columns.full(len(deployed.finish), columns.NEVER)
    begun = columns.instead(deployed.started, deployed.finish)
    having = columns.ints(code in runs for code in range(len(ledger.versions)))
    known = columns.by_code(having, deployed.versions, 0)
    for row in columns.positions(known > 0).tolist():
        at, earliest = float(begun[row]), float(deployed.finish[row]) - _REACH_SECONDS
        spans = runs[int(deployed.versions[row])]
        found[row] = min(
            (start for start, end in spans if earliest <= start <= at <= end),
            default=columns.NEVER,
        )
    return found


# ── runs ───────────────────────────────────────────────────────────────────────────


def counted(runs: Sequence[PipelineRun], *, since: datetime | None) -> Found:
    """Count runs that ended, from a moment on; those before only explain others."""
    over = [run for run in runs if run.status in _OVER]
    whole = [run for run in over if run.stage is None]
    fresh = [run for run in whole if since is None or run.at >= since]
    passed = [run for run in fresh if run.status is Status.SUCCESS]
    failed = [run for run in fresh if run.status is Status.FAILURE]
    queued = [(run, took) for run in fresh if (took := _queued(run)) is not None]
    flaky = [
        (run, lost) for run, lost in _flaky(whole) if since is None or run.at >= since
    ]
    judged = [run for run in over if since is None or run.at >= since]
    rows = [(run, told) for run in judged if (told := _rows(run)) is not None]
    return {
        Told.RUNS_PASSED: _tally(passed),
        Told.RUNS_FAILED: _tally(failed),
        Told.RUNS_OF_KNOWN_PURPOSE: _tally(run for run in fresh if _purpose(run)),
        Told.DATA_RUNS_PASSED: _tally(run for run in passed if _purpose(run) == "data"),
        Told.DATA_RUNS_FAILED: _tally(run for run in failed if _purpose(run) == "data"),
        Told.QUEUE_SECONDS: _samples(queued),
        Told.RUNS_PASSED_VERSIONED: _tally(run for run in passed if run.sha),
        Told.RUNS_FLAKY: _tally(run for run, _ in flaky),
        Told.FLAKY_SECONDS: _samples(flaky),
        Told.ROWS_READ: flows.summed(*_samples((run, read) for run, (read, _) in rows)),
        Told.ROWS_QUARANTINED: flows.summed(
            *_samples((run, aside) for run, (_, aside) in rows)
        ),
        Told.RUNS_WITH_ROWS: _tally(run for run, _ in rows),
        **_gate_counts(judged),
    }


def _tally(runs: Iterable[PipelineRun]) -> tuple[Ints, Floats]:
    return flows.tally(columns.days_of(_moments(runs)))


def _moments(runs: Iterable[PipelineRun]) -> Floats:
    return columns.floats(run.at.timestamp() for run in runs)


def _samples(pairs: Iterable[tuple[PipelineRun, float]]) -> tuple[Ints, Floats]:
    told = list(pairs)
    days = columns.days_of(_moments(run for run, _ in told))
    return days, columns.floats(value for _, value in told)


def _purpose(run: PipelineRun) -> str:
    """Return what a run is for, as it says itself; empty if it does not."""
    said = run.attributes.get("purpose")
    return said if isinstance(said, str) and said in PURPOSES else ""


def _queued(run: PipelineRun) -> float | None:
    """Return the seconds for which a run waited to be started, if it says so."""
    told = _number(run, "queued_seconds")
    if told is not None:
        return told
    since = run.attributes.get("queued_at")
    try:
        moment = datetime.fromisoformat(since) if isinstance(since, str) else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or moment > run.started_at:
        return None
    return (run.started_at - moment).total_seconds()


def _rows(run: PipelineRun) -> tuple[float, float] | None:
    """Return how many rows a run read and set aside, if it tells both in reason."""
    read, aside = _number(run, "rows_read"), _number(run, "rows_quarantined")
    if read is None or aside is None or aside > read:
        return None
    return read, aside


def _number(run: PipelineRun, name: str) -> float | None:
    value = run.attributes.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < float("inf") else None


def _flaky(runs: Sequence[PipelineRun]) -> Iterator[tuple[PipelineRun, float]]:
    """Yield runs that passed after one of the same commit had failed, and the loss.

    What is lost is the time from the end of the first such failure to that of the run.
    """
    failures: dict[tuple[str, str], list[datetime]] = {}
    for run in runs:
        if not run.sha:
            continue
        key = run.pipeline, run.sha
        if run.status is Status.FAILURE:
            failures.setdefault(key, []).append(run.at)
            continue
        lately = [at for at in failures.pop(key, ()) if run.at - at <= _FLAKY_WITHIN]
        if lately:
            yield run, (run.at - lately[0]).total_seconds()


# ── gates ──────────────────────────────────────────────────────────────────────────


def gates(runs: Sequence[PipelineRun], *, since: datetime | None) -> Gates:
    """Return by day and gate how many runs passed it, and how many it stopped."""
    days: Gates = {}
    for run in runs:
        name = _gate(run)
        if name and run.status in _OVER and (since is None or run.at >= since):
            (day,) = columns.days_of(_moments([run])).tolist()
            tally = days.setdefault(day, {}).setdefault(name, {})
            if isinstance(tally, dict):
                ended = "passed" if run.status is Status.SUCCESS else "stopped"
                before = tally.get(ended, 0)
                tally[ended] = 1 + (before if isinstance(before, int) else 0)
    return days


def _gate(run: PipelineRun) -> str:
    """Return the gate that a run or stage is: its name, or true for that of a stage."""
    said = run.attributes.get("gate")
    if said is True:
        said = run.stage or run.pipeline
    return said.strip() if isinstance(said, str) else ""


def _gate_counts(runs: Sequence[PipelineRun]) -> Found:
    at_gates = [(run, name) for run in runs if (name := _gate(run))]
    validating = [run for run, name in at_gates if name == _VALIDATION]
    return {
        passing: _tally(run for run in tested if run.status is ended)
        for passing, tested, ended in (
            (Told.GATES_PASSED, [run for run, _ in at_gates], Status.SUCCESS),
            (Told.GATES_STOPPED, [run for run, _ in at_gates], Status.FAILURE),
            (Told.VALIDATIONS_PASSED, validating, Status.SUCCESS),
            (Told.VALIDATIONS_STOPPED, validating, Status.FAILURE),
        )
    }


# ── freshness ──────────────────────────────────────────────────────────────────────


def freshness(signals: Iterable[Signal]) -> Found:
    """Count checks of how fresh data is, and those that found it fresh enough."""
    checks = [one for one in signals if one.signal is SignalKind.FRESHNESS]
    judged = [(one, late) for one in checks if (late := _late(one)) is not None]
    return {
        Told.FRESHNESS_CHECKS: _seen(checks),
        Told.FRESHNESS_JUDGED: _seen(one for one, _ in judged),
        Told.FRESHNESS_KEPT: _seen(one for one, late in judged if not late),
    }


def _late(signal: Signal) -> bool | None:
    """Return whether data was older than allowed, None if the signal does not tell."""
    if signal.breached is not None:
        return signal.breached
    if signal.value is None or signal.threshold is None:
        return None
    return signal.value > signal.threshold


def _seen(signals: Iterable[Signal]) -> tuple[Ints, Floats]:
    moments = columns.floats(signal.at.timestamp() for signal in signals)
    return flows.tally(columns.days_of(moments))
