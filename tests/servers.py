"""Servers that some tests need: where they are, and whether they answer."""

from __future__ import annotations

import os
import shutil
import socket
from urllib.parse import urlsplit

REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
IN_CI = bool(os.environ.get("CI"))


def redis_answers() -> bool:
    """Say whether something listens where Redis should be."""
    place = urlsplit(REDIS_URL)
    try:
        with socket.create_connection(
            (place.hostname or "127.0.0.1", place.port or 6379), timeout=2
        ):
            return True
    except OSError:
        return False


def chromium() -> str | None:
    """Return the browser's program, if there is one."""
    names = (
        os.environ.get("CHROMIUM", ""),
        "chromium",
        "chromium-browser",
        "google-chrome",
    )
    found = (shutil.which(name) for name in names if name)
    return next((path for path in found if path), None)
