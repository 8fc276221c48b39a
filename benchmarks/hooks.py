"""How long the answer to a delivery takes, beside a page without content.

    python -m benchmarks.hooks

A delivery of GitHub (a workflow run, 12 kB) is checked, read, kept and knocked for, on
PostgreSQL where one answers and on SQLite; then the same delivery comes again, and one
that bears a wrong signature. Figures are printed and never asserted.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import sys
from typing import TYPE_CHECKING

from benchmarks import databases
from benchmarks.pairs import HEAD, measured

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.models import Source

_SECRET = "only-for-benchmarks-0123"  # noqa: S105 -- a made-up one
_PADDING = "x" * 12_000


def here() -> None:
    """Measure on the database of this process."""
    databases.set_up()
    from cryptography.fernet import Fernet
    from django.conf import settings
    from django.db import connection
    from django.urls import reverse

    from assessments.models import Hook
    from benchmarks import rows

    logging.disable(logging.WARNING)
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    [source] = rows.sources()
    _open(source)
    address = reverse("hook", args=[Hook.objects.get().key])
    turn = 0

    def fresh() -> None:
        nonlocal turn
        turn += 1
        _post(address, _body(turn), wanted=202)

    def again() -> None:
        _post(address, _body(1), wanted=200)

    def forged() -> None:
        _post(address, _body(1), wanted=401, secret="another")  # noqa: S106 -- wrong

    nothing = _page(reverse("healthz"))
    for name, work in (
        ("a delivery (aim 50)", fresh),
        ("it comes again", again),
        ("a wrong signature", forged),
    ):
        print(f"{connection.vendor:>12}  {name:<24}{measured(work, nothing)}")


def _open(source: Source) -> None:
    from django.utils import timezone

    from assessments.models import Source as Row
    from assessments.services import hooks

    Row.objects.filter(pk=source.pk).update(kind="github", address="acme/shop")
    hooks.open_hook(
        workspace_id=source.workspace_id,
        source_id=source.pk,
        secret=_SECRET,
        by=None,
        now=timezone.now(),
    )


def _body(number: int) -> bytes:
    told = {
        "repository": {"full_name": "acme/shop", "default_branch": "main"},
        "workflow_run": {"id": number, "display_title": _PADDING},
    }
    return json.dumps(told).encode()


def _post(address: str, body: bytes, *, wanted: int, secret: str = _SECRET) -> None:
    from django.test import Client

    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    answer = Client(SERVER_NAME="localhost").post(
        address,
        data=body,
        content_type="application/json",
        headers={
            "X-GitHub-Event": "workflow_run",
            "X-Hub-Signature-256": f"sha256={mac}",
        },
    )
    if answer.status_code != wanted:
        raise SystemExit(f"a delivery got {answer.status_code}: {answer.content!r}")


def _page(address: str) -> Callable[[], object]:
    from django.test import Client

    return lambda: Client(SERVER_NAME="localhost").get(address)


def main() -> None:
    """Measure in an empty database and print a line for each work."""
    if sys.argv[1:2] == ["--here"]:
        here()
        return
    print(f"{'database':>12}  {'milliseconds of':<24}{HEAD}", flush=True)
    databases.run_on_each("benchmarks.hooks")


if __name__ == "__main__":
    main()
