"""Pages: a source is tried as it was typed, before anything is saved.

Each trial answers a script with a fragment, and a plain form with its whole page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from assessments.access import Verb
from assessments.queries import source_claims
from assessments.services import ruling
from assessments.services import sources as services
from assessments.services.refusals import Refusal
from assessments.views import movements
from assessments.views.doors import door
from assessments.views.source_setup import (
    change_form,
    found_kind,
    new_form,
    new_page,
    rules_page,
)
from assessments.views.sources import found_source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest, HttpResponse

    from assessments.forms import sources as forms
    from assessments.queries.members import Membership
    from assessments.queries.sources import SourceRow
    from assessments.services import suggesting

# What is asked for saving, and not for trying.
_NOT_TRIED = ("name", "scope", "every_minutes", "service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a test or a preview came to."""

    sentence: str = ""
    # A connector's preview: what counts, what is left out, and why.
    preview: object = None
    looked_at: str = ""
    # What other rules would make of what is kept, and the numbers in words.
    weighed: ruling.Weighed | None = None
    movements: Sequence[movements.Row] = ()
    suggestions: Sequence[suggesting.Suggestion] = ()
    claims: Sequence[source_claims.Claim] = ()
    refusal: str = ""
    # Where it is now, after a refusal because it moved.
    address: str = ""
    # (identity of the field, its label, sentence)
    defects: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether there is something to put right first."""
        return bool(self.refusal or self.defects)


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
    now = timezone.now()

    def attempt(draft: services.Draft) -> Trial:
        service = draft.service or services.service_from(draft.address)
        return replace(
            _previewed(draft),
            claims=source_claims.claims_on(
                workspace_id=me.workspace_id, services=[service], now=now
            ),
        )

    return _try_new(request, me, "preview", attempt)


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
    now = timezone.now()

    def attempt(draft: services.Draft) -> Trial:
        weighed = ruling.weigh(
            workspace_id=me.workspace_id,
            source_id=source_id,
            rules=draft.rules,
            now=now,
        )
        if weighed is None:
            return _previewed(draft)
        return Trial(
            preview=weighed,
            looked_at=ngettext(
                "Looked at {n} record that is kept.",
                "Looked at {n} records that are kept.",
                weighed.looked_at,
            ).format(n=weighed.looked_at),
            weighed=weighed,
            movements=movements.rows(weighed.movements),
            suggestions=weighed.suggestions,
            claims=source_claims.claims_of(source_id=source_id, now=now),
        )

    return _try_change(request, me, source_id, "preview", attempt)


# ── inside ───────────────────────────────────────────────────────────────────────────


def _tested(draft: services.Draft) -> Trial:
    return Trial(sentence=services.test(draft=draft, now=timezone.now()))


def _previewed(draft: services.Draft) -> Trial:
    now = timezone.now()
    preview = services.preview(draft=draft, now=now)
    return Trial(
        preview=preview,
        looked_at=preview.looked_at,
        suggestions=ruling.suggest(draft=draft, now=now, looked=preview),
    )


def _try_new(
    request: HttpRequest,
    me: Membership,
    act: str,
    attempt: Callable[[services.Draft], Trial],
) -> HttpResponse:
    kind = found_kind(request.GET.get("kind", ""))
    form = new_form(request, me, kind)
    trial = _trial(form, lambda: attempt(_new_draft(kind, form)))
    if "HX-Request" in request.headers:
        here = f"{reverse('source_preview', args=[me.workspace_slug])}?kind={kind.kind}"
        return _fragment(request, act, trial, here)
    return new_page(request, me, kind, form, trial=trial, act=act)


def _try_change(
    request: HttpRequest,
    me: Membership,
    source_id: int,
    act: str,
    attempt: Callable[[services.Draft], Trial],
) -> HttpResponse:
    row = found_source(me, source_id)
    form = change_form(request, row)
    trial = _trial(form, lambda: attempt(_changed_draft(me, row, form)))
    if "HX-Request" in request.headers:
        where = [me.workspace_slug, source_id]
        return _fragment(
            request, act, trial, reverse("source_rules_preview", args=where)
        )
    return rules_page(request, me, row, form, trial=trial, act=act)


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
        except services.Moved as moved:
            return Trial(refusal=moved.sentence, address=moved.address)
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


def _fragment(
    request: HttpRequest, act: str, trial: Trial, preview_address: str
) -> HttpResponse:
    context = {"trial": trial, "act": act, "preview_address": preview_address}
    status = 422 if trial.failed else 200
    return render(request, "sources/trial.html", context, status=status)


urlpatterns: list[URLPattern] = [
    path("new/test/", source_test, name="source_test"),
    path("new/preview/", source_preview, name="source_preview"),
    path("<int:source_id>/rules/test/", source_rules_test, name="source_rules_test"),
    path(
        "<int:source_id>/rules/preview/",
        source_rules_preview,
        name="source_rules_preview",
    ),
]
