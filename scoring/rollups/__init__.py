"""Rollups: what attribution found, counted by UTC day.

Every number belongs to the day on which its deployment finished, recovery times
included (the day of the failed deployment), so that adjacent windows add up and a
failure and its recovery are never counted in different windows. Incidents belong to
the day they were opened, signals to the day they were seen.
"""

from __future__ import annotations

from scoring.rollups.counting import roll_up, spans
from scoring.rollups.day import DayRollup
from scoring.rollups.flow import CAUSES, STAGES, DayFlow, Told, stage_name
from scoring.rollups.flowing import follow
from scoring.rollups.pipelines import REACH

__all__ = [
    "CAUSES",
    "REACH",
    "STAGES",
    "DayFlow",
    "DayRollup",
    "Told",
    "follow",
    "roll_up",
    "spans",
    "stage_name",
]
