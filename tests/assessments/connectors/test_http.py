"""The HTTP client: patience, limits, and never a credential elsewhere."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from assessments.connectors import http
from assessments.connectors.base import Refused, Unreachable
from tests.assessments.connectors.conftest import HASTE
from tests.assessments.connectors.fake_github import (
    Answer,
    GitHubOnLoopback,
    serving,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scoring.events import Json

CANARY = "canary-0123456789"
PATH = "/repos/acme/shop/things"


@pytest.fixture
def server() -> Iterator[GitHubOnLoopback]:
    """A server with a list of five things, two a page."""
    things: list[Json] = [{"id": number} for number in range(5)]
    with serving(GitHubOnLoopback(lists={"things": things}, page_size=2)) as served:
        yield served


@pytest.fixture
def client(server: GitHubOnLoopback) -> Iterator[http.Client]:
    """A client of that server, with a credential."""
    with http.Client(
        f"{server.address}/api/v3",
        headers={"Authorization": f"Bearer {CANARY}"},
        allow_local=True,
        patience=HASTE,
    ) as client:
        yield client


def found(client: http.Client) -> list[Json]:
    """The rows of all pages."""
    rows: list[Json] = []
    for answer in client.pages(PATH, {"per_page": 100}):
        assert isinstance(answer.body, list)
        rows += answer.body
    return rows


def busy(**headers: str) -> Answer:
    """An answer that asks for patience."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=429, headers=named)


def test_pages_are_turned_by_the_links_given(client: http.Client) -> None:
    assert found(client) == [{"id": number} for number in range(5)]


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(status=502),
        Answer(status=503, headers={"Retry-After": "0"}),
        Answer(body=b'[{"id": 1}, {"i', cut=True),
        Answer(body=b'[{"id": 1}, {"i'),
        busy(Retry_After="1"),
    ],
)
def test_what_passes_is_tried_again(
    client: http.Client, server: GitHubOnLoopback, trouble: Answer
) -> None:
    server.answer_next("things", trouble)

    assert len(found(client)) == 5


def test_trouble_that_stays_is_unreachable(
    client: http.Client, server: GitHubOnLoopback
) -> None:
    server.always("things", Answer(status=500))

    with pytest.raises(Unreachable, match="trouble of its own"):
        client.get(PATH)
    assert len(server.asked) == HASTE.attempts


def test_a_slow_server_is_unreachable(server: GitHubOnLoopback) -> None:
    server.always("things", Answer(silent=True))
    patience = http.Patience(attempts=1, timeout_seconds=0.1)

    with (
        http.Client(server.address, headers={}, allow_local=True, patience=patience) as
        client,
        pytest.raises(Unreachable, match="did not answer in time"),
    ):  # fmt: skip
        client.get(PATH)


def test_nobody_at_home_is_unreachable() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
    with (
        http.Client(address, headers={}, allow_local=True, patience=HASTE) as client,
        pytest.raises(Unreachable, match="cannot be reached"),
    ):
        client.get(PATH)


def in_a_moment(seconds: int) -> datetime:
    """A moment so many seconds from now."""
    return datetime.now(tz=UTC) + timedelta(seconds=seconds)


def limit_until(moment: datetime) -> Answer:
    """An answer that says when the limit ends, as GitHub does."""
    reset = str(int(moment.timestamp()))
    return Answer(
        status=403, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    )


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (lambda: busy(Retry_After="600"), 600),
        (lambda: busy(Retry_After=format_datetime(in_a_moment(600))), 600),
        (lambda: Answer(status=403, headers={"Retry-After": "90"}), 90),
        (lambda: limit_until(in_a_moment(600)), 600),
        (lambda: Answer(status=403, body=b'{"message": "a secondary rate limit"}'), 60),
        (lambda: busy(Retry_After="999999999"), 7200),
        (lambda: busy(Retry_After="soon"), 60),
    ],
)
def test_a_long_pause_is_left_to_the_next_synchronization(
    client: http.Client,
    server: GitHubOnLoopback,
    answer: Callable[[], Answer],
    seconds: int,
) -> None:
    server.always("things", answer())

    with pytest.raises(Unreachable) as limit:
        client.get(PATH)

    assert len(server.asked) == 1
    assert limit.value.retry_after is not None
    assert limit.value.retry_after.total_seconds() == pytest.approx(seconds, abs=5)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_other_errors_are_denials_that_are_not_tried_again(
    client: http.Client, server: GitHubOnLoopback, status: int
) -> None:
    server.always("things", Answer(status=status))

    with pytest.raises(http.Denied) as denied:
        client.get(PATH)

    assert denied.value.status == status
    assert len(server.asked) == 1


def test_a_next_page_on_another_host_is_refused(
    client: http.Client, server: GitHubOnLoopback
) -> None:
    with serving(GitHubOnLoopback()) as elsewhere:
        link = f'<{elsewhere.address}{PATH}>; rel="next"'
        server.always("things", Answer(headers={"Link": link}, body=b"[]"))

        with pytest.raises(Refused, match="another host"):
            found(client)

        assert elsewhere.asked == []


def test_a_redirect_to_another_host_is_not_followed(
    client: http.Client, server: GitHubOnLoopback
) -> None:
    with serving(GitHubOnLoopback()) as elsewhere:
        server.always(
            "things", Answer(status=302, headers={"Location": elsewhere.address})
        )

        with pytest.raises(Refused, match="redirects to another host"):
            client.get(PATH)

        assert elsewhere.asked == []


def test_a_redirect_within_the_host_is_followed(
    client: http.Client, server: GitHubOnLoopback
) -> None:
    server.always(
        "old", Answer(status=301, headers={"Location": f"/api/v3{PATH}?per_page=1"})
    )

    assert client.get("/repos/acme/shop/old").body == [{"id": 0}]


def test_redirects_in_circles_end(
    client: http.Client, server: GitHubOnLoopback
) -> None:
    server.always("things", Answer(status=302, headers={"Location": f"/api/v3{PATH}"}))

    with pytest.raises(Refused, match="in circles"):
        client.get(PATH)


def test_the_same_page_twice_ends_the_turning(
    client: http.Client, server: GitHubOnLoopback
) -> None:
    link = f'<{server.address}/api/v3{PATH}?page=2>; rel="next"'
    server.always("things", Answer(headers={"Link": link}, body=b"[]"))

    with pytest.raises(Unreachable, match="same page twice"):
        found(client)


def test_a_page_for_people_is_not_data(
    client: http.Client, server: GitHubOnLoopback
) -> None:
    server.always(
        "things",
        Answer(headers={"Content-Type": "text/html"}, body=b"<p>Sign in</p>"),
    )

    with pytest.raises(Refused, match="a page, not with data"):
        client.get(PATH)


def test_an_answer_without_end_is_refused(server: GitHubOnLoopback) -> None:
    server.always("things", Answer(body=json.dumps(["x" * 5000]).encode()))
    patience = http.Patience(most_bytes=1000)

    with (
        http.Client(server.address, headers={}, allow_local=True, patience=patience) as
        client,
        pytest.raises(Refused, match="more than 1,000 bytes"),
    ):  # fmt: skip
        client.get(PATH)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.8", "169.254.1.1", "::1", "0.0.0.0"]
)
def test_addresses_of_this_network_are_refused_unless_allowed(host: str) -> None:
    with pytest.raises(Refused, match="private network"):
        http.judged_addresses(host, allow_local=False)

    http.judged_addresses(host, allow_local=True)


@pytest.mark.parametrize("secret", ["two words", "line\nbreak", "naïve"])
def test_a_credential_that_no_header_carries_is_refused(secret: str) -> None:
    with pytest.raises(Refused, match="copy it again") as refused:
        http.refuse_odd_secret(secret)

    assert secret not in refused.value.sentence


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=401),
        Answer(status=500),
        Answer(status=429),
        Answer(body=b"{"),
        Answer(status=302, headers={"Location": "http://192.0.2.1/"}),
    ],
)
def test_no_error_and_no_log_holds_the_credential(
    client: http.Client,
    server: GitHubOnLoopback,
    answer: Answer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    server.always("things", answer)

    with pytest.raises((Refused, Unreachable)) as error:
        client.get(PATH)

    told = f"{error.value!r} {error.value} {error.value.__cause__!r}"
    assert CANARY not in told + caplog.text
