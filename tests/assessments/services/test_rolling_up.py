"""Rollups follow the events, a little at a time or all at once, to the same rows."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.models import (
    Carriage,
    DayFlow,
    DayRollup,
    Event,
    Service,
    Source,
    Verdict,
)
from assessments.services import normalizing, rolling_up
from scoring.events import Json
from tests import factories
from tests.assessments.services.test_normalizing import deployment, pushed, taken

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = factories.NOW
START = datetime(2026, 1, 5, 10, tzinfo=UTC)


@pytest.fixture
def source(db: None) -> Source:
    return pushed(factories.workspace())


def refreshed(source: Source) -> list[int]:
    return rolling_up.refresh_workspace(workspace_id=source.workspace_id)


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that rolling up wrote, in words."""
    rollups = DayRollup.objects.order_by("service__key", "lane", "day")
    carriages = Carriage.objects.order_by("service__key", "lane", "change")
    verdicts = Verdict.objects.order_by("deployment__external_id")
    flows = DayFlow.objects.order_by("service__key", "lane", "day")
    return {
        "flows": [
            (row.service.key, row.lane, row.day, bytes(row.told), row.gates)
            for row in flows.select_related("service")
        ],
        "rollups": [
            (
                row.service.key,
                row.lane,
                row.day,
                row.completed,
                row.successful,
                row.failed,
                row.rework,
                row.cancelled,
                row.open_failures,
                bytes(row.lead_seconds),
                bytes(row.recovery_seconds),
                row.detail,
            )
            for row in rollups.select_related("service")
        ],
        "carriages": list(
            carriages.values_list(
                "service__key",
                "lane",
                "change",
                "deployment__external_id",
                "started_at",
                "deployed_at",
                "lead_seconds",
                "basis",
            )
        ),
        "verdicts": list(
            verdicts.values_list(
                "deployment__external_id",
                "failed",
                "rework",
                "tier",
                "evidence__external_id",
                "restored_at",
                "because",
            )
        ),
    }


def from_the_beginning(source: Source) -> dict[str, list[tuple[Any, ...]]]:
    for model in (DayRollup, DayFlow, Carriage, Verdict):
        model.objects.all().delete()
    Event.objects.update(carried_at=None)
    rolling_up.forget(workspace_id=source.workspace_id)
    refreshed(source)
    return rows()


def hours(number: float) -> str:
    return (START + timedelta(hours=number)).isoformat()


def incident(number: int, at: float, **more: Json) -> dict[str, Json]:
    return {
        "kind": "incident",
        "id": f"i{number}",
        "service": "checkout",
        "opened_at": hours(at),
        **more,
    }


def commit(sha: str, at: float, *parents: str, **more: Json) -> dict[str, Json]:
    return {
        "kind": "commit",
        "sha": sha,
        "service": "checkout",
        "committed_at": hours(at),
        "parents": list(parents),
        **more,
    }


def test_a_deployment_is_counted_on_its_day(source: Source) -> None:
    taken(source, deployment(1), deployment(2, status="failure"))

    refreshed(source)

    day = DayRollup.objects.get()
    assert (day.completed, day.successful, day.failed) == (2, 1, 1)
    assert Service.objects.get().dirty_from is None


def test_what_is_up_to_date_is_left_alone(source: Source) -> None:
    taken(source, deployment(1))
    refreshed(source)

    assert refreshed(source) == []


def test_a_carried_change_knows_its_deployment(source: Source) -> None:
    taken(
        source,
        commit("a" * 40, 0),
        commit("b" * 40, 5, "a" * 40),
        deployment(1) | {"sha": "a" * 40},
        deployment(9) | {"sha": "b" * 40},
    )

    refreshed(source)

    carriage = Carriage.objects.get(change="b" * 40)
    assert carriage.deployment.external_id == "d9"
    assert carriage.lead_seconds == pytest.approx(4 * 3600)
    assert carriage.basis == "graph"


def test_a_late_incident_fails_a_deployment_that_was_well(source: Source) -> None:
    taken(source, deployment(1))
    refreshed(source)
    assert not Verdict.objects.exists()

    taken(source, incident(1, 900, deployment_id="d1", resolved_at=hours(901)))
    refreshed(source)

    verdict = Verdict.objects.get()
    assert (verdict.deployment.external_id, verdict.tier) == ("d1", "incident_link")
    assert verdict.evidence is not None
    assert verdict.evidence.external_id == "i1"


def test_an_incident_of_another_service_may_name_a_deployment(source: Source) -> None:
    taken(source, deployment(1))
    refreshed(source)

    taken(source, incident(1, 30, service="payments", deployment_id="d1"))
    refreshed(source)

    assert Verdict.objects.get().deployment.external_id == "d1"


def test_it_goes_on_counting_when_the_deployment_is_long_past(source: Source) -> None:
    # The day of the incident is judged anew, and the deployment it names is not read.
    taken(
        source,
        deployment(1),
        incident(1, 1000, service="payments", deployment_id="d1"),
    )
    refreshed(source)
    taken(source, commit("a" * 40, 990))
    refreshed(source)

    counted = DayRollup.objects.filter(service__key="checkout").values_list("detail")
    assert sum(detail.get("incidents", 0) for (detail,) in counted) == 1
    assert rows() == from_the_beginning(source)


def test_days_without_events_any_more_vanish(source: Source) -> None:
    taken(source, deployment(1), deployment(50))
    refreshed(source)

    taken(source, deployment(50, finished_at=hours(900)))
    refreshed(source)

    assert [str(day) for day in DayRollup.objects.values_list("day", flat=True)] == [
        "2026-01-05",
        str((START + timedelta(hours=900)).date()),
    ]


def test_what_went_out_as_a_pick_is_not_counted_again_when_it_goes_out_itself(
    source: Source,
) -> None:
    # O was picked as P; weeks later the main branch goes out, with O and with Z below
    # it: Z is new then, O is not, whatever the tail has forgotten by then.
    fix, pick, below = "f" * 40, "a" * 40, "b" * 40
    taken(
        source,
        commit("0" * 40, 0),
        commit(below, 1, "0" * 40),
        commit(fix, 2, below),
        commit(pick, 3, "0" * 40, cherry_picked_from=fix),
        deployment(1, sha="0" * 40, finished_at=hours(0.5)),
        deployment(2, sha=pick, finished_at=hours(4)),
    )
    refreshed(source)
    taken(source, deployment(3, sha=fix, finished_at=hours(1000)))
    refreshed(source)

    carried = Carriage.objects.values_list("change", "deployment__external_id")
    assert dict(carried) == {"0" * 40: "d1", fix: "d2", below: "d3"}
    assert rows() == from_the_beginning(source)


def test_only_the_tail_is_read_again(
    source: Source, django_assert_max_num_queries: Any
) -> None:
    taken(source, *(deployment(24 * day) for day in range(-400, 0)))
    refreshed(source)
    before = dict(DayRollup.objects.values_list("day", "pk"))

    taken(source, deployment(0))
    with django_assert_max_num_queries(60) as queries:
        refreshed(source)

    after = dict(DayRollup.objects.values_list("day", "pk"))
    assert before.items() <= after.items()
    into = 'INSERT INTO "assessments_dayrollup"'
    written = [query for query in queries.captured_queries if into in query["sql"]]
    assert len(written) == 1


# ── the property ───────────────────────────────────────────────────────────────────

# Thousands now and then: docs/developing.md
EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "25"))
SHAS = [f"{number:040x}" for number in range(1, 13)]


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Json]]:
    """Draw the life of a service: commits, changes, deployments, what went wrong."""
    records = _drawn_commits(draw)
    for number in range(draw(st.integers(0, 5))):
        place = draw(st.integers(1, len(SHAS) - 1))
        records.append(
            {
                "kind": "change",
                "id": f"c{number}",
                "service": "checkout",
                "opened_at": hours(place * 40 + draw(st.integers(-20, 20))),
                "merged_at": hours(place * 40 + draw(st.integers(0, 90))),
                "merged_sha": draw(st.sampled_from([SHAS[place], None])),
                "commits": list[Json](SHAS[place - 1 : place]),
                "labels": list[Json](draw(st.sampled_from([(), ("hotfix",)]))),
            }
        )
    deployments = draw(st.integers(1, 9))
    records += [_drawn_deployment(draw, number) for number in range(deployments)]
    for number in range(draw(st.integers(0, 4))):
        opened: int = draw(st.integers(0, 700))
        ends: str | None = draw(st.sampled_from([None, hours(opened + 3)]))
        blamed: str | None = draw(st.sampled_from([None, "x0", "x3", "m1"]))
        record = incident(number, opened, resolved_at=ends, deployment_id=blamed)
        if draw(st.integers(0, 5)) == 0:
            record["service"] = "payments"
        record["cause"] = draw(st.sampled_from([None, "code", "infrastructure"]))
        records.append(record)
    for number in range(draw(st.integers(0, 5))):
        records.append(_drawn_run(draw, number))
    signals = draw(st.integers(0, 4))
    return records + [_drawn_signal(draw, number) for number in range(signals)]


def _drawn_commits(draw: st.DrawFn) -> list[dict[str, Json]]:
    records: list[dict[str, Json]] = []
    for number, sha in enumerate(SHAS):
        at = number * 40 + draw(st.integers(0, 60))
        # Now and then a release branch goes off further back.
        since = number - draw(st.sampled_from([1, 1, 1, 4]))
        parents = [SHAS[max(since, 0)]] if number else []
        if number > 2 and draw(st.booleans()):
            parents.append(SHAS[number - 3])
        more: dict[str, Json] = {}
        if number and draw(st.integers(0, 3)) == 0:
            more = {"cherry_picked_from": draw(st.sampled_from(SHAS[:number]))}
        if number > 1 and draw(st.integers(0, 4)) == 0:
            named = draw(st.sampled_from(SHAS[:number]))
            more = {"message": f"Revert something\n\nThis reverts commit {named}."}
        # A history may lack one of its commits.
        if number != draw(st.integers(0, 2 * len(SHAS))):
            records.append(commit(sha, at, *parents, **more))
    return records


def _drawn_deployment(draw: st.DrawFn, number: int) -> dict[str, Json]:
    # A clock may be wrong by some days, but nothing goes out weeks before it is made.
    place = draw(st.integers(0, len(SHAS) - 1))
    at = max(place * 40 + draw(st.integers(-60, 300)), 0)
    record: dict[str, Json] = {
        "kind": "deployment",
        "id": f"x{number}",
        "service": "checkout",
        "environment": draw(st.sampled_from(["production", "production", "staging"])),
        "sha": draw(st.sampled_from([SHAS[place], SHAS[place], None])),
        "status": draw(st.sampled_from(["success", "success", "failure", "cancelled"])),
        "started_at": hours(at - draw(st.integers(0, 9))),
        "finished_at": hours(at),
    }
    if draw(st.integers(0, 4)) == 0:
        version = draw(st.sampled_from(["1", "2"]))
        record |= {"id": f"m{number}", "lane": "model", "model_version": version}
    return record


def _drawn_run(draw: st.DrawFn, number: int) -> dict[str, Json]:
    # Now and then a run hangs for weeks.
    place = draw(st.integers(0, len(SHAS) - 1))
    started = place * 40 + draw(st.integers(-60, 300))
    took = draw(st.sampled_from([0, 1, 3, 30, 500]))
    told: dict[str, Json] = draw(
        st.sampled_from(
            [
                {},
                {"gate": "data_validation"},
                {"purpose": "data"},
                {"queued_seconds": 9},
            ]
        )
    )
    return told | {
        "kind": "pipeline_run",
        "id": f"r{number}",
        "service": "checkout",
        "pipeline": "build",
        "status": draw(st.sampled_from(["success", "failure"])),
        "started_at": hours(started),
        "finished_at": hours(started + took),
        "sha": draw(st.sampled_from([SHAS[place], None])),
    }


def _drawn_signal(draw: st.DrawFn, number: int) -> dict[str, Json]:
    return {
        "kind": "signal",
        "signal": draw(st.sampled_from(["drift", "freshness", "rollback", "alert"])),
        "id": f"s{number}",
        "subject": "checkout",
        "at": hours(draw(st.integers(0, 700))),
        "breached": draw(st.booleans()),
        "automated": True,
    }


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(), data=st.data())
def test_any_batches_give_the_rows_of_a_full_computation(
    source: Source, history: list[dict[str, Json]], data: st.DataObject
) -> None:
    with undone():
        shuffled = data.draw(st.permutations(history))
        while shuffled:
            size = data.draw(st.integers(1, len(shuffled)))
            batch, shuffled = shuffled[:size], shuffled[size:]
            intake = normalizing.take_in(
                source_id=source.pk,
                records=((None, record) for record in batch),
                now=NOW,
            )
            assert not intake.rejected
            refreshed(source)

        assert rows() == from_the_beginning(source)


@contextmanager
def undone() -> Iterator[None]:
    """Let an example leave nothing behind for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
