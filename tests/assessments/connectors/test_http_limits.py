"""Limits that answers tell of, and what the client makes of them with others."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.connectors import http
from assessments.connectors.base import (
    House,
    Limits,
    Unreachable,
    Wait,
)
from assessments.connectors.http import limits, sending
from tests.assessments.connectors.conftest import HASTE
from tests.assessments.connectors.ledgers import Ledger
from tests.assessments.connectors.loopback import Said, Server, serving

CONNECTORS = Path(http.__file__).parents[1]
THERE = datetime(2026, 3, 1, 12, tzinfo=UTC)


def asked(server: Server, ledger: Ledger) -> http.Answer:
    """Ask once, by the rules of a house with this ledger."""
    with http.Client(
        server.address,
        headers={},
        allow_local=True,
        patience=HASTE,
        house=House(ledger=ledger),
    ) as client:
        return client.get("/x")


def limits_in(headers: dict[str, str]) -> Limits:
    """What the client reads from an answer with these headers."""
    ledger = Ledger()
    with serving(lambda _: Said(headers=headers)) as server:
        asked(server, ledger)
    return ledger.limits[-1]


# ── reading ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("headers", "resets_in"),
    [
        # GitHub, Azure DevOps: a moment, by their own clock.
        (
            {
                "X-RateLimit-Limit": "5000",
                "X-RateLimit-Remaining": "4321",
                "X-RateLimit-Reset": str(int(THERE.timestamp()) + 600),
            },
            601,
        ),
        # GitLab.
        (
            {
                "RateLimit-Limit": "5000",
                "RateLimit-Remaining": "4321",
                "RateLimit-Reset": str(int(THERE.timestamp()) + 60),
            },
            61,
        ),
        # The draft standard: seconds.
        (
            {
                "RateLimit-Limit": "5000",
                "RateLimit-Remaining": "4321",
                "RateLimit-Reset": "30",
            },
            30,
        ),
        # Jira: written out.
        (
            {
                "X-RateLimit-Limit": "5000",
                "X-RateLimit-Remaining": "4321",
                "X-RateLimit-Reset": "2026-03-01T12:05Z",
            },
            300,
        ),
    ],
)
def test_limits_are_read_as_each_platform_writes_them(
    headers: dict[str, str], resets_in: int
) -> None:
    found = limits_in(headers | {"Date": format_datetime(THERE, usegmt=True)})

    assert found == Limits(
        most=5000, remaining=4321, resets_in=timedelta(seconds=resets_in), pause=None
    )


def test_an_answer_that_tells_nothing_limits_nothing() -> None:
    assert limits_in({}) == Limits()


_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]))
        | st.integers().map(str)
        for name in ("RateLimit-Limit", "X-RateLimit-Remaining", "RateLimit-Reset")
    },
)


def _sent(headers: dict[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): text.encode("latin-1") for name, text in headers.items()}


@given(headers=_HEADERS)
def test_whatever_headers_say_no_wait_is_endless(headers: dict[str, str]) -> None:
    raw = sending.Raw(
        status=429,
        headers=httpx.Headers(_sent(headers)),
        content=b"",
        url="",
        next_url=None,
    )
    found = limits.limits_of(raw)

    assert timedelta(0) <= (found.resets_in or timedelta(0)) <= timedelta(hours=2)
    assert found.pause is not None
    assert timedelta(0) <= found.pause <= timedelta(hours=2)


# ── together with others ───────────────────────────────────────────────────────────


def test_every_attempt_is_asked_for_and_told() -> None:
    ledger = Ledger()
    answers = iter([Said(status=502), Said(status=429, headers={"Retry-After": "0"})])

    with serving(lambda _: next(answers, Said(body=b"[7]"))) as server:
        assert asked(server, ledger).body == [7]

    place = server.address.removeprefix("http://")
    assert ledger.told == [
        f"{did} {place}"
        for did in ("ask", "failed", "ask", "answered", "ask", "answered")
    ]
    assert [each.pause for each in ledger.limits] == [timedelta(0), None]


def test_a_host_without_an_answer_failed() -> None:
    ledger = Ledger()
    with serving(lambda _: Said()) as server:
        pass  # gone again

    with pytest.raises(Unreachable, match="cannot be reached"):
        asked(server, ledger)

    assert [each.split()[0] for each in ledger.told] == ["ask", "failed"] * 3


def test_a_short_no_is_waited_out() -> None:
    ledger = Ledger(waits=[Wait(pause=timedelta(seconds=0.01))])

    with serving(lambda _: Said(body=b"[7]")) as server:
        assert asked(server, ledger).body == [7]

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("wait", "sentence"),
    [
        (Wait(pause=timedelta(minutes=40)), "used up for now; .* in 40 minutes"),
        (
            Wait(pause=timedelta(minutes=4), failures=8),
            "failed 8 times in a row and is left alone; .* again in 4 minutes",
        ),
    ],
)
def test_a_long_no_is_for_later_and_nobody_is_asked(wait: Wait, sentence: str) -> None:
    ledger = Ledger(waits=[wait])

    with (
        serving(lambda _: Said()) as server,
        pytest.raises(Unreachable, match=sentence) as later,
    ):
        asked(server, ledger)

    assert later.value.retry_after == wait.pause
    assert server.asked == []
    assert len(ledger.told) == 1


def test_every_connector_asks_by_the_rules_of_the_house() -> None:
    without = [
        f"{file.relative_to(CONNECTORS)}:{call.lineno}"
        for file in CONNECTORS.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in {"http.Client", "Client"}
        and "house=source.house" not in ast.unparse(call)
    ]

    assert without == []


# ── unchanged ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("mark", "question"),
    [
        ({"ETag": 'W/"abc"'}, ("if-none-match", 'W/"abc"')),
        (
            {"Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"},
            ("if-modified-since", "Sun, 01 Mar 2026 12:00:00 GMT"),
        ),
    ],
)
def test_what_did_not_change_is_told_so_and_has_no_pages(
    mark: dict[str, str], question: tuple[str, str]
) -> None:
    name, value = question
    ledger = Ledger()

    with (
        serving(
            lambda asked: (
                Said(status=304, body=b"")
                if asked.headers.get(name) == value
                else Said(headers=mark, body=b"[1]")
            )
        ) as server,
        http.Client(
            server.address,
            headers={},
            allow_local=True,
            patience=HASTE,
            house=House(ledger=ledger),
        ) as client,
    ):
        marks = http.Marks()
        (page,) = client.pages("/x", {"a": 1}, marks=marks)
        assert page.body == [1]
        # As it comes back from a cursor.
        again = http.Marks(marks.kept())
        assert list(client.pages("/x", {"a": 1}, marks=again)) == []
        assert client.get("/x", {"a": 1}, marks=again).unchanged
        # Another question has no mark yet, and no marks ask as ever.
        assert client.get("/x", {"a": 2}, marks=again).body == [1]
        assert client.get("/x", {"a": 1}).body == [1]

    assert len(ledger.limits) == 5


def test_an_answer_without_a_mark_takes_the_old_one_away() -> None:
    answers = iter([Said(headers={"ETag": '"1"'}), Said(), Said()])

    with (
        serving(lambda _: next(answers)) as server,
        http.Client(
            server.address, headers={}, allow_local=True, patience=HASTE
        ) as client,
    ):
        marks = http.Marks({"odd": 7})
        for _ in range(3):
            client.get("/x", marks=marks)

    assert [each.headers.get("if-none-match") for each in server.asked] == [
        None,
        '"1"',
        None,
    ]
    assert marks.kept() == {}
    assert http.Marks("no mapping").kept() == {}


def test_unchanged_is_no_answer_where_nobody_asked_for_that() -> None:
    with (
        serving(lambda _: Said(status=304, body=b"")) as server,
        http.Client(
            server.address, headers={}, allow_local=True, patience=HASTE
        ) as client,
        pytest.raises(Unreachable, match="breaks off"),
    ):
        client.get("/x")
