"""Attribution: which deployment carried a change, and which failed by what evidence.

`attribute(events, service=…, rules=…)` judges one service, both lanes at once, because
an incident is laid at one deployment's door only. With `before` it judges a tail of the
events and comes to what judging all of them would say of that tail.
"""

from __future__ import annotations

from scoring.attribution.facts import Basis, Boundary, Carriage, Verdict
from scoring.attribution.rules import RANKED, Rules, Tier

__all__ = ["RANKED", "Basis", "Boundary", "Carriage", "Rules", "Tier", "Verdict"]
