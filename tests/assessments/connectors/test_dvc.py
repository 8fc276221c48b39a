"""DVC, with a repository behind git's own server whose files DVC could have written."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from assessments.connectors.base import Payload, Source, Unreachable, clean_rules
from assessments.connectors.dvc import DVC
from scoring.events import ModelVersion, Signal, SignalKind
from tests.assessments.connectors import checks
from tests.assessments.connectors.contract import SECRET, Stage, Subject
from tests.assessments.connectors.git_server import GitServer, serving
from tests.assessments.connectors.platform import Platform
from tests.assessments.connectors.repositories import AUTHOR, MAIL, Repository
from tests.assessments.connectors.telling import by_id, collected, understood

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assessments.connectors import http
    from assessments.connectors.base import Connector

NOW = datetime(2026, 2, 1, tzinfo=UTC)
RAW = ("1" * 32 + ".dir", "2" * 32 + ".dir")
MODEL = ("a" * 32, "b" * 32)

TRACKED = """\
outs:
- md5: {digest}
  size: 4096
  nfiles: 3
  hash: md5
  path: raw
"""
LOCK = """\
schema: '2.0'
stages:
  prepare:
    cmd: python prepare.py --token canary-of-a-command
    deps:
    - path: data/raw/part.csv
      hash: md5
      md5: {part}
      size: 900
    - path: prepare.py
      hash: md5
      md5: cccccccccccccccccccccccccccccccc
      size: 90
    outs:
    - path: data/prepared
      hash: md5
      md5: {model}.dir
      size: 800
      nfiles: 2
  train:
    cmd: python train.py
    deps:
    - path: data/prepared
      hash: md5
      md5: {model}.dir
      size: 800
      nfiles: 2
    - path: train.py
      md5: dddddddddddddddddddddddddddddddd
      size: 90
    params:
      params.yaml:
        train.seed: 7
    outs:
    - path: models/ranker.pkl
      hash: md5
      md5: {model}
      size: 500
"""


def _at(day: int) -> str:
    return f"2026-01-{day:02}T09:00:00+00:00"


def _put(repository: Repository, name: str, text: str, day: int) -> str:
    path = repository.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    repository.git("add", name)
    return repository.commit(
        f"Change {name}\n\nSigned-off-by: {AUTHOR} <{MAIL}>", _at(day)
    )


@pytest.fixture
def story(repository: Repository) -> dict[str, str]:
    """Data, a model, other data on a branch, and a model of that; by name the sha."""
    shas = {"data": _put(repository, "data/raw.dvc", TRACKED.format(digest=RAW[0]), 1)}
    _put(repository, "readme.md", "Rank.", 2)
    first = LOCK.format(model=MODEL[0], part="e" * 32)
    shas["model"] = _put(repository, "dvc.lock", first, 3)
    repository.branch("more-data")
    _put(repository, "data/raw.dvc", TRACKED.format(digest=RAW[1]), 5)
    second = LOCK.format(model=MODEL[1], part="f" * 32)
    shas["better model"] = _put(repository, "dvc.lock", second, 6)
    repository.stand_on("main")
    _put(repository, "readme.md", "Rank well.", 7)
    repository.merge("more-data", _at(8))
    # As it was before: no new version of anything.
    _put(repository, "data/raw.dvc", TRACKED.format(digest=RAW[0]), 9)
    return shas


@pytest.fixture
def server(repository: Repository, story: dict[str, str]) -> Iterator[GitServer]:
    """The repository, for those who know the secret."""
    account = f"reader:{SECRET}"
    with serving(GitServer(root=repository.path.parent, account=account)) as served:
        yield served


def source(address: str, storage: Path | None, **answers: Any) -> Source:
    """Return a source of the repository."""
    return Source(
        kind="dvc",
        address=address,
        service_key="ranker",
        secret=f"reader:{SECRET}",
        rules=clean_rules(DVC.rule_fields, answers).rules,
        storage=storage,
        allow_local=True,
    )


@pytest.fixture
def stage(server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """DVC, reading the repository in pages of two."""
    monkeypatch.setattr("assessments.connectors.dvc._PAGE", 2)
    subject = Subject(
        connector=_dvc,
        platform=Platform,
        source=lambda address: source(address, tmp_path / "clone"),
        now=NOW,
        events=frozenset(
            {("signal", f"data/raw@{digest}") for digest in RAW}
            | {("model_version", f"models/ranker.pkl@{digest}") for digest in MODEL}
        ),
        people=(AUTHOR, MAIL, "canary-of-a-command"),
    )
    return Stage(subject, subject.platform(), subject.source(server.url("work/.git")))


def _dvc(_: http.Patience) -> Connector:
    return DVC()


# ── the contract ───────────────────────────────────────────────────────────────────


def test_its_story_is_told(stage: Stage) -> None:
    checks.tells_the_story(stage)


def test_it_keeps_no_people_and_no_commands(stage: Stage) -> None:
    checks.keeps_no_people(stage)


def test_it_says_the_same_again_and_in_any_order(stage: Stage) -> None:
    checks.says_the_same_again(stage)
    checks.says_the_same_in_any_order(stage)


def test_it_goes_on_at_any_page(stage: Stage) -> None:
    checks.goes_on_at_any_page(stage)


def test_it_can_be_tried(stage: Stage) -> None:
    assert checks.tried(stage) == []
    said = DVC().test(stage.source, now=NOW)
    assert said == (
        "Found the repository: versions of .dvc files and of dvc.lock: 5, in files: 2."
    )


def test_trouble_costs_nothing(stage: Stage, server: GitServer) -> None:
    whole = stage.read()
    part = stage.read(most_pages=2)
    server.account = "reader:another"
    shut = stage.read(part.cursor)
    server.account = f"reader:{SECRET}"
    rest = stage.read(part.cursor)

    assert shut.error is not None
    assert not isinstance(shut.error, Unreachable)
    assert part.events | rest.events == whole.events


def test_an_odd_payload_is_understood_or_complained_of(stage: Stage) -> None:
    @settings(deadline=None, max_examples=40)
    @given(payload=checks.odd_payloads(stage.whole.payloads))
    def told(payload: Payload) -> None:
        checks.understands_or_complains(stage, payload)

    told()


# ── what it tells ──────────────────────────────────────────────────────────────────


def test_a_model_knows_the_data_it_was_made_of(
    stage: Stage, story: dict[str, str]
) -> None:
    _, events = collected(DVC(), stage.source, now=NOW)

    models = by_id(events, ModelVersion)
    first = models[f"models/ranker.pkl@{MODEL[0]}"]
    assert (first.model, first.version) == ("ranker", MODEL[0][:12])
    assert first.code_sha == story["model"]
    assert first.dataset_ref == "e" * 32
    # The file is in a folder that is tracked since the first commit.
    assert first.dataset_at == datetime.fromisoformat(_at(1))
    assert first.trained_at == datetime.fromisoformat(_at(3))
    assert first.attributes["trained_at_is"] == "commit"
    second = models[f"models/ranker.pkl@{MODEL[1]}"]
    assert second.code_sha == story["better model"]
    assert second.dataset_at == datetime.fromisoformat(_at(5))
    data = by_id(events, Signal)[f"data/raw@{RAW[1]}"]
    assert data.signal is SignalKind.FRESHNESS
    assert data.at == datetime.fromisoformat(_at(5))
    assert (data.breached, data.automated) == (None, False)


def test_what_is_new_is_read_alone(
    stage: Stage, repository: Repository, tmp_path: Path
) -> None:
    whole = stage.read()
    _put(repository, "data/raw.dvc", TRACKED.format(digest="3" * 32 + ".dir"), 10)
    # The clone is not needed for it.
    shutil.rmtree(tmp_path / "clone")

    more = stage.read(whole.cursor)

    assert set(more.events) == {("signal", f"data/raw@{'3' * 32}.dir")}


def test_a_rewritten_history_is_read_again(
    stage: Stage, repository: Repository
) -> None:
    whole = stage.read()
    repository.git("reset", "--quiet", "--hard", "HEAD~2")
    _put(repository, "data/raw.dvc", TRACKED.format(digest="4" * 32), 12)

    again = stage.read(whole.cursor)

    assert ("signal", f"data/raw@{'4' * 32}") in again.events
    assert ("model_version", f"models/ranker.pkl@{MODEL[0]}") in again.events


def test_rules_say_what_is_a_model_and_how_it_is_called(stage: Stage) -> None:
    whole = stage.read()
    found = understood(
        DVC(), source("/x", None, models=["*raw"], named="file"), whole.payloads
    )

    (first, *_) = [each for each in found.events if isinstance(each, ModelVersion)]
    assert (first.model, first.dataset_ref) == ("raw", None)
    assert {each.id for each in found.events} == {f"data/raw@{each}" for each in RAW}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("outs: [", "data/odd.dvc: the file is no YAML"),
        ("[]", "data/odd.dvc: the file holds no object"),
        ("outs: 7", "data/odd.dvc: outs: is not a list"),
        ("outs: [{md5: x}]", "data/odd.dvc: an output or dependency has no path"),
        (
            "a: &a [1]\nouts: [*a, *a]",
            "data/odd.dvc: the file has references in it, which DVC does not write",
        ),
    ],
)
def test_an_odd_file_stops_nothing(
    stage: Stage, repository: Repository, text: str, reason: str
) -> None:
    _put(repository, "data/odd.dvc", text, 10)

    reading = stage.read()
    found = understood(DVC(), stage.source, reading.payloads)

    assert found.reasons == [reason]
    assert set(reading.events) == stage.subject.events


def test_a_repository_without_dvc_is_said_to_have_none(
    server: GitServer, tmp_path: Path
) -> None:
    other = Repository(tmp_path / "plain")
    other.commit("Nothing", _at(1))
    where = source(server.url("plain/.git"), None)

    said = DVC().test(where, now=NOW)

    assert said == (
        "Found the repository. DVC tracks nothing in it: there is no .dvc file."
    )
