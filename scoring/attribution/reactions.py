"""Reactions: which breaches a machine answered by itself, with an alert or rollback."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from scoring.events import SignalKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from scoring.events import Signal

_ANSWERS = frozenset({SignalKind.ALERT, SignalKind.ROLLBACK})
# What can get worse; an alert or a rollback is an answer, and cost is no degradation.
_DEGRADES = frozenset(SignalKind) - _ANSWERS - {SignalKind.COST}


def reactions(
    signals: Sequence[Signal], within: timedelta
) -> list[tuple[datetime, bool]]:
    """Return each degradation, and whether it was answered automatically in time.

    `signals` are those of one subject in order of time. Breaches of one kind that
    follow each other within the same span are one degradation, as of the first.
    """
    answers = [
        signal.at
        for signal in signals
        if signal.signal in _ANSWERS and signal.automated
    ]
    newest: dict[SignalKind, datetime] = {}
    found = []
    for signal in signals:
        if not signal.breached or signal.signal not in _DEGRADES:
            continue
        before = newest.get(signal.signal)
        newest[signal.signal] = signal.at
        if before is not None and signal.at - before <= within:
            continue
        place = bisect_left(answers, signal.at)
        answered = place < len(answers) and answers[place] - signal.at <= within
        found.append((signal.at, answered))
    return found
