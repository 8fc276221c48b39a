"""A file of evidence is given away so that nothing in it can run."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from assessments.access import Verb
from assessments.queries import evidence as rows
from assessments.services import file_store
from assessments.views.doors import door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@require_safe
@door(Verb.ENTER)
def evidence_file(
    request: HttpRequest, me: Membership, evidence_id: int
) -> HttpResponse:
    """Stream a file to whoever may see what it is evidence for."""
    found = rows.stored_file(me=me, evidence_id=evidence_id)
    if found is None:
        raise Http404
    key, size, media_type, name = found
    try:
        file = file_store.opened(key=key, size=size)
    except file_store.Lost as refusal:
        messages.error(request, refusal.sentence)
        return redirect("evidence_piece", me.workspace_slug, evidence_id)
    answer = FileResponse(
        file, as_attachment=True, filename=name, content_type=media_type
    )
    answer["Content-Length"] = str(size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private"
    # A streamed answer has no content to read, and nobody here reads it.
    return cast("HttpResponse", answer)


urlpatterns: list[URLPattern] = [
    path("<int:evidence_id>/file/", evidence_file, name="evidence_file")
]
