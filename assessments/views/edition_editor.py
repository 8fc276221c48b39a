"""Pages: the parts of a draft of an edition, each edited by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import Verb
from assessments.forms import edition_editor as forms
from assessments.forms.edition_part import Choices
from assessments.queries import edition_drafts
from assessments.queries import editions as rows
from assessments.queries.edition_parts import LISTS, Kind
from assessments.services import editing
from assessments.services.refusals import Refusal, Unfit
from assessments.views.doors import caller, door
from assessments.views.edition_drafts import draft_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.forms.edition_part import Part as Form
    from assessments.queries.edition_drafts import Draft
    from assessments.queries.edition_parts import Part, Plain
    from assessments.queries.members import Membership
    from scoring.events import Json


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def part(
    request: HttpRequest, me: Membership, edition_id: int, kind: str, code: str = ""
) -> HttpResponse:
    """Show the fields of one part, or save them."""
    if request.method == "POST":
        return _save(request, me, edition_id, kind, code)
    draft = draft_of(me, edition_id)
    found = _part(draft, kind, code)
    form = forms.PARTS[kind](
        plain=found.plain, choices=_choices(draft, found), opened=found.digest()
    )
    return _page(request, me, draft, found, form)


@require_http_methods(["GET", "HEAD"])
@door(Verb.ADMINISTER)
def preview(
    request: HttpRequest, me: Membership, edition_id: int, code: str
) -> HttpResponse:
    """Show a question as a respondent would see it."""
    draft = draft_of(me, edition_id)
    found = _part(draft, Kind.TOPIC, code)
    domain = cast("Part", found.above)
    levels = cast("Plain", found.plain["levels"])
    return render(
        request,
        "editions/edit_preview.html",
        {
            "me": me,
            "draft": draft,
            "part": found,
            "domain": domain,
            "choices": [
                (level, name, levels[str(level)])
                for level, name in _choices(draft, found).levels
            ],
            "evidence": found.plain.get("evidence") or domain.plain.get("evidence"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def add(
    request: HttpRequest,
    me: Membership,
    edition_id: int,
    kind: str,
    code: str,
    what: str,
) -> HttpResponse:
    """Add a domain, a topic or a criterion."""
    draft = draft_of(me, edition_id)
    above = _part(draft, kind, code)
    if what not in LISTS or LISTS[Kind(what)][1] is not above.kind or not above.code:
        raise Http404
    data = request.POST if request.method == "POST" else None
    choices = _choices(draft, above)
    shown = [forms.added(what, data, choices=choices)]
    if what == Kind.DOMAIN:
        shown.append(forms.added(Kind.TOPIC, data, choices=choices, prefix="topic"))
    valid = [one.is_valid() for one in shown]
    if all(valid) and _added(request, me, edition_id, above, shown):
        messages.success(request, _("Added to the draft."))
        new = shown[0].cleaned_data["code"]
        return redirect("edition_part", me.workspace_slug, edition_id, what, new)
    return render(
        request,
        "editions/edit_add.html",
        {"me": me, "draft": draft, "above": above, "what": what, "forms": shown},
        status=422 if any(one.errors for one in shown) else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def remove(
    request: HttpRequest, me: Membership, edition_id: int, kind: str, code: str
) -> HttpResponse:
    """Remove a part, after saying what that does to trends."""
    draft = draft_of(me, edition_id)
    found = _part(draft, kind, code)
    if not found.code or found.kind is Kind.PILLAR:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            editing.remove(
                edition_id=edition_id,
                workspace_id=me.workspace_id,
                kind=found.kind,
                code=code,
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            refused = refusal.sentence
        else:
            messages.success(request, _("Removed from the draft."))
            return redirect(_above(me, edition_id, found))
    return render(
        request,
        "editions/edit_remove.html",
        {"me": me, "draft": draft, "part": found, "refused": refused},
        status=409 if refused else 200,
    )


@require_http_methods(["POST"])
@door(Verb.ADMINISTER)
def move(
    request: HttpRequest, me: Membership, edition_id: int, kind: str, code: str
) -> HttpResponse:
    """Move a part up or down among its neighbors."""
    found = _part(draft_of(me, edition_id), kind, code)
    at, to = request.POST.get("at", ""), request.POST.get("to", "")
    if found.above is None or not found.above.code:
        raise Http404
    if at.isdecimal() and to.isdecimal():
        try:
            editing.move(
                edition_id=edition_id,
                workspace_id=me.workspace_id,
                kind=found.kind,
                code=code,
                at=int(at),
                to=int(to),
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
    return redirect(_above(me, edition_id, found) + f"#{kind}-{code}")


def _above(me: Membership, edition_id: int, found: Part) -> str:
    """Return the address of what a part stands in."""
    above = found.above
    if above is None or not above.code:
        return reverse("edition_edit", args=[me.workspace_slug, edition_id])
    where = [me.workspace_slug, edition_id, above.kind.value, above.code]
    return reverse("edition_part", args=where)


def _added(
    request: HttpRequest,
    me: Membership,
    edition_id: int,
    above: Part,
    shown: list[Form],
) -> bool:
    """Add what the forms hold; tell a refusal where it was typed."""
    form, *topic = shown
    fields = forms.given(form)
    if topic:
        fields["topics"] = [cast("Json", forms.given(topic[0]))]
    try:
        editing.add(
            edition_id=edition_id,
            workspace_id=me.workspace_id,
            kind=Kind(form.kind),
            inside=above.code,
            fields=fields,
            by=caller(request),
            now=timezone.now(),
        )
    except Unfit as refusal:
        _add_defect(shown, refusal.field_name, refusal.sentence)
    except editing.Broken as refusal:
        for place, sentence in refusal.defects:
            _add_defect(shown, place, sentence)
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
    else:
        return True
    return False


# ── inside ─────────────────────────────────────────────────────────────────────────


def _part(draft: Draft, kind: str, code: str) -> Part:
    found = draft.part(Kind(kind), code) if kind in forms.PARTS else None
    if found is None:
        raise Http404
    return found


def _choices(draft: Draft, found: Part) -> Choices:
    """Return what the forms of a part offer."""
    document = draft.document
    scale = cast("Plain", document["scale"])
    sources = [
        (str(one["tag"]), str(one["title"])) for one in _rows(document["publications"])
    ]
    if editing.OWN_WORDS not in dict(sources):
        sources.append((editing.OWN_WORDS, _("Our own words")))
    domain = found if found.kind is Kind.DOMAIN else found.above
    topics = _rows(domain.plain.get("topics")) if domain else []
    return Choices(
        levels=tuple(
            (int(str(one["level"])), str(one["name"])) for one in _rows(scale["levels"])
        ),
        vantage_points=tuple(
            (str(one["key"]), str(one["name"]))
            for one in _rows(document["vantage_points"])
        ),
        sources=tuple(sources),
        metrics=editing.METRICS,
        topics=tuple(
            (str(one["code"]), f"{one['code']} {one['name']}") for one in topics
        ),
    )


def _rows(value: Json) -> list[Plain]:
    return cast("list[Plain]", value or [])


def _save(
    request: HttpRequest, me: Membership, edition_id: int, kind: str, code: str
) -> HttpResponse:
    draft = edition_drafts.draft(workspace_id=me.workspace_id, edition_id=edition_id)
    if draft is None or kind not in forms.PARTS:
        return _lost(request, me, edition_id, editing.NotDraft())
    found = draft.part(Kind(kind), code)
    if found is None:
        return _lost(request, me, edition_id, editing.NoSuchPart())
    form = _typed(request, draft, found, opened=request.POST.get("opened", ""))
    if not form.is_valid():
        return _page(request, me, draft, found, form)
    try:
        editing.change(
            edition_id=edition_id,
            workspace_id=me.workspace_id,
            kind=found.kind,
            code=code,
            opened=form.cleaned_data["opened"],
            fields=form.changes(),
            by=caller(request),
            now=timezone.now(),
        )
    except editing.Changed as refusal:
        return _conflict(request, me, edition_id, found, refusal)
    except editing.Broken as refusal:
        for place, sentence in refusal.defects:
            _add_defect([form], place, sentence)
        return _page(request, me, draft, found, form)
    except Refusal as refusal:
        return _lost(request, me, edition_id, refusal)
    messages.success(request, _("Saved in the draft."))
    return redirect(request.path)


def _typed(request: HttpRequest, draft: Draft, found: Part, *, opened: str) -> Form:
    """Return the form with what was typed, as opened on what is saved now."""
    data = request.POST.copy()
    data["opened"] = opened
    form = forms.PARTS[found.kind]
    return form(data, plain=found.plain, choices=_choices(draft, found), opened=opened)


def _conflict(
    request: HttpRequest,
    me: Membership,
    edition_id: int,
    found: Part,
    refusal: Refusal,
) -> HttpResponse:
    """Show what was typed beside what somebody else has saved."""
    draft = draft_of(me, edition_id)
    fresh = _part(draft, found.kind, found.code)
    form = _typed(request, draft, fresh, opened=fresh.digest())
    form.is_valid()
    return _page(request, me, draft, fresh, form, conflict=refusal.sentence)


def _lost(
    request: HttpRequest, me: Membership, edition_id: int, refusal: Refusal
) -> HttpResponse:
    """Give back what was typed where there is no form for it any more."""
    if rows.edition(workspace_id=me.workspace_id, edition_id=edition_id) is None:
        raise Http404
    hidden = {"csrfmiddlewaretoken", "opened"}
    return render(
        request,
        "editions/edit_lost.html",
        {
            "me": me,
            "edition_id": edition_id,
            "sentence": refusal.sentence,
            "typed": [
                ", ".join(request.POST.getlist(name))
                for name in request.POST
                if name not in hidden
            ],
        },
        status=409,
    )


def _add_defect(shown: list[Form], place: str, sentence: str) -> None:
    """Tell a defect at the field that shows its place, in the form that has it."""
    form, inside = shown[0], place
    if place.startswith("topics[0].") and len(shown) > 1:
        form, inside = shown[1], place.removeprefix("topics[0].")
    name = form.field_of(inside) if inside else None
    form.add_error(name, sentence if name or not place else f"{place}: {sentence}")


def _page(
    request: HttpRequest,
    me: Membership,
    draft: Draft,
    found: Part,
    form: Form,
    *,
    conflict: str = "",
) -> HttpResponse:
    compared = draft.comparison
    return render(
        request,
        "editions/edit_part.html",
        {
            "me": me,
            "draft": draft,
            "part": found,
            "form": form,
            "conflict": conflict,
            "theirs": form.theirs() if conflict else (),
            "inside": _inside(draft, found),
            "changed": compared.of(found.kind, found.code) if compared else None,
        },
        status=409 if conflict else 422 if form.errors else 200,
    )


def _inside(draft: Draft, found: Part) -> list[tuple[str, list[object]]]:
    """Return the parts inside of a part, by kind, as the outline shows them."""
    outline = {(row.kind, row.code): row for row in draft.outline}
    shown = []
    for kind, (name, parent) in LISTS.items():
        if parent is found.kind and found.code:
            codes = [str(one["code"]) for one in _rows(found.plain.get(name))]
            shown.append((kind.value, [outline[kind, code] for code in codes]))
    return cast("list[tuple[str, list[object]]]", shown)


urlpatterns: list[URLPattern] = [
    path("<int:edition_id>/edit/whole/<slug:kind>/", part, name="edition_whole"),
    path(
        "<int:edition_id>/edit/topic/<str:code>/preview/",
        preview,
        name="edition_preview",
    ),
    path("<int:edition_id>/edit/<slug:kind>/<str:code>/", part, name="edition_part"),
    path(
        "<int:edition_id>/edit/<slug:kind>/<str:code>/add/<slug:what>/",
        add,
        name="edition_part_add",
    ),
    path(
        "<int:edition_id>/edit/<slug:kind>/<str:code>/remove/",
        remove,
        name="edition_part_remove",
    ),
    path(
        "<int:edition_id>/edit/<slug:kind>/<str:code>/move/",
        move,
        name="edition_part_move",
    ),
]
