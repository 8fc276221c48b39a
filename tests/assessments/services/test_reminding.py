"""Reminders: who is not done, every so many days, never twice a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core import mail

from assessments.models import Cycle, Notice
from assessments.services import cycles, noticing, participating, reminding
from tests import factories
from tests import factories_participation as made
from tests.factories import NOW

if TYPE_CHECKING:
    from tests.factories import House

DAY = timedelta(days=1)


def _reminded(cycle: Cycle, *, days: int, hour: int = 9) -> int:
    at = (NOW + days * DAY).replace(hour=hour)
    return reminding.remind_due(cycle_id=cycle.pk, now=at)


@pytest.fixture
def cycle(house: House) -> Cycle:
    """An open cycle that asks Rui and Kim for A, due in ten days."""
    made_one = factories.cycle(house.workspace, state="draft")
    made.asked(made_one, house["rui"], domains=["A"])
    made.invited(made_one)
    cycles.revise(
        cycle_id=made_one.pk,
        changes={"due_on": date(2026, 3, 12), "remind_every_days": 3},
        by=house["ada"],
        now=NOW,
    )
    cycles.open_(cycle_id=made_one.pk, by=house["ada"], now=NOW)
    return made_one


def test_reminders_come_every_so_many_days_before_the_due_date_and_once_after(
    cycle: Cycle,
) -> None:
    written = {day: _reminded(cycle, days=day) for day in range(20)}
    # Asked on day 0, due on day 10: every third day, the day before, and once after.
    assert {day for day, n in written.items() if n} == {3, 6, 9, 11}
    assert set(written.values()) == {0, 2}


def test_the_schedule_may_knock_as_often_as_it_likes(cycle: Cycle) -> None:
    assert [_reminded(cycle, days=3, hour=hour) for hour in (6, 9, 10, 23)] == [
        0,
        2,
        0,
        0,
    ]


def test_nobody_is_written_to_at_night(house: House, cycle: Cycle) -> None:
    house.workspace.time_zone = "Pacific/Auckland"
    house.workspace.save()
    assert _reminded(cycle, days=3, hour=12) == 0  # past midnight there
    assert _reminded(cycle, days=3, hour=21) == 2


def test_whoever_is_done_is_left_in_peace(house: House, cycle: Cycle) -> None:
    participating.finish(cycle_id=cycle.pk, domain="A", person=house["rui"], now=NOW)
    assert _reminded(cycle, days=3) == 1
    assert not Notice.objects.filter(kind="reminder", person=house["rui"]).exists()


def test_all_answered_is_done_too(house: House, cycle: Cycle) -> None:
    for topic in ("A.1", "A.2", "A.3"):
        factories.rating(cycle, topic, house["rui"])
    assert _reminded(cycle, days=3) == 1


def test_a_guest_is_reminded_with_their_own_link(cycle: Cycle) -> None:
    _reminded(cycle, days=3)
    notice = Notice.objects.get(kind="reminder", email="kim@example.org")
    noticing.send(notice_id=notice.pk, now=NOW + 3 * DAY)
    (sent,) = mail.outbox
    assert "/invitation/" in sent.body


def test_a_click_reminds_one_or_all_and_a_second_click_nobody(
    house: House, cycle: Cycle
) -> None:
    def click(**whom: object) -> int:
        return reminding.remind(
            cycle_id=cycle.pk,
            by=house["ada"],
            now=NOW + DAY,
            **whom,  # type: ignore[arg-type]  # one person, or nobody in particular
        )

    assert click(person_id=house["rui"].pk) == 1
    assert click(vantage="practitioner") == 0
    assert click() == 1
    assert click() == 0
    assert _reminded(cycle, days=1) == 0
    assert _reminded(cycle, days=3) == 0  # three days after the click, not before
    assert _reminded(cycle, days=4) == 2


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_only_an_open_cycle_reminds(house: House, state: str) -> None:
    other = factories.cycle(house.workspace, state=state)
    assert _reminded(other, days=9) == 0
    with pytest.raises(reminding.NotOpen):
        reminding.remind(cycle_id=other.pk, by=house["ada"], now=NOW)


def test_only_cycles_that_want_it_remind_by_themselves(
    house: House, cycle: Cycle
) -> None:
    factories.cycle(house.workspace, of=cycle.edition, title="Quiet")
    assert reminding.open_cycles() == [cycle.pk]


def test_who_is_no_member_any_more_is_not_written_to(
    house: House, cycle: Cycle
) -> None:
    house.workspace.members.filter(user=house["rui"]).delete()
    assert _reminded(cycle, days=3) == 1


def test_an_ended_link_is_not_reminded_of(cycle: Cycle) -> None:
    cycle.invitations.update(expires_at=datetime(2026, 3, 4, tzinfo=NOW.tzinfo))
    assert _reminded(cycle, days=3) == 1
