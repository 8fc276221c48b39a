"""Secrets stay out of log lines."""

from __future__ import annotations

import json

import pytest
import structlog

from assessments.censor import HIDDEN, censor

CANARY = "canary-4711-secret"


@pytest.mark.parametrize(
    "line",
    [
        {"password": CANARY},
        {"credential": CANARY},
        {"headers": {"Authorization": f"Bearer {CANARY}", "Accept": "text/plain"}},
        {"event": f"GET https://ada:{CANARY}@git.example.org/repo.git failed"},
        {"event": f"header was Authorization: Bearer {CANARY}"},
        {"request": f"GET /api/v1/events?token={CANARY}&page=2"},
        {"exception": f"Refused('ghp_{CANARY}')"},
        {"sources": [{"push_token": CANARY}]},
        {"request": f"POST /invitation/{CANARY}/"},
    ],
    ids=lambda line: next(iter(line)),
)
def test_a_secret_is_hidden_by_its_name_or_by_its_shape(
    line: dict[str, object],
) -> None:
    said = json.dumps(censor(None, "info", dict(line)))
    assert CANARY not in said
    assert HIDDEN in said


def test_what_is_no_secret_stays_readable() -> None:
    line = {
        "event": "synchronized",
        "source": 7,
        "address": "https://git.example.org/x",
    }
    assert censor(None, "info", dict(line)) == line


def test_lines_of_the_product_go_through_the_censor() -> None:
    from django.conf import settings

    chain = settings.LOGGING["formatters"]["structured"]["foreign_pre_chain"]  # type: ignore[index]  # plain settings
    assert censor in chain
    assert censor in structlog.get_config()["processors"]
