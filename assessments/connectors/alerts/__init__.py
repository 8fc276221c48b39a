"""Alerts as Prometheus and Alertmanager tell of them: labels, and what they mean here.

An alert is its labels and the moment since when it fires. The rules say by labels which
alerts are incidents, which are signals, and what service is meant.
"""

from __future__ import annotations

from assessments.connectors.alerts.meaning import Alert, End, events, judge
from assessments.connectors.alerts.rules import RULE_FIELDS, Rules

__all__ = ["RULE_FIELDS", "Alert", "End", "Rules", "events", "judge"]
