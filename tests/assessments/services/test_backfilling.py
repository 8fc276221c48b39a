"""The past and the last days of a source: in slices, beside what is new."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.github import GitHub
from assessments.connectors.registry import CONNECTORS
from assessments.models import (
    Backfill,
    Event,
    JournalEntry,
    Purpose,
    Sighting,
    Source,
    Synchronization,
    SyncState,
    Vanished,
    WalkState,
)
from assessments.services import (
    backfilling,
    collecting,
    observing,
    rolling_up,
    sources,
    turns,
    walks,
)
from assessments.services.refusals import Unfit
from tests import factories
from tests.assessments.connectors.contract import HASTE
from tests.assessments.connectors.platform import as_json, serving
from tests.assessments.services.test_killing import DAYS, deployment, story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.models import Workspace
    from tests.assessments.connectors.platform import Platform

NOW = factories.NOW
DAY = timedelta(days=1)
PLACE = "/api/v3/repos/acme/shop"
ALL = DAYS - 1 + 50 + 11


@pytest.fixture
def platform(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    settings.ALLOW_LOCAL_SOURCES = True
    monkeypatch.setitem(CONNECTORS, "github", GitHub(HASTE))
    platform = story()
    platform.page_size = None
    with serving(platform):
        yield platform


@pytest.fixture
def workspace(db: None) -> Workspace:
    return factories.workspace()


@pytest.fixture
def source(workspace: Workspace, platform: Platform) -> Source:
    """A source whose newest days are read, and whose past is not."""
    pk = sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="github",
        name="Shop",
        address=f"{platform.address}/acme/shop",
        rules={"history_days": DAYS + 1, "incident_labels": ["incident"]},
        by=None,
        now=NOW,
    )
    source = Source.objects.get(pk=pk)
    synchronize(source)
    return source


def synchronize(source: Source, now: datetime = NOW) -> Synchronization:
    pk = sources.ask_synchronization(source_id=source.pk, now=now)
    collecting.synchronize(synchronization_id=pk, now=now)
    source.refresh_from_db()
    return Synchronization.objects.get(pk=pk)


def past_of(source: Source) -> Backfill:
    return Backfill.objects.get(source=source, purpose=Purpose.PAST)


def carried_on(walk: Backfill, now: datetime = NOW, slices: int = 100) -> Backfill:
    for _ in range(slices):
        if not backfilling.carry_on(backfill_id=walk.pk, now=now):
            break
    walk.refresh_from_db()
    return walk


def read_again(source: Source, now: datetime) -> Backfill:
    """Read the last days once more, as a worker does every day."""
    for pk in backfilling.due(now=now):
        while backfilling.carry_on(backfill_id=pk, now=now):
            pass
    return Backfill.objects.get(source=source, purpose=Purpose.AGAIN)


def names(kind: str) -> set[str]:
    found = Event.objects.filter(kind=kind)
    return set(found.values_list("external_id", flat=True))


def acts() -> list[str]:
    found = JournalEntry.objects.filter(verb__startswith="backfill.")
    return list(found.order_by("pk").values_list("verb", flat=True))


# ── the past ───────────────────────────────────────────────────────────────────────


def test_the_newest_days_come_first_and_the_past_follows_in_slices(
    source: Source,
) -> None:
    first = Event.objects.count()
    oldest = Event.objects.order_by("at").values_list("at", flat=True)[0]
    walk = past_of(source)

    reached = []
    while backfilling.carry_on(backfill_id=walk.pk, now=NOW):
        walk.refresh_from_db()
        reached.append(walk.reached)
    walk.refresh_from_db()

    assert 0 < first < ALL / 2
    assert oldest >= NOW - walks.FIRST
    assert walk.until == NOW - walks.FIRST
    assert walk.since == NOW - (DAYS + 1) * DAY
    assert reached == [NOW - 60 * DAY, NOW - 90 * DAY]
    assert (walk.state, walk.reached) == (WalkState.DONE, walk.since)
    assert Event.objects.count() == source_count(source) == ALL
    assert walk.events == ALL - first


def source_count(source: Source) -> int:
    source.refresh_from_db()
    return source.event_count


def test_a_short_history_has_no_past(workspace: Workspace, platform: Platform) -> None:
    pk = sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="github",
        name="Shop",
        address=f"{platform.address}/acme/shop",
        rules={"history_days": 20},
        by=None,
        now=NOW,
    )
    synchronize(Source.objects.get(pk=pk))

    assert not Backfill.objects.exists()
    oldest = Event.objects.order_by("at").values_list("at", flat=True)[0]
    assert oldest >= NOW - 20 * DAY


def test_a_slice_ends_with_its_page_when_a_synchronization_waits(
    source: Source, platform: Platform
) -> None:
    platform.page_size = 5
    walk = past_of(source)
    pages = 0

    def asked_meanwhile() -> datetime:
        nonlocal pages
        pages += 1
        if pages == 3:
            sources.ask_synchronization(source_id=source.pk, now=NOW)
        return NOW

    backfilling.carry_on(backfill_id=walk.pk, now=NOW, clock=asked_meanwhile)
    walk.refresh_from_db()
    (waiting,) = collecting.waiting_beside(backfill_id=walk.pk)

    assert (walk.state, walk.pages) == (WalkState.WAITING, 1)
    assert not backfilling.carry_on(backfill_id=walk.pk, now=NOW)
    collecting.synchronize(synchronization_id=waiting, now=NOW)
    assert carried_on(walk).state == WalkState.DONE
    assert Event.objects.count() == ALL


def test_a_synchronization_waits_while_a_slice_is_read(source: Source) -> None:
    Backfill.objects.update(state=WalkState.RUNNING, seen_alive_at=NOW)

    run = synchronize(source)

    assert run.state == SyncState.WAITING


def test_a_slice_that_died_goes_on_after_a_silence(source: Source) -> None:
    Backfill.objects.update(state=WalkState.RUNNING, seen_alive_at=NOW)
    later = NOW + turns.SILENCE

    assert backfilling.reap(now=later) == 0
    assert backfilling.reap(now=later + DAY) == 1
    assert carried_on(past_of(source)).state == WalkState.DONE


def test_trouble_over_there_is_told_and_waited_out(
    source: Source, platform: Platform
) -> None:
    platform.always(f"{PLACE}/commits", as_json({}, status=503))

    walk = carried_on(past_of(source))

    assert walk.state == WalkState.WAITING
    assert walk.error
    assert walk.not_before is not None
    assert NOW < walk.not_before < NOW + timedelta(minutes=2)
    assert walk.pk not in backfilling.due(now=NOW)
    platform.always(f"{PLACE}/commits", as_json([]))
    assert carried_on(walk, now=NOW + timedelta(hours=1)).state == WalkState.DONE


def test_a_list_that_is_shut_is_named_and_the_rest_of_the_past_is_read(
    source: Source, platform: Platform
) -> None:
    platform.always(f"{PLACE}/deployments", as_json({}, status=403))

    walk = carried_on(past_of(source))

    assert walk.state == WalkState.DONE
    assert "may not read Deployments" in walk.error
    assert len(names("commit")) == DAYS - 1


def test_a_first_synchronization_that_one_list_is_shut_to_begins_the_past(
    workspace: Workspace, platform: Platform
) -> None:
    platform.always(f"{PLACE}/actions/runs", as_json({}, status=403))
    pk = sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="github",
        name="Shop",
        address=f"{platform.address}/acme/shop",
        by=None,
        now=NOW,
    )

    run = synchronize(Source.objects.get(pk=pk))

    assert run.state == SyncState.FAILED
    assert past_of(Source.objects.get(pk=pk)).state == WalkState.WAITING


def test_other_rules_begin_the_past_anew(source: Source) -> None:
    carried_on(past_of(source))
    Source.objects.update(cursor={}, rules={**source.rules, "history_days": 70})
    source.refresh_from_db()

    synchronize(source)

    walk = past_of(source)
    assert (walk.state, walk.since) == (WalkState.WAITING, NOW - 70 * DAY)


# ── asked for, paused, resumed ─────────────────────────────────────────────────────


def test_a_paused_past_waits_until_it_is_resumed(
    source: Source, workspace: Workspace
) -> None:
    ada = factories.person()
    asked = {"workspace_id": workspace.pk, "source_id": source.pk}
    walk = past_of(source)

    walks.pause(**asked, by=ada, now=NOW)
    assert carried_on(walk).state == WalkState.PAUSED
    synchronize(source)
    walks.resume(**asked, by=ada, now=NOW)
    assert carried_on(walk).state == WalkState.DONE

    assert acts() == ["backfill.paused", "backfill.resumed"]
    with pytest.raises(walks.NotUnderWay):
        walks.pause(**asked, by=ada, now=NOW)


def test_a_past_that_is_paused_while_it_is_read_stops_there(
    source: Source, workspace: Workspace
) -> None:
    ada = factories.person()

    def paused_meanwhile() -> datetime:
        if past_of(source).state == WalkState.RUNNING:
            walks.pause(workspace_id=workspace.pk, source_id=source.pk, by=ada, now=NOW)
        return NOW

    before = Event.objects.count()
    walk = past_of(source)
    backfilling.carry_on(backfill_id=walk.pk, now=NOW, clock=paused_meanwhile)

    assert past_of(source).state == WalkState.PAUSED
    assert Event.objects.count() == before


def test_a_cancelled_past_is_not_begun_again_by_itself(
    source: Source, workspace: Workspace
) -> None:
    walks.cancel(
        workspace_id=workspace.pk, source_id=source.pk, by=factories.person(), now=NOW
    )
    synchronize(source)

    assert past_of(source).state == WalkState.CANCELLED


def test_the_past_can_be_read_further_and_less_far(
    source: Source, workspace: Workspace
) -> None:
    asked = {"workspace_id": workspace.pk, "source_id": source.pk}
    by = factories.person()
    walks.read_back_to(**asked, since=NOW - 50 * DAY, by=by, now=NOW)
    walk = carried_on(past_of(source))
    assert (walk.state, walk.reached) == (WalkState.DONE, NOW - 50 * DAY)
    part = Event.objects.count()

    with pytest.raises(Unfit, match="read back to"):
        walks.read_back_to(**asked, since=NOW - 40 * DAY, by=by, now=NOW)
    walks.read_back_to(**asked, since=NOW - 200 * DAY, by=by, now=NOW)
    second = Backfill.objects.filter(source=source).order_by("-pk")[0]

    assert second.until == NOW - 50 * DAY
    assert carried_on(second).state == WalkState.DONE
    assert part < Event.objects.count() == ALL


def test_going_further_while_it_is_read_leaves_nothing_out(
    source: Source, workspace: Workspace, platform: Platform
) -> None:
    platform.page_size = 4
    asked = {"workspace_id": workspace.pk, "source_id": source.pk}
    by = factories.person()
    walks.read_back_to(**asked, since=NOW - 70 * DAY, by=by, now=NOW)
    walk = carried_on(past_of(source), slices=1)

    walks.read_back_to(**asked, since=NOW - 200 * DAY, by=by, now=NOW)

    assert carried_on(walk).state == WalkState.DONE
    assert Event.objects.count() == ALL


# ── the last days once more ────────────────────────────────────────────────────────


def test_the_last_days_are_read_again_once_a_day(source: Source) -> None:
    assert backfilling.due(now=NOW) == [past_of(source).pk]

    walk = read_again(source, NOW + DAY)

    assert (walk.state, walk.reached) == (WalkState.DONE, NOW + DAY - 14 * DAY)
    assert Sighting.objects.exists()
    assert backfilling.due(now=NOW + 1.5 * DAY) == []
    assert read_again(source, NOW + 2 * DAY + DAY / 2).pk != walk.pk


def test_a_late_correction_is_found(source: Source, platform: Platform) -> None:
    row = next(
        row for row in platform.lists[f"{PLACE}/deployments"].rows if row["id"] == 91
    )
    row["sha"] = f"{90:040x}"

    read_again(source, NOW + DAY)

    stored = Event.objects.get(kind="deployment", external_id="91")
    assert stored.refers_to == f"{90:040x}"


def test_what_is_deleted_over_there_counts_no_more_and_comes_back_when_it_is_seen(
    source: Source, platform: Platform
) -> None:
    rows = platform.lists[f"{PLACE}/deployments"].rows
    read_again(source, NOW + DAY)
    before = source_count(source)
    (gone,) = [row for row in rows if row["id"] == 95]
    rows.remove(gone)

    read_again(source, NOW + 3 * DAY)
    assert "95" in names("deployment")
    read_again(source, NOW + 5 * DAY)

    assert "95" not in names("deployment")
    aside = Vanished.objects.get()
    assert (aside.external_id, aside.counted) == ("95", False)
    assert aside.gone_since == NOW + 5 * DAY
    assert source_count(source) == before - 1 == Event.objects.count()
    rolling_up.refresh_workspace(workspace_id=source.workspace_id)
    platform.lists[f"{PLACE}/deployments"].rows.insert(0, deployment(95, 4.8))
    read_again(source, NOW + 7 * DAY)
    assert "95" in names("deployment")
    assert not Vanished.objects.exists()


def test_old_answers_do_not_bring_back_what_is_gone(
    source: Source, platform: Platform
) -> None:
    rows = platform.lists[f"{PLACE}/deployments"].rows
    read_again(source, NOW + DAY)
    rows.remove(next(row for row in rows if row["id"] == 95))
    for days in (3, 5):
        read_again(source, NOW + days * DAY)

    reader = observing.Reader(
        source=source,
        connector=CONNECTORS["github"],
        plain=sources.plain(source, now=NOW),
    )
    observing.observe_again(reader, now=NOW)

    assert "95" not in names("deployment")


def test_commits_that_a_force_push_left_behind_are_known_as_such_and_count(
    source: Source, platform: Platform
) -> None:
    rows = platform.lists[f"{PLACE}/commits"].rows
    read_again(source, NOW + DAY)
    sha = f"{97:040x}"
    rows.remove(next(row for row in rows if row["sha"] == sha))

    for days in (3, 5):
        read_again(source, NOW + days * DAY)

    assert sha in names("commit")
    aside = Vanished.objects.get()
    assert (aside.external_id, aside.counted) == (sha, True)


def test_what_only_leaves_the_window_is_not_gone(source: Source) -> None:
    for days in (1, 8, 15, 22):
        read_again(source, NOW + days * DAY)

    assert not Vanished.objects.exists()
    assert not Sighting.objects.exists()


def test_nothing_is_missed_where_a_list_is_shut(
    source: Source, platform: Platform
) -> None:
    read_again(source, NOW + DAY)
    platform.always(f"{PLACE}/deployments", as_json({}, status=403))

    for days in (3, 5, 7):
        read_again(source, NOW + days * DAY)

    assert not Vanished.objects.exists()


def test_reading_again_can_be_switched_off(source: Source, settings: Any) -> None:
    settings.REREAD_DAYS = 0

    assert backfilling.due(now=NOW + 9 * DAY) == [past_of(source).pk]
