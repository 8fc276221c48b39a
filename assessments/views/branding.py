"""Page: how the workspace's documents look, tried before it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import Verb
from assessments.charts import cover
from assessments.charts.palette import Palette
from assessments.forms import branding as fields
from assessments.queries import brands
from assessments.services import branding
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.brands import BrandRow
    from assessments.queries.members import Membership


@require_http_methods(["GET", "POST"])
@door(Verb.ADMINISTER)
def brand(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show the look that counts; try another, or let it count."""
    now = brands.newest(workspace_id=me.workspace_id)
    if request.method != "POST":
        return _page(request, me, fields.Brand(initial=_said(now)), now, _kept(now))
    form = fields.Brand(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, me, form, now, _kept(now), status=422)
    given = form.cleaned_data
    upload = given["logo"]
    keep = None if given["without"] or now is None else now.logo
    try:
        look = branding.look(
            primary=given["primary"],
            accent=given["accent"],
            cover_text=given["cover_text"],
            upload=upload.file if upload else None,
            kept=keep,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, me, form, now, _kept(now), status=422)
    if "preview" in request.POST:
        return _page(request, me, form, now, look)
    branding.choose(
        workspace_id=me.workspace_id,
        look=look,
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(request, _("Reports look like this from now on."))
    return redirect("brand", me.workspace_slug)


def _said(now: BrandRow | None) -> dict[str, str]:
    look = _kept(now)
    return {
        "primary": look.primary,
        "accent": look.accent,
        "cover_text": look.cover_text,
    }


def _kept(now: BrandRow | None) -> branding.Look:
    if now is None:
        own = Palette()
        return branding.Look(primary=own.primary, accent=own.accent)
    return branding.Look(
        primary=now.primary,
        accent=now.accent,
        cover_text=now.cover_text,
        logo=now.logo,
    )


def _page(
    request: HttpRequest,
    me: Membership,
    form: fields.Brand,
    now: BrandRow | None,
    look: branding.Look,
    *,
    status: int = 200,
) -> HttpResponse:
    picture = cover.preview(
        Palette(look.primary, look.accent),
        name=me.workspace_name,
        cover_text=look.cover_text,
        logo=look.logo,
    )
    return render(
        request,
        "reports/brand.html",
        {
            "me": me,
            "form": form,
            "brand": now,
            "picture": picture,
            "trying": look != _kept(now),
        },
        status=status,
    )


urlpatterns: list[URLPattern] = [path("brand/", brand, name="brand")]
