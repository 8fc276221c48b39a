"""Pages before a workspace is chosen: the entrance, help, creating a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from assessments.queries import members

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
def root(request: HttpRequest) -> HttpResponse:
    """Go to the only workspace, or let the person choose one."""
    assert request.user.pk is not None  # noqa: S101  # login_required
    mine = members.memberships(user_id=request.user.pk)
    if len(mine) == 1:
        return redirect("home", mine[0].workspace_slug)
    return render(request, "home/choose.html", {"memberships": mine})


def help_(request: HttpRequest) -> HttpResponse:
    """Explain the product's words and whom to ask."""
    return render(request, "home/help.html")


urlpatterns: list[URLPattern] = [
    path("", root, name="root"),
    path("help/", help_, name="help"),
]
