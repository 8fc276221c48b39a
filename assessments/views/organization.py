"""Pages: organization."""

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
def organization(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show the tree of units, services and models."""
    return render(request, "organization/organization.html", {"me": me})


@door(Verb.ADMINISTER)
def demo_remove(request: HttpRequest, me: Membership) -> HttpResponse:
    """Ask once, then remove a simulated workspace."""
    return render(request, "organization/demo_remove.html", {"me": me})


urlpatterns: list[URLPattern] = [
    path("", organization, name="organization"),
    path("remove-demonstration/", demo_remove, name="demo_remove"),
]
