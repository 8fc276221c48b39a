"""Metrics over what was recorded: versions, trainings, releases, rollbacks, drills."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scoring import columns
from scoring.events.recorded import Trigger
from scoring.metrics.estate.inventory import NO_MODEL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scoring.metrics.estate.facts import Estate, TrainingRun
    from scoring.metrics.measurement import Measurement, Question

_WEEK_DAYS = 7
_NO_RELEASE = "No model version went to production in the window."
_NO_TRAINING = "No training run was seen in the window."
# What a record holds -> why nothing is known where no record holds it.
_PARTS = {
    "code": "No model version names its code.",
    "data": "No model version names its data.",
    "parameters": "No model version names its parameters.",
    "environment": "No model version names its environment.",
}
_HELD = {
    "who": "No release records who made it.",
    "what": "No release records which version it brought.",
    "why": "No release records why it was made.",
    "approved": "No release records an approval.",
}
_DEGRADED = frozenset({Trigger.NEW_DATA, Trigger.DRIFT, Trigger.QUALITY})


def reproducible_versions_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of versions that name code, data, parameters and environment.

    A part that no version names is told by no system: then the share is unknown.
    """
    if not estate.versions:
        return ask.unknown("No model version was registered in the window.")
    return _complete(ask, estate.versions, _PARTS)


def retraining_frequency(estate: Estate, ask: Question) -> Measurement:
    """Return how often a week a live model was trained anew: the median of them."""
    if not estate.models:
        return ask.unknown(NO_MODEL)
    known = [one.service for one in estate.models if one.trained_at is not None]
    coverage = len(known) / len(estate.models)
    if not known:
        return ask.unknown(
            "Of no live model is it known when it was trained.", coverage=coverage
        )
    trained = Counter(
        one.model for one in estate.versions if one.trained_at in ask.window
    )
    weeks = ask.window.days / _WEEK_DAYS
    if not weeks:
        return ask.unknown("The window is empty.", coverage=coverage)
    rates = columns.floats(sorted(trained[model] / weeks for model in known))
    return ask.value(
        columns.percentile(rates, 0.5),
        n=len(known),
        coverage=coverage,
        detail={"trained": float(sum(trained[model] for model in known))},
    )


def tracked_runs_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of training runs with an entry in an experiment tracker."""
    if not estate.trainings:
        return ask.unknown(_NO_TRAINING)
    return ask.known_share(
        [run.tracked for run in estate.trainings],
        none_known="Of no training run is it known whether a tracker has it.",
    )


def automatic_training_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of training runs that no person started."""
    if not estate.trainings:
        return ask.unknown(_NO_TRAINING)
    return ask.proportion(
        sum(_automatic(run) for run in estate.trainings),
        len(estate.trainings),
        coverage=1.0,
        detail=_by_trigger(estate),
    )


def _automatic(run: TrainingRun) -> bool:
    return run.automated if run.trigger is None else run.trigger is not Trigger.MANUAL


def triggered_training_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of training runs that new data or degradation started."""
    if not estate.trainings:
        return ask.unknown(_NO_TRAINING)
    known = [run.trigger for run in estate.trainings if run.trigger is not None]
    coverage = len(known) / len(estate.trainings)
    if not known:
        return ask.unknown(
            "Of no training run is it known what started it.", coverage=coverage
        )
    triggered = sum(trigger in _DEGRADED for trigger in known)
    return ask.proportion(
        triggered, len(known), coverage=coverage, detail=_by_trigger(estate)
    )


def _by_trigger(estate: Estate) -> dict[str, float]:
    counted = Counter(run.trigger for run in estate.trainings)
    return {
        f"by_{trigger or 'unknown'}": float(counted[trigger])
        for trigger in (*Trigger, None)
        if counted[trigger]
    }


def audit_complete_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of releases whose record holds who, what, why and approval.

    When it was and how it went every release says. What no release holds is told by
    no system: then the share is unknown.
    """
    if not estate.releases:
        return ask.unknown(_NO_RELEASE)
    return _complete(ask, estate.releases, _HELD)


def _complete(
    ask: Question, records: Sequence[object], parts: Mapping[str, str]
) -> Measurement:
    """Return the share of records that hold every part; each part's count beside it."""
    held = {part: sum(getattr(one, part) for one in records) for part in parts}
    detail = {f"with_{part}": float(count) for part, count in held.items()}
    for part, none_holds in parts.items():
        if not held[part]:
            return ask.unknown(none_holds, detail=detail)
    whole = sum(all(getattr(one, part) for part in parts) for one in records)
    return ask.proportion(whole, len(records), coverage=1.0, detail=detail)


def approved_releases_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of releases whose record holds an approval."""
    if not estate.releases:
        return ask.unknown(_NO_RELEASE)
    approved = sum(one.approved for one in estate.releases)
    if not approved:
        return ask.unknown(_HELD["approved"])
    return ask.proportion(approved, len(estate.releases), coverage=1.0)


def self_service_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of releases that the model's team made without a ticket."""
    if not estate.releases:
        return ask.unknown(_NO_RELEASE)
    return ask.known_share(
        [one.self_service for one in estate.releases],
        none_known="Of no release is it recorded whether it was self-service.",
    )


def automatic_rollback_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of rollbacks that a machine began."""
    if not estate.rollbacks:
        return ask.unknown("No rollback signal was seen in the window.")
    return ask.proportion(sum(estate.rollbacks), len(estate.rollbacks), coverage=1.0)


def drills_with_findings(estate: Estate, ask: Question) -> Measurement:
    """Count the drills whose findings are recorded; n are all drills."""
    if not estate.drills and not estate.drilled_before:
        return ask.unknown("No drill was ever recorded.")
    return ask.value(float(sum(estate.drills)), n=len(estate.drills), coverage=1.0)


RECORDS: Mapping[str, Callable[[Estate, Question], Measurement]] = {
    "reproducible_versions_share": reproducible_versions_share,
    "retraining_frequency": retraining_frequency,
    "tracked_runs_share": tracked_runs_share,
    "automatic_training_share": automatic_training_share,
    "triggered_training_share": triggered_training_share,
    "audit_complete_share": audit_complete_share,
    "approved_releases_share": approved_releases_share,
    "self_service_share": self_service_share,
    "automatic_rollback_share": automatic_rollback_share,
    "drills_with_findings": drills_with_findings,
}
