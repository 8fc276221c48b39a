"""How much a page takes: too much is refused before a byte of it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound="Callable[..., HttpResponse]")

# What the product itself reads whole; other bodies are streams of their own doors.
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_MEBIBYTE = 1024**2


def takes(most_bytes: Callable[[], int]) -> Callable[[View], View]:
    """Let a view take larger forms than others; what `most_bytes` says counts."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]  # a mark
        return view

    return mark


def evidence_bytes() -> int:
    """Return the size of a form with the largest file of evidence in it."""
    return (int(settings.EVIDENCE_MAX_MB) + 1) * _MEBIBYTE


class RequestSize:
    """Refuse forms by the size that they announce (a middleware).

    Servers hand over no more than what was announced, so a request that lies about
    its size ends where it said that it would.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; the view is not known yet."""
        return self._get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: object,
        _kwargs: object,
    ) -> HttpResponse | None:
        """Answer in the view's place when more is coming than it takes."""
        if request.content_type not in _FORMS:
            return None
        most = getattr(view, "most_bytes", _most)()
        size = _announced(request)
        if size <= most:
            return None
        context = {"most": most // _MEBIBYTE, "size": -(-size // _MEBIBYTE)}
        return render(request, "413.html", context, status=413)


def _most() -> int:
    return int(settings.FORM_MAX_BYTES)


def _announced(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() else 0
