"""When schedules run: rhythms, cron lines, time zones, clocks that change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assessments.queries import timing
from assessments.queries.timing import NoSuchTime, Rhythm

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour
    "Asia/Kathmandu",
    "America/Santiago",  # at midnight
)
DAYS = [str(day) for day in range(1, 29)] + [timing.LAST_DAY]
RHYTHMS = st.builds(
    Rhythm,
    every=st.sampled_from(["daily", "weekly", "monthly", "quarterly"]),
    at=st.times().map(lambda at: time(at.hour, at.minute)),
    weekday=st.integers(0, 6),
    day=st.sampled_from(DAYS),
)
MOMENTS = st.integers(0, 8 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def moments(cron: str, zone: str, first: datetime, last: datetime) -> list[datetime]:
    found = timing.runs(cron=cron, zone=zone, after=first)
    return list(takewhile(lambda one: one <= last, found))


@given(RHYTHMS)
def test_a_plain_rhythm_comes_back_from_its_line(rhythm: Rhythm) -> None:
    assert timing.rhythm_of(rhythm.cron).cron == rhythm.cron
    assert timing.rhythm_of(rhythm.cron).every == rhythm.every


@given(RHYTHMS, st.sampled_from(ZONES), MOMENTS)
def test_a_run_is_at_its_time_on_its_day_wherever_the_clocks_allow(
    rhythm: Rhythm, zone: str, after: datetime
) -> None:
    first = timing.next_run(cron=rhythm.cron, zone=zone, after=after)
    local = first.astimezone(ZoneInfo(zone))
    assert first > after
    skipped = local.replace(tzinfo=None) != datetime.combine(local, rhythm.at)
    if skipped:
        # The time of day did not exist: it runs right after the gap.
        before = first - timedelta(minutes=1)
        assert before.astimezone(ZoneInfo(zone)).utcoffset() != local.utcoffset()
    if rhythm.every == "weekly":
        assert local.weekday() == rhythm.weekday
    if rhythm.every in ("monthly", "quarterly") and rhythm.day != timing.LAST_DAY:
        assert local.day == int(rhythm.day)
    if rhythm.every == "quarterly":
        assert local.month in (1, 4, 7, 10)


@given(st.times(), st.sampled_from(ZONES), st.integers(2024, 2031))
def test_every_day_of_a_year_has_one_run_clocks_changed_or_not(
    at: time, zone: str, year: int
) -> None:
    cron = Rhythm(every="daily", at=at).cron
    home = ZoneInfo(zone)
    first = datetime(year, 1, 1, tzinfo=home) - timedelta(seconds=1)
    found = moments(cron, zone, first, datetime(year, 12, 31, 23, 59, tzinfo=home))
    days = [one.astimezone(home).date() for one in found]
    assert len(days) == len(set(days)) == 366 - bool(year % 4)


def test_a_time_that_is_skipped_in_spring_runs_once_after_the_gap() -> None:
    found = moments(
        "30 2 * * *",
        "Europe/Berlin",
        datetime(2026, 3, 28, 12, tzinfo=UTC),
        datetime(2026, 3, 30, 12, tzinfo=UTC),
    )
    assert [one.isoformat() for one in found] == [
        "2026-03-29T01:00:00+00:00",
        "2026-03-30T00:30:00+00:00",
    ]


def test_a_time_that_comes_twice_in_autumn_runs_at_the_first() -> None:
    found = moments(
        "30 2 * * *",
        "Europe/Berlin",
        datetime(2026, 10, 24, 12, tzinfo=UTC),
        datetime(2026, 10, 26, 12, tzinfo=UTC),
    )
    assert [one.isoformat() for one in found] == [
        "2026-10-25T00:30:00+00:00",
        "2026-10-26T01:30:00+00:00",
    ]


def test_the_last_day_of_february_is_found_in_a_leap_year() -> None:
    after = datetime(2028, 2, 1, tzinfo=UTC)
    first = timing.next_run(cron="0 6 L * *", zone="UTC", after=after)
    assert first == datetime(2028, 2, 29, 6, tzinfo=UTC)


@given(
    RHYTHMS, st.sampled_from(ZONES), MOMENTS, st.timedeltas(timedelta(0), timedelta(90))
)
def test_after_a_standstill_the_newest_period_is_run_and_the_rest_is_counted(
    rhythm: Rhythm, zone: str, after: datetime, standstill: timedelta
) -> None:
    due = timing.next_run(cron=rhythm.cron, zone=zone, after=after)
    now = due + standstill
    newest, missed = timing.passed(cron=rhythm.cron, zone=zone, due_at=due, now=now)
    between = moments(rhythm.cron, zone, due, now)
    assert newest == ([due, *between])[-1]
    assert missed == len(between)


@pytest.mark.parametrize(
    ("cron", "why"),
    [
        ("0 0 30 2 *", "never comes"),
        ("0 25 * * *", "cannot be read"),
        ("* * * * *", "more than once an hour"),
        ("*/5 6 * * *", "more than once an hour"),
        ("0 6 * *", "five parts"),
        ("", "five parts"),
    ],
)
def test_an_odd_line_is_refused_with_a_sentence(cron: str, why: str) -> None:
    with pytest.raises(NoSuchTime, match=why):
        timing.next_run(cron=cron, zone="UTC", after=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 6 * * *", "Every day at 06:00"),
        ("30 6 * * 0", "Every Sunday at 06:30"),
        ("0 6 L * *", "On the last day of every month at 06:00"),
        ("0 6 3 1,4,7,10 *", "On day 3 of January, April, July and October at 06:00"),
        ("0 8 * * 1-5", "At 08:00, Monday through Friday"),
    ],
)
def test_a_line_is_told_back_in_words(cron: str, words: str) -> None:
    assert timing.words(cron) == words


def test_days_of_a_line_are_told_in_the_readers_language() -> None:
    with translation.override("de"):
        assert "Montag bis Freitag" in timing.words("0 8 * * 1-5")
