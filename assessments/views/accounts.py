"""Sign-in behavior that differs from the library's default, and one's own account."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.forms.preferences import Preferences
from assessments.queries import preferences as queries
from assessments.queries.assignments import is_guest
from assessments.services import preferences
from assessments.views.doors import caller

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, User
    from django.http import HttpRequest, HttpResponse

_FIRST_TIME = "first_sign_in"


class NoSelfSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """People join by invitation of a lead, never by signing themselves up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # library's signature
        return False

    def set_password(self, user: User, password: str) -> None:
        """Let nobody who came by a link outlive it with a password of their own."""
        if is_guest(person_id=user.pk):
            raise PermissionDenied
        super().set_password(user, password)

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **rest: object
    ) -> HttpResponse | None:
        """Remember that this is a person's first time."""
        request.session[_FIRST_TIME] = user.last_login is None
        answer: HttpResponse | None = super().pre_login(request, user, **rest)
        return answer

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Ask who comes with a first password to choose one of their own."""
        if request.session.pop(_FIRST_TIME, False) and not settings.EMBEDDED:
            return reverse("account_change_password")
        address: str = super().get_login_redirect_url(request)
        return address


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None,  # noqa: ARG001  # library's signature
    credentials: dict[str, str] | None,  # noqa: ARG001  # library's signature
) -> HttpResponse:
    """Say how long to wait after too many failed attempts."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "account/locked_out.html", {"minutes": minutes}, status=429)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show the person's own sign-in and how they want the pages; keep the latter."""
    kept = queries.preference(user_id=caller(request).pk)
    form = Preferences(
        request.POST or None, themes=queries.THEMES, initial=asdict(kept)
    )
    if request.method == "POST" and form.is_valid():
        preferences.keep(user_id=caller(request).pk, **form.cleaned_data)
        messages.success(request, _("Kept: this is how your pages are shown now."))
        return redirect("account")
    return render(
        request,
        "account/account.html",
        {"form": form, "guest": is_guest(person_id=caller(request).pk)},
        status=422 if form.is_bound else 200,
    )


urlpatterns: list[URLPattern] = [path("", account, name="account")]
