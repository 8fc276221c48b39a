"""Pages: answering offline, and looking at what came back before it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from assessments.access import Verb
from assessments.forms import sheets as forms
from assessments.queries import cycles as cycle_rows
from assessments.queries import participation
from assessments.queries import sheets as rows
from assessments.reports import questionnaire
from assessments.services import sheets as services
from assessments.services.answering import closed
from assessments.services.refusals import Refusal
from assessments.tasks.cycles import ask
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest

    from assessments.queries.cycles import CycleRow
    from assessments.queries.members import Membership

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_TOLD = 20


def _cycle(me: Membership, cycle_id: int) -> CycleRow:
    cycle = cycle_rows.cycle(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if cycle is None:
        raise Http404
    return cycle


@door(Verb.ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def offline(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Give questionnaires away, and take a filled one back."""
    cycle = _cycle(me, cycle_id)
    posted = request.method == "POST"
    form = forms.Upload(
        request.FILES if posted else None,
        most_bytes=questionnaire.MOST_BYTES,
    )
    if posted and form.is_valid():
        sheet_id = _kept(request, me, cycle_id, form)
        if sheet_id is not None:
            return redirect("sheet", me.workspace_slug, cycle_id, sheet_id)
    lead = me.may(Verb.RUN_CYCLE)
    board = participation.board(cycle_id=cycle_id) if lead else None
    return render(
        request,
        "sheets/offline.html",
        {
            "me": me,
            "cycle": cycle,
            "closed": closed(state=cycle.state),
            "form": form,
            "asked": rows.questionnaire(
                cycle_id=cycle_id, person_id=me.user_id, with_answers=False
            ),
            "people": [one for one in board.people if one.person_id] if board else [],
            "may_run": lead,
        },
        status=422 if form.errors else 200,
    )


def _kept(
    request: HttpRequest, me: Membership, cycle_id: int, form: forms.Upload
) -> int | None:
    """Return the number of the sheet; None, and the reason in the form, if refused."""
    file = form.cleaned_data["file"]
    name = str(file.name or "")
    try:
        return services.keep(
            cycle_id=cycle_id,
            person=caller(request),
            vantage=me.vantage,
            file_name=name,
            read=questionnaire.read(file.read(), name=name),
            now=timezone.now(),
        )
    except (Refusal, questionnaire.Unreadable) as refusal:
        form.add_error("file", refusal.sentence)
        return None


@door(Verb.ANSWER)
@require_GET
def offline_file(
    _request: HttpRequest, me: Membership, cycle_id: int, layout: str
) -> HttpResponse:
    """Give a person their own questionnaire, with the answers they gave so far."""
    _cycle(me, cycle_id)
    asked = rows.questionnaire(
        cycle_id=cycle_id, person_id=me.user_id, with_answers=True
    )
    return _file(asked, layout)


@door(Verb.RUN_CYCLE)
@require_GET
def offline_person(
    _request: HttpRequest, me: Membership, cycle_id: int, person_id: int
) -> HttpResponse:
    """Give a lead the questionnaire of somebody who is asked, without answers."""
    _cycle(me, cycle_id)
    people = participation.board(cycle_id=cycle_id).people
    if person_id not in [one.person_id for one in people]:
        raise Http404
    asked = rows.questionnaire(
        cycle_id=cycle_id, person_id=person_id, with_answers=False
    )
    return _file(asked, "xlsx")


@door(Verb.RUN_CYCLE)
@require_GET
def offline_empty(_request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Give a lead all questions of the cycle, for nobody in particular."""
    _cycle(me, cycle_id)
    return _file(
        rows.questionnaire(cycle_id=cycle_id, person_id=None, with_answers=False),
        "xlsx",
    )


def _file(asked: rows.Questionnaire, layout: str) -> HttpResponse:
    name = slugify(f"{asked.title} {asked.person_name}") or "questionnaire"
    if layout not in ("csv", "xlsx"):
        raise Http404
    book = layout == "xlsx"
    response = HttpResponse(
        questionnaire.workbook(asked) if book else questionnaire.as_csv(asked),
        content_type=_WORKBOOK if book else "text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.{layout}"'
    response["Cache-Control"] = "private, no-store"
    return response


@door(Verb.ANSWER)
@require_GET
def sheet(
    request: HttpRequest, me: Membership, cycle_id: int, sheet_id: int
) -> HttpResponse:
    """Show what a filled questionnaire would do."""
    cycle = _cycle(me, cycle_id)
    found = rows.sheet(cycle_id=cycle_id, sheet_id=sheet_id, person_id=me.user_id)
    if found is None:
        raise Http404
    return render(
        request,
        "sheets/sheet.html",
        {
            "me": me,
            "cycle": cycle,
            "sheet": found,
            "closed": closed(state=cycle.state),
        },
    )


@door(Verb.ANSWER)
@require_POST
def sheet_apply(
    request: HttpRequest, me: Membership, cycle_id: int, sheet_id: int
) -> HttpResponse:
    """Take over the answers that were ticked."""
    _cycle(me, cycle_id)
    try:
        done = services.apply(
            cycle_id=cycle_id,
            sheet_id=sheet_id,
            person=caller(request),
            taken=forms.taken(request.POST.getlist("take")),
            now=timezone.now(),
        )
    except services.NoSuchSheet as refusal:
        raise Http404 from refusal
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        _tell(request, done)
        if done.written:
            ask(cycle_id, "answer")
    return redirect("sheet", me.workspace_slug, cycle_id, sheet_id)


def _tell(request: HttpRequest, done: services.Applied) -> None:
    said = ngettext(
        "%(n)s answer was taken over.", "%(n)s answers were taken over.", done.written
    )
    if done.written or not done.refused:
        messages.success(request, said % {"n": done.written})
    for number, why in done.refused[:_MOST_TOLD]:
        messages.warning(
            request, _("Row %(row)s: %(why)s") % {"row": number, "why": why}
        )


@door(Verb.ANSWER)
@require_POST
def sheet_discard(
    request: HttpRequest, me: Membership, cycle_id: int, sheet_id: int
) -> HttpResponse:
    """Forget a filled questionnaire."""
    _cycle(me, cycle_id)
    services.discard(cycle_id=cycle_id, sheet_id=sheet_id, person=caller(request))
    messages.info(request, _("The file is forgotten. Your answers are as they were."))
    return redirect("offline", me.workspace_slug, cycle_id)


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/offline/", offline, name="offline"),
    path(
        "<int:cycle_id>/offline/mine.<slug:layout>", offline_file, name="offline_file"
    ),
    path("<int:cycle_id>/offline/empty/", offline_empty, name="offline_empty"),
    path(
        "<int:cycle_id>/offline/person/<int:person_id>/",
        offline_person,
        name="offline_person",
    ),
    path("<int:cycle_id>/offline/<int:sheet_id>/", sheet, name="sheet"),
    path(
        "<int:cycle_id>/offline/<int:sheet_id>/apply/", sheet_apply, name="sheet_apply"
    ),
    path(
        "<int:cycle_id>/offline/<int:sheet_id>/discard/",
        sheet_discard,
        name="sheet_discard",
    ),
]
