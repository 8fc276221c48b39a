"""Reports of a cycle: asked for by a person, made by a worker, kept in the store."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from assessments.models import Brand, Cycle, Report, ReportState, Scoring
from assessments.queries.report_kinds import KINDS, LAYOUT
from assessments.services import folders, journal
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

# Many times what the longest report takes: past it, whoever made it is gone.
_LIMIT = timedelta(minutes=10)
# A knock that no worker heard by then was lost, and is given again.
_PATIENCE = timedelta(minutes=3)
# A worker that dies takes its report along at most so often.
_ATTEMPTS = 3
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
    brand_id: int | None
    named: bool


@transaction.atomic
def ask(
    *,
    cycle_id: int,
    kind: str,
    by: AbstractBaseUser | None,
    now: datetime,
    language: str = settings.LANGUAGE_CODE,
    named: bool = False,
    origin: str = "",
) -> Asked:
    """Ask for a report of the newest scores; the same scores give the same report.

    What is no person says what it asks for by its `origin`: the same one gives the
    same report, whatever the scores are by then, and one that failed is tried again.
    """
    if kind not in KINDS:
        raise NotAReport(_("Choose one of the reports that are offered."))
    if language not in dict(settings.LANGUAGES):
        raise NotAReport(_("Choose one of the languages that are offered."))
    # Two requests at once wait for each other here, so that one report is made.
    cycle = Cycle.objects.select_for_update().get(pk=cycle_id)
    wanted = Report.objects.filter(
        cycle=cycle, kind=kind, language=language, origin=origin
    )
    if origin and (known := wanted.first()):
        return _once_more(known, now)
    scoring = Scoring.objects.filter(cycle=cycle).order_by("-pk").first()
    if scoring is None:
        raise NothingToReport(
            _(
                "This cycle has no scores yet. Answer at least one question,"
                " then ask for the report."
            )
        )
    brand = Brand.objects.filter(workspace_id=cycle.workspace_id).first()
    named = named and KINDS[kind].private
    standing = wanted.filter(
        scoring=scoring,
        brand=brand,
        layout=LAYOUT,
        named=named,
        state__in=_STANDING,
    )
    if existing := standing.first():
        return Asked(report_id=existing.pk, new=False)
    report = Report.objects.create(
        cycle=cycle,
        scoring=scoring,
        kind=kind,
        language=language,
        brand=brand,
        layout=LAYOUT,
        named=named,
        origin=origin,
        asked_by_id=by.pk if by else None,
        asked_at=now,
    )
    journal.record(
        workspace_id=cycle.workspace_id,
        verb="report.asked",
        target=("report", report.pk),
        by=by,
        at=now,
        detail={"cycle": cycle.pk, "kind": kind, "language": language, "named": named},
    )
    return Asked(report_id=report.pk, new=True)


def _once_more(report: Report, now: datetime) -> Asked:
    failed = Report.objects.filter(pk=report.pk, state=ReportState.FAILED)
    again = failed.update(
        state=ReportState.WAITING, asked_at=now, attempts=0, error="", finished_at=None
    )
    return Asked(report_id=report.pk, new=bool(again))


def begin(*, report_id: int, now: datetime) -> Job | None:
    """Take a waiting report on; None if somebody else has, or it is made already."""
    waiting = Report.objects.filter(pk=report_id, state=ReportState.WAITING)
    if not waiting.update(
        state=ReportState.RUNNING, started_at=now, attempts=F("attempts") + 1
    ):
        return None
    report = Report.objects.get(pk=report_id)
    return Job(
        report_id=report.pk,
        cycle_id=report.cycle_id,
        kind=report.kind,
        language=report.language,
        brand_id=report.brand_id,
        named=report.named,
    )


def hand_over(
    *, report_id: int, scoring_id: int | None, body: bytes, now: datetime
) -> None:
    """Keep the finished document, named by what it holds, and say that it is ready."""
    report = Report.objects.select_related("cycle").get(pk=report_id)
    digest = hashlib.sha256(body).hexdigest()
    workspace_id = report.cycle.workspace_id
    name = f"{report.pk}-{digest[:16]}.{KINDS[report.kind].form}"
    folder = folders.of_reports(workspace_id)
    folders.keep(folder / name, io.BytesIO(body))
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
    _sweep(report_id, folder)


def _sweep(report_id: int, folder: Path) -> None:
    """Remove what workers wrote for this report and died before they said so."""
    kept = Report.objects.values_list("file_name", flat=True).get(pk=report_id)
    for place in folder.glob(f"{report_id}-*"):
        if place.name != Path(kept).name:
            place.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A report as it is sent along with a message."""

    name: str
    media_type: str
    sha256: str
    body: bytes


def file_of(*, report_id: int) -> Finished | None:
    """Return a finished report; None while it is not made, or if its file is gone."""
    ready = Report.objects.filter(pk=report_id, state=ReportState.READY)
    report = ready.select_related("cycle").first()
    if report is None:
        return None
    place = Path(settings.REPORTS_DIR) / report.file_name
    if not place.is_file():
        return None
    kind = KINDS[report.kind]
    return Finished(
        name=kind.file_name(report.cycle.period_end.isoformat(), report.language),
        media_type=kind.media_type,
        sha256=report.sha256,
        body=place.read_bytes(),
    )


def give_up(*, report_id: int, sentence: str, now: datetime) -> None:
    """Say why a report was not made; asking again makes another."""
    Report.objects.filter(pk=report_id, state=ReportState.RUNNING).update(
        state=ReportState.FAILED, error=sentence, finished_at=now
    )


def reap(*, now: datetime) -> list[int]:
    """Take reports back from makers that died; return those that wait for a knock."""
    lost = Q(state=ReportState.RUNNING, started_at__lt=now - _LIMIT)
    Report.objects.filter(lost, attempts__gte=_ATTEMPTS).update(
        state=ReportState.FAILED,
        error=_("The workers that were making it stopped. Ask for it again."),
        finished_at=now,
    )
    Report.objects.filter(lost).update(state=ReportState.WAITING)
    forgotten = Report.objects.filter(
        state=ReportState.WAITING, asked_at__lt=now - _PATIENCE
    )
    return list(forgotten.order_by("pk").values_list("pk", flat=True))
