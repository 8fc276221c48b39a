"""Git keeps the same contract, with a repository behind git's own server."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from assessments.connectors.base import Payload, Refused, Source, clean_rules
from assessments.connectors.git import Git
from tests.assessments.connectors import checks
from tests.assessments.connectors.contract import SECRET, Stage, Subject
from tests.assessments.connectors.git_server import GitServer, serving
from tests.assessments.connectors.platform import Platform
from tests.assessments.connectors.repositories import AUTHOR, MAIL, Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assessments.connectors import http
    from assessments.connectors.base import Connector


@pytest.fixture
def server(repository: Repository) -> Iterator[GitServer]:
    """A shop of four commits and two releases, for those who know the secret."""
    repository.commit(f"Open the shop\n\nSigned-off-by: {AUTHOR} <{MAIL}>", _at(1))
    repository.tag("v1.0.0", _at(2))
    repository.branch("prices")
    repository.commit("Show prices", _at(3))
    repository.stand_on("main")
    repository.commit("Paint the door", _at(4))
    repository.merge("prices", _at(5))
    repository.tag("v1.1.0")
    account = f"reader:{SECRET}"
    with serving(GitServer(root=repository.path.parent, account=account)) as served:
        yield served


@pytest.fixture
def stage(
    server: GitServer,
    repository: Repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Stage:
    """Git, reading the shop in pages of two."""
    monkeypatch.setattr("assessments.connectors.git._PAGE", 2)
    shas = repository.git("log", "--all", "--format=%H").split()
    mainline = repository.git("log", "--first-parent", "--format=%H").split()
    subject = Subject(
        connector=_git,
        platform=Platform,
        source=lambda address: _source(address, tmp_path / "clone"),
        now=datetime(2026, 2, 1, tzinfo=UTC),
        events=frozenset(
            {
                *(("commit", sha) for sha in shas),
                *(("change", sha) for sha in mainline),
                *(("deployment", name) for name in ("v1.0.0", "v1.1.0")),
            }
        ),
        people=(AUTHOR, MAIL),
    )
    return Stage(subject, subject.platform(), subject.source(server.url("work/.git")))


def _git(_: http.Patience) -> Connector:
    return Git()


def _source(address: str, storage: Path) -> Source:
    return Source(
        kind="git",
        address=address,
        service_key="shop",
        secret=f"reader:{SECRET}",
        rules=clean_rules(Git.rule_fields, {}).rules,
        storage=storage,
        allow_local=True,
    )


def _at(day: int) -> str:
    return f"2026-01-{day:02}T12:00:00+00:00"


def test_its_story_is_told(stage: Stage) -> None:
    checks.tells_the_story(stage)


def test_it_asks_decently(stage: Stage, server: GitServer) -> None:
    stage.read()

    assert server.asked
    assert all(SECRET not in asked for asked in server.asked)


def test_it_keeps_no_people(stage: Stage) -> None:
    checks.keeps_no_people(stage)


def test_it_says_the_same_again(stage: Stage) -> None:
    checks.says_the_same_again(stage)


def test_it_says_the_same_in_any_order(stage: Stage) -> None:
    checks.says_the_same_in_any_order(stage)


def test_it_goes_on_at_any_page(stage: Stage) -> None:
    checks.goes_on_at_any_page(stage)


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_wrong_clock_hides_nothing_for_good(stage: Stage, hours: int) -> None:
    checks.survives_a_wrong_clock(stage, hours=hours)


def test_what_stays_wrong_is_said_and_costs_nothing(
    stage: Stage, server: GitServer
) -> None:
    """The repository is refused, and read whole once it lets us in."""
    whole = stage.whole
    shutil.rmtree(stage.source.storage or "")
    server.account = "reader:another"
    part = stage.read()
    tried = checks.tried(stage)
    server.account = f"reader:{SECRET}"

    rest = stage.read(part.cursor)

    assert isinstance(part.error, Refused)
    assert SECRET not in part.error.sentence
    assert len(tried) == 2
    assert part.events | rest.events == whole.events


def test_an_odd_payload_is_understood_or_complained_of(stage: Stage) -> None:
    @settings(deadline=None)
    @given(payload=checks.odd_payloads(stage.whole.payloads))
    def understood(payload: Payload) -> None:
        checks.understands_or_complains(stage, payload)

    understood()
