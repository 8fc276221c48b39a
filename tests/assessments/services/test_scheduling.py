"""Schedules: planned by leads, run once a period, mailed once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail

from assessments.models import (
    Notice,
    Report,
    Schedule,
    ScheduleRun,
    Scoring,
)
from assessments.queries import schedules as rows
from assessments.services import (
    membership,
    noticing,
    reporting,
    rescoring,
    scheduled_runs,
    scheduling,
)
from assessments.services.refusals import Unfit
from tests import factories
from tests.assessments.queries.test_results import answered
from tests.factories import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from tests.assessments.conftest import Telemetry
    from tests.factories import House

# NOW is Monday, 2 March 2026, 09:00 UTC.
DAY = timedelta(days=1)
FIRST = NOW.replace(hour=6) + DAY


def plan(house: House, **more: Any) -> Schedule:
    wish = scheduling.Wish(
        **{"task": "rescore", "cron": "0 6 * * *", "time_zone": "UTC"} | more
    )
    pk = scheduling.plan(
        workspace_id=house.workspace.pk, wish=wish, by=house["ada"], now=NOW
    )
    return Schedule.objects.get(pk=pk)


def report(house: House, **more: Any) -> Schedule:
    wish = {
        "task": "report",
        "report_kind": "workbook",
        "language": "en",
        "people": (house["vera"].pk,),
        "emails": ("board@example.org",),
    }
    return plan(house, **wish | more)


def work(now: datetime) -> list[int]:
    """Do what one knock a minute does, without a broker."""
    scheduled_runs.open_due(now=now)
    return [
        report_id
        for run_id in scheduled_runs.unfinished(now=now)
        for report_id in scheduled_runs.carry_out(run_id=run_id, now=now)
    ]


def made(report_ids: list[int], now: datetime) -> None:
    """Finish reports as a worker would."""
    for report_id in report_ids:
        assert reporting.begin(report_id=report_id, now=now)
        reporting.hand_over(
            report_id=report_id, scoring_id=None, body=b"table", now=now
        )


def mails() -> list[int]:
    """Return the mails that bring reports."""
    return list(Notice.objects.filter(kind="report").values_list("pk", flat=True))


# ── planning ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"task": "dance"}, "task"),
        ({"cron": "0 25 * * *"}, "line"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"cycle_id": 987654}, "cycle"),
        ({"task": "report", "report_kind": "novel"}, "report_kind"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    house: House, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Unfit) as refusal:
        plan(house, **wrong)
    assert refusal.value.field_name == field
    assert not Schedule.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"emails": ("nobody",)}, "emails"),
        ({"report_kind": "auditor_pdf", "people": ()}, "emails"),
        ({"report_kind": "auditor_pdf", "emails": ()}, "people"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_a_report_goes_only_to_whom_it_may(
    house: House, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Unfit) as refusal:
        report(house, **wrong)
    assert refusal.value.field_name == field


def test_a_cycle_of_another_workspace_is_refused(house: House) -> None:
    theirs = factories.cycle(house.other, by=house["otto"])
    with pytest.raises(Unfit):
        plan(house, cycle_id=theirs.pk)


def test_a_changed_schedule_runs_at_its_new_time(house: House) -> None:
    schedule = plan(house)
    scheduling.change(
        workspace_id=house.workspace.pk,
        schedule_id=schedule.pk,
        wish=scheduling.Wish(
            task="rescore", cron="0 6 * * *", time_zone="Asia/Kathmandu"
        ),
        by=house["ada"],
        now=NOW,
    )
    schedule.refresh_from_db()
    assert schedule.next_at == NOW.replace(hour=0, minute=15) + DAY


# ── recording scores ───────────────────────────────────────────────────────────────


def test_a_period_is_scored_once_however_often_it_is_noticed(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace)
    plan(house)
    for _ in range(3):
        work(FIRST)
    (run,) = ScheduleRun.objects.all()
    assert (run.state, run.made, run.missed) == ("done", 1, 0)
    assert [one.period for one in Scoring.objects.filter(cycle=cycle)] == [run.period]
    work(FIRST + DAY)
    assert ScheduleRun.objects.count() == Scoring.objects.count() == 2


def test_nothing_runs_before_its_time(house: House, telemetry: Telemetry) -> None:
    factories.cycle(house.workspace)
    plan(house)
    work(FIRST - timedelta(seconds=1))
    assert not ScheduleRun.objects.exists()


def test_after_a_standstill_one_period_is_made_up_and_the_rest_is_told(
    house: House, telemetry: Telemetry
) -> None:
    factories.cycle(house.workspace)
    schedule = plan(house)
    work(FIRST + 4 * DAY + timedelta(hours=1))
    (run,) = ScheduleRun.objects.all()
    assert (run.due_at, run.missed) == (FIRST + 4 * DAY, 4)
    (row,) = rows.run_rows(schedule_id=schedule.pk)
    assert "4 earlier runs were missed" in row.said
    schedule.refresh_from_db()
    assert schedule.next_at == FIRST + 5 * DAY


def test_without_an_open_cycle_a_run_says_that_there_was_nothing_to_do(
    house: House, telemetry: Telemetry
) -> None:
    schedule = plan(house)
    work(FIRST)
    (row,) = rows.run_rows(schedule_id=schedule.pk)
    assert (row.state, row.said) == ("idle", "No cycle is open: nothing was scored.")


def test_what_passed_during_a_pause_is_not_made_up(
    house: House, telemetry: Telemetry
) -> None:
    factories.cycle(house.workspace)
    schedule = plan(house)
    asked: dict[str, Any] = {
        "workspace_id": house.workspace.pk,
        "schedule_id": schedule.pk,
        "by": house["ada"],
    }
    scheduling.pause(**asked, now=NOW)
    work(FIRST + 3 * DAY)
    scheduling.resume(**asked, now=FIRST + 3 * DAY)
    work(FIRST + 3 * DAY)
    assert not ScheduleRun.objects.exists()
    work(FIRST + 4 * DAY)
    assert ScheduleRun.objects.get().missed == 0


def test_run_now_runs_once_beside_the_rhythm(
    house: House, telemetry: Telemetry
) -> None:
    factories.cycle(house.workspace)
    schedule = plan(house)
    for _ in range(2):
        scheduling.run_now(
            workspace_id=house.workspace.pk,
            schedule_id=schedule.pk,
            by=house["ada"],
            now=NOW,
        )
    work(NOW)
    assert ScheduleRun.objects.get().asked_by == house["ada"]
    assert Scoring.objects.count() == 1
    schedule.refresh_from_db()
    assert schedule.next_at == FIRST


def test_what_fails_three_times_is_a_failure_that_says_what_to_do(
    house: House, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.cycle(house.workspace)
    schedule = plan(house)

    def broken(**_asked: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(rescoring, "rescore", broken)
    moment = FIRST
    for _ in range(3):
        with pytest.raises(RuntimeError):
            work(moment)
        moment += timedelta(minutes=11)
    work(moment)
    (row,) = rows.run_rows(schedule_id=schedule.pk)
    assert row.failed
    assert "in three attempts" in row.said
    # Those that failed stand first.
    plan(house, cron="0 5 * * *")
    listed = rows.schedule_rows(workspace_id=house.workspace.pk)
    assert listed[0].id == schedule.pk


# ── making and mailing reports ─────────────────────────────────────────────────────


def test_a_report_is_made_and_mailed_once_a_period(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.scored(answered(house))
    schedule = report(house)
    asked = work(FIRST)
    assert len(asked) == 1
    assert work(FIRST) == []
    assert not mails()
    made(asked, FIRST)
    for _ in range(3):
        work(FIRST)
    for notice_id in mails():
        assert noticing.send(notice_id=notice_id, now=FIRST)
    assert sorted(one.to[0] for one in mail.outbox) == [
        "board@example.org",
        "vera@example.org",
    ]
    assert all(f"/cycles/{cycle.pk}/reports/" in str(one.body) for one in mail.outbox)
    assert not mail.outbox[0].attachments
    (row,) = rows.run_rows(schedule_id=schedule.pk)
    assert (row.state, row.said) == ("done", "1 report made.")
    assert [one.state for one in row.mails] == ["sent", "sent"]


def test_the_file_goes_along_if_asked_for(house: House, telemetry: Telemetry) -> None:
    factories.scored(answered(house))
    report(house, attached=True, people=())
    made(work(FIRST), FIRST)
    work(FIRST)
    (notice_id,) = mails()
    assert noticing.send(notice_id=notice_id, now=FIRST)
    ((name, body, _type),) = mail.outbox[0].attachments
    assert name.endswith(".xlsx")
    assert body == b"table"


def test_a_report_that_failed_is_seen_and_another_run_makes_it(
    house: House, telemetry: Telemetry
) -> None:
    factories.scored(answered(house))
    schedule = report(house)
    (report_id,) = work(FIRST)
    reporting.begin(report_id=report_id, now=FIRST)
    reporting.give_up(report_id=report_id, sentence="No.", now=FIRST)
    work(FIRST)
    (row,) = rows.run_rows(schedule_id=schedule.pk)
    assert row.failed
    assert "1 report could not be made" in row.said
    assert not mails()
    scheduling.run_now(
        workspace_id=house.workspace.pk,
        schedule_id=schedule.pk,
        by=house["ada"],
        now=FIRST,
    )
    made(work(FIRST), FIRST)
    work(FIRST)
    assert len(mails()) == 2


def test_who_has_left_gets_no_report(house: House, telemetry: Telemetry) -> None:
    factories.scored(answered(house))
    report(house, emails=())
    member = house.workspace.members.get(user=house["vera"])
    membership.remove_member(
        workspace_id=house.workspace.pk, member_id=member.pk, by=house["ada"], now=NOW
    )
    made(work(FIRST), FIRST)
    work(FIRST)
    assert not mails()


def test_a_locked_cycle_is_reported_once_more_and_then_not(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.scored(answered(house))
    schedule = report(house)
    made(work(FIRST), FIRST)
    work(FIRST)
    factories.locked(cycle, at=FIRST + timedelta(hours=1))
    made(work(FIRST + DAY), FIRST + DAY)
    work(FIRST + DAY)
    assert Report.objects.count() == 2
    assert work(FIRST + 2 * DAY) == []
    newest, *_ = rows.run_rows(schedule_id=schedule.pk)
    assert newest.state == "idle"
