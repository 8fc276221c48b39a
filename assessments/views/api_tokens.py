"""Pages: a member's own tokens for the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.forms import api_tokens as forms
from assessments.queries.api_tokens import token_rows
from assessments.services import api_tokens as services
from assessments.views.doors import door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@door(Verb.ENTER)
@never_cache
@require_http_methods(["GET", "POST"])
def api_tokens(request: HttpRequest, me: Membership) -> HttpResponse:
    """List my tokens; make one, and show it once."""
    form = forms.NewToken(request.POST.dict() if request.method == "POST" else None)
    token, status = "", 200
    if form.is_bound:
        token, form = _made(me, form)
        status = 200 if token else 422
    return render(
        request,
        "members/api_tokens.html",
        {
            "me": me,
            "form": form,
            "token": token,
            "tokens": token_rows(member_id=me.member_id),
        },
        status=status,
    )


@door(Verb.ENTER)
@require_POST
def api_token_revoke(
    request: HttpRequest, me: Membership, token_id: int
) -> HttpResponse:
    """Forget one of my tokens."""
    if not services.revoke(
        member_id=me.member_id, token_id=token_id, now=timezone.now()
    ):
        raise Http404
    messages.success(request, _("The token is revoked and opens nothing any more."))
    return redirect("api_tokens", me.workspace_slug)


def _made(me: Membership, form: forms.NewToken) -> tuple[str, forms.NewToken]:
    """Return the new token and an empty form, or none and the form with errors."""
    if not form.is_valid():
        return "", form
    try:
        token = services.make(
            member_id=me.member_id,
            name=form.cleaned_data["name"],
            writes=form.cleaned_data["scope"] == "write",
            now=timezone.now(),
        )
    except services.TooMany as refusal:
        form.add_error(None, refusal.sentence)
        return "", form
    return token, forms.NewToken()


urlpatterns: list[URLPattern] = [
    path("tokens/", api_tokens, name="api_tokens"),
    path("tokens/<int:token_id>/revoke/", api_token_revoke, name="api_token_revoke"),
]
