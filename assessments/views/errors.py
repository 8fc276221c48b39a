"""Pages for what went wrong; they depend on nothing that may be broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.http import HttpResponseBadRequest, HttpResponseServerError, JsonResponse
from django.template import loader

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, with the number that finds it in the logs."""
    known = structlog.contextvars.get_contextvars()
    if request.path.startswith("/api/"):
        detail = "The fault is ours: ask an administrator with this number."
        number = str(known.get("request_id") or "")
        return JsonResponse({"detail": detail, "request_id": number}, status=500)
    page = loader.render_to_string("500.html", {"request_id": known.get("request_id")})
    return HttpResponseServerError(page)


def unreadable(
    request: HttpRequest,  # noqa: ARG001  # Django's signature
    exception: Exception,  # noqa: ARG001  # Django's signature
) -> HttpResponse:
    """Say that the request could not be read."""
    return HttpResponseBadRequest(loader.render_to_string("400.html"))
