"""Definitions as they are written and stored, and what they may name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from assessments.queries.service_levels.policies import policies
from scoring import service_levels

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from scoring.events import Json
    from scoring.service_levels import Definition


@cache
def zones() -> frozenset[str]:
    """Return the names of the time zone database, which is read from files."""
    return frozenset(available_timezones())


def read(
    plain: Mapping[str, Json], indicators: Mapping[str, Json] | None = None
) -> Definition:
    """Read an OpenSLO document; raises `scoring.rubric.Defects`."""
    return service_levels.parse(
        plain, zones=zones(), alerts=policies(), indicators=indicators
    )


def zone_of(definition: Definition) -> ZoneInfo:
    """Return the zone by whose clocks a calendar window turns."""
    return ZoneInfo(definition.period.zone)


def window_of(definition: Definition, at: datetime) -> tuple[datetime, datetime]:
    """Return the window of a definition that a moment lies in."""
    return definition.period.around(at, zone_of(definition))
