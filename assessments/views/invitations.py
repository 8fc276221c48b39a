"""Pages: opening the link of an invitation, without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assessments.services import inviting

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Say what a link is for; sign its guest in when they start.

    Looking changes nothing: programs that preview links in mails and chats open them
    too. A link that is unknown, revoked or over gives the same answer as any other.
    """
    now = timezone.now()
    if request.method != "POST":
        found = inviting.look(token=token, now=now)
        return _closed(request) if found is None else _welcome(request, found)
    opened = inviting.open_(token=token, now=now)
    if opened is None:
        return _closed(request)
    found, guest = opened
    # Signing in gives the session another key; what another person left is flushed.
    login(request, guest, backend=_BACKEND)
    request.session.set_expiry(found.expires_at)
    return redirect("asked", found.workspace_slug)


def _welcome(request: HttpRequest, found: inviting.Opened) -> HttpResponse:
    return render(request, "participants/invitation.html", {"invitation": found})


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "participants/link_closed.html", status=404)


urlpatterns: list[URLPattern] = [
    path("invitation/<str:token>/", invitation, name="invitation"),
]
