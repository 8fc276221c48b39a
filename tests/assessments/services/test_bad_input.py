"""What goes wrong at a source says what it is and what to do, and loses nothing.

Told where people are: by the form's test before anything is saved, and by the page of
the source after a synchronization. Afterwards the platform is well again, and the next
synchronization finds everything as it was.
"""

from __future__ import annotations

import html
import json
import re
import ssl
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from assessments.connectors.registry import CONNECTORS
from assessments.models import Event, RawRecord, Source, SourceState
from assessments.services import collecting, normalizing, sources
from tests import factories
from tests.assessments.connectors import faults, loopback, platform
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.test_http_transport import certificate
from tests.assessments.views.test_sources import pushed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

    from assessments.connectors import base
    from scoring.events import Json
    from tests.assessments.connectors.contract import Subject
    from tests.assessments.connectors.platform import Platform
    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db

KINDS = (
    "bitbucket_server",
    "circleci",
    "gitea",
    "github",
    "gitlab",
    "jenkins",
    "mlflow",
    "sonarqube",
)
_MIB = 1024 * 1024
# No pauses, but long enough an answer of a machine that is busy.
_PATIENCE = replace(HASTE, timeout_seconds=30.0, answer_seconds=60.0)


@dataclass(frozen=True)
class Wrong:
    """Something that is wrong, at every request, and what has to be said of it."""

    fault: faults.Fault
    # What the sentence names, and what it says to do: any of these words.
    names: str
    todo: str


WRONGS = {
    "a wrong or expired token": Wrong(
        lambda _, __: platform.as_json(
            {"error": "invalid_token", "message": "Token is expired."}, status=401
        ),
        names=r"token|password|credential|key|account|secret",
        todo=r"[Cc]reate a new|[Ee]nter|[Cc]heck",
    ),
    "a scope that is missing": Wrong(
        faults.of_status(403),
        names=r"token|password|credential|account|may not|user",
        todo=r"give it|allow|[Aa]llow|[Ee]nter|[Cc]heck|needs",
    ),
    "a place that is gone": Wrong(
        faults.of_status(404),
        names=r"shop|address|127\.0\.0\.1|list|nothing",
        todo=r"[Cc]heck|[Ee]nter",
    ),
    "a proxy's page": Wrong(
        faults.a_page,
        names=r"127\.0\.0\.1 answered with a page, not with data",
        todo=r"check the address",
    ),
}

# What a fault cannot do: servers that are wrong as a whole.


@contextmanager
def _huge(_: Path) -> Iterator[str]:
    """A server whose every answer goes on for 300 MiB."""

    def rows() -> Iterator[bytes]:
        yield b"["
        row = json.dumps({"id": 1, "said": "x" * 65_500}).encode() + b","
        for _ in range(300 * _MIB // len(row)):
            yield row

    with loopback.serving(lambda _: loopback.Said(parts=rows())) as server:
        yield server.address
        assert server.sent_bytes < 60 * _MIB


@contextmanager
def _mistrusted(folder: Path) -> Iterator[str]:
    """A server whose certificate is signed by itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder, "code.example.org"))
    with loopback.serving(lambda _: loopback.Said(), tls=context) as server:
        yield server.address


SERVERS: dict[str, tuple[Callable[[Path], AbstractContextManager[str]], str]] = {
    "300 MiB in one answer": (
        _huge,
        r"more than 20,000,000 bytes .* Check the address",
    ),
    "a bad certificate": (
        _mistrusted,
        r"certificate of 127\.0\.0\.1 cannot be verified; install its authority",
    ),
}


# ── the page where a source is tried ───────────────────────────────────────────────


@pytest.mark.parametrize("wrong", WRONGS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_test_of_a_source_says_what_is_wrong_and_what_to_do(
    house: House, sign_in: SignIn, hasty: None, kind: str, wrong: str
) -> None:
    bad = WRONGS[wrong]
    with _up(kind) as (stage, source):
        stage.fault = bad.fault
        said = _tried(sign_in("ada"), house, source)

    assert re.search(bad.names, said), said
    assert re.search(bad.todo, said), said


@pytest.mark.parametrize("wrong", SERVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_test_of_a_server_that_is_wrong_says_what_and_what_to_do(
    house: House, sign_in: SignIn, hasty: None, tmp_path: Path, kind: str, wrong: str
) -> None:
    serving, words = SERVERS[wrong]
    with serving(tmp_path) as address:
        said = _tried(sign_in("ada"), house, _subject(kind).source(address))

    assert re.search(words, said), said


@pytest.mark.parametrize("kind", ["gitea", "github", "gitlab"])
def test_a_repository_that_moved_says_where_to_and_offers_it(
    house: House, sign_in: SignIn, hasty: None, kind: str
) -> None:
    with _up(kind) as (stage, source):
        _move(stage)
        page = sign_in("ada").post(_there(house, kind), _typed(house, source))

    offered = source.address.replace("acme/shop", "acme/store")
    assert page.status_code == 200
    assert "acme/shop has moved and is acme/store now" in _text(page)
    assert f'value="{offered}" formaction=' in page.content.decode()
    assert SECRET.encode() not in page.content


# ── the page of a source that was read before ──────────────────────────────────────


@pytest.mark.parametrize("wrong", WRONGS)
@pytest.mark.parametrize("kind", ["github", "gitlab", "jenkins"])
def test_a_synchronization_says_it_keeps_everything_and_goes_on(
    house: House, sign_in: SignIn, hasty: None, kind: str, wrong: str
) -> None:
    bad = WRONGS[wrong]
    with _up(kind) as (stage, plain):
        source = _connected(house, plain)
        _synchronize(source, _subject(kind))
        kept = _kept(source)
        assert kept

        stage.fault = bad.fault
        _synchronize(source, _subject(kind))
        page = sign_in("vera").get(reverse("source", args=[house.slug, source.pk]))
        stage.fault = None
        _synchronize(source, _subject(kind))

    said = _text(page)
    assert page.status_code == 200
    assert re.search(bad.todo, said), said
    assert "What was read before is kept." in said
    assert SECRET not in said
    assert _kept(source) == kept
    source.refresh_from_db()
    assert source.state == SourceState.WELL


@pytest.mark.parametrize("kind", ["gitea", "github", "gitlab"])
def test_a_repository_that_moved_is_read_to_the_end_and_says_so(
    house: House, hasty: None, kind: str
) -> None:
    with _up(kind) as (stage, plain):
        source = _connected(house, plain)
        _move(stage)
        _synchronize(source, _subject(kind))

    source.refresh_from_db()
    assert source.state == SourceState.FAILING
    assert "acme/shop has moved and is acme/store now" in source.last_error
    found = set(Event.objects.filter(source=source).values_list("kind", "external_id"))
    assert found == _subject(kind).events


# ── times that cannot be ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("finished_at", "reason"),
    [
        ("2026-01-03T11:00:00", "has no offset"),
        ("2026-06-03T11:00:00Z", "is in the future"),
    ],
    ids=["without a zone", "in the future"],
)
def test_a_time_that_cannot_be_waits_in_quarantine_with_its_reason(
    house: House, sign_in: SignIn, hasty: None, finished_at: str, reason: str
) -> None:
    with _up("gitlab") as (stage, plain):
        [row] = [
            row
            for listed in stage.lists.values()
            for row in listed.rows
            if isinstance(row, dict) and row.get("id") == 501
        ]
        row["deployable"]["finished_at"] = finished_at
        source = _connected(house, plain)
        _synchronize(source, _subject("gitlab"))

    there = reverse("source_quarantine", args=[house.slug, source.pk])
    said = _text(sign_in("vera").get(there))
    assert reason in said
    assert not Event.objects.filter(kind="deployment", external_id="501").exists()
    others = Event.objects.filter(source=source).count()
    assert others >= len(_subject("gitlab").events) - 2


def test_how_far_a_clock_may_be_ahead_is_a_setting(
    house: House, settings: Settings
) -> None:
    source = pushed(house)
    record: dict[str, Json] = {
        "kind": "deployment",
        "id": "1",
        "service": "shop",
        "environment": "production",
        "status": "success",
        "finished_at": (factories.NOW + timedelta(minutes=5)).isoformat(),
    }
    taken = []
    for minutes in (4, 5):
        settings.CLOCK_SKEW_MINUTES = minutes
        intake = normalizing.take_in(
            source_id=source.pk, records=[(1, record)], now=factories.NOW
        )
        taken.append((intake.stored, len(intake.rejected)))
    assert taken == [(0, 1), (1, 0)]


# ── what they share ────────────────────────────────────────────────────────────────


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connectors that do not wait long for a platform that fails."""
    for kind in KINDS:
        monkeypatch.setitem(CONNECTORS, kind, _subject(kind).connector(_PATIENCE))


@cache
def _subject(kind: str) -> Subject:
    found: Subject = import_module(
        f"tests.assessments.connectors.subjects.{kind}"
    ).SUBJECT
    return found


@contextmanager
def _up(kind: str) -> Iterator[tuple[Platform, base.Source]]:
    subject = _subject(kind)
    stage = subject.platform()
    with platform.serving(stage) as address:
        yield stage, subject.source(address)


def _move(stage: Platform) -> None:
    """Have acme/shop be acme/store: the old address still leads there."""
    repository = {
        "full_name": "acme/store",
        "path_with_namespace": "acme/store",
        "id": 7,
        "default_branch": "main",
    }
    for path, thing in stage.things.items():
        if re.search(r"/acme(/|%2F)shop$", path):
            stage.things[path] = thing | repository
            return
    # GitHub knows it by its number, and leads there for good.
    old, new = "/api/v3/repos/acme/shop", "/api/v3/repositories/7"
    for held in (stage.lists, stage.things):
        held |= {path.replace(old, new): each for path, each in held.items()}
    stage.things[new] = repository
    stage.fault = lambda asked, honest: (
        platform.Answer(
            status=301, headers={"Location": asked.target.replace(old, new)}
        )
        if asked.path.startswith(old)
        else honest
    )


def _there(house: House, kind: str) -> str:
    return reverse("source_test", args=[house.slug]) + f"?kind={kind}"


def _tried(ada: Client, house: House, source: base.Source) -> str:
    """Return what the form says after its test; it keeps what was typed."""
    typed = _typed(house, source)
    whole = ada.post(_there(house, source.kind), typed)
    part = ada.post(_there(house, source.kind), typed, headers={"hx-request": "true"})
    assert (whole.status_code, part.status_code) == (200, 422), _text(part)
    said = _text(part)
    assert said in _text(whole)
    body = whole.content.decode()
    assert f'value="{html.escape(source.address)}"' in body
    assert 'value="What I typed"' in body
    assert SECRET not in body + part.content.decode()
    assert not Source.objects.exists()
    return said


def _typed(house: House, source: base.Source) -> dict[str, str]:
    rules = {f"rule_{name}": _as_typed(each) for name, each in source.rules.items()}
    return rules | {
        "name": "What I typed",
        "address": source.address,
        "secret": source.secret or "",
        "scope": str(factories.root(house.workspace).pk),
        "service": "",
        "every_minutes": "60",
    }


def _as_typed(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list | tuple) else str(value)


def _connected(
    house: House, plain: base.Source, *, name: str = "Shop repository"
) -> Source:
    pk = sources.connect(
        workspace_id=house.workspace.pk,
        scope_id=factories.root(house.workspace).pk,
        kind=plain.kind,
        name=name,
        address=plain.address,
        secret=plain.secret or "",
        rules=plain.rules,
        by=house["ada"],
        now=factories.NOW,
    )
    return Source.objects.get(pk=pk)


def _synchronize(source: Source, subject: Subject) -> None:
    pk = sources.ask_synchronization(source_id=source.pk, now=subject.now)
    collecting.synchronize(synchronization_id=pk, now=subject.now)


def _kept(source: Source) -> tuple[list[Any], list[Any]]:
    events = Event.objects.filter(source=source)
    records = RawRecord.objects.filter(source=source)
    return (
        sorted(events.values_list("kind", "external_id", "data__sha", "at")),
        sorted(records.values_list("digest", flat=True)),
    )


def _text(page: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", html.unescape(plain)).strip()
