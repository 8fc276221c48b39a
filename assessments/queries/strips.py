"""The last changes that went out, with the moments of their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from assessments.models import Carriage, Event
from scoring.events import Kind, Lane

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

MOST = 20
# What a lane carries.
_KINDS = {Lane.CODE: Kind.CHANGE, Lane.MODEL: Kind.MODEL_VERSION}
# The moments that an event of the contract tells, in their order, and which stage of
# the way ends with each.
_CODE = (
    ("first_commit_at", ""),
    ("opened_at", "coding"),
    ("merged_at", "review"),
)
_MODEL = (
    ("dataset_at", ""),
    ("trained_at", "training"),
    ("evaluated_at", "evaluation"),
    ("registered_at", "registration"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stage of one way; `stage` is empty where no event tells what it was."""

    stage: str
    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One change or model version on its way to production."""

    change: str
    service: str
    lane: str
    deployment_id: int
    deployed_at: datetime
    seconds: float
    pieces: tuple[Piece, ...]


def strips(
    *,
    workspace_id: int,
    service_ids: Collection[int] | None,
    first: date,
    last: date,
) -> list[Strip]:
    """Return the last that went out in a window, the newest first.

    `service_ids` None means every service of the workspace.
    """
    rows = Carriage.objects.filter(
        service__workspace_id=workspace_id,
        # Naming the lanes lets the database use its index on service, lane and moment.
        lane__in=[lane.value for lane in Lane],
        lead_seconds__gte=0,
        deployed_at__gte=datetime.combine(first, time(), tzinfo=UTC),
        deployed_at__lt=datetime.combine(last, time(), tzinfo=UTC) + timedelta(days=1),
    ).select_related("service__scope", "deployment")
    if service_ids is not None:
        rows = rows.filter(service_id__in=service_ids)
    newest = list(rows.order_by("-deployed_at", "-pk")[:MOST])
    told = _told(workspace_id, newest)
    return [_strip(row, told.get((row.service_id, row.change), {})) for row in newest]


def _told(
    workspace_id: int, rows: list[Carriage]
) -> dict[tuple[int, str], Mapping[str, object]]:
    """Return what is recorded of the changes and model versions that were carried."""
    found: dict[tuple[int, str], Mapping[str, object]] = {}
    for lane, kind in _KINDS.items():
        of_lane = [row for row in rows if row.lane == lane]
        services = {row.service_id for row in of_lane}
        events = Event.objects.filter(service_id__in=services).called(
            workspace_id=workspace_id, kind=kind, names={row.change for row in of_lane}
        )
        for service_id, name, other, data in events.order_by("at", "pk").values_list(
            "service_id", "external_id", "refers_to", "data"
        ):
            found[service_id, name] = data
            if other:
                found.setdefault((service_id, other), data)
    return found


def _strip(row: Carriage, told: Mapping[str, object]) -> Strip:
    fields = _MODEL if row.lane == Lane.MODEL else _CODE
    moments = [(row.started_at, "")]
    for name, stage in fields:
        at = _moment(told.get(name))
        # Clocks that disagree tell of no stage.
        if at is not None and moments[-1][0] <= at <= row.deployed_at:
            moments.append((at, stage))
    moments += _ending(row, moments[-1])
    return Strip(
        change=row.change,
        service=row.service.scope.name,
        lane=row.lane,
        deployment_id=row.deployment_id,
        deployed_at=row.deployed_at,
        seconds=(row.deployed_at - row.started_at).total_seconds(),
        pieces=tuple(
            Piece(stage=stage, start=start, end=end)
            for (start, _), (end, stage) in pairwise(moments)
            if end > start
        ),
    )


def _ending(row: Carriage, reached: tuple[datetime, str]) -> list[tuple[datetime, str]]:
    """Return how a way ends: with the start of its deployment, if told, and its end."""
    at, stage = reached
    if row.lane == Lane.MODEL:
        return [(row.deployed_at, "release" if stage == "registration" else "")]
    begun = _moment(row.deployment.data.get("started_at"))
    waited = "waiting" if stage == "review" else ""
    if begun is None or not at <= begun <= row.deployed_at:
        return [(row.deployed_at, waited)]
    return [(begun, waited), (row.deployed_at, "deploy")]


def _moment(said: object) -> datetime | None:
    """Return a moment of a stored event, which the contract has checked."""
    return datetime.fromisoformat(said) if isinstance(said, str) else None
