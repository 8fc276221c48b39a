"""Service levels: objectives, budgets, burn, weeks; read only."""

from assessments.queries.service_levels.definitions import read
from assessments.queries.service_levels.ledgers import packed
from assessments.queries.service_levels.observed import bad_events, observations
from assessments.queries.service_levels.policies import policies
from assessments.queries.service_levels.reading import (
    burn_rows,
    documents,
    history,
    of_services,
    service_choices,
    slo,
    slos,
    versions,
)
from assessments.queries.service_levels.rows import (
    Bad,
    BadRow,
    BurnRow,
    NoteRow,
    SloRow,
    VersionRow,
    Week,
    WeekRow,
)
from assessments.queries.service_levels.weeks import (
    begins_week,
    monday,
    note_of,
    noted_weeks,
    week,
)

__all__ = [
    "Bad",
    "BadRow",
    "BurnRow",
    "NoteRow",
    "SloRow",
    "VersionRow",
    "Week",
    "WeekRow",
    "bad_events",
    "begins_week",
    "burn_rows",
    "documents",
    "history",
    "monday",
    "note_of",
    "noted_weeks",
    "observations",
    "of_services",
    "packed",
    "policies",
    "read",
    "service_choices",
    "slo",
    "slos",
    "versions",
    "week",
]
