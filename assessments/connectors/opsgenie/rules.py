"""What a workspace may decide about incidents of Opsgenie, and the verdicts of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    HISTORY_DAYS,
    answers,
    counts,
    left_out,
    matches,
)
from assessments.connectors.base.incidents import (
    CAUSE_FIELDS,
    DEPLOYMENT_FIELDS,
    SERVICE_KEYS,
    SERVICES,
    SEVERITIES,
    TEAMS,
    not_among,
    service_keys,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.connectors.base import Plain, Verdict

RULE_FIELDS = (
    replace(
        SERVICES,
        help="One pattern a line, of the names of the services that an incident"
        " impacts; * stands for anything, also for none.",
    ),
    TEAMS,
    replace(
        SEVERITIES,
        help="One pattern a line, of the priority, P1 to P5; * stands for anything.",
    ),
    SERVICE_KEYS,
    replace(
        DEPLOYMENT_FIELDS,
        help="Names of extra properties, one a line, which hold the id of a deployment"
        " as it is here, or an address that ends with it. A tag such as deployment:4711"
        " does, too.",
    ),
    replace(
        CAUSE_FIELDS,
        help="Names of extra properties, one a line, which hold data, model,"
        " infrastructure or code. A tag such as cause:data does, too.",
    ),
    HISTORY_DAYS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    services: tuple[str, ...]
    teams: tuple[str, ...]
    severities: tuple[str, ...]
    service_entries: tuple[str, ...]
    service_keys: Mapping[str, str]
    deployment_fields: tuple[str, ...]
    cause_fields: tuple[str, ...]
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        given = answers(RULE_FIELDS, plain)
        entries = given.texts("service_keys")
        return cls(
            services=given.texts("services"),
            teams=given.texts("teams"),
            severities=given.texts("severities"),
            service_entries=entries,
            service_keys=service_keys(entries),
            deployment_fields=given.texts("deployment_fields"),
            cause_fields=given.texts("cause_fields"),
            history_days=given.number("history_days"),
        )

    def judge(
        self, *, services: tuple[str, ...], teams: tuple[str, ...], priority: str
    ) -> Verdict:
        """Return whether an incident that impacts these services counts."""
        odd = not_among("service", services, self.services)
        if odd is None and self.teams:
            odd = not_among("team", teams, self.teams)
        if odd is not None:
            return odd
        if matches(priority, self.severities) is None:
            return left_out(f"priority “{priority}” does not count")
        return counts(f"priority “{priority}”")
