"""Sign-in behavior that differs from the library's default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import URLPattern, path

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class NoSelfSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """People join by invitation of a lead, never by signing themselves up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # library's signature
        return False


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show the person's own sign-in: name, password, second factor."""
    return render(request, "account/account.html")


urlpatterns: list[URLPattern] = [path("", account, name="account")]
