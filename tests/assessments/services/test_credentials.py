"""Credentials are sealed, opened only to collect, and never told of."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet

from assessments.models import JournalEntry, Source
from assessments.services import collecting, credentials, sources
from tests import factories

if TYPE_CHECKING:
    from pytest_django import Settings

    from scoring.events import Json

CANARY = "canary-b1f0c2e9"


def test_what_was_sealed_is_opened_again() -> None:
    token = credentials.seal(CANARY)

    assert token is not None
    assert CANARY.encode() not in token
    assert credentials.unseal(token) == CANARY


def test_no_secret_is_no_token() -> None:
    assert credentials.seal("") is None
    assert credentials.unseal(None) == ""


def test_an_older_key_still_opens_what_it_sealed(settings: Settings) -> None:
    token = credentials.seal(CANARY)

    settings.CREDENTIAL_KEYS = [
        Fernet.generate_key().decode(),
        *settings.CREDENTIAL_KEYS,
    ]

    assert credentials.unseal(token) == CANARY


def test_with_its_key_gone_a_credential_asks_to_be_entered_again(
    settings: Settings,
) -> None:
    token = credentials.seal(CANARY)
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(credentials.Unopenable, match="enter it again"):
        credentials.unseal(token)


@pytest.mark.parametrize("keys", [[], [""], ["not a key"]])
def test_without_a_usable_key_nothing_is_sealed(
    settings: Settings, keys: list[str]
) -> None:
    settings.CREDENTIAL_KEYS = keys

    with pytest.raises(credentials.NoKey, match="CREDENTIAL_KEYS") as refusal:
        credentials.seal(CANARY)

    assert "not a key" not in refusal.value.sentence


@pytest.mark.django_db
def test_a_form_carries_a_secret_for_its_own_person_only(
    settings: Settings,
) -> None:
    token = credentials.carry(CANARY, user_id=1)

    assert CANARY not in token
    assert credentials.carried(token, user_id=1) == CANARY
    assert credentials.carried(token, user_id=2) == ""
    assert credentials.carried("nonsense", user_id=1) == ""
    sealed = credentials.seal(json.dumps("a stored credential"))
    assert sealed is not None
    assert credentials.carried(sealed.decode(), user_id=1) == ""


def test_secrets_in_a_body_are_blotted_out() -> None:
    body: dict[str, Json] = {
        "api_key": CANARY,
        "deep": [{"Authorization": CANARY, "token": "", "tokens": 3}],
        "url": f"https://example.org/?key={CANARY}",
        "title": "token",
    }

    clean = credentials.without_secrets(body, text=json.dumps(body), known=CANARY)

    assert CANARY not in json.dumps(clean)
    assert clean == {
        "api_key": "[redacted]",
        "deep": [{"Authorization": "[redacted]", "token": "", "tokens": 3}],
        "url": "https://example.org/?key=[redacted]",
        "title": "token",
    }


@pytest.mark.django_db
def test_a_credential_reaches_no_log_and_no_row(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    workspace = factories.workspace()
    ada = factories.person("ada")
    source_id = sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="github",
        name="Shop",
        address="http://127.0.0.1:9/acme/shop",
        secret=CANARY,
        by=ada,
        now=factories.NOW,
    )
    run = sources.ask_synchronization(source_id=source_id, now=factories.NOW)
    collecting.synchronize(synchronization_id=run, now=factories.NOW)

    source = Source.objects.get(pk=source_id)
    told = [
        caplog.text,
        *capsys.readouterr(),
        str(list(JournalEntry.objects.values())),
        str(Source.objects.defer("credential").values().first()),
        str(list(source.synchronizations.values())),
        repr(sources.plain(source, now=factories.NOW)),
    ]
    assert source.synchronizations.get().state == "failed"
    assert not [text for text in told if CANARY in text]
