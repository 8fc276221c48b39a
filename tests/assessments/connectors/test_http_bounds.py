"""Answers that are too much: the client stays small and says what is wrong."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from assessments.connectors import http
from assessments.connectors.base import Refused, Unreachable
from tests.assessments.connectors.loopback import Said, Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

_MIB = 1024 * 1024
_MOST = 2 * _MIB
_HUGE = 300 * _MIB


def asked(said: Said) -> tuple[http.Answer, Server]:
    """The answer of a server that says this."""
    patience = http.Patience(
        attempts=2, first_pause_seconds=0.01, timeout_seconds=5, most_bytes=_MOST
    )
    with (
        serving(lambda _: said) as server,
        http.Client(
            server.address, headers={}, allow_local=True, patience=patience
        ) as client,
    ):
        return client.get("/x"), server


def rows() -> Iterator[bytes]:
    """A list that begins as JSON does, and goes on for 300 MiB."""
    yield b"["
    row = json.dumps({"id": 1, "said": "x" * 65_500}).encode() + b","
    for _ in range(_HUGE // len(row)):
        yield row
    yield b"0]"


def packed() -> bytes:
    """300 MiB of nothing, packed small."""
    return gzip.compress(b"[" + b" " * _HUGE + b"]", compresslevel=1)


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
def test_a_huge_answer_is_cut_and_takes_no_more_room_than_the_limit(
    *, is_packed: bool
) -> None:
    said = Said(parts=rows())
    if is_packed:
        said = Said(headers={"Content-Encoding": "gzip"}, body=packed())
    tracemalloc.start()
    try:
        with pytest.raises(Refused, match="more than 2,097,152 bytes"):
            asked(said)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 4 * _MOST


def test_an_answer_just_within_the_limit_is_taken() -> None:
    body = json.dumps(["x" * (_MOST - 4)]).encode()

    assert len(body) == _MOST
    assert asked(Said(body=body))[0].body == ["x" * (_MOST - 4)]


def test_an_answer_that_drips_is_left() -> None:
    patience = http.Patience(attempts=1, timeout_seconds=5, answer_seconds=0)

    with (
        serving(lambda _: Said(parts=[b"[", b"]"])) as server,
        http.Client(
            server.address, headers={}, allow_local=True, patience=patience
        ) as client,
        pytest.raises(Unreachable, match="answers too slowly"),
    ):
        client.get("/x")


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_data_nested_too_deeply_is_refused(opening: bytes) -> None:
    with pytest.raises(Refused, match="nested too deeply"):
        asked(Said(body=opening * 200_000))


@pytest.mark.parametrize("status", [200, 203])
def test_a_page_of_a_proxy_is_not_data(status: int) -> None:
    page = b"<!DOCTYPE html><title>Sign in to the network</title>"
    html = {"Content-Type": "text/html; charset=utf-8"}

    with pytest.raises(Refused, match="a page, not with data; check the address"):
        asked(Said(status=status, headers=html, body=page))


def test_a_page_of_a_proxy_in_trouble_is_for_later() -> None:
    html = {"Content-Type": "text/html"}

    with pytest.raises(Unreachable, match="trouble of its own"):
        asked(Said(status=502, headers=html, body=b"<h1>Bad gateway</h1>"))


def test_numbers_that_are_none_are_nothing() -> None:
    answer, _ = asked(Said(body=b'{"a": NaN, "b": -Infinity, "c": 1.5}'))

    assert answer.body == {"a": None, "b": None, "c": 1.5}


def test_a_number_without_end_is_an_answer_that_breaks_off() -> None:
    with pytest.raises(Unreachable, match="breaks off"):
        asked(Said(body=b"9" * 100_000))


@pytest.mark.parametrize("packing", ["gzip", "br"])
def test_what_is_packed_wrongly_breaks_off(packing: str) -> None:
    with pytest.raises(Unreachable, match="breaks off"):
        asked(Said(headers={"Content-Encoding": packing}, body=b"\x1f\x8bnothing"))


def test_what_is_packed_is_unpacked_whole() -> None:
    body = gzip.compress(json.dumps(["x" * 200_000]).encode())

    answer, server = asked(Said(headers={"Content-Encoding": "gzip"}, body=body))

    assert answer.body == ["x" * 200_000]
    assert server.asked[0].headers["accept-encoding"] == "gzip"
