"""Pages: what is wrong, what is over, and the channels that are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from assessments.access import Verb
from assessments.charts import alerts as words
from assessments.forms import alerts as forms
from assessments.queries import alerts as rows
from assessments.services import alert_channels
from assessments.services.refusals import Refusal, Unfit
from assessments.tasks import notices
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An alert with its words."""

    row: rows.AlertRow
    told: words.Told


@door(Verb.READ)
@require_GET
def alerts(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show what is wrong now, what is over, and who is told."""
    return render(
        request,
        "alerts/alerts.html",
        {
            "me": me,
            "open": _shown(rows.open_alerts(workspace_id=me.workspace_id)),
            "ended": _shown(rows.ended_alerts(workspace_id=me.workspace_id)),
            "channels": rows.channel_rows(workspace_id=me.workspace_id),
            "topics": [label for _key, label in rows.TOPICS],
            "may_connect": me.may(Verb.CONNECT),
        },
    )


@door(Verb.CONNECT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def alert_channel_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Add a channel; the secret of a webhook is shown once."""
    form = _form(
        request,
        {"topics": [key for key, _label in rows.TOPICS], "language": get_language()},
    )
    if form.is_bound and form.is_valid():
        try:
            channel_id, secret = alert_channels.add(
                workspace_id=me.workspace_id,
                wish=_wish(form),
                by=caller(request),
                now=timezone.now(),
            )
        except Unfit as refusal:
            form.blame(refusal.field_name, refusal.sentence)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            if secret:
                return _page(request, me, channel_id, secret=secret)
            return redirect("alert_channel", me.workspace_slug, channel_id)
    return _form_page(request, me, form, _("Add a channel"))


@door(Verb.CONNECT)
@require_GET
@never_cache
def alert_channel(
    request: HttpRequest, me: Membership, channel_id: int
) -> HttpResponse:
    """Show a channel and how the last messages to it fare."""
    return _page(request, me, channel_id)


@door(Verb.CONNECT)
@require_http_methods(["GET", "HEAD", "POST"])
def alert_channel_edit(
    request: HttpRequest, me: Membership, channel_id: int
) -> HttpResponse:
    """Change a channel."""
    found = _found(me, channel_id)
    form = _form(
        request,
        {"name": found.name, "topics": found.topics, "language": found.language},
    )
    form.keep_kind(found.shown)
    if form.is_bound and form.is_valid():
        try:
            alert_channels.change(
                workspace_id=me.workspace_id,
                channel_id=channel_id,
                wish=_wish(form, kind=found.kind),
                by=caller(request),
                now=timezone.now(),
            )
        except Unfit as refusal:
            form.blame(refusal.field_name, refusal.sentence)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("alert_channel", me.workspace_slug, channel_id)
    return _form_page(request, me, form, _("Change the channel"))


@door(Verb.CONNECT)
@require_POST
@never_cache
def alert_channel_secret(
    request: HttpRequest, me: Membership, channel_id: int
) -> HttpResponse:
    """Give a webhook another secret, and show it once."""
    _found(me, channel_id)
    try:
        secret = alert_channels.renew_secret(
            workspace_id=me.workspace_id,
            channel_id=channel_id,
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("alert_channel", me.workspace_slug, channel_id)
    return _page(request, me, channel_id, secret=secret)


@door(Verb.CONNECT)
@require_POST
def alert_channel_test(
    request: HttpRequest, me: Membership, channel_id: int
) -> HttpResponse:
    """Send a test."""
    said = _("A test is on its way; the list of messages says how it fares.")
    answer = _done(request, me, channel_id, alert_channels.test, said)
    notices.ask()
    return answer


@door(Verb.CONNECT)
@require_POST
def alert_channel_pause(
    request: HttpRequest, me: Membership, channel_id: int
) -> HttpResponse:
    """Send nothing for a while."""
    return _done(request, me, channel_id, alert_channels.pause, _("Paused."))


@door(Verb.CONNECT)
@require_POST
def alert_channel_resume(
    request: HttpRequest, me: Membership, channel_id: int
) -> HttpResponse:
    """Send again."""
    return _done(request, me, channel_id, alert_channels.resume, _("It goes on."))


@door(Verb.CONNECT)
@require_POST
def alert_channel_remove(
    request: HttpRequest, me: Membership, channel_id: int
) -> HttpResponse:
    """Remove a channel."""
    _done(request, me, channel_id, alert_channels.remove, _("The channel is removed."))
    return redirect("alerts", me.workspace_slug)


# ── what the pages are made of ─────────────────────────────────────────────────────


def _shown(found: Iterable[rows.AlertRow]) -> list[Shown]:
    return [Shown(row=one, told=words.told(one.kind, one.about)) for one in found]


def _found(me: Membership, channel_id: int) -> rows.ChannelRow:
    found = rows.channel_row(workspace_id=me.workspace_id, channel_id=channel_id)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, me: Membership, channel_id: int, secret: str = ""
) -> HttpResponse:
    return render(
        request,
        "alerts/channel.html",
        {
            "me": me,
            "channel": _found(me, channel_id),
            "sent": rows.message_rows(channel_id=channel_id),
            "secret": secret,
        },
    )


def _done(
    request: HttpRequest,
    me: Membership,
    channel_id: int,
    deed: Callable[..., object],
    said: str,
) -> HttpResponse:
    _found(me, channel_id)
    deed(
        workspace_id=me.workspace_id,
        channel_id=channel_id,
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(request, said)
    return redirect("alert_channel", me.workspace_slug, channel_id)


def _form(request: HttpRequest, initial: dict[str, object]) -> forms.Channel:
    return forms.Channel(
        request.POST if request.method == "POST" else None,
        kinds=rows.KINDS,
        topics=rows.TOPICS,
        initial=initial,
    )


def _form_page(
    request: HttpRequest, me: Membership, form: forms.Channel, heading: str
) -> HttpResponse:
    return render(
        request,
        "alerts/form.html",
        {"me": me, "form": form, "heading": heading},
        status=422 if form.errors else 200,
    )


def _wish(form: forms.Channel, kind: str = "") -> alert_channels.Wish:
    asked = form.cleaned_data
    return alert_channels.Wish(
        name=asked["name"],
        kind=kind or asked["kind"],
        address=asked["address"].strip(),
        topics=tuple(asked["topics"]),
        language=asked["language"],
    )


urlpatterns: list[URLPattern] = [
    path("", alerts, name="alerts"),
    path("channels/new/", alert_channel_new, name="alert_channel_new"),
    path("channels/<int:channel_id>/", alert_channel, name="alert_channel"),
    path(
        "channels/<int:channel_id>/edit/", alert_channel_edit, name="alert_channel_edit"
    ),
    path(
        "channels/<int:channel_id>/secret/",
        alert_channel_secret,
        name="alert_channel_secret",
    ),
    path(
        "channels/<int:channel_id>/test/", alert_channel_test, name="alert_channel_test"
    ),
    path(
        "channels/<int:channel_id>/pause/",
        alert_channel_pause,
        name="alert_channel_pause",
    ),
    path(
        "channels/<int:channel_id>/resume/",
        alert_channel_resume,
        name="alert_channel_resume",
    ),
    path(
        "channels/<int:channel_id>/remove/",
        alert_channel_remove,
        name="alert_channel_remove",
    ),
]
