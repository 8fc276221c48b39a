"""Pages: home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import URLPattern, path

from assessments.access import Verb
from assessments.views.doors import door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@door(Verb.READ)
def home(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show what to do next in a workspace, by role."""
    return render(request, "home/home.html", {"me": me})


urlpatterns: list[URLPattern] = [path("", home, name="home")]
