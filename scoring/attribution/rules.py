"""The rules of a workspace: what counts as production, and what marks a failure.

Rules are data. A workspace stores them as plain JSON; `Rules.of` reads it and refuses
what it does not understand, naming the key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from scoring.events import Json, Malformed

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_HOURS = 24.0 * 366


class Tier(StrEnum):
    """Evidence that a deployment failed, strongest first."""

    INCIDENT_LINK = "incident_link"
    ROLLBACK = "rollback"
    REVERT_OR_HOTFIX = "revert_or_hotfix"
    INCIDENT_WINDOW = "incident_window"
    STATUS = "status"


RANKED: tuple[Tier, ...] = tuple(Tier)

# Searched, ignoring case, in what a change or deployment is called: labels, branch,
# title, message. A revert of a revert brings the change back: it repairs nothing.
_REVERTS = (
    r"^revert(s|ed|ing)?\b(?!\W+revert)",
    r"(^|/)revert-(?!\d+-revert-)",
)
_HOTFIXES = (
    r"(^|[:/])\s*hot-?fix\b",
    r"^emergency\b",
    r"^roll-?back\b",
)
# A word of the name says production, and none before it takes that back (pre-prod).
_PRODUCTION = (
    (
        r"(?!.*(^|[-_/. ])(non|not|no|pre|post)[-_/. ]?(prod|prd|live))"
        r"(.*[-_/. ])?(prod(uction)?|prd|live)([-_/. ].*)?"
    ),
)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What counts as production and what marks a deployment as failed."""

    tiers: frozenset[Tier] = frozenset(Tier)
    # An incident opened up to so many hours after a deployment is laid at its door.
    incident_window_hours: float = 24.0
    # A revert that names a commit blames the deployment that carried it, this far back.
    revert_window_hours: float = 168.0
    # An automatic alert or rollback up to so many hours after a breach answers it.
    reaction_window_hours: float = 1.0
    # Whole names of environments, as patterns, ignoring case.
    environments: tuple[str, ...] = _PRODUCTION
    revert_patterns: tuple[str, ...] = _REVERTS
    hotfix_patterns: tuple[str, ...] = _HOTFIXES
    # Attributes that say it outright when true: {"hotfix": true}.
    repair_flags: tuple[str, ...] = ("hotfix", "revert", "rework", "unplanned")
    rollback_flags: tuple[str, ...] = ("rollback", "is_rollback")

    @classmethod
    def of(cls, plain: Mapping[str, Json]) -> Rules:
        """Read what a workspace decided differently; raises Malformed by key.

        `tiers` is an object of switches, {"incident_window": false}, or the list of
        those that are on; everything else is a number or a list of patterns.
        """
        known = {each.name for each in fields(cls)}
        for key in plain:
            if key not in known:
                allowed = ", ".join(sorted(known))
                raise Malformed(key, f"is not a rule; there are {allowed}")
        return cls(
            tiers=_tiers(plain.get("tiers")),
            incident_window_hours=_hours(plain, "incident_window_hours", 24.0),
            revert_window_hours=_hours(plain, "revert_window_hours", 168.0),
            reaction_window_hours=_hours(plain, "reaction_window_hours", 1.0),
            environments=_patterns(plain, "environments", _PRODUCTION),
            revert_patterns=_patterns(plain, "revert_patterns", _REVERTS),
            hotfix_patterns=_patterns(plain, "hotfix_patterns", _HOTFIXES),
            repair_flags=_patterns(plain, "repair_flags", cls.repair_flags),
            rollback_flags=_patterns(plain, "rollback_flags", cls.rollback_flags),
        )

    @property
    def reach(self) -> timedelta:
        """Return how far back an event can change what was judged before it."""
        return timedelta(
            hours=max(
                self.incident_window_hours,
                self.revert_window_hours,
                self.reaction_window_hours,
            )
        )

    def counts(self, environment: str) -> bool:
        """Return whether deployments to this environment are production's."""
        return self._production.fullmatch(environment) is not None

    def says_repair(self, words: str) -> bool:
        """Return whether a label, branch or title tells of a revert or hotfix."""
        return self._repair.search(words) is not None

    @cached_property
    def _production(self) -> re.Pattern[str]:
        return _any_of(self.environments)

    @cached_property
    def _repair(self) -> re.Pattern[str]:
        return _any_of(self.revert_patterns + self.hotfix_patterns)


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(joined or r"(?!)", re.IGNORECASE)


def _tiers(given: Json) -> frozenset[Tier]:
    if given is None:
        return frozenset(Tier)
    if isinstance(given, dict):
        off = {_tier(key) for key, on in given.items() if not _switch(key, on)}
        return frozenset(Tier) - off
    if isinstance(given, list):
        return frozenset(_tier(name) for name in given)
    raise Malformed("tiers", f"expected switches by tier or a list, got {given!r}")


def _tier(name: Json) -> Tier:
    try:
        return Tier(str(name))
    except ValueError:
        allowed = ", ".join(Tier)
        raise Malformed("tiers", f"expected one of {allowed}; got {name!r}") from None


def _switch(key: str, on: Json) -> bool:
    if isinstance(on, bool):
        return on
    raise Malformed(f"tiers.{key}", f"expected true or false, got {on!r}")


def _hours(plain: Mapping[str, Json], key: str, default: float) -> float:
    given = plain.get(key, default)
    if (
        isinstance(given, int | float)
        and not isinstance(given, bool)
        and 0 <= given <= _MOST_HOURS
    ):
        return float(given)
    raise Malformed(key, f"expected hours from 0 to {_MOST_HOURS:g}, got {given!r}")


def _patterns(
    plain: Mapping[str, Json], key: str, default: tuple[str, ...]
) -> tuple[str, ...]:
    given = plain.get(key)
    if given is None:
        return default
    if not isinstance(given, list):
        raise Malformed(key, f"expected a list of texts, got {given!r}")
    for position, pattern in enumerate(given):
        place = f"{key}[{position}]"
        if not isinstance(pattern, str) or not pattern:
            raise Malformed(place, f"expected a text, got {pattern!r}")
        try:
            re.compile(pattern)
        except re.error as error:
            why = f"is not a regular expression: {error}"
            raise Malformed(place, why) from None
    return tuple(str(pattern) for pattern in given)
