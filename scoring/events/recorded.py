"""What attributes of events record about models: the keys of docs/events.md, once.

The contract names the moments of a model's way. Who answers for it, what it was made
with and why it went out stand in attributes, under the names that registries,
trackers and pipelines use for them; of several names the first that says something
counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from scoring.events.kinds import SignalKind

if TYPE_CHECKING:
    from scoring.events.kinds import Attributes, Json, PipelineRun, Signal

_MARKS = re.compile(r"[/:@]")
_OWNER = ("owner", "owned_by", "owner_team", "team")
_CARD = ("model_card", "model_card_url")
_PARAMETERS = ("parameters", "params")
_ENVIRONMENT = ("environment_ref", "image", "docker_image")
_EVALUATION = ("evaluation", "metrics")
_REVIEW = ("review_on", "review_date")
_RETIRED = ("retired_on", "retired_at")
_APPROVERS = ("approved_by_role", "approved_by", "approver", "approvers")
_ACTORS = (
    "released_by_role", "released_by", "deployed_by", "triggered_by", "started_by",
    "actor",
)  # fmt: skip
_REASONS = ("reason", "change_ticket", "ticket")
_APPROVED = frozenset({"approved", "accepted", "yes", "true"})
_HIGHER_IS_WORSE = frozenset(
    {
        SignalKind.DRIFT,
        SignalKind.FAIRNESS,
        SignalKind.FRESHNESS,
        SignalKind.LATENCY,
        SignalKind.COST,
    }
)
# How platforms call what started a run.
_TRIGGERS = {
    "manual": "manual", "workflow_dispatch": "manual", "web": "manual", "api": "manual",
    "schedule": "schedule", "scheduled": "schedule", "cron": "schedule",
    "new_data": "new_data", "dataset_triggered": "new_data",
    "asset_triggered": "new_data", "data": "new_data",
    "drift": "drift",
    "quality": "quality", "performance": "quality", "degradation": "quality",
    "push": "commit", "commit": "commit", "pull_request": "commit",
    "merge_request_event": "commit",
}  # fmt: skip


class Trigger(StrEnum):
    """What started a training run."""

    MANUAL = "manual"
    SCHEDULE = "schedule"
    COMMIT = "commit"
    NEW_DATA = "new_data"
    DRIFT = "drift"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """That somebody let a version out: who, by pseudonym or role, and when."""

    by: str = ""
    at: datetime | None = None


def owner(attributes: Attributes) -> str:
    """Return who answers for a model; empty if that is not recorded."""
    return _text(attributes, _OWNER)


def model_card(attributes: Attributes) -> str:
    """Return the address or name of a model card."""
    return _text(attributes, _CARD)


def environment(attributes: Attributes) -> str:
    """Return what a version was trained in: an image or a locked environment."""
    return _text(attributes, _ENVIRONMENT)


def parameters(attributes: Attributes) -> Json:
    """Return the parameters of a training, or how many are recorded."""
    return _first(attributes, _PARAMETERS)


def evaluation(attributes: Attributes) -> Json:
    """Return what an evaluation found, or where it stands."""
    return _first(attributes, _EVALUATION)


def review_on(attributes: Attributes) -> date | None:
    """Return the day by which a model is to be reviewed."""
    return _day(attributes, _REVIEW)


def retired_on(attributes: Attributes) -> date | None:
    """Return the day from which a model no longer serves."""
    return _day(attributes, _RETIRED)


def actor(attributes: Attributes) -> str:
    """Return who or what started a release."""
    return _text(attributes, _ACTORS)


def reason(attributes: Attributes) -> str:
    """Return why a release went out."""
    return _text(attributes, _REASONS)


def approval(attributes: Attributes) -> Approval | None:
    """Return the recorded approval of a version or release, None without one."""
    by = _text(attributes, _APPROVERS)
    said = _text(attributes, ("approval",)).lower()
    if said and said not in _APPROVED:
        return None
    at = _moment(attributes.get("approved_at"))
    return Approval(by=by, at=at) if by or said or at else None


def truth(attributes: Attributes, name: str) -> bool | None:
    """Return a yes or no, None if it is not recorded as one."""
    value = attributes.get(name)
    if isinstance(value, str):
        return {"true": True, "yes": True, "false": False, "no": False}.get(
            value.lower()
        )
    return value if isinstance(value, bool) else None


def text(attributes: Attributes, name: str) -> str:
    """Return an attribute as text, empty if there is none."""
    return _text(attributes, (name,))


def trains(run: PipelineRun) -> bool:
    """Say whether a pipeline run trains a model: it says so, or its stage does."""
    purpose = text(run.attributes, "purpose")
    return purpose == "training" if purpose else run.stage == "training"


def trigger(run: PipelineRun) -> Trigger | None:
    """Return what started a run, None if no record of it says."""
    said = text(run.attributes, "trigger") or text(run.attributes, "run_type")
    word = _TRIGGERS.get(said.lower())
    return Trigger(word) if word else None


def over(signal: Signal) -> bool | None:
    """Say whether a signal broke its line; None if it neither says nor has a line."""
    if signal.breached is not None:
        return signal.breached
    value, line = signal.value, signal.threshold
    if value is None or line is None:
        return None
    direction = text(signal.attributes, "direction")
    if direction:
        return value < line if direction.startswith("<") else value > line
    return value > line if signal.signal in _HIGHER_IS_WORSE else None


def called(version: str) -> set[str]:
    """Return what the record of a version may be called: 7, for 7 or ranker/7."""
    return {version, _MARKS.split(version)[-1]} - {""}


def _first(attributes: Attributes, names: tuple[str, ...]) -> Json:
    found = (attributes.get(name) for name in names)
    return next((value for value in found if value not in (None, "", [], {})), None)


def _text(attributes: Attributes, names: tuple[str, ...]) -> str:
    value = _first(attributes, names)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "" if value is None or isinstance(value, dict) else str(value).strip()


def _day(attributes: Attributes, names: tuple[str, ...]) -> date | None:
    value = _first(attributes, names)
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: Json) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else None
