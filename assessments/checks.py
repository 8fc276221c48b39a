"""Refuse to start with unsafe settings; each refusal says what to set."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, Tags, register, run_checks
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.apps import AppConfig
    from django.core.checks import CheckMessage

_SHORTEST_KEY = 50
_FEWEST_SIGNS = 10
_OWN_MACHINE = {"localhost", "127.0.0.1", "[::1]", "testserver", ".localhost"}


@register(Tags.security)
def settings_are_safe(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # Django's signature
    **_rest: object,
) -> list[CheckMessage]:
    """Look at everything that must not be wrong on a server that others can reach."""
    if settings.EMBEDDED:
        return _embedded()
    return [*_keys(), *_doors(), *_machinery()]


def refuse_unsafe_start() -> None:
    """End the process when settings are unsafe: `manage.py` does, servers must too."""
    found = [one for one in run_checks() if one.is_serious() and not one.is_silenced()]
    if not found:
        return
    for one in found:
        sys.stderr.write(f"{one}\n")
    sys.stderr.write("Compel does not start with these settings.\n")
    sys.exit(1)


def _embedded() -> list[CheckMessage]:
    reachable = sorted(set(settings.ALLOWED_HOSTS) - _OWN_MACHINE)
    if not reachable:
        return []
    return [
        Error(
            f"EMBEDDED is set while others can reach {', '.join(reachable)}.",
            hint="EMBEDDED is for one's own machine (no TLS, no secure cookies): unset"
            " it on a server.",
            id="assessments.E001",
        )
    ]


def _keys() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        key = ""
    if len(key) < _SHORTEST_KEY or len(set(key)) < _FEWEST_SIGNS:
        found.append(
            Error(
                "SECRET_KEY is missing or too easy to guess.",
                hint="Set SECRET_KEY, or SECRET_KEY_FILE, to 50 or more random"
                " characters: python -c 'import secrets;"
                " print(secrets.token_urlsafe(64))'",
                id="assessments.E002",
            )
        )
    if not settings.CREDENTIAL_KEYS or not all(map(_opens, settings.CREDENTIAL_KEYS)):
        found.append(
            Error(
                "CREDENTIAL_KEYS is missing or holds what is not a Fernet key.",
                hint="Set CREDENTIAL_KEYS, or CREDENTIAL_KEYS_FILE, to one key, or"
                " several with commas, newest first: python -c 'import base64,"
                " secrets; print(base64.urlsafe_b64encode("
                "secrets.token_bytes(32)).decode())'",
                id="assessments.E003",
            )
        )
    return found


def _doors() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(
            Error(
                "DEBUG is on: every error would show settings and source to strangers.",
                hint="Unset DEBUG.",
                id="assessments.E004",
            )
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS is empty or allows every name.",
                hint="Set ALLOWED_HOSTS to the names of this server, with commas:"
                " ALLOWED_HOSTS=compel.example.org",
                id="assessments.E005",
            )
        )
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        found.append(
            Error(
                "Cookies would travel without TLS.",
                hint="Leave SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE alone.",
                id="assessments.E006",
            )
        )
    return found


def _machinery() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(
            Error(
                "A server needs PostgreSQL: SQLite is for the embedded product.",
                hint="Set DATABASE_URL, or DATABASE_URL_FILE:"
                " postgres://USER:PASSWORD@HOST:5432/NAME",
                id="assessments.E007",
            )
        )
    if not settings.REDIS_URL:
        found.append(
            Error(
                "A server needs Redis: the file broker is for the embedded product.",
                hint="Set REDIS_URL, or REDIS_URL_FILE: redis://HOST:6379/0",
                id="assessments.E008",
            )
        )
    return found


def _opens(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
