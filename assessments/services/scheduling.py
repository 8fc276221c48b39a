"""Schedules: planned, changed, paused, removed and run at once by leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from assessments import access
from assessments.models import Cycle, Recipient, Schedule, ScheduleRun, ScheduleTask
from assessments.queries import members, timing
from assessments.queries.report_kinds import KINDS
from assessments.services import journal
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from scoring.events import Json

_MOST_RECIPIENTS = 50


class NoSuchSchedule(Refusal):
    """The schedule is not one of this workspace (any more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A schedule as somebody wants it."""

    task: str
    cron: str
    time_zone: str
    cycle_id: int | None = None
    report_kind: str = ""
    language: str = ""
    attached: bool = False
    people: tuple[int, ...] = ()
    emails: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, Json]:
        """What the row of the schedule keeps of it."""
        report = self.task == ScheduleTask.REPORT
        return {
            "task": self.task,
            "cron": self.cron,
            "time_zone": self.time_zone,
            "cycle_id": self.cycle_id,
            "report_kind": self.report_kind if report else "",
            "language": self.language if report else "",
            "attached": self.attached and report,
        }


@transaction.atomic
def plan(*, workspace_id: int, wish: Wish, by: User, now: datetime) -> int:
    """Plan a schedule; return its id."""
    first = _checked(workspace_id, wish, now)
    schedule = Schedule.objects.create(
        workspace_id=workspace_id,
        next_at=first,
        created_by=by,
        created_at=now,
        **wish.columns,
    )
    _address(schedule, wish)
    _record(schedule, "schedule.planned", by, now, **wish.columns)
    return schedule.pk


@transaction.atomic
def change(
    *, workspace_id: int, schedule_id: int, wish: Wish, by: User, now: datetime
) -> None:
    """Plan a schedule anew; what it has run stays."""
    schedule = _held(workspace_id, schedule_id)
    first = _checked(workspace_id, wish, now)
    Schedule.objects.filter(pk=schedule.pk).update(next_at=first, **wish.columns)
    schedule.recipients.all().delete()
    _address(schedule, wish)
    _record(schedule, "schedule.changed", by, now, **wish.columns)


@transaction.atomic
def pause(*, workspace_id: int, schedule_id: int, by: User, now: datetime) -> None:
    """Let a schedule rest."""
    schedule = _held(workspace_id, schedule_id)
    if schedule.paused_at is None:
        Schedule.objects.filter(pk=schedule.pk).update(paused_at=now)
        _record(schedule, "schedule.paused", by, now)


@transaction.atomic
def resume(*, workspace_id: int, schedule_id: int, by: User, now: datetime) -> None:
    """Let a schedule go on from its next time; what passed meanwhile is not made up."""
    schedule = _held(workspace_id, schedule_id)
    if schedule.paused_at is None:
        return
    following = timing.next_run(cron=schedule.cron, zone=schedule.time_zone, after=now)
    Schedule.objects.filter(pk=schedule.pk).update(paused_at=None, next_at=following)
    _record(schedule, "schedule.resumed", by, now)


@transaction.atomic
def remove(*, workspace_id: int, schedule_id: int, by: User, now: datetime) -> None:
    """Remove a schedule and the list of its runs; reports that it made stay."""
    schedule = _held(workspace_id, schedule_id)
    _record(schedule, "schedule.removed", by, now)
    schedule.delete()


@transaction.atomic
def run_now(*, workspace_id: int, schedule_id: int, by: User, now: datetime) -> int:
    """Run a schedule at once, beside its rhythm; return the run's id."""
    schedule = _held(workspace_id, schedule_id)
    run, made = ScheduleRun.objects.get_or_create(
        schedule=schedule,
        # To the second: pressed twice at once, it runs once.
        period=f"{now:%Y-%m-%dT%H:%M:%S}",
        defaults={"due_at": now, "asked_by": by},
    )
    if made:
        _record(schedule, "schedule.run_asked", by, now)
    return run.pk


# ── what is refused ────────────────────────────────────────────────────────────────


def _held(workspace_id: int, schedule_id: int) -> Schedule:
    rows = Schedule.objects.select_for_update().filter(workspace_id=workspace_id)
    found = rows.filter(pk=schedule_id).first()
    if found is None:
        raise NoSuchSchedule(_("This schedule does not exist (any more)."))
    return found


def _checked(workspace_id: int, wish: Wish, now: datetime) -> datetime:
    """Return when it runs first; refuse what cannot be."""
    if wish.task not in ScheduleTask.values:
        raise Unfit("task", _("Choose what is to be done."))
    if wish.time_zone not in available_timezones():
        raise Unfit("time_zone", _("Choose a time zone."))
    _check_cycle(workspace_id, wish)
    if wish.task == ScheduleTask.REPORT:
        _check_report(workspace_id, wish)
    try:
        return timing.next_run(cron=wish.cron, zone=wish.time_zone, after=now)
    except timing.NoSuchTime as flaw:
        raise Unfit("line", str(flaw)) from flaw


def _check_cycle(workspace_id: int, wish: Wish) -> None:
    if wish.cycle_id is None:
        return
    mine = Cycle.objects.filter(workspace_id=workspace_id, pk=wish.cycle_id)
    if not mine.exists():
        raise Unfit("cycle", _("Choose a cycle of this workspace, or all open ones."))


def _check_report(workspace_id: int, wish: Wish) -> None:
    if wish.report_kind not in KINDS:
        raise Unfit("report_kind", _("Choose one of the reports that are offered."))
    if wish.language not in dict(settings.LANGUAGES):
        raise Unfit("language", _("Choose one of the languages that are offered."))
    if len(wish.people) + len(wish.emails) > _MOST_RECIPIENTS:
        raise Unfit("emails", _("Send it to fifty people at most."))
    _check_emails(wish)
    _check_people(workspace_id, wish)


def _check_emails(wish: Wish) -> None:
    if wish.emails and KINDS[wish.report_kind].private:
        raise Unfit(
            "emails",
            _("This report holds single answers: it goes to members only."),
        )
    for email in wish.emails:
        try:
            validate_email(email)
        except ValidationError:
            raise Unfit(
                "emails", _("{email} is no e-mail address.").format(email=email)
            ) from None


def _check_people(workspace_id: int, wish: Wish) -> None:
    private = KINDS[wish.report_kind].private
    verb = access.Verb.AUDIT if private else access.Verb.READ
    for person_id in wish.people:
        standing = members.standing(workspace_id=workspace_id, user_id=person_id)
        if standing is None or not standing.may_somewhere(verb):
            raise Unfit("people", _("Choose members who may read this report."))


def _address(schedule: Schedule, wish: Wish) -> None:
    if wish.task != ScheduleTask.REPORT:
        return
    people = [Recipient(schedule=schedule, person_id=pk) for pk in wish.people]
    emails = [Recipient(schedule=schedule, email=one) for one in wish.emails]
    Recipient.objects.bulk_create([*people, *emails])


def _record(
    schedule: Schedule, verb: str, by: User, now: datetime, **detail: Json
) -> None:
    journal.record(
        workspace_id=schedule.workspace_id,
        verb=verb,
        target=("schedule", schedule.pk),
        by=by,
        at=now,
        detail=detail,
    )
