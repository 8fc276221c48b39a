"""Reports of a cycle: asked for by a person, made by a worker, kept in the store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Cycle, Report, ReportKind, ReportState, Scoring
from assessments.services import folders, journal
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from django.contrib.auth.models import AbstractBaseUser

_SUFFIX = {ReportKind.BOARD_PDF: "pdf", ReportKind.WORKBOOK: "xlsx"}
# Many times what the longest report takes: past it, whoever made it is gone.
_LIMIT = timedelta(minutes=10)
# A knock that no worker heard by then was lost, and is given again.
_PATIENCE = timedelta(minutes=3)
_STANDING = (ReportState.WAITING, ReportState.RUNNING, ReportState.READY)


class NothingToReport(Refusal):
    """The cycle has no scores yet."""


class NotAReport(Refusal):
    """Nobody can make a report of that kind or in that language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which report answers a request, and whether a worker has to make it."""

    report_id: int
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a worker has to make."""

    report_id: int
    cycle_id: int
    kind: str
    language: str


@transaction.atomic
def ask(
    *,
    cycle_id: int,
    kind: str,
    by: AbstractBaseUser,
    now: datetime,
    language: str = settings.LANGUAGE_CODE,
) -> Asked:
    """Ask for a report of the newest scores; the same scores give the same report."""
    if kind not in ReportKind.values:
        raise NotAReport(_("Choose the board report or the workbook."))
    if language not in dict(settings.LANGUAGES):
        raise NotAReport(_("Choose one of the languages that are offered."))
    # Two requests at once wait for each other here, so that one report is made.
    cycle = Cycle.objects.select_for_update().get(pk=cycle_id)
    scoring = Scoring.objects.filter(cycle=cycle).order_by("-pk").first()
    if scoring is None:
        raise NothingToReport(
            _(
                "This cycle has no scores yet. Answer at least one question,"
                " then ask for the report."
            )
        )
    standing = Report.objects.filter(
        scoring=scoring, kind=kind, language=language, state__in=_STANDING
    )
    if existing := standing.order_by("-pk").first():
        return Asked(report_id=existing.pk, new=False)
    report = Report.objects.create(
        cycle=cycle,
        scoring=scoring,
        kind=kind,
        language=language,
        asked_by_id=by.pk,
        asked_at=now,
    )
    journal.record(
        workspace_id=cycle.workspace_id,
        verb="report.asked",
        target=("report", report.pk),
        by=by,
        at=now,
        detail={"cycle": cycle.pk, "kind": kind, "language": language},
    )
    return Asked(report_id=report.pk, new=True)


def begin(*, report_id: int, now: datetime) -> Job | None:
    """Take a waiting report on; None if somebody else has, or it is made already."""
    waiting = Report.objects.filter(pk=report_id, state=ReportState.WAITING)
    if not waiting.update(state=ReportState.RUNNING, started_at=now):
        return None
    report = Report.objects.get(pk=report_id)
    return Job(
        report_id=report.pk,
        cycle_id=report.cycle_id,
        kind=report.kind,
        language=report.language,
    )


def hand_over(
    *, report_id: int, scoring_id: int | None, body: bytes, now: datetime
) -> None:
    """Keep the finished document, named by what it holds, and say that it is ready."""
    report = Report.objects.select_related("cycle").get(pk=report_id)
    digest = hashlib.sha256(body).hexdigest()
    suffix = _SUFFIX[ReportKind(report.kind)]
    workspace_id = report.cycle.workspace_id
    name = f"{report.pk}-{digest[:16]}.{suffix}"
    _keep(folders.of_reports(workspace_id) / name, body)
    with transaction.atomic():
        running = Report.objects.filter(pk=report_id, state=ReportState.RUNNING)
        if not running.update(
            state=ReportState.READY,
            # Scores may have moved between asking and making: say which it prints.
            scoring_id=scoring_id or report.scoring_id,
            file_name=f"{workspace_id}/{name}",
            sha256=digest,
            finished_at=now,
            error="",
        ):
            return
        journal.record(
            workspace_id=workspace_id,
            verb="report.made",
            target=("report", report_id),
            by=None,
            at=now,
            detail={"kind": report.kind, "sha256": digest},
        )


def _keep(place: Path, body: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(f"{place.suffix}.part")
    draft.write_bytes(body)
    draft.replace(place)


def give_up(*, report_id: int, sentence: str, now: datetime) -> None:
    """Say why a report was not made; asking again makes another."""
    Report.objects.filter(pk=report_id, state=ReportState.RUNNING).update(
        state=ReportState.FAILED, error=sentence, finished_at=now
    )


def reap(*, now: datetime) -> list[int]:
    """Close reports whose maker died; return those that still wait for a knock."""
    Report.objects.filter(
        state=ReportState.RUNNING, started_at__lt=now - _LIMIT
    ).update(
        state=ReportState.FAILED,
        error=_("The worker that was making it stopped. Ask for it again."),
        finished_at=now,
    )
    forgotten = Report.objects.filter(
        state=ReportState.WAITING, asked_at__lt=now - _PATIENCE
    )
    return list(forgotten.order_by("pk").values_list("pk", flat=True))
