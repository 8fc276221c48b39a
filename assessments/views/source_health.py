"""Pages: how complete a source's data are, and what of it could not be understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from assessments.access import Verb
from assessments.queries import (
    backfills,
    budgets,
    environments,
    source_claims,
    source_health,
)
from assessments.queries import sources as rows
from assessments.services import quarantine
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door
from assessments.views.sources import found_source, refresh

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership

# Of the picture of days, in its own units.
_HEIGHT = 40


@require_GET
@door(Verb.READ)
def health(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Show what came by day, where it is silent, and what each metric lacks."""
    now = timezone.now()
    found = source_health.health(source_id=source_id, now=now)
    return render(
        request,
        "sources/health.html",
        {
            "me": me,
            "source": found_source(me, source_id),
            "health": found,
            "bars": _bars(found),
            "renamed": environments.renamed(source_id=source_id, now=now),
            "claims": source_claims.claims_of(source_id=source_id, now=now),
            "budgets": budgets.budget_rows(source_id=source_id, now=now),
            "again": backfills.again(source_id=source_id),
            "gone": backfills.gone(source_id=source_id, counted=False),
            "rewritten": backfills.gone(source_id=source_id, counted=True),
            "may_connect": me.may(Verb.CONNECT),
        },
    )


@require_GET
@door(Verb.READ)
def waiting(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """List what could not be understood, by reason."""
    return render(
        request,
        "sources/quarantine.html",
        {
            "me": me,
            "source": found_source(me, source_id),
            "reasons": source_health.reasons(source_id=source_id),
            "rejections": rows.rejection_rows(source_id=source_id),
            "retriable": source_health.retriable(source_id=source_id),
            "may_connect": me.may(Verb.CONNECT),
        },
    )


@require_POST
@door(Verb.CONNECT)
def try_again(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Parse what is in quarantine by today's rules."""
    found_source(me, source_id)
    try:
        outcome = quarantine.try_again(
            workspace_id=me.workspace_id,
            source_id=source_id,
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("source_quarantine", me.workspace_slug, source_id)
    refresh(me.workspace_id)
    messages.info(request, _told(outcome))
    return redirect("source_quarantine", me.workspace_slug, source_id)


def _bars(found: source_health.Health) -> list[tuple[int, float]]:
    """Return place and height of a bar a day, the busiest as high as the picture."""
    if not found.most:
        return []
    high = _HEIGHT / found.most
    return [
        # A day with one event beside one with thousands is seen all the same.
        (place, max(one.count * high, 1.0) if one.count else 0.0)
        for place, one in enumerate(found.days)
    ]


def _told(outcome: quarantine.Outcome) -> str:
    said = ngettext(
        "{n} record is understood now.",
        "{n} records are understood now.",
        outcome.understood,
    ).format(n=outcome.understood)
    if outcome.refused:
        said += " " + ngettext(
            "{n} still is not: its reason is below.",
            "{n} still are not: their reasons are below.",
            outcome.refused,
        ).format(n=outcome.refused)
    if outcome.waiting:
        said += " " + _("More are waiting: try again for the next.")
    return said


urlpatterns: list[URLPattern] = [
    path("<int:source_id>/health/", health, name="source_health"),
    path("<int:source_id>/quarantine/", waiting, name="source_quarantine"),
    path(
        "<int:source_id>/quarantine/again/", try_again, name="source_quarantine_again"
    ),
]
