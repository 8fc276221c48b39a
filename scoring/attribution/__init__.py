"""Attribution: which deployment carried a change, and which failed by what evidence.

`attribute(events, service=…, rules=…)` judges one service, both lanes at once, because
an incident is laid at one deployment's door only. With `before` it judges a tail of the
events and comes to what judging all of them would say of that tail.
"""

from __future__ import annotations

from scoring.attribution.attributing import (
    Attribution,
    LaneFacts,
    attribute,
    gather,
    settle,
    stages,
)
from scoring.attribution.facts import Basis, Boundary, Carriage, Verdict
from scoring.attribution.ledger import Ledger
from scoring.attribution.reactions import reactions
from scoring.attribution.rules import RANKED, Rules, Tier
from scoring.attribution.tables import version_of

__all__ = [
    "RANKED",
    "Attribution",
    "Basis",
    "Boundary",
    "Carriage",
    "LaneFacts",
    "Ledger",
    "Rules",
    "Tier",
    "Verdict",
    "attribute",
    "gather",
    "reactions",
    "settle",
    "stages",
    "version_of",
]
