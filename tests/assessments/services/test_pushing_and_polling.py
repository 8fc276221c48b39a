"""Pushed, polled or both, in any order: what is stored in the end is the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from assessments.models import (
    DayRollup,
    Delivery,
    Event,
    Hook,
    RawRecord,
    Service,
    Source,
    Synchronization,
)
from assessments.services import collecting, delivering, hooks, rolling_up, sources
from tests import factories
from tests.assessments.connectors.platform import serving
from tests.assessments.connectors.unfolding import API_SECRET, HOOK_SECRET, STORIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from tests.assessments.connectors.unfolding import Push, Story

# What is pushed is worked on right after it came: so is what is asked for then.
_LATER = timedelta(seconds=1)


@dataclass
class Stage:
    """A story, and the source that is told of it."""

    story: Story
    source: Source

    @cached_property
    def polled_once(self) -> tuple[list[Any], list[Any]]:
        """The rows of one reading at the end: every event of the story."""
        subject = self.story.subject
        self.forget()
        self.story.unfold(self.story.moments()[-1])
        self.poll(subject.now)
        rows = self.rows()
        assert {(kind, name) for kind, name, *_ in rows[0]} == subject.events
        return rows

    def forget(self) -> None:
        """Begin anew."""
        for table in (Delivery, Synchronization, Event, RawRecord, DayRollup):
            table.objects.all().delete()
        Service.objects.update(dirty_from=None)
        Source.objects.filter(pk=self.source.pk).update(cursor={}, event_count=0)

    def push(self, push: Push) -> int:
        """Send a delivery as the platform does; return the status of the answer."""
        key = Hook.objects.get(source=self.source).key
        answer = Client().post(
            reverse("hook", args=[key]),
            data=push.body,
            content_type="application/json",
            headers=dict(push.headers),
        )
        return answer.status_code

    def work(self, now: datetime) -> None:
        """Do what deliveries ask for."""
        # They were received by the clock of the test, which is later than the story.
        Delivery.objects.update(next_attempt_at=now)
        while delivering.work(source_id=self.source.pk, now=now):
            pass
        left = Delivery.objects.exclude(state__in=["done", "idle"])
        assert not left.values_list("state", "reason")

    def poll(self, now: datetime) -> None:
        """Synchronize."""
        asked = sources.ask_synchronization(source_id=self.source.pk, now=now)
        collecting.synchronize(synchronization_id=asked, now=now)
        assert Synchronization.objects.get(pk=asked).error == ""

    def rows(self) -> tuple[list[Any], list[Any]]:
        """Return the events, and the rollups that come of them."""
        rolling_up.refresh_workspace(workspace_id=self.source.workspace_id)
        events = Event.objects.order_by("kind", "external_id").values_list(
            "kind",
            "external_id",
            "service__key",
            "lane",
            "at",
            "refers_to",
            "carried_at",
            "data",
        )
        rollups: list[dict[str, Any]] = [
            {name: value for name, value in row.items() if not name.endswith("id")}
            for row in DayRollup.objects.order_by("day", "lane").values()
        ]
        for row in rollups:
            row["lead_seconds"] = bytes(row["lead_seconds"])
            row["recovery_seconds"] = bytes(row["recovery_seconds"])
        return list(events), rollups


@pytest.fixture(params=sorted(STORIES))
def stage(
    request: pytest.FixtureRequest, db: None, settings: Settings
) -> Iterator[Stage]:
    settings.ALLOW_LOCAL_SOURCES = True
    story = STORIES[request.param]()
    workspace = factories.workspace()
    with serving(story.platform):
        plain = story.subject.source(story.platform.address)
        pk = sources.connect(
            workspace_id=workspace.pk,
            scope_id=factories.root(workspace).pk,
            kind=plain.kind,
            name="Shop",
            address=plain.address,
            secret=API_SECRET,
            rules={**plain.rules, "service": "shop"},
            by=None,
            now=factories.NOW,
        )
        hooks.open_hook(
            workspace_id=workspace.pk,
            source_id=pk,
            secret=HOOK_SECRET,
            by=None,
            now=factories.NOW,
        )
        yield Stage(story=story, source=Source.objects.get(pk=pk))


class Telling:
    """How a story is told to a source: what is pushed when, and when it is polled."""

    def __init__(self, stage: Stage, data: st.DataObject) -> None:
        self._stage = stage
        self._draw = data.draw
        self.way = data.draw(st.sampled_from(["pushed", "polled", "both"]))
        moments = stage.story.moments()
        self._last = moments[-1]
        self._polled_at = data.draw(st.sets(st.sampled_from(moments), max_size=3))
        self._on_their_way: list[Push] = []

    def tell(self, moment: str) -> None:
        """Let a moment pass: what is pushed of it may come now or later, or twice."""
        now = datetime.fromisoformat(moment) + _LATER
        told = self._stage.story.unfold(moment)
        if self.way == "both":  # some get lost
            told = [push for push in told if self._draw(st.booleans())]
        if self.way != "polled":
            self._on_their_way += told
            self._push(now, last=moment == self._last)
        if self.way != "pushed" and moment in self._polled_at:
            self._stage.poll(now)

    def _push(self, now: datetime, *, last: bool) -> None:
        if last or self._draw(st.booleans()):
            for push in self._draw(st.permutations(self._on_their_way)):
                # 200: nothing of interest, such as an issue that is no incident.
                assert self._stage.push(push) in {200, 202}
                if self._draw(st.integers(0, 3)) == 0:
                    assert self._stage.push(push) == 200, "it came before"
            self._on_their_way = []
        if last or self._draw(st.booleans()):
            self._stage.work(now)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # An example takes a second or more: what fails is shown as it is.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(data=st.data())
def test_pushed_polled_or_both_leave_the_same_rows(
    stage: Stage, data: st.DataObject
) -> None:
    wanted = stage.polled_once
    stage.forget()
    telling = Telling(stage, data)
    event(telling.way)
    for moment in stage.story.moments():
        telling.tell(moment)
    if telling.way != "pushed":
        stage.poll(stage.story.subject.now)

    assert stage.rows() == wanted
