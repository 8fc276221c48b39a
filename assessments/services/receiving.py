"""Batches of events that are sent to us: by API, by upload, by command."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.models import Batch, Scope, Source, SourceState, Workspace
from assessments.services import credentials, lines, normalizing, sources
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import BinaryIO

    from assessments.services.lines import Layout, Line
    from assessments.services.normalizing import Intake
    from scoring.events import Json

MOST_BYTES = 10 * 1024**2
MOST_UNPACKED = 50 * 1024**2
MOST_LINES = 20_000
LONGEST_KEY = 200
_AT_ONCE = 5_000


class Paused(Refusal):
    """The source takes nothing at the moment."""


class KeyReused(Refusal):
    """The Idempotency-Key came with another body before."""


class Unnamed(Refusal):
    """It is not clear which workspace or source is meant."""


class NothingInIt(Refusal):
    """A batch without a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """The source that a push token opens."""

    source_id: int
    workspace_id: int
    name: str


def opened_by(*, token: str) -> Pushed | None:
    """Return the source that the token opens, or None."""
    digest = credentials.digest_of(token)
    source = Source.objects.filter(push_token_digest=digest).first()
    if source is None:
        return None
    return Pushed(
        source_id=source.pk, workspace_id=source.workspace_id, name=source.name
    )


def named_source(*, workspace: str, source: str, create: bool, now: datetime) -> Pushed:
    """Return the source that a command names; make it if asked to and there is none."""
    workspaces = Workspace.objects.order_by("slug")
    asked_for = workspaces.filter(slug=workspace) if workspace else workspaces
    found = list(asked_for[:2])
    if len(found) != 1:
        known = ", ".join(workspaces.values_list("slug", flat=True))
        if not known:
            raise Unnamed(_("There is no workspace yet: make one first."))
        raise Unnamed(
            _("Name a workspace with --workspace; there is %(known)s.")
            % {"known": known}
        )
    rows = Source.objects.filter(workspace=found[0])
    named = Q(name=source)
    if source.isdecimal():
        named |= Q(pk=int(source))
    row = rows.filter(named).order_by("pk").first()
    if row is None and not create:
        names = ", ".join(rows.order_by("name").values_list("name", flat=True))
        if not names:
            raise Unnamed(
                _(
                    "There is no source in %(slug)s yet. Add --create to make"
                    " “%(source)s”."
                )
                % {"source": source, "slug": found[0].slug}
            )
        raise Unnamed(
            _(
                "There is no source “%(source)s” in %(slug)s (there is:"
                " %(value)s). Add --create to make it."
            )
            % {"source": source, "slug": found[0].slug, "value": names}
        )
    source_id = row.pk if row else _made(found[0], source, now)
    return Pushed(source_id=source_id, workspace_id=found[0].pk, name=source)


def _made(workspace: Workspace, name: str, now: datetime) -> int:
    return sources.connect(
        workspace_id=workspace.pk,
        scope_id=Scope.objects.get(workspace=workspace, parent=None).pk,
        kind=sources.PUSH,
        name=name,
        by=None,
        now=now,
    )


@transaction.atomic
def receive(
    *, source_id: int, body: bytes, key: str = "", now: datetime
) -> dict[str, Json]:
    """Store a batch and return the answer; the same key gives the same answer."""
    source = Source.objects.select_for_update().get(pk=source_id)
    if source.state == SourceState.PAUSED:
        raise Paused(_("This source is paused: nothing was stored. Resume it first."))
    digest = hashlib.sha256(body).hexdigest()
    earlier = Batch.objects.filter(source=source, key=key).first() if key else None
    if earlier is not None:
        return _answered(earlier, digest)
    batch = list(_bounded(lines.read(io.BytesIO(body), most_bytes=MOST_UNPACKED)))
    if not batch:
        raise NothingInIt(_("The body holds no event: send one JSON object a line."))
    intake = normalizing.take_in_lines(source_id=source_id, lines=batch, now=now)
    answer = answer_of(intake)
    if key:
        Batch.objects.create(
            source=source, key=key, digest=digest, answer=answer, received_at=now
        )
    _mark_well(source, now)
    return answer


def read_in(
    *,
    source_id: int,
    stream: BinaryIO,
    layout: Layout,
    now: datetime,
    bounded: bool = True,
) -> Intake:
    """Store a file in parts, each whole or not at all; bounded unless from a shell."""
    source = Source.objects.get(pk=source_id)
    if source.state == SourceState.PAUSED:
        raise Paused(_("This source is paused: nothing was stored. Resume it first."))
    found = lines.read(
        stream, layout=layout, most_bytes=MOST_UNPACKED if bounded else None
    )
    if bounded:
        # Read to the end first: a file that is too large leaves nothing half done.
        found = iter(list(_bounded(found)))
    stored, unchanged = 0, 0
    rejected: list[tuple[int | None, str]] = []
    services: frozenset[int] = frozenset()
    while part := list(islice(found, _AT_ONCE)):
        intake = normalizing.take_in_lines(source_id=source_id, lines=part, now=now)
        stored += intake.stored
        unchanged += intake.unchanged
        rejected += intake.rejected
        services |= intake.services
    if not stored + unchanged + len(rejected):
        raise NothingInIt(_("The file holds no event."))
    _mark_well(source, now)
    return normalizing.Intake(
        stored=stored, unchanged=unchanged, rejected=rejected, services=services
    )


def answer_of(intake: Intake) -> dict[str, Json]:
    """Return the intake as the API tells of it."""
    return {
        "stored": intake.stored,
        "unchanged": intake.unchanged,
        "rejected": [
            {"line": number, "reason": reason} for number, reason in intake.rejected
        ],
    }


def _answered(earlier: Batch, digest: str) -> dict[str, Json]:
    if earlier.digest != digest:
        raise KeyReused(
            _(
                "This Idempotency-Key came with another body before: send"
                " every batch with a key of its own."
            )
        )
    answer: dict[str, Json] = earlier.answer
    return answer


def _bounded(found: Iterator[Line]) -> Iterator[Line]:
    for count, line in enumerate(found, start=1):
        if count > MOST_LINES:
            raise lines.TooLarge(
                _(
                    "More than %(most)s events: send them in smaller"
                    " parts, or use `manage.py import_events`."
                )
                % {"most": MOST_LINES}
            )
        yield line


def _mark_well(source: Source, now: datetime) -> None:
    Source.objects.filter(pk=source.pk).update(
        state=SourceState.WELL, last_success_at=now, failures=0, last_error=""
    )
