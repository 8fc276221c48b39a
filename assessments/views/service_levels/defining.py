"""Pages: objectives are made, changed, retired, and read in from OpenSLO."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.charts import defect_words
from assessments.charts.service_level_words import spoken
from assessments.forms import service_level_acts as acts
from assessments.forms import service_levels as forms
from assessments.queries import service_levels as rows
from assessments.services.refusals import Refusal
from assessments.services.service_levels import defining, reading_in
from assessments.tasks import service_levels as tasks
from assessments.views.doors import caller, door
from assessments.views.service_levels.showing import one, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership
    from scoring.service_levels import Definition


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.PLAN, somewhere=True)
def service_level_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Promise a service level."""
    services = rows.service_choices(
        workspace_id=me.workspace_id, reach=me.reach(Verb.PLAN)
    )
    form = forms.Objective(
        request.POST if request.method == "POST" else None,
        services=services,
        alerts=_alerts(),
        zone=me.time_zone,
        initial={"window": "28d", "target": "99", "service": _asked(request)},
    )
    if form.is_valid() and (made := _defined(request, me, form, new=True)):
        messages.success(request, _("The objective is kept and is being counted."))
        return redirect("service_level", me.workspace_slug, made.id)
    return render(
        request,
        "service_levels/form.html",
        {"me": me, "form": form, "services": services},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.PLAN, somewhere=True)
def service_level_edit(
    request: HttpRequest, me: Membership, slo_id: int
) -> HttpResponse:
    """Change what is promised: a new version begins, what was stays."""
    row = one(me, slo_id, timezone.now(), Verb.PLAN)
    form = forms.Objective(
        request.POST if request.method == "POST" else None,
        services=(),
        alerts=_alerts(),
        zone=me.time_zone,
        standing=row.name,
        kept={
            "labels": dict(row.definition.labels),
            "annotations": dict(row.definition.annotations),
        },
        initial=_initial(row.definition),
    )
    if form.is_valid() and (made := _defined(request, me, form)):
        if made.outcome == "unchanged":
            messages.info(request, _("Nothing was changed."))
        else:
            messages.success(request, _("A new version begins; what was stays."))
        return redirect("service_level", me.workspace_slug, slo_id)
    return render(
        request,
        "service_levels/form.html",
        {"me": me, "form": form, "row": row, "services": True},
        status=422 if form.errors else 200,
    )


@require_POST
@door(Verb.PLAN, somewhere=True)
def service_level_retire(
    request: HttpRequest, me: Membership, slo_id: int
) -> HttpResponse:
    """Promise it no longer."""
    one(me, slo_id, timezone.now(), Verb.PLAN)
    form = acts.Retire(request.POST)
    if form.is_valid():
        try:
            defining.retire(
                workspace_id=me.workspace_id,
                slo_id=slo_id,
                why=form.cleaned_data["why"],
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("why", refusal.sentence)
        else:
            messages.success(request, _("It is retired; its history stays."))
            return redirect("service_level", me.workspace_slug, slo_id)
    return page(request, me, slo_id, form)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.PLAN)
def service_levels_read_in(request: HttpRequest, me: Membership) -> HttpResponse:
    """Read objectives in from OpenSLO: all, or none and every defect told."""
    sent = request.method == "POST"
    form = acts.ReadIn(request.POST, request.FILES) if sent else acts.ReadIn()
    said: tuple[str, ...] = ()
    if form.is_valid():
        file = form.cleaned_data["file"]
        text = file.read() if file else form.cleaned_data["text"]
        try:
            found = reading_in.read_in(
                workspace_id=me.workspace_id,
                text=text,
                by=caller(request),
                now=timezone.now(),
            )
        except defining.Defective as refusal:
            said = refusal.said
        except Refusal as refusal:
            said = (refusal.sentence,)
        else:
            tasks.ask(me.workspace_id)
            messages.success(request, _read(found))
            return redirect("service_levels", me.workspace_slug)
        # A file is shown as text, so that nothing is lost and it can be mended here.
        form = acts.ReadIn(initial={"text": _shown(text)})
    return render(
        request,
        "service_levels/read_in.html",
        {"me": me, "form": form, "said": said},
        status=422 if form.errors or said else 200,
    )


def _defined(
    request: HttpRequest, me: Membership, form: forms.Objective, *, new: bool = False
) -> defining.Defined | None:
    try:
        made = defining.define(
            workspace_id=me.workspace_id,
            document=form.document(),
            by=caller(request),
            now=timezone.now(),
            why=form.cleaned_data.get("why", ""),
            new=new,
        )
    except defining.Defective as refusal:
        for defect in refusal.defects:
            form.blame(defect.place, defect_words.why(defect.why))
        return None
    except Refusal as refusal:
        form.blame("metadata.name", refusal.sentence)
        return None
    tasks.ask(me.workspace_id)
    return made


def _alerts() -> list[tuple[str, str]]:
    return [(key, spoken(policy.name)) for key, policy in rows.policies().items()]


def _asked(request: HttpRequest) -> str:
    return request.GET.get("service", "")


def _initial(definition: Definition) -> dict[str, object]:
    """Return what the form shows of a definition."""
    indicator, line, slices = (
        definition.indicator,
        definition.line,
        definition.slices,
    )
    initial: dict[str, object] = {
        "title": definition.title,
        "service": definition.service,
        "category": definition.category.value,
        "observed": indicator.observed.value
        if indicator.signal is None
        else f"signal:{indicator.signal.value}",
        "pipeline": indicator.pipeline,
        "judged": line.operator.value if line else "breached",
        "line": f"{line.value:f}" if line else None,
        "target": f"{(definition.target * 100).normalize():f}",
        "window": definition.period.duration,
        "slices": f"{slices.minutes}m" if slices else "",
        "slice_target": f"{(slices.target * 100).normalize():f}" if slices else None,
        "alerts": definition.alerts,
        "description": definition.description,
    }
    if definition.period.anchor is not None:
        initial["calendar"] = {
            "startTime": definition.period.anchor.strftime("%Y-%m-%d %H:%M:%S"),
            "timeZone": definition.period.zone,
        }
    return initial


def _read(found: list[defining.Defined]) -> str:
    changed = sum(one.outcome != "unchanged" for one in found)
    return ngettext(
        "%(n)s objective was read in; %(changed)s of them is new or changed.",
        "%(n)s objectives were read in; %(changed)s of them are new or changed.",
        len(found),
    ) % {"n": len(found), "changed": changed}


def _shown(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "replace")
