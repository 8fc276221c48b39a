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
    Refused,
    Unreachable,
)
from assessments.connectors.base.people import hints, reverted, said, without_people
from assessments.connectors.base.protocol import Connector
from assessments.connectors.base.reading import Fields
from assessments.connectors.base.rules import (
    Cleaned,
    FieldKind,
    RuleField,
    clean_rules,
    matches,
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
    "Candidate",
    "Cleaned",
    "Connector",
    "ConnectorError",
    "FieldKind",
    "Fields",
    "Garbled",
    "Page",
    "Payload",
    "Plain",
    "Preview",
    "Refused",
    "RuleField",
    "Source",
    "Unreachable",
    "Verdict",
    "clean_rules",
    "hints",
    "matches",
    "reverted",
    "said",
    "without_people",
]
