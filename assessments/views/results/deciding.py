"""Pages: declared, measured and agreed on one line, and the decision about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.access import Verb
from assessments.forms import decisions as forms
from assessments.queries.results import origins
from assessments.services import agreeing
from assessments.services.refusals import Refusal
from assessments.tasks import cycles as tasks
from assessments.views.doors import door
from assessments.views.results.shared import found_criterion, may

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership
    from assessments.queries.results import CriterionRow, Results

_DECIDABLE = ("open", "in_review")


@door(Verb.READ)
@require_GET
def criterion(
    request: HttpRequest, me: Membership, cycle_id: int, criterion: str
) -> HttpResponse:
    """Show declared, measured and agreed on one line, and take a decision."""
    found, row = found_criterion(me, cycle_id, criterion)
    form = _form(found, row) if _decidable(me, found) else None
    return _criterion_page(request, me, found, row, form)


@door(Verb.DECIDE)
@require_POST
def decide(
    request: HttpRequest, me: Membership, cycle_id: int, criterion: str
) -> HttpResponse:
    """Keep a decision; the scores follow."""
    found, row = found_criterion(me, cycle_id, criterion)
    form = _form(found, row, request.POST.dict())
    if form.is_valid():
        refusal = _decided(request, found, row, form)
        if refusal is None:
            tasks.ask(cycle_id, "answer")
            messages.success(
                request,
                _("Your decision on %(code)s is kept. The scores follow in a moment.")
                % {"code": row.code},
            )
            return redirect("criterion", me.workspace_slug, cycle_id, row.code)
        field = getattr(refusal, "field_name", None)
        form.add_error(field if field in form.fields else None, refusal.sentence)
    return _criterion_page(request, me, found, row, form, status=422)


def _decidable(me: Membership, found: Results) -> bool:
    return me.may(Verb.DECIDE) and found.header.state in _DECIDABLE


def _verbs(row: CriterionRow) -> Iterator[tuple[str, str]]:
    if row.measured is not None:
        yield "accept", _("Accept: the measured level counts")
        yield "dispute", _("Dispute: the declared level counts until it is settled")
    yield "override", _("Override: another level counts, until a date")


def _form(
    found: Results, row: CriterionRow, data: dict[str, Any] | None = None
) -> forms.Decide:
    lowest, highest = found.thresholds.lowest, found.thresholds.highest
    halves = [half / 2 for half in range(lowest * 2, highest * 2 + 1)]
    return forms.Decide(
        data,
        verbs=_verbs(row),
        levels=[(f"{level:.1f}", f"{level:.1f}") for level in halves],
    )


def _decided(
    request: HttpRequest, found: Results, row: CriterionRow, form: forms.Decide
) -> Refusal | None:
    """Keep the decision; return why not, if it was refused."""
    try:
        agreeing.decide(
            cycle_id=found.header.cycle_id,
            criterion=row.code,
            by=cast("User", request.user),  # the door lets nobody else in
            now=timezone.now(),
            **form.cleaned_data,
        )
    except Refusal as refusal:
        return refusal
    return None


def _criterion_page(
    request: HttpRequest,
    me: Membership,
    found: Results,
    row: CriterionRow,
    form: forms.Decide | None,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "results/criterion.html",
        {
            "me": me,
            "results": found,
            "head": found.header,
            "criterion": row,
            "domain": found.domain(row.domain),
            "form": form,
            "decisions": origins.decision_rows(
                cycle_id=found.header.cycle_id, criterion=row.code
            ),
            "may": may(me),
        },
        status=status,
    )
