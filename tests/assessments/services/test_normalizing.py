"""Records become events, whatever their order, repetition and batching."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.models import Event, RawRecord, Rejection, Scope, Service, Source
from assessments.services import normalizing, sources
from tests import factories

if TYPE_CHECKING:
    from assessments.models import Workspace
    from scoring.events import Json

NOW = factories.NOW
DAY = datetime(2026, 1, 5, 10, tzinfo=UTC)


@pytest.fixture
def source(db: None) -> Source:
    return pushed(factories.workspace())


def pushed(workspace: Workspace) -> Source:
    pk = sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="push",
        name="Pipelines",
        by=None,
        now=NOW,
    )
    return Source.objects.get(pk=pk)


def deployment(number: int, **more: Json) -> dict[str, Json]:
    moment = (DAY + timedelta(hours=number)).isoformat()
    return {
        "kind": "deployment",
        "id": f"d{number}",
        "service": "checkout",
        "environment": "production",
        "sha": f"{number:040x}",
        "status": "success",
        "finished_at": moment,
        **more,
    }


def taken(source: Source, *records: dict[str, Json]) -> normalizing.Intake:
    return normalizing.take_in(
        source_id=source.pk, records=enumerate(records, start=1), now=NOW
    )


def stored(source: Source) -> list[tuple[str, str, str, object]]:
    rows = Event.objects.filter(source=source).order_by("kind", "external_id")
    return [(row.kind, row.external_id, row.service.key, row.data) for row in rows]


def test_a_record_becomes_an_event_with_the_record_it_came_from(source: Source) -> None:
    intake = taken(source, deployment(1, pipeline_run=7))

    event = Event.objects.get()
    assert (intake.stored, intake.unchanged, intake.rejected) == (1, 0, [])
    assert (event.kind, event.external_id, event.lane) == ("deployment", "d1", "code")
    assert event.at == DAY + timedelta(hours=1)
    assert event.raw_record is not None
    assert event.raw_record.body == deployment(1, pipeline_run=7)
    assert event.data["attributes"] == {"pipeline_run": 7}


def test_the_same_record_again_changes_nothing(source: Source) -> None:
    taken(source, deployment(1))
    Service.objects.update(dirty_from=None)

    intake = taken(source, deployment(1))

    assert (intake.stored, intake.unchanged) == (0, 1)
    assert RawRecord.objects.count() == 1
    assert Service.objects.get().dirty_from is None


def test_a_changed_record_replaces_the_event_and_keeps_both_raw_records(
    source: Source,
) -> None:
    taken(source, deployment(1))

    intake = taken(source, deployment(1, status="failure"))

    assert (intake.stored, intake.unchanged) == (1, 0)
    assert Event.objects.get().data["status"] == "failure"
    assert RawRecord.objects.count() == 2


def test_bad_lines_are_listed_with_reason_and_good_ones_stored(source: Source) -> None:
    bad = deployment(2, status="exploded")

    intake = taken(source, deployment(1), bad, deployment(3))

    assert intake.stored == 2
    [(line, reason)] = intake.rejected
    assert line == 2
    assert reason.startswith("status: ")
    rejection = Rejection.objects.get()
    assert (rejection.line, rejection.reason) == (2, reason)
    assert "exploded" in rejection.excerpt


@pytest.mark.parametrize(
    "flaw",
    [
        {"id": "x" * 251},
        {"service": "s" * 201},
        {"service": "  "},
        {"finished_at": "0001-01-01T00:00:00+10:00"},
        {"note": float("nan")},
        {"note": "a\x00b"},
        {"note": "\ud800"},
    ],
    ids=["id", "service", "blank", "year", "nan", "null", "surrogate"],
)
def test_what_no_database_can_keep_is_rejected_and_not_an_error(
    source: Source, flaw: dict[str, Json]
) -> None:
    intake = taken(source, deployment(1) | flaw, deployment(2))

    assert intake.stored == 1
    assert [line for line, _ in intake.rejected] == [1]


def test_a_service_that_is_new_is_created_under_the_scope_of_the_source(
    source: Source,
) -> None:
    taken(
        source,
        deployment(1),
        deployment(2, service="ranker", lane="model", model_version="3"),
    )

    kinds = dict(Scope.objects.filter(parent=source.scope).values_list("name", "kind"))
    assert kinds == {"checkout": "service", "ranker": "model"}


def test_services_of_another_workspace_are_not_touched(source: Source) -> None:
    other = pushed(factories.workspace("Elsewhere"))
    taken(other, deployment(1))

    taken(source, deployment(1))

    assert Service.objects.filter(key="checkout").count() == 2
    assert len(stored(other)) == 1


def test_rollups_are_dirty_from_the_earliest_moment_that_changed(
    source: Source,
) -> None:
    taken(source, deployment(5))
    taken(source, deployment(3))
    taken(source, deployment(9))

    assert Service.objects.get().dirty_from == DAY + timedelta(hours=3)


def test_an_event_that_moves_makes_its_old_place_dirty_too(source: Source) -> None:
    taken(source, deployment(5))
    Service.objects.update(dirty_from=None)

    moved = deployment(5) | {"finished_at": (DAY + timedelta(days=9)).isoformat()}
    taken(source, moved | {"service": "billing"})

    dirty = dict(Service.objects.values_list("key", "dirty_from"))
    assert dirty == {
        "checkout": DAY + timedelta(hours=5),
        "billing": DAY + timedelta(days=9),
    }


def test_a_late_in_progress_does_not_undo_what_finished(source: Source) -> None:
    begun = deployment(1) | {"status": "in_progress", "started_at": DAY.isoformat()}
    done = deployment(1) | {"started_at": DAY.isoformat()}
    taken(source, done)

    intake = taken(source, begun)

    assert intake.unchanged == 1
    assert Event.objects.get().data["status"] == "success"


def test_a_new_attempt_of_what_finished_is_taken(source: Source) -> None:
    taken(source, deployment(1) | {"started_at": DAY.isoformat()})
    later = (DAY + timedelta(days=1)).isoformat()

    taken(source, deployment(1) | {"status": "in_progress", "started_at": later})

    assert Event.objects.get().data["status"] == "in_progress"


def test_a_secret_in_a_record_is_never_stored(source: Source) -> None:
    taken(
        source, deployment(1, api_token="canary-8271", env={"password": "canary-8272"})
    )
    taken(source, deployment(2, status="?", authorization="canary-8273"))

    kept = [
        *RawRecord.objects.values_list("body", flat=True),
        *Event.objects.values_list("data", flat=True),
        *Rejection.objects.values_list("excerpt", flat=True),
    ]
    assert len(kept) == 3
    assert "canary" not in str(kept)
    assert str(kept).count("[redacted]") == 5


def test_the_source_counts_its_events_and_knows_the_newest(source: Source) -> None:
    taken(source, deployment(5), deployment(2))
    taken(source, deployment(2, status="failure"))

    source.refresh_from_db()
    assert source.event_count == 2
    assert source.newest_event_at == DAY + timedelta(hours=5)


def test_cdevents_envelopes_are_taken(source: Source) -> None:
    envelope: dict[str, Json] = {
        "context": {
            "version": "0.4.1",
            "id": "271069a8-fc18-44f1-b38f-9d70a1695819",
            "source": "/pipelines",
            "type": "dev.cdevents.service.deployed.0.2.0",
            "timestamp": "2026-01-05T10:00:00Z",
        },
        "subject": {
            "id": "checkout",
            "type": "service",
            "content": {
                "environment": {"id": "production"},
                "artifactId": "pkg:oci/checkout@sha256%3A0b31b1c02ff458ad9b7b",
            },
        },
    }

    intake = taken(source, envelope)

    assert (intake.stored, intake.rejected) == (1, [])
    assert Event.objects.get().kind == "deployment"


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_order_repetition_and_batching_change_nothing(
    source: Source, data: st.DataObject
) -> None:
    records = [deployment(number) for number in range(8)]
    Event.objects.all().delete()
    taken(source, *records)
    wanted = stored(source)
    Event.objects.all().delete()

    mixed = data.draw(st.permutations(records + records[:4]))
    cut = data.draw(st.integers(0, len(mixed)))
    taken(source, *mixed[:cut])
    taken(source, *mixed[cut:])

    assert stored(source) == wanted


def ended(**more: Json) -> dict[str, Json]:
    return {
        "kind": "incident",
        "id": "i1",
        "service": "checkout",
        "opened_at": DAY.isoformat(),
        **more,
    }


@pytest.mark.parametrize("told_first", [True, False])
def test_an_end_that_was_told_stands_before_one_that_was_found_out(
    source: Source, told_first: bool
) -> None:
    told = ended(resolved_at=(DAY + timedelta(minutes=7)).isoformat())
    found = ended(
        resolved_at=(DAY + timedelta(hours=1)).isoformat(),
        attributes={"resolved_after": DAY.isoformat()},
    )

    for record in (told, found) if told_first else (found, told):
        taken(source, record)

    (kept,) = Event.objects.filter(kind="incident")
    assert kept.data["resolved_at"] == told["resolved_at"]


def test_what_was_found_out_can_be_found_out_again(source: Source) -> None:
    first, second = (
        ended(
            resolved_at=(DAY + timedelta(hours=hours)).isoformat(),
            attributes={"resolved_after": DAY.isoformat()},
        )
        for hours in (1, 2)
    )
    taken(source, ended())
    taken(source, first)

    taken(source, second)

    (kept,) = Event.objects.filter(kind="incident")
    assert kept.data["resolved_at"] == second["resolved_at"]
