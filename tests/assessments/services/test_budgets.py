"""What platforms let us ask is counted once for all; a failing host is left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.connectors import http
from assessments.connectors.base import House, Limits, Unreachable
from assessments.connectors.github import GitHub
from assessments.connectors.registry import CONNECTORS
from assessments.models import Budget, Source
from assessments.queries import budgets as shown
from assessments.services import budgets, collecting, sources
from assessments.services.refusals import Refusal
from tests import factories
from tests.assessments.connectors.loopback import Said, serving

if TYPE_CHECKING:
    from pytest_django import Settings

NOW = factories.NOW
HOST = "api.example.org"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# Refused at once: no attempt waits.
ONCE = http.Patience(attempts=1, timeout_seconds=2)

pytestmark = pytest.mark.django_db


def worker(after: timedelta = timedelta(0), secret: str = "one") -> budgets.Ledger:
    """A worker that begins so long after now."""
    return budgets.Ledger(mark=budgets.mark_of(secret), now=NOW + after)


def told(remaining: int, *, most: int = 100, resets_in: timedelta = HOUR) -> Limits:
    """What a platform tells with an answer."""
    return Limits(most=most, remaining=remaining, resets_in=resets_in)


def failed(times: int, after: timedelta = timedelta(0)) -> None:
    """The host fails so many times."""
    for _ in range(times):
        worker(after).failed(HOST)


# ── budgets ────────────────────────────────────────────────────────────────────────


def test_nothing_known_is_a_yes() -> None:
    assert worker().ask(HOST) is None


def test_workers_share_what_is_left_and_keep_a_reserve() -> None:
    worker().answered(HOST, told(5))

    answers = [worker().ask(HOST) for _ in range(5)]

    assert answers[:3] == [None] * 3
    assert all(answers[3:])
    assert answers[4].pause == pytest.approx(HOUR, abs=MINUTE)  # type: ignore[union-attr]  # as above
    assert answers[4].failures == 0  # type: ignore[union-attr]  # as above


def test_another_credential_and_another_host_have_their_own() -> None:
    worker().answered(HOST, told(0))

    assert worker().ask(HOST)
    assert worker(secret="two").ask(HOST) is None
    assert worker().ask("other.example.org") is None


def test_a_new_window_begins_by_itself() -> None:
    worker().answered(HOST, told(0))

    assert worker(HOUR - MINUTE).ask(HOST)
    assert worker(HOUR + MINUTE).ask(HOST) is None


def test_what_the_platform_tells_last_is_what_counts() -> None:
    worker().answered(HOST, told(0))
    worker().answered(HOST, told(50))
    worker().answered(HOST, Limits())

    assert worker().ask(HOST) is None
    assert Budget.objects.get(host=HOST).remaining == 49


def test_a_pause_that_one_worker_is_asked_for_holds_for_all() -> None:
    worker().answered(HOST, Limits(pause=10 * MINUTE))

    wait = worker(4 * MINUTE).ask(HOST)
    assert wait is not None
    assert wait.pause == pytest.approx(6 * MINUTE, abs=timedelta(seconds=10))
    assert worker(11 * MINUTE).ask(HOST) is None


@given(most=st.integers(1, 100_000))
def test_the_reserve_leaves_something_to_ask(most: int) -> None:
    assert 0 <= budgets.reserve_of(most) < most
    assert budgets.reserve_of(most) <= max(2, most / 50)


class Platform:
    """Lets so many requests pass in an hour, and counts those that were too many."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked = 0

    def reply(self) -> Said:
        self.asked += 1
        left = max(0, self.most - self.asked)
        headers = {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": "3600",
        }
        status = 200 if self.asked <= self.most else 429
        return Said(status=status, headers=headers, body=b"[]")


def test_many_workers_together_stay_below_the_limit() -> None:
    platform = Platform(most=30)

    with serving(lambda _: platform.reply()) as server:
        clients = [
            http.Client(
                server.address,
                headers={},
                allow_local=True,
                patience=ONCE,
                house=House(ledger=worker()),
            )
            for _ in range(4)
        ]
        refused = []
        for turn in range(60):
            try:
                clients[turn % 4].get("/x")
            except Unreachable as later:
                refused.append(later)
        for client in clients:
            client.__exit__()

    assert platform.asked == 30 - budgets.reserve_of(30)
    assert len(refused) == 60 - platform.asked
    assert all("used up" in each.sentence for each in refused)
    assert all((each.retry_after or MINUTE) > 50 * MINUTE for each in refused)


# ── a host that fails ──────────────────────────────────────────────────────────────


def test_a_host_that_fails_in_a_row_is_left_alone_by_all() -> None:
    failed(7)
    assert worker().ask(HOST) is None
    failed(1)

    wait = worker(secret="two").ask(HOST)
    assert wait is not None
    assert wait.failures == 8
    assert wait.pause == pytest.approx(MINUTE, abs=timedelta(seconds=10))


def test_an_answer_in_between_begins_anew() -> None:
    failed(7)
    worker().answered(HOST, Limits())
    failed(7)

    assert worker().ask(HOST) is None


def test_one_tries_afterwards_while_the_others_wait() -> None:
    failed(8)

    first, *others = [worker(2 * MINUTE).ask(HOST) for _ in range(4)]

    assert first is None
    assert all(others)
    # One that never comes back is not waited for without end.
    assert worker(5 * MINUTE).ask(HOST) is None


def test_a_trial_that_fails_makes_the_rest_longer_and_one_that_works_ends_it() -> None:
    failed(8)
    assert worker(2 * MINUTE).ask(HOST) is None
    failed(1, after=2 * MINUTE)

    wait = worker(2 * MINUTE).ask(HOST)
    assert wait is not None
    assert wait.pause == pytest.approx(2 * MINUTE, abs=timedelta(seconds=10))

    assert worker(5 * MINUTE).ask(HOST) is None
    worker(5 * MINUTE).answered(HOST, Limits())
    assert [worker(5 * MINUTE).ask(HOST) for _ in range(3)] == [None] * 3


@given(failures=st.integers(8, 10_000))
def test_rests_grow_up_to_an_hour(failures: int) -> None:
    rest = budgets.rest_after(failures)

    assert MINUTE <= rest <= HOUR
    assert rest <= budgets.rest_after(failures + 1)


def test_attempts_end_where_the_host_is_left_alone() -> None:
    with (
        serving(lambda _: Said(status=500)) as server,
        http.Client(
            server.address,
            headers={},
            allow_local=True,
            patience=http.Patience(attempts=20, first_pause_seconds=0.001),
            house=House(ledger=worker()),
        ) as client,
        pytest.raises(Unreachable, match="failed 8 times in a row"),
    ):
        client.get("/x")

    assert len(server.asked) == 8


# ── what is kept, and who may see it ───────────────────────────────────────────────


@pytest.fixture
def source() -> Source:
    """A source with a credential."""
    workspace = factories.workspace()
    pk = sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="github",
        name="Shop",
        address="https://github.com/acme/shop",
        secret="canary-77",
        by=None,
        now=NOW,
    )
    return Source.objects.get(pk=pk)


def test_a_source_shows_the_budget_of_its_credential(source: Source) -> None:
    assert shown.budget_rows(source_id=source.pk, now=NOW) == []

    ledger = sources.plain(source, now=NOW).house.ledger
    assert ledger is not None
    ledger.answered(HOST, told(40))
    for _ in range(8):
        ledger.failed(HOST)
    worker(secret="two").answered("other.example.org", told(7))

    (row,) = shown.budget_rows(source_id=source.pk, now=NOW)
    assert (row.host, row.most, row.remaining, row.failures) == (HOST, 100, 40, 8)
    assert row.left_alone_until is not None
    assert row.left_alone_until - NOW == pytest.approx(
        MINUTE, abs=timedelta(seconds=10)
    )
    # An old window tells nothing.
    (later,) = shown.budget_rows(source_id=source.pk, now=NOW + 2 * HOUR)
    assert (later.remaining, later.resets_at, later.left_alone_until) == (None,) * 3


def test_the_source_says_that_its_host_is_left_alone_and_comes_back_later(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = http.Patience(attempts=20, first_pause_seconds=0.001)
    monkeypatch.setitem(CONNECTORS, "github", GitHub(patience=patience))

    with serving(lambda _: Said(status=500)) as server:
        Source.objects.update(address=f"{server.address}/acme/shop")
        for _ in range(2):
            run = sources.ask_synchronization(source_id=source.pk, now=NOW)
            collecting.synchronize(synchronization_id=run, now=NOW)

    source.refresh_from_db()
    assert "failed 8 times in a row and is left alone" in source.last_error
    assert source.next_attempt_at is not None
    assert source.next_attempt_at >= NOW + 0.9 * MINUTE
    assert len(server.asked) == 8


def test_another_credential_is_another_budget(source: Source) -> None:
    ledger = sources.plain(source, now=NOW).house.ledger
    assert ledger is not None
    ledger.answered(HOST, told(40))
    source.refresh_from_db()
    source.credential = None

    sources.plain(source, now=NOW)

    assert shown.budget_rows(source_id=source.pk, now=NOW) == []


def test_no_credential_is_kept_with_what_is_counted(source: Source) -> None:
    ledger = sources.plain(source, now=NOW).house.ledger
    assert ledger is not None
    ledger.answered(HOST, told(40))

    kept = str(list(Budget.objects.values())) + str(list(Source.objects.values()))
    assert "canary-77" not in kept


def test_what_nobody_asked_for_long_is_forgotten() -> None:
    worker().answered(HOST, told(40))
    worker(100 * 24 * HOUR).answered("other.example.org", told(40))

    assert [row.host for row in Budget.objects.all()] == ["other.example.org"]


def test_the_hosts_that_the_operator_listed_are_told(
    source: Source, settings: Settings
) -> None:
    settings.OUTGOING_HOSTS = ["api.github.com"]

    assert sources.plain(source, now=NOW).house.hosts == ("api.github.com",)
    draft = sources.Draft(
        kind="github",
        address="http://127.0.0.1:1/acme/shop",
        secret="",
        rules={},
    )
    with pytest.raises(Refusal, match="OUTGOING_HOSTS"):
        sources.test(draft=draft, now=NOW)
