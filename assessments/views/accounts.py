"""Sign-in behavior that differs from the library's default, and one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest, HttpResponse

_FIRST_TIME = "first_sign_in"


class NoSelfSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """People join by invitation of a lead, never by signing themselves up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # library's signature
        return False

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


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show the person's own sign-in: name, password, second factor."""
    return render(request, "account/account.html")


urlpatterns: list[URLPattern] = [path("", account, name="account")]
