"""The results of a cycle: one frozen object for page, API, XLSX and PDF."""

from assessments.queries.results.reading import results, results_of
from assessments.queries.results.rows import (
    Changed,
    Column,
    Compared,
    CriterionRow,
    Decided,
    DomainRow,
    GroupRow,
    Header,
    Lane,
    Measured,
    Movement,
    Results,
    Rung,
    Telemetry,
    Thresholds,
    TopicRow,
    VantageRow,
)

__all__ = [
    "Changed",
    "Column",
    "Compared",
    "CriterionRow",
    "Decided",
    "DomainRow",
    "GroupRow",
    "Header",
    "Lane",
    "Measured",
    "Movement",
    "Results",
    "Rung",
    "Telemetry",
    "Thresholds",
    "TopicRow",
    "VantageRow",
    "results",
    "results_of",
]
