"""The pages of schedules: planned in plain words, told back, and honest on failure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Schedule, ScheduleRun
from assessments.services import scheduling
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.assessments.conftest import Telemetry
    from tests.factories import House

    SignIn = Callable[[str], Client]

PLAN = {
    "task": "rescore",
    "every": "weekly",
    "at": "06:30",
    "weekday": "6",
    "day": "1",
    "time_zone": "Europe/Berlin",
}


def page(client: Client, house: House, name: str, *rest: int) -> str:
    return client.get(reverse(name, args=[house.slug, *rest])).content.decode()


def planned(house: House, **more: str) -> Schedule:
    wish = scheduling.Wish(
        **{"task": "rescore", "cron": "0 6 * * *", "time_zone": "UTC"} | more  # type: ignore[arg-type]  # texts alone
    )
    pk = scheduling.plan(
        workspace_id=house.workspace.pk,
        wish=wish,
        by=house["ada"],
        now=timezone.now(),
    )
    return Schedule.objects.get(pk=pk)


def test_a_schedule_is_planned_in_plain_words_and_told_back(
    house: House, sign_in: SignIn
) -> None:
    ada, address = sign_in("ada"), reverse("schedule_new", args=[house.slug])
    looked = ada.post(address, PLAN | {"look": "1"}).content.decode()
    assert "Every Sunday at 06:30." in looked
    assert looked.count(", 06:30") == 3
    assert not Schedule.objects.exists()
    assert ada.post(address, PLAN).status_code == 302
    (made,) = Schedule.objects.all()
    assert (made.cron, made.time_zone) == ("30 6 * * 0", "Europe/Berlin")
    told = page(ada, house, "schedule", made.pk)
    assert "Every Sunday at 06:30 (Europe/Berlin)" in told
    assert "It has not run yet." in told


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"every": "cron", "line": "0 25 * * *"}, "cannot be read"),
        ({"every": "cron", "line": "* * * * *"}, "more than once an hour"),
        ({"every": "cron", "line": ""}, "five parts"),
        ({"task": "report", "report_kind": "workbook", "language": "en",
          "emails": "nobody"}, "nobody is no e-mail address"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)  # fmt: skip
def test_a_wrong_form_comes_back_with_what_was_entered(
    house: House, sign_in: SignIn, wrong: dict[str, str], sentence: str
) -> None:
    answer = sign_in("ada").post(
        reverse("schedule_new", args=[house.slug]), PLAN | wrong
    )
    assert answer.status_code == 422
    told = answer.content.decode()
    assert sentence in told
    assert 'value="06:30' in told
    assert not Schedule.objects.exists()


def test_editing_starts_from_what_is_there(house: House, sign_in: SignIn) -> None:
    made = planned(house, cron="15 7 L 1,4,7,10 *")
    told = page(sign_in("ada"), house, "schedule_edit", made.pk)
    assert '<option value="quarterly" selected>' in told
    assert '<option value="L" selected>' in told
    assert 'value="07:15"' in told


def test_a_failure_is_seen_in_the_list_and_says_what_to_do(
    house: House, sign_in: SignIn
) -> None:
    made = planned(house)
    now = timezone.now()
    ScheduleRun.objects.create(
        schedule=made, period="p", due_at=now, state="failed", finished_at=now
    )
    told = page(sign_in("vera"), house, "schedules")
    assert "Failed" in told
    assert "Run it again." in told
    assert reverse("schedule_new", args=[house.slug]) not in told


@pytest.mark.usefixtures("eager_tasks")
def test_run_now_runs_and_says_what_came_of_it(
    house: House, telemetry: Telemetry, sign_in: SignIn
) -> None:
    factories.cycle(house.workspace)
    made, ada = planned(house), sign_in("ada")
    with pytest.MonkeyPatch.context() as patch:
        # What waits for the commit is done at once here.
        patch.setattr("django.db.transaction.on_commit", lambda knock, **_: knock())
        ada.post(reverse("schedule_run", args=[house.slug, made.pk]))
    told = page(ada, house, "schedule", made.pk)
    assert "1 cycle scored." in told
    assert "asked for by Ada" in told


def test_pause_resume_and_remove(house: House, sign_in: SignIn) -> None:
    made, ada = planned(house), sign_in("ada")
    ada.post(reverse("schedule_pause", args=[house.slug, made.pk]))
    assert "Nothing runs until it is resumed" in page(ada, house, "schedule", made.pk)
    ada.post(reverse("schedule_resume", args=[house.slug, made.pk]))
    made.refresh_from_db()
    assert made.paused_at is None
    ada.post(reverse("schedule_remove", args=[house.slug, made.pk]))
    assert not Schedule.objects.exists()


def test_a_schedule_of_another_workspace_is_not_there(
    house: House, sign_in: SignIn
) -> None:
    theirs = scheduling.plan(
        workspace_id=house.other.pk,
        wish=scheduling.Wish(task="rescore", cron="0 6 * * *", time_zone="UTC"),
        by=house["otto"],
        now=timezone.now(),
    )
    ada = sign_in("ada")
    for name in ("schedule_run", "schedule_pause", "schedule_remove"):
        answer = ada.post(reverse(name, args=[house.slug, theirs]))
        assert answer.status_code == 404
    assert Schedule.objects.get(pk=theirs).paused_at is None


def test_more_schedules_and_runs_ask_no_more_queries(
    house: House, sign_in: SignIn
) -> None:
    ada, now = sign_in("ada"), timezone.now()

    def grow(count: int) -> None:
        for number in range(count):
            made = planned(house)
            for back in range(3):
                ScheduleRun.objects.create(
                    schedule=made,
                    period=f"{number}-{back}",
                    due_at=now - timedelta(days=back),
                    state="done",
                )

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(ada, house, "schedules")
        return len(queries)

    grow(2)
    page(ada, house, "schedules")
    few = asked()
    grow(4)
    assert asked() == few
