"""The health of live models at one look: how they are made and who watches them.

Nothing is written here; the numbers are those of `measuring`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.queries import metric_words
from assessments.services.facts import Facts
from assessments.services.measured_from import Asked, measured
from scoring.events import Lane, Window

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from scoring.metrics import Measurement

_ASKED = (
    "standard_pipeline_share",
    "performance_monitoring_share",
    "drift_monitoring_share",
    "fairness_monitoring_share",
    "availability_monitoring_share",
    "owned_models_share",
    "reproducible_versions_share",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRow:
    """One thing that is asked of live models."""

    name: str
    now: Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How live models are made and watched, over a window."""

    first: date
    last: date
    live: int
    rows: tuple[HealthRow, ...]


def health(
    *,
    workspace_id: int,
    service_ids: Collection[int] | None,
    first: date,
    last: date,
) -> Health:
    """Look at the models that are live at the end of `last`."""
    facts = Facts(
        workspace_id=workspace_id, service_ids=service_ids, first=first, last=last
    )
    window = Window.of_days(first, last)
    return Health(
        first=first,
        last=last,
        live=len(facts.estate(window).models),
        rows=tuple(
            HealthRow(
                name=metric_words.name(metric),
                now=measured(
                    facts, Asked(metric=metric, lane=Lane.MODEL, window=window)
                ),
            )
            for metric in _ASKED
        ),
    )
