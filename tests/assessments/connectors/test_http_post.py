"""Questions with a body: searches that change nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from assessments.connectors import http
from assessments.connectors.base import Refused
from tests.assessments.connectors.conftest import HASTE
from tests.assessments.connectors.loopback import Asked, Said, serving

if TYPE_CHECKING:
    from collections.abc import Callable


def search(reply: Callable[[Asked], Said]) -> tuple[http.Answer, list[Asked]]:
    """Ask one question of a server that answers so; return what it was asked, too."""
    with (
        serving(reply) as server,
        http.Client(
            server.address,
            headers={"Authorization": "Bearer x"},
            allow_local=True,
            patience=HASTE,
        ) as client,
    ):
        return client.post("/search", {"max_results": 2, "page": None}), server.asked


def test_the_body_is_json_and_carries_the_headers() -> None:
    answer, asked = search(lambda _: Said(body=b'{"rows": []}'))

    assert answer.body == {"rows": []}
    (question,) = asked
    assert (question.method, question.path) == ("POST", "/search")
    assert json.loads(question.body) == {"max_results": 2, "page": None}
    assert question.headers["content-type"] == "application/json"
    assert question.headers["authorization"] == "Bearer x"


def test_a_search_is_tried_again_with_its_body() -> None:
    troubles = iter([Said(status=503), Said(status=429, headers={"Retry-After": "0"})])

    _, asked = search(lambda _: next(troubles, Said()))

    assert len({question.body for question in asked}) == 1
    assert len(asked) == 3


def test_a_search_follows_only_redirects_that_keep_it_a_search() -> None:
    def moved(status: int) -> Callable[[Asked], Said]:
        there = Said(status=status, headers={"Location": "/there"})
        return lambda asked: there if asked.path == "/search" else Said(body=b"[1]")

    answer, asked = search(moved(308))

    assert answer.body == [1]
    assert asked[1].method == "POST"
    assert asked[1].body == asked[0].body
    with pytest.raises(Refused, match="moved the search"):
        search(moved(301))
