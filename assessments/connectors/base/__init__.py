"""What every connector is: plain values in, payloads and events out.

A connector knows one platform and no table. `fetch` touches the network and parses
nothing, `parse` touches nothing: what was fetched yesterday can be parsed again with
today's code and today's rules. An error names what to do next: `Unreachable` (try again
later), `Refused` (a person has to fix the set-up), `Garbled` (keep the record, skip it,
count it).
"""

from __future__ import annotations

from assessments.connectors.base.errors import (
    ConnectorError,
    Garbled,
    PartlyRefused,
    Refused,
    Unreachable,
)
from assessments.connectors.base.house import FREE, House, Ledger, Limits, Wait
from assessments.connectors.base.judging import (
    BRANCH,
    ENVIRONMENTS,
    HISTORY_DAYS,
    HOTFIX_LABELS,
    INCIDENT_LABELS,
    Answers,
    answers,
    are_incident,
    counts,
    judge_environment,
    left_out,
)
from assessments.connectors.base.people import hints, reverted, said, without_people
from assessments.connectors.base.protocol import FAMILIES, Connector
from assessments.connectors.base.reading import Fields
from assessments.connectors.base.rules import (
    Cleaned,
    FieldKind,
    RuleField,
    clean_rules,
    matches,
)
from assessments.connectors.base.telling import first_line, listed, told, waiting_since
from assessments.connectors.base.trimming import (
    PEOPLE,
    WITHOUT_PEOPLE,
    Trimming,
    is_account,
    trimmed,
)
from assessments.connectors.base.values import (
    Candidate,
    Page,
    Payload,
    Plain,
    Preview,
    Source,
    Verdict,
)

__all__ = [
    "BRANCH",
    "ENVIRONMENTS",
    "FAMILIES",
    "FREE",
    "HISTORY_DAYS",
    "HOTFIX_LABELS",
    "INCIDENT_LABELS",
    "PEOPLE",
    "WITHOUT_PEOPLE",
    "Answers",
    "Candidate",
    "Cleaned",
    "Connector",
    "ConnectorError",
    "FieldKind",
    "Fields",
    "Garbled",
    "House",
    "Ledger",
    "Limits",
    "Page",
    "PartlyRefused",
    "Payload",
    "Plain",
    "Preview",
    "Refused",
    "RuleField",
    "Source",
    "Trimming",
    "Unreachable",
    "Verdict",
    "Wait",
    "answers",
    "are_incident",
    "clean_rules",
    "counts",
    "first_line",
    "hints",
    "is_account",
    "judge_environment",
    "left_out",
    "listed",
    "matches",
    "reverted",
    "said",
    "told",
    "trimmed",
    "waiting_since",
    "without_people",
]
