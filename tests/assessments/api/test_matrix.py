"""Every operation × every persona, with objects that exist; and what is answered."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from tests.assessments.api.operations import (
    EVERYBODY,
    OPERATIONS,
    PLACES,
    Operation,
    furnished,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from tests.assessments.conftest import Telemetry
    from tests.factories import House

    SignIn = Callable[[str], Client]
    Found = dict[str, Any]

pytestmark = pytest.mark.django_db
EVERY = [pytest.param(one, id=one.key) for one in OPERATIONS]


@pytest.fixture
def found(house: House, telemetry: Telemetry, evidence_folder: Path) -> Found:
    """Return the house's objects, by what addresses call them."""
    telemetry.values = {"A.M1": 7200.0}
    return furnished(house)


@cache
def described() -> dict[str, Any]:
    """Return the description of the API."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # the library's
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # the same
    plain: dict[str, Any] = json.loads(json.dumps(schema, default=str))
    return plain


def description(one: Operation) -> dict[str, Any]:
    """Return the description of one operation."""
    found: dict[str, Any] = described()["paths"][one.template][one.method]
    return found


def wrong(schema: dict[str, Any], value: object) -> list[str]:
    """Return how a value differs from its description."""
    whole = schema | {"components": described()["components"]}
    return [
        f"{error.json_path}: {error.message[:200]}"
        for error in Draft202012Validator(whole).iter_errors(value)
    ]


def undescribed(one: Operation, answer: Answer) -> list[str]:
    """Return how an answer differs from what the description says of it."""
    told = description(one)["responses"].get(str(answer.status_code))
    if told is None:
        return [f"{answer.status_code} is not described"]
    media_type = answer.get("Content-Type", "").partition(";")[0]
    if media_type != "application/json" or "content" not in told:
        return []
    text = b"".join(answer) if answer.streaming else answer.content
    return wrong(told["content"][media_type]["schema"], json.loads(text))


def undone(one: Operation, client: Client, slug: str, found: Found) -> Answer:
    """Ask, and leave everything as it was."""
    with transaction.atomic():
        answer = one.ask(client, slug, found)
        if answer.streaming:
            # Read while what it reads from is there; at its end its file is closed.
            answer.streaming_content = [b"".join(answer)]  # type: ignore[attr-defined]  # of a stream
        transaction.set_rollback(True)
    return answer


def test_the_matrix_names_every_operation_and_nothing_else() -> None:
    names = {
        (path, method)
        for path, methods in described()["paths"].items()
        if "workspace_slug" in path
        for method in methods
    }
    assert {(one.template, one.method) for one in OPERATIONS} == names
    assert {f"api_{one.name}" for one in OPERATIONS} == set(PLACES)


@pytest.mark.parametrize("persona", EVERYBODY)
def test_an_operation_opens_for_whom_it_should(
    house: House, found: Found, sign_in: SignIn, persona: str
) -> None:
    client = sign_in(persona)
    odd = {}
    for one in OPERATIONS:
        answer = undone(one, client, house.slug, found)
        bad = undescribed(one, answer)
        if (answer.status_code == 403) == (persona in one.opens_for) or bad:
            odd[one.key] = (answer.status_code, bad)
    assert odd == {}


def test_a_lead_gets_what_was_asked_for(
    house: House, found: Found, sign_in: SignIn
) -> None:
    client = sign_in("ada")
    odd = {}
    for one in OPERATIONS:
        answer = undone(one, client, house.slug, found)
        expected = (one.status,) if one.status else (200, 201, 204)
        if answer.status_code not in expected:
            odd[one.key] = (answer.status_code, answer.content[:300])
    assert odd == {}


def test_another_workspaces_lead_reaches_nothing(
    house: House, found: Found, sign_in: SignIn
) -> None:
    client = sign_in("otto")
    odd = {}
    for one in OPERATIONS:
        here = undone(one, client, house.slug, found).status_code
        # Through a door of his own, with the objects of others: by address or body.
        there = undone(one, client, house.other.slug, found).status_code
        # What comes with the product belongs to everybody.
        shared = one.at.get("edition_id") == "published"
        ids = any(part.endswith("_id") for part in one.parts)
        if here != 404 or (ids and not shared and there != 404):
            odd[one.key] = (here, there)
    assert odd == {}


@pytest.mark.parametrize(
    "key",
    [
        "post cycles",
        "post initiatives",
        "post gates",
        "post evidence_links",
        "post evidence_telemetry",
        "post evidence_files",
    ],
)
def test_a_body_names_nothing_of_another_workspace(
    house: House, found: Found, sign_in: SignIn, key: str
) -> None:
    one = next(one for one in OPERATIONS if one.key == key)
    answer = undone(one, sign_in("otto"), house.other.slug, found)
    assert answer.status_code in {404, 422}


def test_nobody_is_told_to_sign_in(house: House, found: Found) -> None:
    answers = {
        one.key: one.ask(Client(), house.slug, found).status_code for one in OPERATIONS
    }
    assert set(answers.values()) == {401}, answers


@pytest.mark.parametrize("one", EVERY)
def test_an_operation_is_described_with_examples_that_fit(one: Operation) -> None:
    told = description(one)
    assert told["summary"]
    refusals = {"400", "401", "403", "404"}
    if one.method != "get":
        refusals |= {"409", "422"}
    assert refusals <= set(told["responses"])
    bodies = list(told.get("requestBody", {}).get("content", {}).items())
    for status, response in told["responses"].items():
        assert status == "204" or response["content"], status
        bodies += response.get("content", {}).items()
    for media_type, content in bodies:
        if media_type != "application/json":
            continue
        assert content["examples"], media_type
        for example in content["examples"].values():
            assert wrong(content["schema"], example["value"]) == []
