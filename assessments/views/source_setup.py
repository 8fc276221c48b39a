"""Pages: connecting a source and changing one, each tried before it is saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from assessments.access import Verb
from assessments.forms import sources as forms
from assessments.queries import organization
from assessments.services import sources as services
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door
from assessments.views.sources import ask, found_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership
    from assessments.queries.sources import SourceRow

# What is asked for saving, and not for trying.
_NOT_TRIED = ("name", "scope", "every_minutes", "service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a test or a preview came to."""

    sentence: str = ""
    # A connector's preview: what counts, what is left out, and why.
    preview: object = None
    refusal: str = ""
    # (identity of the field, its label, sentence)
    defects: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether there is something to put right first."""
        return bool(self.refusal or self.defects)


# ── connecting ─────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.CONNECT)
def source_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Choose a kind, then say where it is and what counts."""
    chosen = request.GET.get("kind", "")
    if not chosen:
        kinds = services.kinds()
        return render(request, "sources/kinds.html", {"me": me, "kinds": kinds})
    kind = _kind(chosen)
    form = _new_form(request, me, kind)
    if form.is_valid():
        try:
            source_id = _connect(request, me, kind, form)
        except services.Defective as refusal:
            form.refuse(refusal.defects)
        else:
            return redirect("source", me.workspace_slug, source_id)
    return _new_page(request, me, kind, form)


@require_POST
@vary_on_headers("HX-Request")
@door(Verb.CONNECT)
def source_test(request: HttpRequest, me: Membership) -> HttpResponse:
    """Ask the platform whether it answers; nothing is saved."""
    return _try_new(request, me, "test", _tested)


@require_POST
@vary_on_headers("HX-Request")
@door(Verb.CONNECT)
def source_preview(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show what the rules would count; nothing is saved."""
    return _try_new(request, me, "preview", _previewed)


# ── changing ───────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.CONNECT)
def source_rules(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Change the name, the address, the schedule and what counts."""
    row = found_source(me, source_id)
    form = _change_form(request, row)
    if form.is_valid():
        try:
            moved = _change(request, me, row, form)
        except Refusal as refusal:
            form.refuse(getattr(refusal, "defects", {"": refusal.sentence}))
        else:
            _tell(request, me, row, moved=moved)
            return redirect("source", me.workspace_slug, source_id)
    return _rules_page(request, me, row, form)


@require_POST
@vary_on_headers("HX-Request")
@door(Verb.CONNECT)
def source_rules_test(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Ask the platform with the kept credential; nothing is saved."""
    return _try_change(request, me, source_id, "test", _tested)


@require_POST
@vary_on_headers("HX-Request")
@door(Verb.CONNECT)
def source_rules_preview(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Show what other rules would count; nothing is saved."""
    return _try_change(request, me, source_id, "preview", _previewed)


# ── inside: the forms ──────────────────────────────────────────────────────────────


def _kind(chosen: str) -> services.SourceKind:
    try:
        return services.kind_of(chosen)
    except services.Defective as refusal:
        raise Http404 from refusal


def _new_form(
    request: HttpRequest, me: Membership, kind: services.SourceKind
) -> forms.NewSource:
    scopes = organization.scope_rows(workspace_id=me.workspace_id)
    return forms.NewSource(
        request.POST.dict() if request.method == "POST" else None,
        kind=kind,
        scopes=[(str(scope.id), scope.indented) for scope in scopes],
    )


def _change_form(request: HttpRequest, row: SourceRow) -> forms.ChangeSource:
    return forms.ChangeSource(
        request.POST.dict() if request.method == "POST" else None,
        kind=services.kind_of(row.kind),
        rules=row.rules,
        initial={
            "name": row.name,
            "address": row.address,
            "every_minutes": row.every_minutes,
        },
    )


def _new_page(
    request: HttpRequest,
    me: Membership,
    kind: services.SourceKind,
    form: forms.NewSource,
    **more: object,
) -> HttpResponse:
    context = {"me": me, "kind": kind, "form": form, **more}
    return render(
        request, "sources/new.html", context, status=422 if form.errors else 200
    )


def _rules_page(
    request: HttpRequest,
    me: Membership,
    row: SourceRow,
    form: forms.ChangeSource,
    **more: object,
) -> HttpResponse:
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
    source_id = services.connect(
        workspace_id=me.workspace_id,
        scope_id=values["scope"],
        kind=kind.kind,
        name=values["name"],
        address=values.get("address", ""),
        secret=values.get("secret", ""),
        rules=form.rules | {services.SERVICE: values.get("service", "")},
        every_minutes=values.get("every_minutes", 60),
        by=caller(request),
        now=timezone.now(),
    )
    if kind.fetches:
        ask(source_id)
        said = _("Connected. The first synchronization is on its way.")
    else:
        said = _("Connected. Make a token to send events, or upload a file.")
    messages.success(request, said)
    return source_id


def _change(
    request: HttpRequest, me: Membership, row: SourceRow, form: forms.ChangeSource
) -> bool:
    """Save, and say whether everything is read again."""
    values = form.cleaned_data
    address = values.get("address", row.address)
    services.change(
        workspace_id=me.workspace_id,
        source_id=row.id,
        name=values["name"],
        address=address,
        rules=form.rules,
        every_minutes=values.get("every_minutes", row.every_minutes),
        by=caller(request),
        now=timezone.now(),
    )
    moved = address != row.address or form.rules != dict(row.rules)
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


# ── inside: trying ─────────────────────────────────────────────────────────────────


def _tested(draft: services.Draft) -> Trial:
    return Trial(sentence=services.test(draft=draft, now=timezone.now()))


def _previewed(draft: services.Draft) -> Trial:
    return Trial(preview=services.preview(draft=draft, now=timezone.now()))


def _try_new(
    request: HttpRequest,
    me: Membership,
    act: str,
    attempt: Callable[[services.Draft], Trial],
) -> HttpResponse:
    kind = _kind(request.GET.get("kind", ""))
    form = _new_form(request, me, kind)
    trial = _trial(form, lambda: attempt(_new_draft(kind, form)))
    if "HX-Request" in request.headers:
        return _fragment(request, act, trial)
    typed = bool(request.POST.get("secret"))
    return _new_page(
        request, me, kind, form, trial=trial, act=act, secret_is_gone=typed
    )


def _try_change(
    request: HttpRequest,
    me: Membership,
    source_id: int,
    act: str,
    attempt: Callable[[services.Draft], Trial],
) -> HttpResponse:
    row = found_source(me, source_id)
    form = _change_form(request, row)
    trial = _trial(form, lambda: attempt(_changed_draft(me, row, form)))
    if "HX-Request" in request.headers:
        return _fragment(request, act, trial)
    return _rules_page(request, me, row, form, trial=trial, act=act)


def _trial(form: forms.ChangeSource, attempt: Callable[[], Trial]) -> Trial:
    """Try what was typed; what only saving needs may still be missing."""
    form.is_valid()
    for name in _NOT_TRIED:
        form.errors.pop(name, None)
    if not form.errors:
        try:
            return attempt()
        except services.Defective as refusal:
            defects = {
                name: said
                for name, said in refusal.defects.items()
                if name not in _NOT_TRIED
            }
            form.refuse(defects)
        except Refusal as refusal:
            return Trial(refusal=refusal.sentence)
    return Trial(
        defects=[
            (form[name].auto_id, str(form[name].label), str(said))
            for name, errors in form.errors.items()
            if name in form.fields
            for said in errors
        ]
    )


def _new_draft(kind: services.SourceKind, form: forms.NewSource) -> services.Draft:
    values = form.cleaned_data
    return services.Draft(
        kind=kind.kind,
        address=values.get("address", ""),
        secret=values.get("secret", ""),
        rules=form.rules,
        service=values.get("service", ""),
    )


def _changed_draft(
    me: Membership, row: SourceRow, form: forms.ChangeSource
) -> services.Draft:
    return services.draft_of(
        workspace_id=me.workspace_id,
        source_id=row.id,
        address=form.cleaned_data.get("address", ""),
        rules=form.rules,
    )


def _fragment(request: HttpRequest, act: str, trial: Trial) -> HttpResponse:
    context = {"trial": trial, "act": act}
    status = 422 if trial.failed else 200
    return render(request, "sources/trial.html", context, status=status)


urlpatterns: list[URLPattern] = [
    path("new/", source_new, name="source_new"),
    path("new/test/", source_test, name="source_test"),
    path("new/preview/", source_preview, name="source_preview"),
    path("<int:source_id>/rules/", source_rules, name="source_rules"),
    path("<int:source_id>/rules/test/", source_rules_test, name="source_rules_test"),
    path(
        "<int:source_id>/rules/preview/",
        source_rules_preview,
        name="source_rules_preview",
    ),
]
