"""What no list of commits tells is asked for between two deployments, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from assessments.connectors import base, lists
from assessments.connectors.registry import CONNECTORS
from assessments.models import Backfill, Event, Purpose, Rejection, Source, WalkState
from assessments.services import normalizing, sources
from tests import factories
from tests.assessments.connectors.stretched import hidden
from tests.assessments.services.test_collecting import Scripted, synchronized
from tests.assessments.services.test_normalizing import deployment, pushed

if TYPE_CHECKING:
    from scoring.events import Json

NOW = factories.NOW
LATER = NOW + timedelta(hours=2)


@dataclass
class Comparing(Scripted):
    """A connector that can be asked what came between two revisions."""

    reads_stretches: ClassVar[bool] = True

    def asked(self) -> list[tuple[str, str]]:
        """What it was asked for last: base and head."""
        told = lists.stretches_in(self.cursors[-1])
        return [(each.base, each.head) for each in told if not each.outcome]

    def answer(self, outcome: lists.Outcome) -> None:
        """Say with the next reading how the asking for the last ones ended."""
        told = [
            lists.Stretch(base=older, head=newer, outcome=outcome)
            for older, newer in self.asked()
        ]
        cursor = lists.stretching({"at": 1}, told)
        self.script = [base.Page(payloads=(), cursor=cursor)]


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Comparing:
    comparing = Comparing(script=[base.Page(payloads=(), cursor={"at": 1})])
    monkeypatch.setitem(CONNECTORS, "scripted", comparing)
    return comparing


@pytest.fixture
def source(db: None, platform: Comparing) -> Source:
    workspace = factories.workspace()
    pk = sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="scripted",
        name="Checkout",
        address="https://example.org/checkout",
        by=None,
        now=NOW,
    )
    return Source.objects.get(pk=pk)


def told_of(source: Source, *records: dict[str, Json]) -> Source:
    """Let another source of the workspace tell of these."""
    pipelines = pushed(source.workspace)
    normalizing.take_in(
        source_id=pipelines.pk, records=enumerate(records, start=1), now=NOW
    )
    return pipelines


def revision(number: int) -> str:
    """The revision that a deployment of that number brings."""
    return str(deployment(number)["sha"])


def commit(number: int, **more: Json) -> dict[str, Json]:
    return {
        "kind": "commit",
        "sha": revision(number),
        "service": "checkout",
        "committed_at": "2026-01-04T10:00:00+00:00",
        **more,
    }


# ── which are asked for ────────────────────────────────────────────────────────────


def test_deployments_of_unknown_commits_are_asked_for_newest_first(
    source: Source, platform: Comparing
) -> None:
    told_of(source, deployment(1), deployment(2), deployment(3))

    synchronized(source)

    assert platform.asked() == [
        (revision(2), revision(3)),
        (revision(1), revision(2)),
    ]


def test_what_some_source_tells_is_not_asked_for(
    source: Source, platform: Comparing
) -> None:
    told_of(source, deployment(1), deployment(2), deployment(3), commit(3))

    synchronized(source)

    assert platform.asked() == [(revision(1), revision(2))]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "failure"},
        {"environment": "staging"},
        {"sha": "v1.2"},
        {"sha": "4f1c0e9"},
        {"service": "billing"},
        {"lane": "model", "model_version": "7"},
    ],
)
def test_only_revisions_in_production_are_asked_for(
    source: Source, platform: Comparing, change: dict[str, Json]
) -> None:
    told_of(source, deployment(1), deployment(2, **change), deployment(3))

    synchronized(source)

    assert platform.asked() == [(revision(1), revision(3))]


def test_the_same_revision_elsewhere_is_no_stretch(
    source: Source, platform: Comparing
) -> None:
    there = {"environment": "prod-us", "id": "us", "sha": revision(1)}
    told_of(source, deployment(1), deployment(2, **there), deployment(3))

    synchronized(source)

    assert platform.asked() == [(revision(1), revision(3))]


def test_no_more_than_some_are_asked_for_at_once(
    source: Source, platform: Comparing
) -> None:
    told_of(source, *(deployment(number) for number in range(1, 31)))

    synchronized(source)

    assert len(platform.asked()) == 20
    assert platform.asked()[0] == (revision(29), revision(30))


def test_a_source_that_tells_no_changes_is_not_asked(
    source: Source, platform: Comparing
) -> None:
    Source.objects.update(rules={**source.rules, "tells_of": ["deployments"]})
    told_of(source, deployment(1), deployment(2))

    synchronized(source)

    assert platform.asked() == []


def test_the_past_that_is_being_read_is_waited_for(
    source: Source, platform: Comparing
) -> None:
    synchronized(source)
    told_of(source, deployment(1), deployment(2))
    walk = Backfill.objects.create(
        source=source, purpose=Purpose.PAST, since=NOW, until=NOW, asked_at=NOW
    )

    synchronized(source, NOW + timedelta(hours=1))
    before = platform.asked()
    Backfill.objects.filter(pk=walk.pk).update(state=WalkState.DONE)
    synchronized(source, LATER)

    assert before == []
    assert platform.asked() == [(revision(1), revision(2))]


# ── what is answered ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (lists.Outcome.CUT, "it brought more commits than are asked for at once"),
        (
            lists.Outcome.MISSING,
            "the platform does not have both revisions any more",
        ),
        (lists.Outcome.UNANSWERED, "the platform failed each time it was asked"),
    ],
)
def test_what_cannot_be_told_is_listed_once_and_not_asked_again(
    source: Source, platform: Comparing, outcome: lists.Outcome, why: str
) -> None:
    told_of(source, deployment(1), deployment(2))
    synchronized(source)
    platform.answer(outcome)
    synchronized(source, LATER)

    synchronized(source, LATER + timedelta(hours=2))

    assert platform.asked() == []
    listed = Rejection.objects.get(source=source)
    assert listed.reason == (
        f"commits from {revision(1)[:8]} to {revision(2)[:8]}: {why};"
        " time tells what that deployment carried"
    )


def test_what_was_told_is_forgotten_once_its_commits_are_there(
    source: Source, platform: Comparing
) -> None:
    told_of(source, deployment(1), deployment(2))
    synchronized(source)
    platform.answer(lists.Outcome.WHOLE)
    synchronized(source, LATER)
    told_of(source, commit(2))

    synchronized(source, LATER + timedelta(hours=2))

    assert lists.stretches_in(platform.cursors[-1]) == []
    assert not Rejection.objects.exists()


def test_the_commits_of_a_deployment_told_by_another_source_are_read(
    db: None, settings: Any
) -> None:
    settings.ALLOW_LOCAL_SOURCES = True
    workspace = factories.workspace()
    with hidden("github", lost=1) as story:
        there = story.stage.source
        github = sources.connect(
            workspace_id=workspace.pk,
            scope_id=factories.root(workspace).pk,
            kind="github",
            name="Shop",
            address=there.address,
            secret=there.secret or "",
            rules=there.rules,
            by=None,
            now=story.stage.subject.now,
        )
        source = Source.objects.get(pk=github)
        told_of(
            source,
            deployment(1, service="shop", sha=story.base),
            deployment(2, service="shop", sha=story.head),
        )
        synchronized(source, story.stage.subject.now)
        asked = list(map(story.compares, story.stage.platform.asked))
        again = story.stage.subject.now + timedelta(hours=2)
        synchronized(source, again)

    commits = Event.objects.filter(source=source, kind="commit")
    assert commits.filter(external_id=story.head).exists()
    assert any(asked)
    assert sum(map(story.compares, story.stage.platform.asked)) == sum(asked)
