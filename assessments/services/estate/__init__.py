"""The estate: which models there are, how they were made, and how they do."""

from assessments.services.estate.noting import NoSuchModel, Noted, note, noted
from assessments.services.estate.reading import estate
from assessments.services.estate.rows import DAYS, inventory
from assessments.services.estate.shapes import ModelRow, Problem, State

__all__ = [
    "DAYS",
    "ModelRow",
    "NoSuchModel",
    "Noted",
    "Problem",
    "State",
    "estate",
    "inventory",
    "note",
    "noted",
]
