"""What is left of what was promised."""

from __future__ import annotations

from scoring.events import Lane
from scoring.metrics.definition import Better, Metric
from scoring.metrics.measurement import Unit

SERVICE_LEVELS = (
    Metric(
        key="error_budget_left",
        name="Error budget left",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=(Lane.CODE, Lane.MODEL),
        meaning=(
            "Of the objectives in force, the error budget of which least is left:"
            " 1 − bad ÷ allowed bad. Software objectives count in the code lane, those"
            " of model quality in the model lane."
        ),
    ),
)
