"""Pages: where a platform pushes to, and what came of what it pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assessments.access import Verb
from assessments.forms import sources as forms
from assessments.queries import hooks as rows
from assessments.services import hooks
from assessments.services.refusals import Unfit
from assessments.views.doors import caller, door
from assessments.views.sources import found_source

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership
    from assessments.queries.sources import SourceRow


@require_GET
@door(Verb.READ)
def source_hook(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Show where it is pushed to, what to set up, and the latest deliveries."""
    return _page(request, me, found_source(me, source_id), forms.HookSecret())


@require_POST
@never_cache
@door(Verb.CONNECT)
def source_hook_open(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Make an address and a secret, or other ones; show a secret of ours this once."""
    row = found_source(me, source_id)
    _set_up(row)
    form = forms.HookSecret(request.POST.dict())
    if not form.is_valid():
        return _page(request, me, row, form)
    given = form.cleaned_data["secret"]
    make = hooks.renew_secret if "keep_address" in request.POST else hooks.open_hook
    try:
        secret = make(
            workspace_id=me.workspace_id,
            source_id=source_id,
            secret=given,
            by=caller(request),
            now=timezone.now(),
        )
    except Unfit as refusal:
        form.add_error("secret", refusal.sentence)
        return _page(request, me, row, form)
    except hooks.NoSuchHook as refusal:
        raise Http404 from refusal
    if given:
        messages.success(request, _("The secret is kept, sealed."))
        return redirect("source_hook", me.workspace_slug, source_id)
    return _page(request, me, row, forms.HookSecret(), secret=secret)


@require_POST
@door(Verb.CONNECT)
def source_hook_close(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Take the address away."""
    _set_up(found_source(me, source_id))
    hooks.close_hook(
        workspace_id=me.workspace_id,
        source_id=source_id,
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(request, _("The address is gone: deliveries are turned away."))
    return redirect("source_hook", me.workspace_slug, source_id)


def _set_up(row: SourceRow) -> str:
    """Return what to set up over there; a kind that does not push has no such page."""
    said = hooks.set_up_of(row.kind)
    if said is None:
        raise Http404
    return said


def _page(
    request: HttpRequest,
    me: Membership,
    row: SourceRow,
    form: forms.HookSecret,
    *,
    secret: str = "",
) -> HttpResponse:
    hook = rows.hook_row(source_id=row.id)
    address = reverse("hook", args=[hook.key]) if hook else ""
    context = {
        "me": me,
        "source": row,
        "set_up": _set_up(row),
        "hook": hook,
        "address": request.build_absolute_uri(address) if hook else "",
        "secret": secret,
        "form": form,
        "deliveries": rows.delivery_rows(source_id=row.id),
        "counts": rows.state_counts(source_id=row.id, now=timezone.now()),
        "may_connect": me.may(Verb.CONNECT),
    }
    return render(
        request, "sources/hooks.html", context, status=422 if form.errors else 200
    )


urlpatterns: list[URLPattern] = [
    path("<int:source_id>/push/", source_hook, name="source_hook"),
    path("<int:source_id>/push/open/", source_hook_open, name="source_hook_open"),
    path("<int:source_id>/push/close/", source_hook_close, name="source_hook_close"),
]
