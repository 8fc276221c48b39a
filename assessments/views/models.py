"""Pages: the inventory of models, one model with its lineage, and what people note."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments.access import Verb
from assessments.forms import models as forms
from assessments.queries import delivery, lineage, model_versions
from assessments.reports.inventory import inventory_csv
from assessments.services import estate
from assessments.services.refusals import Refusal
from assessments.tasks.cycles import rescore_cycles_of_services
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.http import HttpRequest

    from assessments.queries.members import Membership

_DIGITS = 19
_ORDERS: dict[str, Callable[[estate.ModelRow], Any]] = {
    "name": lambda row: row.name.casefold(),
    # What is not known comes last.
    "age": lambda row: (row.trained_at is None, row.trained_at),
    "review": lambda row: (row.review_on is None, row.review_on),
}


@door(Verb.READ, somewhere=True)
@require_GET
def models(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show every model in sight with its health."""
    form, chosen = _filters(request, me)
    everything = _inventory(me, chosen)
    return render(
        request,
        "models/models.html",
        {
            "me": me,
            "form": form,
            "chosen": chosen,
            "rows": _shown(everything, chosen),
            "total": len(everything),
            "counts": _counts(everything),
            "live": sum(row.standing == "live" for row in everything),
            "days": estate.DAYS,
            "today": timezone.now().date(),
            "orders": [
                (label, key == chosen.sort, chosen.query(sort=key))
                for key, label in forms.SORTED
            ],
            "may_connect": me.may(Verb.CONNECT),
        },
    )


@door(Verb.READ, somewhere=True)
@require_GET
def models_csv(request: HttpRequest, me: Membership) -> HttpResponse:
    """Give the inventory that the address asks for as a file."""
    _form, chosen = _filters(request, me)
    rows = _shown(_inventory(me, chosen), chosen)
    answer = HttpResponse(inventory_csv(rows), content_type="text/csv; charset=utf-8")
    name = f"models-{me.workspace_slug}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@door(Verb.READ, somewhere=True)
@require_GET
def model(request: HttpRequest, me: Membership, service_id: int) -> HttpResponse:
    """Show one model: how it does, and where the chosen version came from."""
    row = _model(me, service_id)
    versions = model_versions.versions(
        workspace_id=me.workspace_id, service_id=service_id
    )
    asked = request.GET.get("version", "")
    chosen = int(asked) if asked.isdecimal() and len(asked) < _DIGITS else None
    if chosen is not None and chosen not in {one.id for one in versions}:
        raise Http404
    version_id = chosen or row.version_id
    return render(
        request,
        "models/model.html",
        {
            "me": me,
            "row": row,
            "versions": versions,
            "lineage": version_id
            and lineage.lineage(
                workspace_id=me.workspace_id,
                event_id=version_id,
                reach=me.reach(Verb.READ),
            ),
            "days": estate.DAYS,
            "today": timezone.now().date(),
            "may_note": me.standing.may(Verb.ADMINISTER, at=row.path),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER, somewhere=True)
def model_note(request: HttpRequest, me: Membership, service_id: int) -> HttpResponse:
    """Note what no system tells of a model."""
    row = _model(me, service_id)
    if not me.standing.may(Verb.ADMINISTER, at=row.path):
        raise Http404
    form = forms.Note(
        request.POST if request.method == "POST" else None,
        initial=_initial(me, service_id),
    )
    if request.method == "POST" and form.is_valid():
        try:
            estate.note(
                workspace_id=me.workspace_id,
                service_id=service_id,
                new=estate.Noted(**form.cleaned_data),
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(getattr(refusal, "field_name", None), refusal.sentence)
        else:
            transaction.on_commit(
                lambda: rescore_cycles_of_services.delay([service_id]), robust=True
            )
            messages.success(request, _("Kept. What a system tells still comes first."))
            return redirect("model", me.workspace_slug, service_id)
    return render(
        request,
        "models/note.html",
        {"me": me, "row": row, "form": form},
        status=422 if form.errors else 200,
    )


# ── what the pages are made of ─────────────────────────────────────────────────────


def _filters(
    request: HttpRequest, me: Membership
) -> tuple[forms.Filters, forms.Chosen]:
    scopes = delivery.scope_choices(
        workspace_id=me.workspace_id, reach=me.reach(Verb.READ)
    )
    form = forms.Filters(
        request.GET.dict(),
        scopes=[(one.id, one.label) for one in scopes if one.kind != "service"],
    )
    return form, form.chosen()


def _inventory(me: Membership, chosen: forms.Chosen) -> list[estate.ModelRow]:
    return estate.inventory(
        workspace_id=me.workspace_id,
        reach=me.reach(Verb.READ),
        today=timezone.now().date(),
        scope_id=chosen.scope_id,
    )


def _shown(rows: list[estate.ModelRow], chosen: forms.Chosen) -> list[estate.ModelRow]:
    if chosen.show != "all":
        rows = [row for row in rows if row.standing == "live"]
    if chosen.show == "problems":
        rows = [row for row in rows if row.problems]
    order = _ORDERS.get(chosen.sort)
    return sorted(rows, key=order) if order else rows


def _counts(rows: list[estate.ModelRow]) -> list[tuple[str, int]]:
    """Return how many models have each problem, worst first."""
    return [
        (problem.label, count)
        for problem in estate.Problem
        if (count := sum(problem in row.problems for row in rows))
    ]


def _model(me: Membership, service_id: int) -> estate.ModelRow:
    found = estate.inventory(
        workspace_id=me.workspace_id,
        reach=me.reach(Verb.READ),
        today=timezone.now().date(),
        service_id=service_id,
    )
    if not found:
        raise Http404
    return found[0]


def _initial(me: Membership, service_id: int) -> dict[str, object]:
    noted = estate.noted(workspace_id=me.workspace_id, service_id=service_id)
    said = {None: "", True: "yes", False: "no"}[noted.shared_on_call]
    names = ("owner", "review_on", "retired_on", "model_card")
    return {name: attrgetter(name)(noted) for name in names} | {"shared_on_call": said}


urlpatterns: list[URLPattern] = [
    path("", models, name="models"),
    path("table.csv", models_csv, name="models_csv"),
    path("<int:service_id>/", model, name="model"),
    path("<int:service_id>/note/", model_note, name="model_note"),
]
