"""Synchronizations: pages kept one by one, failures told and tried again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest

from assessments.connectors import base
from assessments.connectors.registry import CONNECTORS
from assessments.models import (
    Event,
    RawRecord,
    Rejection,
    Source,
    SourceState,
    Synchronization,
    SyncState,
)
from assessments.services import collecting, sources, turns
from scoring import events
from tests import factories
from tests.assessments.services.test_normalizing import deployment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.events import Event as Fact
    from scoring.events import Json

NOW = factories.NOW


@dataclass
class Scripted:
    """A connector that says what a test wrote for it."""

    kind: ClassVar[str] = "scripted"
    label: ClassVar[str] = "Scripted"
    family: ClassVar[str] = "pipelines"
    reads: ClassVar[str] = "What a test wrote."
    address_label: ClassVar[str] = "Address"
    address_help: ClassVar[str] = ""
    secret_label: ClassVar[str] = "Token"
    secret_help: ClassVar[str] = ""
    rule_fields: ClassVar[tuple[base.RuleField, ...]] = (
        base.RuleField(
            name="environment",
            label="Environment",
            help="",
            kind=base.FieldKind.TEXT,
            default="production",
        ),
    )
    script: list[base.Page | Exception] = field(default_factory=list)
    cursors: list[dict[str, Json]] = field(default_factory=list)

    def check(self, source: base.Source) -> None:
        """Any address will do."""

    def test(self, source: base.Source, *, now: datetime) -> str:  # noqa: ARG002  # the protocol's signature
        return "It answers."

    def fetch(
        self,
        source: base.Source,  # noqa: ARG002  # the protocol's signature
        *,
        cursor: base.Plain,
        now: datetime,  # noqa: ARG002  # the protocol's signature
    ) -> Iterator[base.Page]:
        self.cursors.append(dict(cursor))
        for step in self.script:
            if isinstance(step, Exception):
                raise step
            yield step

    def parse(self, payload: base.Payload, source: base.Source) -> Iterator[Fact]:
        if payload.sort == "garbled":
            raise base.Garbled("id: is missing")
        if payload.body.get("environment") == source.rules["environment"]:
            yield events.parse(payload.body)

    def preview(self, source: base.Source, *, now: datetime) -> base.Preview:  # noqa: ARG002  # the protocol's signature
        return base.Preview(counted=(), left_out=(), looked_at="Nothing.")


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    scripted = Scripted()
    monkeypatch.setitem(CONNECTORS, "scripted", scripted)
    return scripted


@pytest.fixture
def source(db: None, platform: Scripted) -> Source:
    workspace = factories.workspace()
    pk = sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="scripted",
        name="Shop",
        address="https://example.org/shop",
        secret="canary-77",
        by=None,
        now=NOW,
    )
    return Source.objects.get(pk=pk)


def page(*numbers: int, cursor: int = 1, **more: Json) -> base.Page:
    return base.Page(
        payloads=tuple(
            base.Payload(sort="deployment", body=deployment(number, **more))
            for number in numbers
        ),
        cursor={"at": cursor},
        doing=f"Page {cursor}",
    )


def synchronized(source: Source, now: datetime = NOW) -> Synchronization:
    pk = sources.ask_synchronization(source_id=source.pk, now=now)
    collecting.synchronize(synchronization_id=pk, now=now)
    source.refresh_from_db()
    return Synchronization.objects.get(pk=pk)


def test_pages_become_raw_records_and_events(
    source: Source, platform: Scripted
) -> None:
    platform.script = [page(1, 2, cursor=1), page(3, cursor=2)]

    run = synchronized(source)

    assert (run.state, run.pages, run.events) == (SyncState.DONE, 2, 3)
    assert (RawRecord.objects.count(), Event.objects.count()) == (3, 3)
    assert source.cursor == {"at": 2}
    assert source.state == SourceState.WELL
    assert source.last_success_at == NOW
    assert source.next_attempt_at == NOW + timedelta(hours=1)


def test_the_next_run_goes_on_from_the_cursor(
    source: Source, platform: Scripted
) -> None:
    platform.script = [page(1, cursor=7)]
    synchronized(source)
    synchronized(source)

    assert platform.cursors == [{}, {"at": 7}]
    assert RawRecord.objects.count() == 1


def test_what_was_read_before_a_failure_stays(
    source: Source, platform: Scripted
) -> None:
    platform.script = [page(1, cursor=1), base.Unreachable("It is not there.")]

    run = synchronized(source)

    assert (run.state, run.error) == (SyncState.FAILED, "It is not there.")
    assert Event.objects.count() == 1
    assert source.cursor == {"at": 1}
    assert source.state == SourceState.FAILING
    assert source.last_error == "It is not there."


def test_pauses_between_failures_grow_up_to_a_limit(
    source: Source, platform: Scripted
) -> None:
    platform.script = [base.Unreachable("It is not there.")]
    pauses = []
    for _ in range(12):
        synchronized(source)
        assert source.next_attempt_at is not None
        pauses.append(source.next_attempt_at - NOW)

    assert timedelta(minutes=1) <= pauses[0] <= timedelta(minutes=1.25)
    assert pauses[:9] == sorted(pauses[:9])
    assert timedelta(hours=6) <= pauses[-1] <= timedelta(hours=7.5)
    assert source.failures == 12


def test_failures_of_an_import_that_gets_on_do_not_add_up(
    source: Source, platform: Scripted
) -> None:
    for number in range(1, 6):
        platform.script = [
            page(number, cursor=number),
            base.Unreachable("Too many requests."),
        ]
        synchronized(source)
        assert source.next_attempt_at is not None
        assert source.next_attempt_at - NOW <= timedelta(minutes=1.25)
    assert source.failures == 1
    platform.script = [base.Unreachable("Too many requests.")]
    synchronized(source)
    assert source.failures == 2


def test_a_platform_that_asks_for_a_longer_pause_gets_it(
    source: Source, platform: Scripted
) -> None:
    wait = timedelta(hours=9)
    platform.script = [base.Unreachable("Too many requests.", retry_after=wait)]

    synchronized(source)

    assert source.next_attempt_at == NOW + wait


def test_a_refusal_says_what_to_do_and_is_not_hurried(
    source: Source, platform: Scripted
) -> None:
    platform.script = [base.Refused("The token has expired: make a new one.")]

    synchronized(source)

    assert source.last_error == "The token has expired: make a new one."
    assert source.next_attempt_at == NOW + timedelta(days=1)


def test_a_success_forgets_the_failures(source: Source, platform: Scripted) -> None:
    platform.script = [base.Unreachable("It is not there.")]
    synchronized(source)
    platform.script = [page(1)]

    synchronized(source)

    assert (source.state, source.failures, source.last_error) == ("well", 0, "")


def test_a_garbled_payload_is_rejected_once_and_the_rest_goes_on(
    source: Source, platform: Scripted
) -> None:
    garbled = base.Page(
        payloads=(base.Payload(sort="garbled", body={"no": "id"}),), cursor={"at": 1}
    )
    platform.script = [garbled, page(1, cursor=2)]

    run = synchronized(source)
    synchronized(source)

    rejection = Rejection.objects.get()
    assert rejection.reason == "garbled: id: is missing"
    assert rejection.raw_record is not None
    assert rejection.raw_record.body == {"no": "id"}
    assert (run.rejected, Event.objects.count()) == (1, 1)


def test_an_unexpected_error_is_told_and_raised_for_the_log(
    source: Source, platform: Scripted
) -> None:
    platform.script = [page(1), ZeroDivisionError("canary")]
    pk = sources.ask_synchronization(source_id=source.pk, now=NOW)

    with pytest.raises(ZeroDivisionError):
        collecting.synchronize(synchronization_id=pk, now=NOW)

    run = Synchronization.objects.get(pk=pk)
    assert run.state == SyncState.FAILED
    assert "ZeroDivisionError" in run.error
    assert "canary" not in run.error


def test_the_credential_is_blotted_out_of_what_is_kept(
    source: Source, platform: Scripted
) -> None:
    platform.script = [page(1, note="sent with canary-77")]

    synchronized(source)

    assert "canary-77" not in str(RawRecord.objects.get().body)


def test_one_synchronization_at_a_time(source: Source) -> None:
    first = sources.ask_synchronization(source_id=source.pk, now=NOW)

    assert sources.ask_synchronization(source_id=source.pk, now=NOW) == first
    assert Synchronization.objects.count() == 1


def test_the_same_message_twice_does_the_work_once(
    source: Source, platform: Scripted
) -> None:
    platform.script = [page(1)]
    pk = synchronized(source).pk

    collecting.synchronize(synchronization_id=pk, now=NOW)

    assert len(platform.cursors) == 1


def test_a_run_that_was_reaped_writes_nothing_more(
    source: Source, platform: Scripted
) -> None:
    def reaped_meanwhile() -> Iterator[datetime]:
        yield NOW
        collecting.reap(now=NOW + timedelta(hours=2))
        while True:
            yield NOW

    platform.script = [page(1)]
    ticks = reaped_meanwhile()
    pk = sources.ask_synchronization(source_id=source.pk, now=NOW)

    collecting.synchronize(synchronization_id=pk, now=NOW, clock=lambda: next(ticks))

    assert Synchronization.objects.get(pk=pk).state == SyncState.FAILED
    assert not Event.objects.exists()


def test_a_run_without_signs_of_life_is_ended_and_tried_again(source: Source) -> None:
    pk = sources.ask_synchronization(source_id=source.pk, now=NOW)
    Synchronization.objects.filter(pk=pk).update(
        state=SyncState.RUNNING, seen_alive_at=NOW
    )
    later = NOW + turns.SILENCE + timedelta(minutes=1)

    assert collecting.reap(now=NOW + timedelta(minutes=5)) == 0
    assert collecting.reap(now=later) == 1

    assert collecting.due(now=later + timedelta(minutes=5)) != []
    assert Synchronization.objects.get(pk=pk).state == SyncState.FAILED


def test_what_is_due_is_asked_for_and_paused_sources_are_not(source: Source) -> None:
    Source.objects.update(next_attempt_at=NOW)
    assert len(collecting.due(now=NOW)) == 1

    Synchronization.objects.all().delete()
    sources.pause(
        workspace_id=source.workspace_id,
        source_id=source.pk,
        by=factories.person("ada"),
        now=NOW,
    )
    assert collecting.due(now=NOW + timedelta(days=9)) == []


def test_other_rules_count_again_what_is_kept(
    source: Source, platform: Scripted
) -> None:
    platform.script = [page(1), page(2, cursor=2, environment="staging")]
    synchronized(source)
    assert list(Event.objects.values_list("external_id", flat=True)) == ["d1"]

    sources.change(
        workspace_id=source.workspace_id,
        source_id=source.pk,
        name="Shop",
        address=source.address,
        rules={"environment": "staging"},
        every_minutes=60,
        by=factories.person("ada"),
        now=NOW,
    )
    platform.script = []
    synchronized(source)

    assert list(Event.objects.values_list("external_id", flat=True)) == ["d2"]
    assert source.event_count == 1
