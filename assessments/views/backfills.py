"""Pages: reading the past of a source, further back or less far, paused, resumed."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.forms.backfills import ReadBack
from assessments.queries import backfills
from assessments.services import backfilling, walks
from assessments.services.refusals import Refusal, Unfit
from assessments.tasks import telemetry
from assessments.views.doors import caller, door
from assessments.views.sources import found_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.CONNECT)
def source_backfill(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Choose how far back the past is read."""
    row = found_source(me, source_id)
    past = backfills.past(source_id=source_id)
    first = {"since": past.since.date()} if past else None
    posted = request.POST.dict() if request.method == "POST" else None
    form = ReadBack(posted, initial=first)
    if form.is_valid():
        since = datetime.combine(form.cleaned_data["since"], time(), tzinfo=UTC)
        try:
            walks.read_back_to(
                workspace_id=me.workspace_id,
                source_id=source_id,
                since=since,
                by=caller(request),
                now=timezone.now(),
            )
        except Unfit as unfit:
            form.add_error(unfit.field_name, unfit.sentence)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            _knock(source_id)
            messages.success(request, _("The past is read, in slices, from now on."))
            return redirect("source", me.workspace_slug, source_id)
    return render(
        request,
        "sources/read_back.html",
        {
            "me": me,
            "source": row,
            "form": form,
            "past": past,
            "has_past": walks.reads_the_past(row.kind),
        },
        status=422 if form.errors else 200,
    )


@require_POST
@door(Verb.CONNECT)
def source_backfill_pause(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Leave the past alone until it is resumed; new things go on coming."""
    said = _("Paused: the past waits until you resume it. New events go on coming.")
    return _act(request, me, source_id, walks.pause, said)


@require_POST
@door(Verb.CONNECT)
def source_backfill_resume(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Go on reading the past where it stopped."""
    answer = _act(request, me, source_id, walks.resume, _("Resumed."))
    _knock(source_id)
    return answer


@require_POST
@door(Verb.CONNECT)
def source_backfill_cancel(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Read no more of the past."""
    said = _("Cancelled: no more of the past is read. What was read stays.")
    return _act(request, me, source_id, walks.cancel, said)


def _act(
    request: HttpRequest,
    me: Membership,
    source_id: int,
    service: Callable[..., None],
    sentence: str,
) -> HttpResponse:
    found_source(me, source_id)
    try:
        service(
            workspace_id=me.workspace_id,
            source_id=source_id,
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, sentence)
    return redirect("source", me.workspace_slug, source_id)


def _knock(source_id: int) -> None:
    """Knock once the question is committed; a lost knock is made up for."""
    for backfill_id in backfilling.of_source(source_id=source_id, now=timezone.now()):
        transaction.on_commit(
            partial(telemetry.backfill.delay, backfill_id), robust=True
        )


urlpatterns: list[URLPattern] = [
    path("<int:source_id>/past/", source_backfill, name="source_backfill"),
    path(
        "<int:source_id>/past/pause/",
        source_backfill_pause,
        name="source_backfill_pause",
    ),
    path(
        "<int:source_id>/past/resume/",
        source_backfill_resume,
        name="source_backfill_resume",
    ),
    path(
        "<int:source_id>/past/cancel/",
        source_backfill_cancel,
        name="source_backfill_cancel",
    ),
]
