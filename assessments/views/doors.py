"""The frame of every workspace page: signed in, a member, and allowed."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404

from assessments.queries import members
from assessments.views import reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from assessments import access
    from assessments.queries.members import Membership

P = ParamSpec("P")


def door(
    verb: access.Verb, *, somewhere: bool = False
) -> Callable[
    [Callable[Concatenate[HttpRequest, Membership, P], HttpResponse]],
    Callable[..., HttpResponse],
]:
    """Open a view to members of the workspace in its address who may do `verb`.

    The view gets the request and the membership, then the rest of the address. Who is
    not a member gets a 404, so that nobody learns which workspaces exist; a member
    without the verb gets a 403 page that says whom to ask.

    A page about a cycle asks for the verb at the cycle's part of the organization, so
    that a role over a subtree counts. Other pages ask for it in the whole workspace;
    with `somewhere`, any part will do: the view shows no more than `me.reach(verb)`.
    """

    def wrap(
        view: Callable[Concatenate[HttpRequest, Membership, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(
            request: HttpRequest,
            workspace_slug: str,
            *args: P.args,
            **kwargs: P.kwargs,
        ) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            me = members.membership(
                user_id=request.user.pk,
                workspace_slug=workspace_slug,
                cycle_id=_number(kwargs.get("cycle_id")),
            )
            if me is None:
                raise Http404
            reading.use_zone(request, me.time_zone)
            # Templates show the workspace and hide what the role may not do.
            request.membership = me  # type: ignore[attr-defined]  # set here only
            if not (me.may(verb) or (somewhere and me.standing.may_somewhere(verb))):
                raise PermissionDenied(verb)
            return view(request, me, *args, **kwargs)

        # The navigation shows the doors that open for a role.
        opened.verb = verb  # type: ignore[attr-defined]  # a mark on a function
        opened.somewhere = somewhere  # type: ignore[attr-defined]  # the same
        return opened

    return wrap


def _number(part: object) -> int | None:
    return part if isinstance(part, int) else None


def caller(request: HttpRequest) -> User:
    """Return who is asking, behind a door."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
