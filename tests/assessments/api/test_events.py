"""`POST /api/v1/events`: batches in, with a token, and an honest answer."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from assessments.models import Event, Source
from assessments.services import receiving, sources
from tests import factories
from tests.assessments.services.test_normalizing import deployment, pushed

if TYPE_CHECKING:
    from django.http import HttpResponse

ADDRESS = "/api/v1/events"

pytestmark = pytest.mark.usefixtures("eager_tasks")


@pytest.fixture
def source(db: None) -> Source:
    return pushed(factories.workspace())


@pytest.fixture
def token(source: Source) -> str:
    return sources.new_push_token(source_id=source.pk, by=None, now=factories.NOW)


def send(
    token: str | None,
    body: bytes | str,
    *,
    key: str = "",
    content_type: str = "application/x-ndjson",
) -> HttpResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if key:
        headers["Idempotency-Key"] = key
    # CSRF is checked in this client, as in production: a token needs none.
    client = Client(enforce_csrf_checks=True)
    # The test client answers with a class of its own.
    return client.post(  # type: ignore[return-value]
        ADDRESS, body, content_type=content_type, headers=headers
    )


def lines(*numbers: int) -> str:
    return "\n".join(json.dumps(deployment(number)) for number in numbers)


def answered(response: HttpResponse) -> object:
    return json.loads(response.content)


def test_json_lines_are_stored(token: str) -> None:
    response = send(token, lines(1, 2))

    assert response.status_code == 200
    assert answered(response) == {"stored": 2, "unchanged": 0, "rejected": []}
    assert Event.objects.count() == 2


def test_an_array_is_stored(token: str) -> None:
    body = json.dumps([deployment(1), deployment(2)], indent=2)

    response = send(token, body, content_type="application/json")

    assert answered(response) == {"stored": 2, "unchanged": 0, "rejected": []}


def test_gzip_is_unpacked(token: str) -> None:
    response = send(token, gzip.compress(lines(1, 2, 3).encode()))

    assert answered(response) == {"stored": 3, "unchanged": 0, "rejected": []}


def test_bad_lines_come_back_with_number_and_reason(token: str) -> None:
    body = "\n".join([lines(1), "{broken", "", lines(2), '"text"'])

    response = send(token, body)

    assert response.status_code == 207
    answer = json.loads(response.content)
    assert answer["stored"] == 2
    assert [each["line"] for each in answer["rejected"]] == [2, 5]
    assert "not JSON" in answer["rejected"][0]["reason"]


@pytest.mark.parametrize("token_sent", [None, "cpl_wrong", "", "ä"])
def test_without_the_right_token_nothing_is_taken(
    source: Source, token_sent: str | None
) -> None:
    response = send(token_sent and token_sent.encode().decode("latin-1"), lines(1))

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert not Event.objects.exists()


def test_an_old_token_stops_working_when_a_new_one_is_made(
    source: Source, token: str
) -> None:
    sources.new_push_token(source_id=source.pk, by=None, now=factories.NOW)

    assert send(token, lines(1)).status_code == 401


def test_the_same_key_and_body_give_the_same_answer(token: str) -> None:
    first = send(token, lines(1, 2), key="batch-1")
    again = send(token, lines(1, 2), key="batch-1")

    assert answered(again) == answered(first)
    assert again.status_code == first.status_code


def test_the_same_key_with_another_body_is_refused(token: str) -> None:
    send(token, lines(1), key="batch-1")

    response = send(token, lines(2), key="batch-1")

    assert response.status_code == 422
    assert Event.objects.count() == 1


def test_a_key_belongs_to_one_source(token: str, source: Source) -> None:
    other = pushed(source.workspace)
    other_token = sources.new_push_token(source_id=other.pk, by=None, now=factories.NOW)
    send(token, lines(1), key="batch-1")

    assert send(other_token, lines(2), key="batch-1").status_code == 200


def test_too_much_is_refused_with_the_limit(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_LINES", 2)

    response = send(token, lines(1, 2, 3))

    assert response.status_code == 413
    assert b"More than 2 events" in response.content
    assert not Event.objects.exists()


def test_a_body_that_is_too_long_is_refused(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_BYTES", 1024**2)

    response = send(token, b" " * (1024**2 + 1))

    assert response.status_code == 413


def test_a_small_body_that_unpacks_to_too_much_is_refused(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_UNPACKED", 1024**2)

    response = send(token, gzip.compress(b"\n" * 2 * 1024**2))

    assert response.status_code == 413
    assert b"after unpacking" in response.content


@pytest.mark.parametrize("body", ["", "\n\n", "[1,", "\ufeff[", b"[\xff]"])
def test_a_body_that_is_nothing_is_refused_with_a_reason(
    token: str, body: str | bytes
) -> None:
    response = send(token, body)

    assert response.status_code == 400
    assert json.loads(response.content)["detail"]


def test_a_damaged_gzip_keeps_what_could_be_read(token: str) -> None:
    packed = gzip.compress("\n".join([lines(*range(500))] * 3).encode())

    response = send(token, packed[:-20])

    assert response.status_code == 207
    assert json.loads(response.content)["stored"] > 0


def test_a_paused_source_takes_nothing(token: str, source: Source) -> None:
    sources.pause(
        workspace_id=source.workspace_id,
        source_id=source.pk,
        by=factories.person("ada"),
        now=factories.NOW,
    )

    response = send(token, lines(1))

    assert response.status_code == 409
    assert not Event.objects.exists()


def test_the_schema_describes_the_door(client: Client, db: None) -> None:
    response = client.get("/api/schema/?format=json")

    operation = json.loads(response.content)["paths"][ADDRESS]["post"]
    assert {"200", "207", "401", "413", "422"} <= operation["responses"].keys()
    assert operation["security"] == [{"sourceToken": []}]


def test_the_documentation_page_runs_no_inline_script(client: Client, db: None) -> None:
    response = client.get("/api/docs/")

    page = response.content.decode()
    assert response.status_code == 200
    assert "https://" not in page
    assert "<script>" not in page
