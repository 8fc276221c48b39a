"""The door of platforms that push: what bears its source's secret is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from assessments.services import hooks
from assessments.tasks import telemetry

if TYPE_CHECKING:
    from django.http import HttpRequest

_MISSING = 404
_FORGED = 401
_TOO_LARGE = 413
_GARBLED = 422


@csrf_exempt
@require_POST
def hook(request: HttpRequest, key: str) -> HttpResponse:
    """Keep a delivery and answer; a worker does what it asks for."""
    body = request.read(hooks.MOST_BYTES + 1)
    if len(body) > hooks.MOST_BYTES:
        return _said(f"More than {hooks.MOST_BYTES >> 20} MiB.", _TOO_LARGE)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        received = hooks.receive(
            key=key, headers=headers, body=body, now=timezone.now()
        )
    except hooks.NoSuchHook as refusal:
        return _said(refusal.sentence, _MISSING)
    except hooks.Forged as refusal:
        return _said(refusal.sentence, _FORGED)
    except hooks.NotUnderstood as refusal:
        return _said(refusal.sentence, _GARBLED)
    if received.known:
        return _said("Known already: nothing was done.", 200)
    if received.idle:
        return _said("Nothing of interest in it.", 200)
    if received.paused:
        return _said("Kept until the source is resumed.", 202)
    # A broker that cannot be reached spoils nothing: what waits is found every minute.
    knock = partial(telemetry.deliver.delay, received.source_id)
    transaction.on_commit(knock, robust=True)
    return _said("Kept: a worker does the rest.", 202)


def _said(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(
        f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8"
    )


urlpatterns: list[URLPattern] = [path("hooks/<slug:key>/", hook, name="hook")]
