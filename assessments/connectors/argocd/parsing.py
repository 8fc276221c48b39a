"""Syncs of Argo CD become events; no network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.argocd.address import place
from assessments.connectors.argocd.rules import Rules
from assessments.connectors.base import Fields, Garbled, told
from scoring.events import Deployment, Status

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base import Payload, Source, Verdict
    from scoring.events import Event

_PHASES = {
    "Running": Status.IN_PROGRESS,
    "Terminating": Status.IN_PROGRESS,
    "Failed": Status.FAILURE,
    "Error": Status.FAILURE,
}
# What a history holds, too: it is told from there.
_SUCCEEDED = "Succeeded"
_SHA = re.compile(r"^[0-9a-f]{40}([0-9a-f]{24})?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """One sync of an application: done, failed or under way."""

    application: str
    namespace: str | None
    goes_to: tuple[str, ...]
    revision: str | None
    repeated: bool
    status: Status
    started_at: datetime
    finished_at: datetime | None
    automated: bool | None

    def judge(self, rules: Rules) -> Verdict:
        """Return whether it counts as a deployment."""
        return rules.judge(
            application=self.application, goes_to=self.goes_to, repeated=self.repeated
        )


def events(payload: Payload, source: Source) -> list[Event]:
    """Return the deployment that a sync is, if it counts as one."""
    rules = Rules.of(source.rules)
    sync = sync_of(Fields(payload.body, ""))
    if sync is None or not sync.judge(rules).counts:
        return []
    name = sync.application
    path = "/".join(part for part in (sync.namespace, name) if part)
    is_sha = sync.revision is not None and _SHA.match(sync.revision)
    return [
        Deployment(
            # What is under way has no number yet, but it has begun.
            id=f"{path}@{sync.started_at.isoformat()}",
            service=name if rules.each_application else source.service_key,
            environment="production",
            sha=sync.revision if is_sha else None,
            status=sync.status,
            started_at=sync.started_at,
            finished_at=sync.finished_at,
            url=f"{place(source).root}/applications/{path}",
            attributes=told(
                application=name,
                goes_to=list(sync.goes_to),
                revision=sync.revision,
                automated=sync.automated,
            ),
        )
    ]


def sync_of(body: Fields) -> Sync | None:
    """Return the sync of a payload; None: it is told from the history, or was none."""
    application = body.fields("application")
    destination = application.fields("destination")
    names = (destination.text_or_none("namespace"), destination.text_or_none("name"))
    if "operation" in body:
        return _operation(body.fields("operation"), application, names)
    entry = body.fields("entry")
    finished_at = entry.moment("deployedAt")
    revision = _revision(entry)
    by = entry.fields("initiatedBy") if "initiatedBy" in entry else None
    return Sync(
        application=application.text("name"),
        namespace=application.text_or_none("namespace"),
        goes_to=tuple(name for name in names if name),
        revision=revision,
        repeated="repeated" in body and body.truth("repeated"),
        status=Status.SUCCESS,
        started_at=entry.moment_or_none("deployStartedAt") or finished_at,
        finished_at=finished_at,
        automated=_automated(by),
    )


def _operation(
    operation: Fields, application: Fields, names: tuple[str | None, ...]
) -> Sync | None:
    """Return the last operation, if the history does not tell of it."""
    phase = operation.text("phase")
    if phase == _SUCCEEDED:
        return None
    if phase not in _PHASES:
        raise Garbled(f"operation.phase: {phase[:40]!r} is none that we know")
    asked = operation.fields("operation")
    if "sync" not in asked or _is_dry(asked.fields("sync")):
        return None
    status = _PHASES[phase]
    over = status is not Status.IN_PROGRESS
    done = operation.fields("syncResult") if "syncResult" in operation else None
    by = asked.fields("initiatedBy") if "initiatedBy" in asked else None
    return Sync(
        application=application.text("name"),
        namespace=application.text_or_none("namespace"),
        goes_to=tuple(name for name in names if name),
        revision=_revision(done or asked.fields("sync")),
        repeated=False,
        status=status,
        started_at=operation.moment("startedAt"),
        finished_at=operation.moment("finishedAt") if over else None,
        automated=_automated(by),
    )


def _is_dry(sync: Fields) -> bool:
    return "dryRun" in sync and sync.truth("dryRun")


def _automated(by: Fields | None) -> bool | None:
    """Return whether nobody asked for it; None where Argo CD does not say."""
    if by is None:
        return None
    return "automated" in by and by.truth("automated")


def _revision(thing: Fields) -> str | None:
    """Return the revision; the first of several sources."""
    several = thing.texts("revisions") if "revisions" in thing else ()
    return thing.text_or_none("revision") or next(iter(several), None)
