"""Pages: connecting a source, and changing what it reads and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assessments.access import Verb
from assessments.forms import sources as forms
from assessments.queries import organization
from assessments.services import ruling
from assessments.services import sources as services
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door
from assessments.views.sources import ask, found_source

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from assessments.queries.members import Membership
    from assessments.queries.sources import SourceRow
    from assessments.services import suggesting

# Where people go on, if not on the page of the source.
_FIRST_PAGES = {"table": "source_mapping"}
# What to do next where nothing is fetched.
_NEXT_STEPS = {
    services.PUSH: gettext_lazy(
        "Connected. Make a token to send events, or upload a file."
    ),
    "table": gettext_lazy("Connected. Upload a first file, then say what it means."),
    "webhook": gettext_lazy(
        "Connected. Open an address for deliveries, then say what they mean."
    ),
}

# ── connecting ─────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.CONNECT)
def source_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Choose a kind, then say where it is and what counts."""
    chosen = request.GET.get("kind", "")
    if not chosen:
        kinds = services.kinds()
        return render(request, "sources/kinds.html", {"me": me, "kinds": kinds})
    kind = found_kind(chosen)
    form = new_form(request, me, kind)
    if form.is_valid():
        try:
            source_id = _connect(request, me, kind, form)
        except services.Defective as refusal:
            form.refuse(refusal.defects)
        else:
            page = _FIRST_PAGES.get(kind.kind, "source")
            return redirect(page, me.workspace_slug, source_id)
    return new_page(request, me, kind, form)


# ── changing ───────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.CONNECT)
def source_rules(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Change the name, the address, the schedule and what counts."""
    row = found_source(me, source_id)
    form = change_form(request, row)
    if form.is_valid():
        try:
            moved = _change(request, me, row, form)
        except Refusal as refusal:
            form.refuse(getattr(refusal, "defects", {"": refusal.sentence}))
        else:
            _tell(request, me, row, moved=moved)
            return redirect("source", me.workspace_slug, source_id)
    return rules_page(request, me, row, form)


# ── what trying needs as well ────────────────────────────────────────────────────────


def found_kind(chosen: str) -> services.SourceKind:
    """Return a kind of source; one that there is not is not found."""
    try:
        return services.kind_of(chosen)
    except services.Defective as refusal:
        raise Http404 from refusal


def typed(request: HttpRequest) -> QueryDict | None:
    """Return what was typed, with the suggestion that was to be used put into it."""
    if request.method != "POST":
        return None
    if "use" not in request.POST:
        return request.POST
    data = request.POST.copy()
    for name, value in forms.used(str(data.pop("use")[0])).items():
        data[name] = value
    return data


def new_form(
    request: HttpRequest, me: Membership, kind: services.SourceKind
) -> forms.NewSource:
    """Return the form of a new source, with what was typed."""
    scopes = organization.scope_rows(workspace_id=me.workspace_id)
    return forms.NewSource(
        typed(request),
        kind=kind,
        scopes=[(str(scope.id), scope.indented) for scope in scopes],
    )


def change_form(request: HttpRequest, row: SourceRow) -> forms.ChangeSource:
    """Return the form of a source that there is, with what was typed."""
    return forms.ChangeSource(
        typed(request),
        kind=services.kind_kept(row.kind),
        rules=row.rules,
        initial={
            "name": row.name,
            "address": row.address,
            "every_minutes": row.every_minutes,
        },
    )


def new_page(
    request: HttpRequest,
    me: Membership,
    kind: services.SourceKind,
    form: forms.NewSource,
    **more: object,
) -> HttpResponse:
    """Show the form of a new source."""
    context = {"me": me, "kind": kind, "form": form, **more}
    return render(
        request, "sources/new.html", context, status=422 if form.errors else 200
    )


def rules_page(
    request: HttpRequest,
    me: Membership,
    row: SourceRow,
    form: forms.ChangeSource,
    **more: object,
) -> HttpResponse:
    """Show the form of a source that there is."""
    context = {"me": me, "source": row, "kind": form.kind, "form": form, **more}
    return render(
        request, "sources/rules.html", context, status=422 if form.errors else 200
    )


# ── inside: saving ─────────────────────────────────────────────────────────────────


def _connect(
    request: HttpRequest,
    me: Membership,
    kind: services.SourceKind,
    form: forms.NewSource,
) -> int:
    values = form.cleaned_data
    suggestions = _suggested(kind, form)
    chosen = {one.rule: one.value for one in suggestions}
    source_id = services.connect(
        workspace_id=me.workspace_id,
        scope_id=values["scope"],
        kind=kind.kind,
        name=values["name"],
        address=values.get("address", ""),
        secret=values.get("secret", ""),
        rules=form.rules | chosen | {services.SERVICE: values.get("service", "")},
        every_minutes=values.get("every_minutes", 60),
        by=caller(request),
        now=timezone.now(),
    )
    if kind.fetches:
        ask(source_id)
        said = _("Connected. The first synchronization is on its way.")
    else:
        said = str(_NEXT_STEPS[kind.kind])
    messages.success(request, said)
    for one in suggestions:
        messages.info(
            request,
            _("Chosen from the data, {rule}: {answer}. {reason}").format(
                rule=one.label,
                answer=", ".join(one.shown.splitlines()),
                reason=one.reason,
            ),
        )
    return source_id


def _suggested(
    kind: services.SourceKind, form: forms.NewSource
) -> list[suggesting.Suggestion]:
    """Return what the platform speaks for, of rules that were left as they are.

    Where it cannot be asked, the synchronization says so; the source is connected.
    """
    values = form.cleaned_data
    if not values.get("suggest"):
        return []
    draft = services.Draft(
        kind=kind.kind,
        address=values.get("address", ""),
        secret=values.get("secret", ""),
        rules=form.rules,
        service=values.get("service", ""),
    )
    try:
        found = ruling.suggest(draft=draft, now=timezone.now())
    except services.Defective:
        raise
    except Refusal:
        return []
    untouched = {
        field.name
        for field in kind.rule_fields
        if field.kind != "table"
        and form.rules.get(field.name, field.plain_default) == field.plain_default
    }
    return [one for one in found if one.rule in untouched]


def _change(
    request: HttpRequest, me: Membership, row: SourceRow, form: forms.ChangeSource
) -> bool:
    """Save, and say whether everything is read again."""
    values = form.cleaned_data
    address = values.get("address", row.address)
    others = form.rules != dict(row.rules)
    weighed = (
        ruling.weigh(
            workspace_id=me.workspace_id,
            source_id=row.id,
            rules=form.rules,
            now=timezone.now(),
        )
        if others and form.kind.fetches and form.kind.rule_fields
        else None
    )
    services.change(
        workspace_id=me.workspace_id,
        source_id=row.id,
        name=values["name"],
        address=address,
        rules=form.rules,
        every_minutes=values.get("every_minutes", row.every_minutes),
        by=caller(request),
        now=timezone.now(),
        note=values.get("note", ""),
        movement=weighed.moves if weighed else (),
    )
    moved = address != row.address or others
    if moved and not row.pushed and not row.paused:
        ask(row.id)
    return moved


def _tell(
    request: HttpRequest, me: Membership, before: SourceRow, *, moved: bool
) -> None:
    said = _("Saved. Everything is read and counted again.") if moved else _("Saved.")
    messages.success(request, said)
    if before.has_credential and not found_source(me, before.id).has_credential:
        messages.warning(
            request,
            _(
                "The credential was given for another host and is gone:"
                " add one for the new address."
            ),
        )


urlpatterns: list[URLPattern] = [
    path("new/", source_new, name="source_new"),
    path("<int:source_id>/rules/", source_rules, name="source_rules"),
]
