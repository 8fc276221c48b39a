"""Pages: a file of events is uploaded, and every line accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments.access import Verb
from assessments.forms import uploads as forms
from assessments.queries import organization
from assessments.queries import sources as rows
from assessments.services import lines, receiving
from assessments.services import sources as services
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door
from assessments.views.sources import refresh
from assessments.views.telling import columns

if TYPE_CHECKING:
    from datetime import datetime
    from typing import BinaryIO

    from django.contrib.auth.models import User
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership

_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a file."""

    file: str
    source_id: int
    source_name: str
    stored: int
    unchanged: int
    rejected: int
    # (number of the line, why), the first of them.
    reasons: list[tuple[int | None, str]]

    @property
    def nothing_held(self) -> bool:
        """Whether no line of the file could be used."""
        return not self.stored + self.unchanged

    @property
    def more(self) -> int:
        """How many rejected lines are not listed."""
        return self.rejected - len(self.reasons)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.CONNECT)
def events_upload(request: HttpRequest, me: Membership) -> HttpResponse:
    """Take a file of events; say of every line what became of it."""
    found = rows.source_rows(workspace_id=me.workspace_id)
    # What is real is not mixed into what is made up.
    pushed = [row for row in found if row.pushed and not row.simulated]
    form = _form(request, pushed)
    outcome = None
    if form.is_valid():
        try:
            outcome = _take_in(me, form, by=caller(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error("file", refusal.sentence)
        else:
            refresh(me.workspace_id)
            chosen = {"source": str(outcome.source_id)}
            choices = [(str(outcome.source_id), outcome.source_name)]
            form = forms.UploadEvents(
                sources=choices, most_bytes=receiving.MOST_BYTES, initial=chosen
            )
    return render(
        request,
        "sources/upload.html",
        {
            "me": me,
            "form": form,
            "outcome": outcome,
            "columns": columns(),
            "most_mebibytes": receiving.MOST_BYTES // 1024**2,
            "most_lines": receiving.MOST_LINES,
        },
        status=422 if form.errors else 200,
    )


def _form(request: HttpRequest, pushed: list[rows.SourceRow]) -> forms.UploadEvents:
    choices = [(str(row.id), row.name) for row in pushed]
    wanted = request.GET.get("source", choices[0][0] if choices else forms.NEW_SOURCE)
    posted = request.method == "POST"
    return forms.UploadEvents(
        request.POST.dict() if posted else None,
        request.FILES if posted else None,
        sources=choices,
        most_bytes=receiving.MOST_BYTES,
        initial={"source": wanted},
    )


@transaction.atomic
def _take_in(
    me: Membership, form: forms.UploadEvents, *, by: User, now: datetime
) -> Outcome:
    """Store the file; a new source is made only with it."""
    file: UploadedFile[bytes] = form.cleaned_data["file"]
    name = str(file.name or "")
    chosen = form.cleaned_data["source"]
    if chosen == forms.NEW_SOURCE:
        source_id = _new_source(me, form, by=by, now=now)
    else:
        source_id = int(chosen)
    intake = receiving.read_in(
        source_id=source_id,
        stream=cast("BinaryIO", file.file),
        layout=lines.layout_of(name),
        now=now,
    )
    row = rows.source_row(workspace_id=me.workspace_id, source_id=source_id)
    return Outcome(
        file=name,
        source_id=source_id,
        source_name=row.name if row else "",
        stored=intake.stored,
        unchanged=intake.unchanged,
        rejected=len(intake.rejected),
        reasons=intake.rejected[:_MOST_SHOWN],
    )


def _new_source(
    me: Membership, form: forms.UploadEvents, *, by: User, now: datetime
) -> int:
    scopes = organization.scope_rows(workspace_id=me.workspace_id)
    return services.connect(
        workspace_id=me.workspace_id,
        scope_id=scopes[0].id,
        kind=services.PUSH,
        name=form.cleaned_data["name"],
        by=by,
        now=now,
    )


urlpatterns: list[URLPattern] = [path("upload/", events_upload, name="events_upload")]
