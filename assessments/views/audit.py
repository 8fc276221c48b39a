"""Pages: the audit trail, and how many people sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import Verb
from assessments.forms import audit as forms
from assessments.queries import journal, revisions
from assessments.queries.exports_of_workspaces import arrival
from assessments.services import signatures
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@door(Verb.AUDIT)
def audit(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show who did what, when and why."""
    form = _form(request, me)
    wanted = _wanted(form)
    before = request.GET.get("before", "")
    page = journal.page(
        workspace_id=me.workspace_id,
        wanted=wanted,
        before=int(before) if before.isdecimal() and len(before) < _LONGEST else None,
    )
    asked = {
        key: value
        for key, value in request.GET.items()
        if value and key in form.fields and key not in form.errors
    }
    return render(
        request,
        "audit/audit.html",
        {
            "me": me,
            "form": form,
            "entries": [(one, _address(me, one)) for one in page.entries],
            "older": urlencode({**asked, "before": page.older}) if page.older else "",
            "newest": urlencode(asked) if before else "",
            "asked": urlencode(asked),
            "filtered": bool(asked),
            "head": journal.head(workspace_id=me.workspace_id),
            "arrival": arrival(workspace_id=me.workspace_id),
            "verdict": journal.verify(workspace_id=me.workspace_id)
            if "check" in request.GET
            else None,
        },
        status=422 if form.errors else 200,
    )


@door(Verb.AUDIT)
def audit_lines(request: HttpRequest, me: Membership) -> HttpResponse:
    """Hand out the entries that were asked for as lines of JSON."""
    wanted = _wanted(_form(request, me))
    response = StreamingHttpResponse(
        journal.lines(workspace_id=me.workspace_id, wanted=wanted),
        content_type="application/x-ndjson",
    )
    name = f"{me.workspace_slug}-journal.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    # A streamed answer has no content to read, and nobody here reads it.
    return cast("HttpResponse", response)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def signature_rule(request: HttpRequest, me: Membership) -> HttpResponse:
    """Set how many people sign a cycle before it is locked."""
    needed = revisions.signatures_needed(workspace_id=me.workspace_id)
    form = forms.Signatures(request.POST or None, initial={"needed": needed})
    if request.method == "POST" and form.is_valid():
        try:
            signatures.set_needed(
                workspace_id=me.workspace_id,
                needed=form.cleaned_data["needed"],
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("needed", refusal.sentence)
        else:
            messages.success(request, _("Kept. It holds for every cycle from now on."))
            return redirect("organization", me.workspace_slug)
    return render(
        request,
        "audit/signature_rule.html",
        {"me": me, "form": form},
        status=422 if form.errors else 200,
    )


# ── inside ─────────────────────────────────────────────────────────────────────────

_LONGEST = 18

# Which page shows what an entry is about: its address, and where its codes are.
_PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "cycle": ("cycle", ("target",)),
    "rating": ("topic_why", ("cycle", "topic")),
    "decision": ("criterion", ("cycle", "criterion")),
    "settlement": ("topic_why", ("cycle", "topic")),
    "dispute": ("topic_why", ("cycle", "topic")),
    "edition": ("edition", ("target",)),
    "source": ("source", ("target",)),
    "evidence": ("evidence_piece", ("target",)),
    "initiative": ("initiative", ("target",)),
    "scope": ("organization", ()),
    "workspace": ("organization", ()),
    "member": ("members", ()),
}


def _address(me: Membership, entry: journal.Entry) -> str:
    """Return the page of what an entry is about; empty where there is none."""
    if entry.kind not in _PAGES:
        return ""
    name, places = _PAGES[entry.kind]
    known = {**entry.detail, "target": entry.target}
    try:
        codes = [known[place] for place in places]
        return reverse(name, args=[me.workspace_slug, *codes])
    except LookupError:
        return ""


def _form(request: HttpRequest, me: Membership) -> forms.Wanted:
    return forms.Wanted(
        request.GET,
        people=journal.people(workspace_id=me.workspace_id),
        acts=journal.acts(workspace_id=me.workspace_id),
    )


def _wanted(form: forms.Wanted) -> journal.Filter:
    """Return what was asked for; what cannot be read is said on the page."""
    form.is_valid()
    values = form.cleaned_data
    return journal.Filter(
        actor=values.get("actor"),
        act=values.get("act", ""),
        kind=values.get("kind", ""),
        target=values.get("target"),
        first=values.get("first"),
        last=values.get("last"),
    )


urlpatterns: list[URLPattern] = [
    path("audit/", audit, name="audit"),
    path("audit/entries.jsonl", audit_lines, name="audit_lines"),
    path("organization/signatures/", signature_rule, name="signature_rule"),
]
