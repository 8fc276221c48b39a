"""Random small histories of one service, for properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from scoring.events import (
    Cause,
    Change,
    Commit,
    Deployment,
    Event,
    Incident,
    Lane,
    ModelVersion,
    PipelineRun,
    Signal,
    SignalKind,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_START = datetime(2026, 1, 1, tzinfo=UTC)
# Few values on purpose: ties, rollbacks and shared identities must happen.
_moments = st.integers(0, 12 * 24).map(lambda hours: _START + timedelta(hours=hours))
_shas = st.sampled_from([f"sha{number}" for number in range(8)])
_versions = st.sampled_from(["1", "2", "3"])


def _names(prefix: str) -> st.SearchStrategy[str]:
    return st.integers(0, 12).map(lambda number: f"{prefix}{number}")


_deployments = st.builds(
    Deployment,
    id=_names("d"),
    service=st.just("shop"),
    environment=st.sampled_from(["production", "production", "staging"]),
    sha=st.none() | _shas,
    status=st.sampled_from([Status.SUCCESS, *Status]),
    started_at=st.none() | _moments,
    finished_at=_moments,
    attributes=st.sampled_from([{}, {}, {"hotfix": True}, {"rollback": True}]),
) | st.builds(
    Deployment,
    id=_names("m"),
    service=st.just("shop"),
    environment=st.just("production"),
    lane=st.just(Lane.MODEL),
    model_version=_versions,
    status=st.sampled_from([Status.SUCCESS, *Status]),
    finished_at=_moments,
)
_changes = st.builds(
    Change,
    id=_names("c"),
    service=st.just("shop"),
    merged_sha=st.none() | _shas,
    first_commit_at=st.none() | _moments,
    opened_at=st.none() | _moments,
    merged_at=_moments,
    commits=st.lists(_shas, max_size=2).map(tuple),
    labels=st.sampled_from([(), (), ("hotfix",)]),
    attributes=st.sampled_from([{}, {"reverts": "sha1", "title": "Revert sha1"}]),
)
_commits = st.builds(
    Commit,
    sha=_shas,
    service=st.just("shop"),
    committed_at=_moments,
    parents=st.lists(_shas, max_size=2).map(tuple),
)
_incidents = st.builds(
    Incident,
    id=_names("i"),
    service=st.just("shop"),
    opened_at=_moments,
    resolved_at=st.none() | _moments,
    deployment_id=st.none() | _names("d") | _names("m"),
    cause=st.none() | st.sampled_from(Cause),
)
_models = st.builds(
    ModelVersion,
    id=_versions.map("shop-{}".format),
    model=st.just("shop"),
    version=_versions,
    dataset_at=st.none() | _moments,
    trained_at=_moments,
    evaluated_at=st.none() | _moments,
    registered_at=st.none() | _moments,
)
_runs = st.builds(
    PipelineRun,
    id=_names("r"),
    service=st.just("shop"),
    pipeline=st.sampled_from(["build", "ingest"]),
    stage=st.sampled_from([None, None, None, "test"]),
    status=st.sampled_from([Status.SUCCESS, Status.FAILURE, *Status]),
    started_at=_moments,
    finished_at=st.none() | _moments,
    sha=st.none() | _shas,
    attributes=st.sampled_from(
        [
            {},
            {"purpose": "data", "rows_read": 100, "rows_quarantined": 3},
            {"queued_seconds": 30.0},
            {"queued_at": "2026-01-01T00:00:00+00:00", "purpose": "delivery"},
            {"gate": True},
            {"gate": "data_validation"},
        ]
    ),
)
_signals = st.builds(
    Signal,
    id=_names("s"),
    subject=st.just("shop"),
    signal=st.sampled_from(SignalKind),
    breached=st.booleans(),
    at=_moments,
    automated=st.booleans(),
)


def histories(*, commits: bool = True) -> st.SearchStrategy[list[Event]]:
    """Return histories whose events may share identities."""
    kinds = [_deployments, _deployments, _changes, _incidents, _models, _signals, _runs]
    if commits:
        kinds.append(_commits)
    return st.lists(st.one_of(*kinds), max_size=40)


def _identity(event: Event) -> tuple[str, str]:
    return event.kind, event.id


def distinct_histories(*, commits: bool = True) -> st.SearchStrategy[list[Event]]:
    """Return histories in which every identity occurs once."""
    key: Callable[[Event], tuple[str, str]] = _identity
    return histories(commits=commits).map(
        lambda events: list({key(event): event for event in events}.values())
    )
