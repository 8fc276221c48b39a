"""Health, for machines: is the process up, are its parts there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments.queries import health

if TYPE_CHECKING:
    from django.http import HttpRequest


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  # Django's signature
    """Say that the process is up; asks nothing of any other part."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  # Django's signature
    """Say which parts are there; 503 with the remedy when one is not."""
    parts = health.parts(now=timezone.now())
    ready = all(part.well for part in parts)
    said = {
        part.name: {"well": part.well, "says": part.says}
        | ({"remedy": part.remedy} if part.remedy else {})
        for part in parts
    }
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "parts": said},
        status=200 if ready else 503,
    )


urlpatterns: list[URLPattern] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
