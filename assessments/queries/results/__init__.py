"""The results of a cycle: one frozen object for page, API, XLSX and PDF."""

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
    "TopicRow",
    "VantageRow",
]
