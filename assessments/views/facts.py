"""Pages: one event and one raw record, where the walk from a number ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.queries import events as rows
from assessments.queries.delivery import TIERS
from assessments.views.doors import door
from assessments.views.telling import field_label

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership

# Said above the table of fields already.
_SAID = {"service", "lane"}


@require_GET
@door(Verb.READ, somewhere=True)
def event(request: HttpRequest, me: Membership, event_id: int) -> HttpResponse:
    """Show what happened, what was concluded from it, and where it comes from."""
    found = rows.event_row(
        workspace_id=me.workspace_id, event_id=event_id, reach=me.reach(Verb.READ)
    )
    if found is None:
        raise Http404
    verdict = found.verdict
    return render(
        request,
        "sources/event.html",
        {
            "me": me,
            "event": found,
            "fields": [
                (field_label(field.name), field)
                for field in found.fields
                if field.name not in _SAID
            ],
            "verdict": verdict,
            "tier": TIERS.get(verdict.tier, "") if verdict else "",
            "more": found.carried_count - len(found.carried),
        },
    )


@require_GET
@door(Verb.READ)
def raw_record(
    request: HttpRequest, me: Membership, raw_record_id: int
) -> HttpResponse:
    """Show what a platform or a sender brought, verbatim."""
    found = rows.raw_record_row(
        workspace_id=me.workspace_id, raw_record_id=raw_record_id
    )
    if found is None:
        raise Http404
    return render(request, "sources/raw_record.html", {"me": me, "record": found})


urlpatterns: list[URLPattern] = [
    path("events/<int:event_id>/", event, name="event"),
    path("records/<int:raw_record_id>/", raw_record, name="raw_record"),
]
