"""What the demonstration's organization promises, and a budget that burns."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from assessments.models import Service
from assessments.services import documents, rolling_up
from assessments.services.service_levels import (
    counting,
    defining,
    reviewing,
    watching,
)
from scoring.service_levels import floor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from assessments.models import Scope
    from assessments.services.demonstration.simulation import Record
    from scoring.events import Json

_FILE = "fixtures/demo/service-levels.yaml"
_SERVICE = "customer-app"
_MADE = timedelta(days=35)
_WATCHED = timedelta(days=60)
_EVERY = timedelta(minutes=30)
_FAILING = timedelta(hours=4)
_USUALLY_BAD = 0.003
_NOTE = (
    "The customer app burns its budget: its releases are frozen until the gateway is"
    " mended. Whether churn risk keeps its promise nobody observes yet."
)


def promise(
    root: Scope,
    *,
    take_in: Callable[[str, list[Record]], None],
    seed: str,
    by: User,
    now: datetime,
) -> None:
    """Make the promises, send what monitors saw, and count; `take_in` sends.

    A story may be told of fewer services: what is not there promises nothing.
    """
    services = Service.objects.filter(workspace_id=root.workspace_id)
    there = set(services.values_list("key", flat=True))
    if _SERVICE in there:
        take_in("Simulated monitors", list(_seen(seed, now)))
        rolling_up.refresh_workspace(workspace_id=root.workspace_id)
    for one in documents.read_all((Path(settings.BASE_DIR) / _FILE).read_bytes()):
        if _service_of(one.plain) in there:
            defining.define(
                workspace_id=root.workspace_id,
                document=one.plain,
                by=by,
                now=now - _MADE,
            )
    counting.catch_up(workspace_id=root.workspace_id, now=now)
    watching.watch(workspace_id=root.workspace_id, now=now)
    today = now.date()
    reviewing.note(
        workspace_id=root.workspace_id,
        week=today - today.weekday() * timedelta(days=1),
        text=_NOTE,
        seen="",
        by=by,
        now=now,
    )


def _service_of(document: Mapping[str, Json]) -> Json:
    spec = document["spec"]
    return spec.get("service") if isinstance(spec, dict) else None


def _seen(seed: str, now: datetime) -> Iterator[Record]:
    """Yield what a probe saw of one service: mostly well, and lately failing."""
    dice = random.Random(f"{seed}:{_SERVICE}:probe")  # noqa: S311  # simulation
    end = floor(now)
    looks = _WATCHED // _EVERY
    for look in range(looks):
        at = end - (looks - look) * _EVERY + timedelta(minutes=2)
        # Every second look fails in the last hours, the newest among them.
        lately = end - at <= _FAILING and (looks - look) % 2 == 1
        yield {
            "event": "signal",
            "id": f"{_SERVICE}-probe-{at:%Y%m%d%H%M}",
            "subject": _SERVICE,
            "kind": "availability",
            "breached": lately or dice.random() < _USUALLY_BAD,
            "at": at.isoformat(),
            "automated": True,
        }
