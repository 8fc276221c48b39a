"""In which language, time zone and light a person reads: a middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from assessments.queries import preferences

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer in the reader's language and time zone."""

    def answer(request: HttpRequest) -> HttpResponse:
        mine = preferences.PreferenceRow()
        if request.user.is_authenticated:
            mine = preferences.preference(user_id=request.user.pk)
        request.preference = mine  # type: ignore[attr-defined]  # set here only
        if mine.language in dict(settings.LANGUAGES):
            translation.activate(mine.language)
            request.LANGUAGE_CODE = mine.language
        with timezone.override(ZoneInfo(mine.time_zone) if mine.time_zone else None):
            return get_response(request)

    return answer


def use_zone(request: HttpRequest, name: str) -> None:
    """Show moments in a workspace's time zone, unless the reader chose one."""
    mine: preferences.PreferenceRow | None = getattr(request, "preference", None)
    if mine is None or not mine.time_zone:
        timezone.activate(ZoneInfo(name))
