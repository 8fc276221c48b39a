"""Objectives and what they observe, made through the services."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from assessments.models import Service, Slo, Source
from assessments.services import normalizing, sources
from assessments.services.service_levels import (
    counting,
    defining,
    reviewing,
    watching,
)
from tests import factories
from tests.factories import NOW
from tests.made_service_levels import document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.models import Workspace
    from scoring.events import Json

Record = dict[str, "Json"]


def pushed(workspace: Workspace) -> Source:
    """Return the source that records are sent to: one that is there, or a new one."""
    found = Source.objects.filter(workspace=workspace, kind=sources.PUSH).first()
    if found is not None:
        return found
    pk = sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind=sources.PUSH,
        name="Monitors",
        by=None,
        now=NOW,
    )
    return Source.objects.get(pk=pk)


def service(workspace: Workspace, key: str = "checkout") -> Service:
    """Return the service that objectives are about, made once."""
    found = Service.objects.filter(workspace=workspace, key=key).first()
    return found or factories.service(workspace, key)


def slo(workspace: Workspace, *, now: datetime = NOW, **changed: Any) -> Slo:
    """Define an objective of 99 % over 28 days."""
    key = str(changed.get("service", "checkout"))
    service(workspace, key)
    made = defining.define(
        workspace_id=workspace.pk,
        document=document(**changed),
        by=factories.person("ada"),
        now=now,
    )
    return Slo.objects.get(pk=made.id)


def signal(at: datetime, *, breached: bool | None = False, **more: Json) -> Record:
    """Return one look of a monitor at the service."""
    plain: Record = {
        "event": "signal",
        "id": f"probe-{at.isoformat()}",
        "subject": "checkout",
        "kind": "availability",
        "at": at.isoformat(),
        "automated": True,
    }
    return plain | ({} if breached is None else {"breached": breached}) | more


def incident(opened: datetime, resolved: datetime | None, **more: Json) -> Record:
    """Return a disturbance of the service."""
    plain: Record = {
        "event": "incident",
        "id": f"incident-{opened.isoformat()}",
        "service": "checkout",
        "opened_at": opened.isoformat(),
    }
    if resolved is not None:
        plain["resolved_at"] = resolved.isoformat()
    return plain | more


def tell(
    workspace: Workspace, records: Iterable[Record], *, now: datetime = NOW
) -> None:
    """Send records, as platforms do."""
    source = pushed(workspace)
    found = normalizing.take_in(
        source_id=source.pk, records=list(enumerate(records, 1)), now=now
    )
    assert not found.rejected


def refresh(workspace: Workspace, *, now: datetime = NOW) -> None:
    """Count and watch, as the worker does."""
    counting.catch_up(workspace_id=workspace.pk, now=now)
    watching.watch(workspace_id=workspace.pk, now=now)


def burning(workspace: Workspace, *, now: datetime = NOW) -> Slo:
    """Return an objective whose budget burns: an hour of failures just now."""
    one = slo(workspace, now=now)
    minute = timedelta(minutes=1)
    good = [signal(now - n * 30 * minute) for n in range(3, 200)]
    bad = [signal(now - n * minute, breached=True) for n in range(1, 60)]
    tell(workspace, [*good, *bad], now=now)
    refresh(workspace, now=now)
    return one


def reviewed(slo: Slo, *, now: datetime = NOW) -> None:
    """Note something about the week."""
    reviewing.note(
        workspace_id=slo.workspace_id,
        week=now.date() - now.weekday() * timedelta(days=1),
        text="Frozen.",
        seen="",
        by=factories.person("ada"),
        now=now,
    )
