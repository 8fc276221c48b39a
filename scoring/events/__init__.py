"""Events: the facts that delivery systems tell, and the window they are counted in.

The contract is one JSON object per event: `parse` reads it, `dump` writes it back, and
`parse(dump(event)) == event`. Fields that the contract does not name are kept in
`attributes`, so nothing that a platform sent is lost. `from_cdevent` maps the CDEvents
envelopes that have a counterpart here.
"""

from __future__ import annotations

from scoring.events import recorded
from scoring.events.cdevents import from_cdevent
from scoring.events.kinds import (
    Attributes,
    Cause,
    Change,
    Commit,
    Deployment,
    Event,
    Incident,
    Json,
    Kind,
    Lane,
    Malformed,
    ModelVersion,
    PipelineRun,
    Signal,
    SignalKind,
    Status,
    Window,
)
from scoring.events.lines import Complaint, read_lines
from scoring.events.reading import dump, parse

__all__ = [
    "Attributes",
    "Cause",
    "Change",
    "Commit",
    "Complaint",
    "Deployment",
    "Event",
    "Incident",
    "Json",
    "Kind",
    "Lane",
    "Malformed",
    "ModelVersion",
    "PipelineRun",
    "Signal",
    "SignalKind",
    "Status",
    "Window",
    "dump",
    "from_cdevent",
    "parse",
    "read_lines",
    "recorded",
]
