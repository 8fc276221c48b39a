"""Mappings: what people say of a platform that no connector knows.

A mapping is data. Each of its rules says which payloads tell of an event of one kind,
and where in them the fields of the event are, in JMESPath. Payloads are kept as they
came, so a mapping that changes is applied to what was received before.
"""

from __future__ import annotations

from assessments.connectors.mapping.applying import Told, events_of, told
from assessments.connectors.mapping.moments import Clock, Dates, is_zone
from assessments.connectors.mapping.sent import RULE, Sent, kept
from assessments.connectors.mapping.shape import (
    MOST_RULES,
    Flaw,
    Flawed,
    Mapped,
    Rule,
    dump,
    read,
    stored,
)
from assessments.connectors.mapping.trimming import (
    LEFT_OUT,
    kept_of,
    plain_name,
)
from assessments.connectors.mapping.values import Slot, Sort, slots_of

__all__ = [
    "LEFT_OUT",
    "MOST_RULES",
    "RULE",
    "Clock",
    "Dates",
    "Flaw",
    "Flawed",
    "Mapped",
    "Rule",
    "Sent",
    "Slot",
    "Sort",
    "Told",
    "dump",
    "events_of",
    "is_zone",
    "kept",
    "kept_of",
    "plain_name",
    "read",
    "slots_of",
    "stored",
    "told",
]
