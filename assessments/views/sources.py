"""Pages: sources, how they are and what they brought; pausing, removing, tokens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)
from django.views.decorators.vary import vary_on_headers

from assessments.access import Verb
from assessments.forms import sources as forms
from assessments.queries import backfills
from assessments.queries import sources as rows
from assessments.services import sources as services
from assessments.services import walks
from assessments.services.refusals import Refusal
from assessments.tasks import telemetry
from assessments.views.doors import caller, door
from assessments.views.telling import announced, rule_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from assessments.queries.members import Membership


@require_GET
@door(Verb.READ)
def sources(request: HttpRequest, me: Membership) -> HttpResponse:
    """List the sources of the workspace, those that fail first."""
    return render(
        request,
        "sources/sources.html",
        {
            "me": me,
            "sources": rows.source_rows(workspace_id=me.workspace_id),
            "kinds": {kind.kind: kind.label for kind in services.kinds()},
            "may_connect": me.may(Verb.CONNECT),
        },
    )


@require_GET
@door(Verb.READ)
def source(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Show how a source is, what it brought and what it could not understand."""
    return _page(request, me, found_source(me, source_id))


@require_GET
@vary_on_headers("HX-Request")
@door(Verb.READ)
def source_progress(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Say how far a synchronization is: nothing new is 204, its end the whole story."""
    row = found_source(me, source_id)
    if "HX-Request" not in request.headers:
        return redirect("source", me.workspace_slug, source_id)
    context = _standing(me, row)
    run = context["latest"]
    if isinstance(run, rows.SynchronizationRow) and run.busy:
        if request.GET.get("seen") == run.mark:
            return HttpResponse(status=204)
        return render(request, "sources/progress.html", context)
    answer = render(request, "sources/standing.html", context)
    answer["HX-Retarget"] = "#standing"
    answer["HX-Reswap"] = "outerHTML"
    if isinstance(run, rows.SynchronizationRow):
        answer["HX-Trigger"] = announced(_ended(run))
    return answer


@require_POST
@door(Verb.CONNECT)
def source_sync(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Synchronize now."""
    found_source(me, source_id)
    try:
        ask(source_id)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("source", me.workspace_slug, source_id)


@require_POST
@door(Verb.CONNECT)
def source_pause(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Take nothing from it until it is resumed."""
    said = _("Paused: nothing is taken until you resume it. What was read stays.")
    return _act(request, me, source_id, services.pause, said)


@require_POST
@door(Verb.CONNECT)
def source_resume(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Go on from where it stopped."""
    row = found_source(me, source_id)
    answer = _act(request, me, source_id, services.resume, _("Resumed."))
    if not row.pushed:
        ask(source_id)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.CONNECT)
def source_remove(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Say what goes with a source, ask once, then remove it."""
    row = found_source(me, source_id)
    if request.method != "POST":
        return render(request, "sources/remove.html", {"me": me, "source": row})
    services.remove(
        workspace_id=me.workspace_id,
        source_id=source_id,
        by=caller(request),
        now=timezone.now(),
    )
    refresh(me.workspace_id)
    said = _("“{name}” is removed, and its events with it.").format(name=row.name)
    messages.success(request, said)
    return redirect("sources", me.workspace_slug)


@require_POST
@never_cache
@door(Verb.CONNECT)
def source_token(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Make a new token for sending events, and show it this once."""
    row = found_source(me, source_id)
    if not row.pushed:
        raise Http404
    token = services.new_push_token(
        source_id=source_id, by=caller(request), now=timezone.now()
    )
    return _page(request, me, found_source(me, source_id), token=token)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.CONNECT)
def source_credential(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Replace the credential; the old one is not shown, and neither is the new one."""
    row = found_source(me, source_id)
    if row.pushed:
        raise Http404
    kind = services.kind_kept(row.kind)
    if not kind.secret_label:
        raise Http404
    form = forms.ReplaceCredential(
        request.POST.dict() if request.method == "POST" else None
    )
    form.fields["secret"].label = kind.secret_label
    form.fields["secret"].help_text = kind.secret_help
    if form.is_valid():
        services.replace_credential(
            workspace_id=me.workspace_id,
            source_id=source_id,
            secret=form.cleaned_data["secret"],
            by=caller(request),
            now=timezone.now(),
        )
        messages.success(request, _("The credential is replaced, and tried at once."))
        if not row.paused:
            ask(source_id)
        return redirect("source", me.workspace_slug, source_id)
    return render(
        request,
        "sources/credential.html",
        {"me": me, "source": row, "form": form},
        status=422 if form.errors else 200,
    )


# ── what the pages of sources share ────────────────────────────────────────────────


def found_source(me: Membership, source_id: int) -> rows.SourceRow:
    """Return a source of this workspace; another workspace's is not found."""
    row = rows.source_row(workspace_id=me.workspace_id, source_id=source_id)
    if row is None:
        raise Http404
    return row


def ask(source_id: int) -> None:
    """Ask for a synchronization, and knock once the question is committed.

    A broker that cannot be reached spoils nothing: what waits is found every minute.
    """
    asked = services.ask_synchronization(source_id=source_id, now=timezone.now())
    transaction.on_commit(partial(telemetry.synchronize.delay, asked), robust=True)


def refresh(workspace_id: int) -> None:
    """Ask for rollups that match the events again; a lost knock is made up for."""
    transaction.on_commit(
        partial(telemetry.refresh_rollups.delay, workspace_id), robust=True
    )


# ── inside ─────────────────────────────────────────────────────────────────────────


def _page(
    request: HttpRequest, me: Membership, row: rows.SourceRow, *, token: str = ""
) -> HttpResponse:
    kind = services.kind_kept(row.kind)
    context = _standing(me, row) | {
        "kind": kind,
        "rules": rule_rows(kind.rule_fields, row.rules),
        "token": token,
        "events_address": request.build_absolute_uri("/api/v1/events"),
    }
    return render(request, "sources/source.html", context)


def _standing(me: Membership, row: rows.SourceRow) -> dict[str, object]:
    runs = rows.synchronization_rows(source_id=row.id)
    return {
        "me": me,
        "source": row,
        "runs": runs,
        "latest": runs[0] if runs else None,
        "counts": rows.event_counts(source_id=row.id),
        "rejections": rows.rejection_rows(source_id=row.id),
        "may_connect": me.may(Verb.CONNECT),
        "past": backfills.past(source_id=row.id),
        "has_past": walks.reads_the_past(row.kind),
    }


def _ended(run: rows.SynchronizationRow) -> str:
    if run.failed:
        return _("The synchronization failed: {why}").format(why=run.error)
    said = ngettext(
        "Synchronized: {count} new event.", "Synchronized: {count} new events.",
        run.events,
    )  # fmt: skip
    return said.format(count=run.events)


def _act(
    request: HttpRequest,
    me: Membership,
    source_id: int,
    service: Callable[..., None],
    sentence: str,
) -> HttpResponse:
    found_source(me, source_id)
    service(
        workspace_id=me.workspace_id,
        source_id=source_id,
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(request, sentence)
    return redirect("source", me.workspace_slug, source_id)


urlpatterns: list[URLPattern] = [
    path("", sources, name="sources"),
    path("<int:source_id>/", source, name="source"),
    path("<int:source_id>/progress/", source_progress, name="source_progress"),
    path("<int:source_id>/synchronize/", source_sync, name="source_sync"),
    path("<int:source_id>/pause/", source_pause, name="source_pause"),
    path("<int:source_id>/resume/", source_resume, name="source_resume"),
    path("<int:source_id>/remove/", source_remove, name="source_remove"),
    path("<int:source_id>/token/", source_token, name="source_token"),
    path("<int:source_id>/credential/", source_credential, name="source_credential"),
]
