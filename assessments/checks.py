"""Refuse to start with unsafe settings; each refusal says what to set."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet
from django.conf import settings
from django.core import checks
from django.core.checks import Error, Tags, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from assessments.connectors.registry import BROKEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.apps import AppConfig
    from django.core.checks import CheckMessage

_SHORTEST_KEY = 50
_FEWEST_SIGNS = 10
_S3 = (
    ("EVIDENCE_S3_BUCKET", "bucket_name"),
    ("EVIDENCE_S3_ACCESS_KEY", "access_key"),
    ("EVIDENCE_S3_SECRET_KEY", "secret_key"),
)
_S3_KEYS = [name for name, _ in _S3[1:]]
# A name or a pattern of names, or an address; nothing else of a URL.
_HOST = re.compile(r"[a-z0-9*?_-][a-z0-9.*?_-]*|[0-9a-f:]*:[0-9a-f:.]*")
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


@register()
def evidence_has_a_place(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # Django's signature
    **_rest: object,
) -> list[CheckMessage]:
    """Look at where files of evidence go: half a storage loses the first file."""
    found: list[CheckMessage] = []
    if settings.EVIDENCE_MAX_MB < 1:
        found.append(
            Error(
                "EVIDENCE_MAX_MB leaves no room for a file.",
                hint="Set it to whole mebibytes, or leave it out: 25.",
                id="assessments.E020",
            )
        )
    if settings.EVIDENCE_STORAGE not in {"local", "s3"}:
        found.append(
            Error(
                f"EVIDENCE_STORAGE is “{settings.EVIDENCE_STORAGE}”, which is unknown.",
                hint="Set it to local or s3, or leave it out: local.",
                id="assessments.E021",
            )
        )
    set_ = [name for name, option in _S3 if settings.EVIDENCE_S3[option]]
    missing = [name for name, _ in _S3 if name not in set_]
    if settings.EVIDENCE_STORAGE == "s3" and missing not in ([], _S3_KEYS):
        found.append(
            Error(
                f"EVIDENCE_STORAGE is s3, but {', '.join(missing)} is missing.",
                hint="Set EVIDENCE_S3_BUCKET, and both keys or none (each also as"
                " NAME_FILE); without keys the machine's own role is used.",
                id="assessments.E022",
            )
        )
    if settings.EVIDENCE_STORAGE == "local" and set_:
        found.append(
            checks.Warning(
                f"{', '.join(set_)} is set, but files of evidence are kept locally.",
                hint="Set EVIDENCE_STORAGE=s3 to use the bucket.",
                id="assessments.W020",
            )
        )
    return found


@register()
def connectors_can_be_used(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # Django's signature
    **_rest: object,
) -> list[CheckMessage]:
    """Look at the connectors of installed packages: a broken one is left out."""
    return [
        checks.Warning(
            f"The connector “{one.name}” of {one.package} cannot be used: {one.reason}",
            hint="Update or remove the package. Everything else works without it.",
            id="assessments.W030",
        )
        for one in BROKEN
    ]


@register()
def outgoing_hosts_are_hosts(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # Django's signature
    **_rest: object,
) -> list[CheckMessage]:
    """Look at where sources may lead: a list that matches nothing opens nothing."""
    odd = [host for host in settings.OUTGOING_HOSTS if not _HOST.fullmatch(host)]
    found: list[CheckMessage] = []
    if odd:
        found.append(
            Error(
                f"OUTGOING_HOSTS holds what is no host: {', '.join(map(repr, odd))}.",
                hint="Give names, patterns or addresses, with commas, without https://"
                " and without ports: api.github.com,*.example.org,10.0.0.8",
                id="assessments.E023",
            )
        )
    local = settings.ALLOW_LOCAL_SOURCES and not settings.EMBEDDED
    if local and not settings.OUTGOING_HOSTS:
        found.append(
            checks.Warning(
                "Sources may ask every machine that this server reaches.",
                hint="ALLOW_LOCAL_SOURCES is set: set OUTGOING_HOSTS to the hosts that"
                " sources need, too.",
                id="assessments.W023",
            )
        )
    return found


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
