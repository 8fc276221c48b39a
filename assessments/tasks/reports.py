"""Celery doors: reports. Render, then hand over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from assessments.queries import brands, delivery, plan
from assessments.queries import trail as trails
from assessments.queries.results import results
from assessments.reports import making
from assessments.reports.material import PLAN, TRAIL, TRENDS, Material
from assessments.services import measuring, reporting
from scoring.events import Window

if TYPE_CHECKING:
    from assessments.charts.trends import Trend
    from assessments.queries.brands import BrandRow
    from assessments.queries.plan import InitiativeRow
    from assessments.queries.results import Header, Results

_UNMADE = gettext_lazy(
    "It could not be made; the worker's log has the reason under report %(number)s."
    " Ask for it again. If it fails again, tell whoever runs this server."
)


# Charts look back half a year: one quarter alone shows no direction.
_LOOK_BACK = timedelta(days=182)


def _trends(header: Header) -> tuple[Trend, ...]:
    first = min(header.period_start, header.period_end - _LOOK_BACK)
    seen = measuring.dashboard(
        workspace_id=header.workspace_id,
        service_ids=delivery.service_ids(
            workspace_id=header.workspace_id, scope_id=header.scope_id
        ),
        window=Window.of_days(first, header.period_end),
    )
    return tuple(seen.trends.values())


def _plan(header: Header) -> tuple[InitiativeRow, ...]:
    """Return what is planned in the scope, overdue or not when it was scored."""
    scored = header.scored_at
    if scored is None:
        return ()
    return tuple(
        plan.initiatives(
            workspace_id=header.workspace_id,
            reach=(header.scope_path,),
            today=scored.date(),
        )
    )


def _material(
    shown: Results, kind: str, *, brand: BrandRow | None, named: bool
) -> Material:
    wanted = making.wants(kind)
    cycle_id = shown.header.cycle_id
    return Material(
        results=shown,
        brand=brand,
        trends=_trends(shown.header) if TRENDS in wanted else (),
        plan=_plan(shown.header) if PLAN in wanted else (),
        trail=trails.trail(cycle_id=cycle_id, named=named) if TRAIL in wanted else None,
    )


def _body(job: reporting.Job) -> tuple[int | None, bytes]:
    with translation.override(job.language):
        shown = results(cycle_id=job.cycle_id)
        brand = brands.brand(brand_id=job.brand_id)
        material = _material(shown, job.kind, brand=brand, named=job.named)
        body = making.render(job.kind, material)
    return shown.header.scoring_id, body


def made_now(
    *, cycle_id: int, kind: str = "board_pdf", language: str = settings.LANGUAGE_CODE
) -> bytes:
    """Return a report of a cycle as it stands, without keeping it."""
    with translation.override(language):
        shown = results(cycle_id=cycle_id)
        brand = brands.newest(workspace_id=shown.header.workspace_id)
        return making.render(kind, _material(shown, kind, brand=brand, named=False))


@shared_task
def render(report_id: int) -> None:
    """Make a report that waits; safe to run twice."""
    job = reporting.begin(report_id=report_id, now=timezone.now())
    if job is None:
        return
    try:
        scoring_id, body = _body(job)
        reporting.hand_over(
            report_id=report_id, scoring_id=scoring_id, body=body, now=timezone.now()
        )
    except BaseException:
        # Whatever happened, the person who waits must learn that it ended.
        with translation.override(job.language):
            sentence = _UNMADE % {"number": report_id}
        reporting.give_up(report_id=report_id, sentence=sentence, now=timezone.now())
        raise


@shared_task
def reap() -> None:
    """Close reports whose maker died, and knock again for those that wait."""
    for report_id in reporting.reap(now=timezone.now()):
        render.delay(report_id)
