"""Unsafe settings are refused at start, each with what to set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet

from assessments import checks

if TYPE_CHECKING:
    from pytest_django import Settings

ROOT = Path(__file__).resolve().parents[2]
SAFE: dict[str, object] = {
    "EMBEDDED": False,
    "DEBUG": False,
    "SECRET_KEY": "abcdefghij" * 7,
    "CREDENTIAL_KEYS": [Fernet.generate_key().decode()],
    "ALLOWED_HOSTS": ["compel.example.org"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "REDIS_URL": "redis://broker/0",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
}


def complaints(monkeypatch: pytest.MonkeyPatch, **changes: object) -> dict[str, str]:
    class Settings:
        pass

    for name, value in (SAFE | changes).items():
        setattr(Settings, name, value)
    monkeypatch.setattr(checks, "settings", Settings)
    found = checks.settings_are_safe(None)
    return {str(one.id): f"{one.msg} {one.hint}" for one in found}


def test_safe_settings_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaints(monkeypatch) == {}


@pytest.mark.parametrize(
    ("changes", "number", "remedy"),
    [
        ({"SECRET_KEY": ""}, "E002", "SECRET_KEY_FILE"),
        ({"SECRET_KEY": "short"}, "E002", "50 or more random"),
        ({"SECRET_KEY": "a" * 80}, "E002", "50 or more random"),
        ({"CREDENTIAL_KEYS": []}, "E003", "CREDENTIAL_KEYS_FILE"),
        ({"CREDENTIAL_KEYS": ["not-a-key"]}, "E003", "CREDENTIAL_KEYS"),
        ({"DEBUG": True}, "E004", "Unset DEBUG"),
        ({"ALLOWED_HOSTS": ["*"]}, "E005", "compel.example.org"),
        ({"ALLOWED_HOSTS": []}, "E005", "ALLOWED_HOSTS"),
        ({"SESSION_COOKIE_SECURE": False}, "E006", "SESSION_COOKIE_SECURE"),
        (
            {"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}},
            "E007",
            "DATABASE_URL",
        ),
        ({"REDIS_URL": ""}, "E008", "REDIS_URL"),
        (
            {"EMBEDDED": True, "ALLOWED_HOSTS": ["localhost", "compel.example.org"]},
            "E001",
            "unset it on a server",
        ),
    ],
)
def test_an_unsafe_setting_is_refused_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
    number: str,
    remedy: str,
) -> None:
    said = complaints(monkeypatch, **changes)
    assert list(said) == [f"assessments.{number}"]
    assert remedy in said[f"assessments.{number}"]


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-c", "import compel.wsgi"],
        [sys.executable, "-m", "celery", "-A", "compel", "worker"],
        [sys.executable, "-m", "celery", "-A", "compel", "beat"],
        [sys.executable, "manage.py", "check"],
    ],
    ids=["web", "worker", "scheduler", "command"],
)
def test_no_process_starts_with_unsafe_settings(
    command: list[str], tmp_path: Path
) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(tmp_path), "SECRET_KEY": "short"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    for number in ("E002", "E003", "E005", "E007", "E008"):
        assert f"assessments.{number}" in done.stderr
    assert "Traceback" not in done.stderr


S3 = {"bucket_name": "b", "access_key": "k", "secret_key": "s"}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {}),
        ({"EVIDENCE_STORAGE": "s3", "EVIDENCE_S3": S3}, {}),
        # The role of the machine opens the bucket.
        ({"EVIDENCE_STORAGE": "s3", "EVIDENCE_S3": {"bucket_name": "b"}}, {}),
        ({"EVIDENCE_STORAGE": "s3"}, {"E022": "EVIDENCE_S3_BUCKET"}),
        (
            {"EVIDENCE_STORAGE": "s3", "EVIDENCE_S3": S3 | {"secret_key": None}},
            {"E022": "EVIDENCE_S3_SECRET_KEY is missing"},
        ),
        ({"EVIDENCE_S3": S3}, {"W020": "EVIDENCE_STORAGE=s3"}),
        ({"EVIDENCE_STORAGE": "ftp"}, {"E021": "local or s3"}),
        ({"EVIDENCE_MAX_MB": 0}, {"E020": "EVIDENCE_MAX_MB"}),
    ],
)
def test_half_a_storage_of_evidence_is_refused(
    settings: Settings, changes: dict[str, object], found: dict[str, str]
) -> None:
    empty = dict.fromkeys(S3)
    settings.EVIDENCE_S3 = empty
    for name, value in changes.items():
        setattr(settings, name, empty | value if isinstance(value, dict) else value)
    complaints = checks.evidence_has_a_place(None)
    said = {str(one.id).split(".")[1]: f"{one.msg} {one.hint}" for one in complaints}
    assert said.keys() == found.keys()
    for number, words in found.items():
        assert words in said[number]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {}),
        ({"OUTGOING_HOSTS": ["api.github.com", "*.example.org", "10.0.0.8"]}, {}),
        ({"OUTGOING_HOSTS": ["fd00:ec2::254", "::ffff:10.0.0.8"]}, {}),
        ({"OUTGOING_HOSTS": ["https://github.com"]}, {"E023": "without https://"}),
        ({"OUTGOING_HOSTS": ["github.com:443"]}, {"E023": "'github.com:443'"}),
        ({"OUTGOING_HOSTS": ["a.example b.example"]}, {"E023": "with commas"}),
        ({"OUTGOING_HOSTS": [""]}, {"E023": "no host: ''"}),
        ({"ALLOW_LOCAL_SOURCES": True}, {"W023": "OUTGOING_HOSTS"}),
        ({"ALLOW_LOCAL_SOURCES": True, "EMBEDDED": True}, {}),
        ({"ALLOW_LOCAL_SOURCES": True, "OUTGOING_HOSTS": ["git.example.org"]}, {}),
    ],
)
def test_where_sources_may_lead_is_looked_at(
    settings: Settings, changes: dict[str, object], found: dict[str, str]
) -> None:
    plain = {"OUTGOING_HOSTS": [], "ALLOW_LOCAL_SOURCES": False, "EMBEDDED": False}
    for name, value in (plain | changes).items():
        setattr(settings, name, value)
    complaints = checks.outgoing_hosts_are_hosts(None)
    said = {str(one.id).split(".")[1]: f"{one.msg} {one.hint}" for one in complaints}
    assert said.keys() == found.keys()
    for number, words in found.items():
        assert words in said[number]
