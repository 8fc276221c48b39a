"""How changes flow to production, from what days tell beside their rollups.

Each metric takes the flows of any days and lanes and picks those of its lane whose day
lies in its window.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from scoring.events import Lane
from scoring.metrics.bottleneck import NO_LEAD, lead_time_bottleneck
from scoring.metrics.catalog import flow as catalog
from scoring.metrics.delivery import share
from scoring.metrics.measurement import MINIMUM_N, Question
from scoring.metrics.registry import METRICS
from scoring.metrics.rhythm import longest_deployment_gap, rolling_change_fail_rate
from scoring.metrics.seen import Seen
from scoring.rollups import CAUSES, STAGES, Told, stage_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from scoring.events import Window
    from scoring.metrics.measurement import Measurement
    from scoring.rollups import DayFlow, DayRollup

    Answer = Callable[[Question, Seen], Measurement]

# Only what was opened for review is coded and reviewed; a lone commit is not.
_OF_MERGED = (Told.CODING_SECONDS, Told.REVIEW_SECONDS)
_NO_RUN = "No pipeline run ended in the window."


def flow_metric(
    days: Iterable[DayFlow],
    *,
    metric: str,
    lane: Lane,
    window: Window,
    minimum_n: int = MINIMUM_N,
) -> Measurement:
    """Measure one of FLOW."""
    ask = Question(
        metric=metric,
        lane=lane,
        window=window,
        unit=METRICS[metric].unit,
        minimum_n=minimum_n,
    )
    return FLOW[metric](ask, Seen.of(days, lane, window))


def measure_flow(
    rollups: Sequence[DayRollup],
    days: Sequence[DayFlow],
    *,
    lane: Lane,
    window: Window,
    minimum_n: int = MINIMUM_N,
    seen_before: bool = False,
) -> list[Measurement]:
    """Measure all that is in the catalog of flow for a lane, in its order."""
    of_rollups = {
        one.metric: one
        for one in (
            longest_deployment_gap(
                rollups,
                lane=lane,
                window=window,
                minimum_n=minimum_n,
                seen_before=seen_before,
            ),
            rolling_change_fail_rate(
                rollups, lane=lane, window=window, minimum_n=minimum_n
            ),
        )
    }
    return [
        of_rollups.get(metric.key)
        or flow_metric(
            days, metric=metric.key, lane=lane, window=window, minimum_n=minimum_n
        )
        for metric in catalog.FLOW
        if lane in metric.lanes
    ]


# ── deployments ────────────────────────────────────────────────────────────────────


def _stage_time(stage: Told, ask: Question, seen: Seen) -> Measurement:
    """Answer with the median of a stage; coverage is the share of changes it is of."""
    changes = seen.count(Told.LED_MERGED if stage in _OF_MERGED else Told.LED)
    samples = seen.samples(stage)
    coverage = share(len(samples), changes)
    if len(samples):
        return ask.median(samples, coverage=coverage)
    if not changes:
        return ask.unknown(NO_LEAD)
    return ask.unknown(
        "Of no change in the window is it known when this stage began and ended.",
        coverage=coverage,
    )


def _batch_size(ask: Question, seen: Seen) -> Measurement:
    """Answer with the median of changes in a deployment that brought something."""
    brought = seen.count(Told.BROUGHT)
    samples = seen.samples(Told.BATCH_SIZES)
    coverage = share(len(samples), brought)
    if len(samples):
        return ask.median(samples, coverage=coverage, mark="")
    if not brought:
        return ask.unknown(
            "No deployment in the window brought anything new to a predecessor."
        )
    return ask.unknown(
        "It is not known which changes the deployments in the window carried.",
        coverage=coverage,
    )


def _recovery_time(place: int, ask: Question, seen: Seen) -> Measurement:
    """Answer with the median recovery of failures from one cause."""
    failed = seen.count(Told(Told.FAILED_DATA + place))
    samples = seen.samples(Told(Told.RECOVERY_DATA_SECONDS + place))
    still_open = seen.count(Told(Told.OPEN_DATA + place))
    detail = {"open": float(still_open), "failed": float(failed)}
    coverage = share(len(samples), failed)
    if len(samples):
        return ask.median(samples, coverage=coverage, detail=detail)
    if not failed:
        return ask.unknown(
            "No deployment in the window is known to have failed of this.",
            detail=detail,
        )
    return ask.unknown(
        "Of no failed deployment in the window is it known when service was restored.",
        coverage=coverage,
        detail=detail,
    )


# ── pipelines and data ─────────────────────────────────────────────────────────────


def _passed(
    passing: Told, stopping: Told, nothing: str, ask: Question, seen: Seen
) -> Measurement:
    """Answer with the share that passed."""
    passed, stopped = seen.count(passing), seen.count(stopping)
    if not passed + stopped:
        return ask.unknown(nothing)
    return ask.proportion(passed, passed + stopped, detail={"passed": float(passed)})


def _runs(seen: Seen) -> int:
    return seen.count(Told.RUNS_PASSED) + seen.count(Told.RUNS_FAILED)


def _data_pipelines(ask: Question, seen: Seen) -> Measurement:
    """Answer for runs that say they move data; coverage is those that say anything."""
    runs = _runs(seen)
    if not runs:
        return ask.unknown(_NO_RUN)
    coverage = share(seen.count(Told.RUNS_OF_KNOWN_PURPOSE), runs)
    passed = seen.count(Told.DATA_RUNS_PASSED)
    total = passed + seen.count(Told.DATA_RUNS_FAILED)
    if not total:
        return ask.unknown(
            "No pipeline run in the window says that it moves data.", coverage=coverage
        )
    return ask.proportion(
        passed, total, coverage=coverage, detail={"passed": float(passed)}
    )


def _queue_time(ask: Question, seen: Seen) -> Measurement:
    runs = _runs(seen)
    samples = seen.samples(Told.QUEUE_SECONDS)
    if len(samples):
        return ask.median(samples, coverage=share(len(samples), runs))
    if not runs:
        return ask.unknown(_NO_RUN)
    return ask.unknown(
        "Of no pipeline run in the window is it known how long it waited.", coverage=0.0
    )


def _flaky_rate(ask: Question, seen: Seen) -> Measurement:
    passed = seen.count(Told.RUNS_PASSED)
    if not passed:
        return ask.unknown("No pipeline run succeeded in the window.")
    versioned = seen.count(Told.RUNS_PASSED_VERSIONED)
    coverage = share(versioned, passed)
    if not versioned:
        return ask.unknown(
            "Of no pipeline run in the window is the commit known.", coverage=coverage
        )
    return ask.proportion(
        seen.count(Told.RUNS_FLAKY),
        versioned,
        coverage=coverage,
        detail={
            "flaky": float(seen.count(Told.RUNS_FLAKY)),
            "lost_s": seen.total(Told.FLAKY_SECONDS),
        },
    )


def _quarantine_rate(ask: Question, seen: Seen) -> Measurement:
    """Answer with the share of rows set aside; rows of a run stand and fall together,
    so there is no interval, and `n` counts runs.
    """
    read = seen.total(Told.ROWS_READ)
    runs = seen.count(Told.RUNS_WITH_ROWS)
    if not read:
        return ask.unknown(
            "No pipeline run in the window tells how many rows it read and set aside."
        )
    aside = seen.total(Told.ROWS_QUARANTINED)
    return ask.value(aside / read, n=runs, detail={"rows": read, "set_aside": aside})


def _freshness_rate(ask: Question, seen: Seen) -> Measurement:
    checks = seen.count(Told.FRESHNESS_CHECKS)
    judged = seen.count(Told.FRESHNESS_JUDGED)
    if not checks:
        return ask.unknown("No monitor told how fresh data is in the window.")
    if not judged:
        return ask.unknown(
            "No check of freshness in the window says what its limit is.", coverage=0.0
        )
    kept = seen.count(Told.FRESHNESS_KEPT)
    return ask.proportion(
        kept, judged, coverage=judged / checks, detail={"kept": float(kept)}
    )


FLOW: Mapping[str, Answer] = MappingProxyType(
    {
        **{
            f"{stage_name(stage)}_time": partial(_stage_time, stage)
            for lane in Lane
            for stage in STAGES[lane]
        },
        "lead_time_bottleneck": lead_time_bottleneck,
        "batch_size": _batch_size,
        **{
            f"{cause or 'unexplained'}_recovery_time": partial(_recovery_time, place)
            for place, cause in enumerate(CAUSES)
        },
        "pipeline_success_rate": partial(
            _passed, Told.RUNS_PASSED, Told.RUNS_FAILED, _NO_RUN
        ),
        "pipeline_queue_time": _queue_time,
        "flaky_pipeline_rate": _flaky_rate,
        "gate_pass_rate": partial(
            _passed,
            Told.GATES_PASSED,
            Told.GATES_STOPPED,
            "No pipeline run in the window says that it is a gate.",
        ),
        "data_pipeline_success_rate": _data_pipelines,
        "data_validation_pass_rate": partial(
            _passed,
            Told.VALIDATIONS_PASSED,
            Told.VALIDATIONS_STOPPED,
            "No pipeline run in the window says that it validates data.",
        ),
        "quarantine_rate": _quarantine_rate,
        "data_freshness_rate": _freshness_rate,
    }
)
