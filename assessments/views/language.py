"""The language of the pages, switched from any of them without losing the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from assessments.services import preferences

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Speak another language from here on: a cookie, and kept with the account."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        preferences.speak(user_id=request.user.pk, language=chosen)
    return set_language(request)


urlpatterns: list[URLPattern] = [path("language/", language, name="language")]
