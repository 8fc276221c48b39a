"""Pages: editions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import Verb
from assessments.forms import editions as forms
from assessments.queries import editions as rows
from assessments.services import documents
from assessments.services import editions as services
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest

    from assessments.queries.members import Membership


@require_http_methods(["GET", "HEAD"])
@door(Verb.READ, somewhere=True)
def editions(request: HttpRequest, me: Membership) -> HttpResponse:
    """List the editions that the workspace may use."""
    return render(
        request,
        "editions/editions.html",
        {
            "me": me,
            "rows": rows.edition_rows(workspace_id=me.workspace_id),
            "may_change": me.may(Verb.ADMINISTER),
        },
    )


@require_http_methods(["GET", "HEAD"])
@door(Verb.READ, somewhere=True)
def edition(request: HttpRequest, me: Membership, edition_id: int) -> HttpResponse:
    """Show one edition with every question, level and ladder."""
    found = rows.edition(
        workspace_id=me.workspace_id,
        edition_id=edition_id,
        language=request.GET.get("language") or get_language() or "",
    )
    if found is None:
        raise Http404
    own_draft = not found.row.published and not found.row.shipped
    return render(
        request,
        "editions/edition.html",
        {
            "me": me,
            "row": found.row,
            "framework": found.framework,
            "languages": found.languages,
            "relations": found.relations,
            "may_publish": own_draft and me.may(Verb.ADMINISTER),
            "may_copy": found.row.published and me.may(Verb.ADMINISTER),
        },
    )


@require_http_methods(["GET", "HEAD"])
@door(Verb.READ, somewhere=True)
def edition_document(
    _request: HttpRequest, me: Membership, edition_id: int
) -> HttpResponse:
    """Hand out the document that the edition's hash is of."""
    text = rows.canonical(workspace_id=me.workspace_id, edition_id=edition_id)
    if text is None:
        raise Http404
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="edition-{edition_id}.json"'
        },
    )


@require_http_methods(["GET", "HEAD"])
@door(Verb.READ, somewhere=True)
def edition_yaml(
    _request: HttpRequest, me: Membership, edition_id: int
) -> HttpResponse:
    """Hand out the edition as YAML, to start one's own from."""
    found = rows.edition(workspace_id=me.workspace_id, edition_id=edition_id)
    if found is None:
        raise Http404
    name = f"{found.row.key}-{edition_id}.yaml"
    return HttpResponse(
        documents.write(found.framework),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def edition_upload(request: HttpRequest, me: Membership) -> HttpResponse:
    """Take in an edition of the workspace's own, or say all that is wrong with it."""
    if request.method != "POST":
        return _form(request, me, forms.NewEdition())
    form = forms.NewEdition(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, me, form)
    source = _source(form)
    if not source.strip():
        form.add_error("file", _("Choose a file or enter its text."))
        return _form(request, me, form)
    try:
        document = services.read(source)
        edition_id = services.load(
            document=document.plain,
            workspace_id=me.workspace_id,
            publish=form.cleaned_data["publish"],
            by=caller(request),
            now=timezone.now(),
        )
    except services.Defective as refusal:
        return _form(request, me, _kept(form, source), defects=refusal.defects)
    except Refusal as refusal:
        return _form(request, me, _kept(form, source), defects=(refusal.sentence,))
    messages.success(request, _("The edition is here."))
    return redirect("edition", me.workspace_slug, edition_id)


@require_http_methods(["POST"])
@door(Verb.ADMINISTER)
def edition_publish(
    request: HttpRequest, me: Membership, edition_id: int
) -> HttpResponse:
    """Publish a draft."""
    try:
        services.publish(
            edition_id=edition_id,
            workspace_id=me.workspace_id,
            by=caller(request),
            now=timezone.now(),
            seen=request.POST.get("seen", ""),
        )
    except services.NotThere as refusal:
        raise Http404 from refusal
    except services.Moved as refusal:
        messages.error(request, refusal.sentence)
        return redirect("edition_publishing", me.workspace_slug, edition_id)
    messages.success(request, _("Published: it can no longer be changed."))
    return redirect("edition", me.workspace_slug, edition_id)


def _source(form: forms.NewEdition) -> str | bytes:
    file = form.cleaned_data["file"]
    if file is not None:
        content: bytes = file.read(documents.LARGEST + 1)
        return content
    text: str = form.cleaned_data["text"]
    return text


def _kept(form: forms.NewEdition, source: str | bytes) -> forms.NewEdition:
    """Return the form with everything that was handed in as its text."""
    text = source if isinstance(source, str) else source.decode(errors="replace")
    if len(text) > documents.LARGEST:
        text = ""  # no edition: a page cannot give it back
    return forms.NewEdition(
        initial={"text": text, "publish": form.cleaned_data["publish"]}
    )


def _form(
    request: HttpRequest,
    me: Membership,
    form: forms.NewEdition,
    defects: tuple[str, ...] = (),
) -> HttpResponse:
    return render(
        request,
        "editions/edition_upload.html",
        {"me": me, "form": form, "defects": defects},
        status=422 if defects or form.errors else 200,
    )


urlpatterns: list[URLPattern] = [
    path("", editions, name="editions"),
    path("upload/", edition_upload, name="edition_upload"),
    path("<int:edition_id>/", edition, name="edition"),
    path("<int:edition_id>/document/", edition_document, name="edition_document"),
    path("<int:edition_id>/yaml/", edition_yaml, name="edition_yaml"),
    path("<int:edition_id>/publish/", edition_publish, name="edition_publish"),
]
