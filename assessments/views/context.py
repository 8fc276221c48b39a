"""Page: delivery beside its own past, one's own units, and what was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.queries import delivery as rows
from assessments.services import context
from assessments.views.delivery import chosen_filters
from assessments.views.doors import door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@door(Verb.READ, somewhere=True)
@require_GET
def delivery_context(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show what each metric can be held against."""
    form, chosen = chosen_filters(request, me)
    standing = rows.standing(workspace_id=me.workspace_id)
    found = None
    if standing.state == "data":
        found = context.context(
            workspace_id=me.workspace_id,
            service_ids=rows.service_ids(
                workspace_id=me.workspace_id,
                scope_id=chosen.scope_id,
                reach=me.reach(Verb.READ),
            ),
            first=chosen.first,
            last=chosen.last,
        )
    return render(
        request,
        "delivery/context.html",
        {
            "me": me,
            "form": form,
            "chosen": chosen,
            "standing": standing,
            "may_connect": me.may(Verb.CONNECT),
            "found": found,
            "query": chosen.query(),
        },
    )


urlpatterns: list[URLPattern] = [
    path("context/", delivery_context, name="delivery_context"),
]
