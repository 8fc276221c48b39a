"""Evidence: files, links and telemetry references, added, described and withdrawn."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import (
    Cycle,
    CycleState,
    Evidence,
    EvidenceKind,
    Measurement,
    MeasurementStatus,
    Workspace,
)
from assessments.queries.results.stored import shown_scoring
from assessments.services import (
    file_store,
    journal,
    particulars,
    sniffing,
    supporting,
)
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import BinaryIO

    from django.contrib.auth.models import AbstractBaseUser

    from assessments.services.particulars import Particulars
    from assessments.services.supporting import Place
    from scoring.events import Json


class Gone(Refusal):
    """The evidence does not exist in this workspace."""


class Relied(Refusal):
    """A locked cycle relies on what would change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of it; not `new` when the same person had added the same before."""

    evidence_id: int
    new: bool


def add_file(
    *,
    workspace_id: int,
    stream: BinaryIO,
    name: str,
    said: Particulars,
    by: AbstractBaseUser,
    now: datetime,
    place: Place | None = None,
) -> Added:
    """Keep a file and enter it; with a place, let it support that topic.

    The bytes are stored before the transaction: a slow storage holds nobody up.
    """
    particulars.check(workspace_id=workspace_id, said=said, today=now.date())
    if place is not None:
        with transaction.atomic():
            supporting.check(workspace_id=workspace_id, place=place)
    facts = sniffing.examine(stream=stream, name=name)
    file = file_store.keep(
        workspace_id=workspace_id, stream=stream, facts=facts, now=now
    )
    piece = Evidence(kind=EvidenceKind.FILE, file=file, file_name=facts.name)
    return _enter(
        particulars.described(piece, workspace_id, said, facts.name),
        sha256=facts.sha256,
        place=place,
        by=by,
        now=now,
    )


def add_link(
    *,
    workspace_id: int,
    url: str,
    said: Particulars,
    by: AbstractBaseUser,
    now: datetime,
    place: Place | None = None,
) -> Added:
    """Enter a link; it is never opened from here."""
    particulars.check(workspace_id=workspace_id, said=said, today=now.date())
    url = particulars.checked_url(url)
    piece = Evidence(kind=EvidenceKind.LINK, url=url)
    return _enter(
        particulars.described(piece, workspace_id, said, urlsplit(url).hostname or url),
        sha256=_digest({"link": url}),
        place=place,
        by=by,
        now=now,
    )


def add_telemetry(
    *,
    workspace_id: int,
    cycle_id: int,
    criterion: str,
    metric: str,
    said: Particulars,
    by: AbstractBaseUser,
    now: datetime,
    place: Place | None = None,
) -> Added:
    """Enter a reference to a stored measurement of a cycle; its window dates it."""
    particulars.check(workspace_id=workspace_id, said=said, today=now.date())
    title, last = _measured(workspace_id, cycle_id, criterion, metric)
    reference: dict[str, Json] = {
        "cycle": cycle_id,
        "criterion": criterion,
        "metric": metric,
    }
    piece = Evidence(kind=EvidenceKind.TELEMETRY, reference=reference)
    return _enter(
        particulars.described(piece, workspace_id, replace(said, dated_on=last), title),
        sha256=_digest(reference),
        place=place,
        by=by,
        now=now,
    )


@transaction.atomic
def change(
    *,
    workspace_id: int,
    evidence_id: int,
    said: Particulars,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Say something else about a piece of evidence.

    Once a locked cycle relies on it, its dates and its origin stay as they were then.
    """
    piece = _held(workspace_id, evidence_id)
    particulars.check(workspace_id=workspace_id, said=said, today=now.date())
    before = particulars.plain(piece)
    particulars.described(piece, workspace_id, said, piece.title)
    after = particulars.plain(piece)
    moved = [name for name in after if after[name] != before[name]]
    if not moved:
        return
    sealed = {"origin", "dated_on", "expires_on"} & set(moved)
    if sealed and _is_relied_on(piece):
        raise Relied(
            _(
                "A locked cycle relies on this evidence: its origin and dates stay as"
                " they are. Add the newer file or link as evidence of its own."
            )
        )
    piece.save(update_fields=list(asdict(said)))
    journal.record(
        workspace_id=workspace_id,
        verb="evidence.changed",
        target=("evidence", piece.pk),
        by=by,
        at=now,
        before={name: before[name] for name in moved},
        after={name: after[name] for name in moved},
    )


@transaction.atomic
def withdraw(
    *,
    workspace_id: int,
    evidence_id: int,
    why: str,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Offer evidence no longer; nothing is deleted, and locked cycles keep it."""
    piece = _held(workspace_id, evidence_id)
    if piece.withdrawn_at is not None:
        return
    piece.withdrawn_at = now
    piece.save(update_fields=["withdrawn_at"])
    journal.record(
        workspace_id=workspace_id,
        verb="evidence.withdrawn",
        target=("evidence", piece.pk),
        by=by,
        at=now,
        detail={"title": piece.title, "sha256": piece.sha256},
        why=why.strip(),
    )


@transaction.atomic
def offer_again(
    *, workspace_id: int, evidence_id: int, by: AbstractBaseUser, now: datetime
) -> None:
    """Take a withdrawal back."""
    piece = _held(workspace_id, evidence_id)
    if piece.withdrawn_at is None:
        return
    piece.withdrawn_at = None
    piece.save(update_fields=["withdrawn_at"])
    journal.record(
        workspace_id=workspace_id,
        verb="evidence.offered",
        target=("evidence", piece.pk),
        by=by,
        at=now,
    )


# ── entering ───────────────────────────────────────────────────────────────────────


@transaction.atomic
def _enter(
    piece: Evidence,
    *,
    sha256: str,
    place: Place | None,
    by: AbstractBaseUser,
    now: datetime,
) -> Added:
    """Write the row, unless the same person has the same thing in the register."""
    # Held, so that a double click finds what the first one wrote.
    Workspace.objects.select_for_update(no_key=True).get(pk=piece.workspace_id)
    same = Evidence.objects.filter(
        workspace_id=piece.workspace_id,
        kind=piece.kind,
        sha256=sha256,
        added_by_id=by.pk,
        withdrawn_at=None,
    ).first()
    if same is None:
        piece.sha256, piece.added_by_id, piece.added_at = sha256, by.pk, now
        piece.save(force_insert=True)
    kept = same or piece
    if place is not None:
        supporting.support(evidence_id=kept.pk, place=place, by=by, now=now)
    if same is None:
        journal.record(
            workspace_id=piece.workspace_id,
            verb="evidence.added",
            target=("evidence", piece.pk),
            by=by,
            at=now,
            detail={"kind": piece.kind, "title": piece.title, "sha256": sha256},
        )
    return Added(evidence_id=kept.pk, new=same is None)


def _measured(
    workspace_id: int, cycle_id: int, criterion: str, metric: str
) -> tuple[str, date]:
    """Return what a measurement is called, and its last day."""
    cycle = Cycle.objects.filter(workspace_id=workspace_id, pk=cycle_id).first()
    found = Measurement.objects.filter(
        scoring=shown_scoring(cycle) if cycle else None,
        criterion=criterion,
        metric=metric,
        status=MeasurementStatus.VALUE,
    ).first()
    if cycle is None or found is None:
        raise Unfit(
            "measurement",
            _("Choose one of the measurements that this cycle has a value for."),
        )
    name = f"{metric.replace('_', ' ').capitalize()} ({criterion}, {cycle.title})"
    # A window ends with the first moment that is outside of it.
    return name, (found.window_end - timedelta(microseconds=1)).date()


def _held(workspace_id: int, evidence_id: int) -> Evidence:
    held = Evidence.objects.select_for_update(of=("self",))
    piece = held.filter(workspace_id=workspace_id, pk=evidence_id).first()
    if piece is None:
        raise Gone(_("This evidence does not exist (any more)."))
    return piece


def _is_relied_on(piece: Evidence) -> bool:
    return piece.supports.filter(cycle__state=CycleState.LOCKED).exists()


def _digest(plain: dict[str, Json]) -> str:
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
