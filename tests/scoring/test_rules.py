from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import rules
from scoring.events import Lane, Window
from scoring.metrics import Known, Measurement, Unit
from tests import frameworks

if TYPE_CHECKING:
    from scoring.rubric import Criterion

WINDOW = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
HOUR, DAY = 3600.0, 86400.0


def measurement(
    value: float | None = None,
    *,
    metric: str = "change_lead_time",
    unit: Unit = Unit.SECONDS,
    n: int = 40,
    coverage: float | None = 1.0,
    known: Known | None = None,
    because: str = "",
    provisional: bool = False,
) -> Measurement:
    if known is None:
        known = Known.UNKNOWN if value is None else Known.VALUE
    return Measurement(
        metric=metric,
        lane=Lane.CODE,
        window=WINDOW,
        known=known,
        unit=unit,
        value=value,
        n=n,
        coverage=coverage,
        because=because,
        provisional=provisional,
    )


def lead_time(*, strict: bool = False) -> Criterion:
    """30 days, 7 days, 24 hours, 1 hour."""
    asks = "below" if strict else "at_most"
    ladder = frameworks.ladder("30 days", "7 days", "24 hours", "1 hour", asks=asks)
    return _bound(frameworks.criterion("A.M", "A.1", ladder=ladder))


def monitored() -> Criterion:
    """Two metrics on the last rung, as in the ladder for monitoring."""
    share: list[frameworks.Row] = [
        {"level": level, "when": [{"metric": "watched", "at_least": line}]}
        for level, line in ((2, 0.5), (3, 0.8), (4, 0.9))
    ]
    last: frameworks.Row = {
        "level": 5,
        "when": [
            {"metric": "watched", "at_least": "100 percent"},
            {"metric": "reacted", "at_least": "95 percent"},
        ],
    }
    return _bound(frameworks.criterion("A.M", "A.1", ladder=[*share, last]))


def _bound(row: frameworks.Row) -> Criterion:
    domain = frameworks.domain("A", frameworks.topic("A.1"), criteria=[row])
    edition = frameworks.edition({"code": "p", "name": "P", "domains": [domain]})
    return edition.criterion("A.M")


def level_of(value: float, *, strict: bool = False) -> int | None:
    found = {"change_lead_time": measurement(value)}
    level = rules.propose(lead_time(strict=strict), found).level
    return None if level is None else int(level)


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (31 * DAY, 1),
        (30 * DAY, 2),
        (8 * DAY, 2),
        (7 * DAY, 3),
        (25 * HOUR, 3),
        (24 * HOUR, 4),
        (HOUR + 1, 4),
        (HOUR, 5),
        (0.0, 5),
    ],
)
def test_the_ladder_is_climbed_and_on_the_line_the_better_level_counts(
    value: float, level: int
) -> None:
    assert level_of(value) == level


def test_a_strict_line_leaves_the_line_itself_out() -> None:
    assert level_of(24 * HOUR, strict=True) == 3
    assert level_of(24 * HOUR - 1, strict=True) == 4


def test_a_ratio_on_the_line_is_on_the_line() -> None:
    ladder = frameworks.ladder(
        "30 percent", "20 percent", "10 percent", "5 percent", metric="change_fail_rate"
    )
    criterion = _bound(frameworks.criterion("A.M", "A.1", ladder=ladder))

    found = measurement(3 / 30, metric="change_fail_rate", unit=Unit.RATIO)

    assert rules.propose(criterion, {"change_fail_rate": found}).level == 4


def test_a_proposal_says_what_held_and_what_stopped_it() -> None:
    found = {"change_lead_time": measurement(36 * HOUR)}

    proposal = rules.propose(lead_time(), found)

    assert (proposal.criterion, proposal.topic) == ("A.M", "A.1")
    assert proposal.because == (
        "Level 2 holds: change lead time at most 30 days, and it is 36 hours (n = 40).",
        "Level 3 holds: change lead time at most 7 days, and it is 36 hours (n = 40).",
        "Level 4 asks for change lead time at most 24 hours; it is 36 hours (n = 40).",
    )


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ({}, "Change lead time was not measured."),
        (
            {"change_lead_time": measurement(because="No deployment in the window.")},
            "Change lead time is unknown: No deployment in the window.",
        ),
        (
            {"change_lead_time": measurement(HOUR, coverage=0.49)},
            (
                "Change lead time covers 49 percent of what should be seen; this"
                " criterion asks for 50 percent."
            ),
        ),
    ],
)
def test_what_is_unknown_on_the_first_rung_proposes_nothing(
    found: dict[str, Measurement], sentence: str
) -> None:
    proposal = rules.propose(lead_time(), found)

    assert proposal.level is None
    assert proposal.applicable
    assert proposal.because == (sentence, "Therefore no level is proposed.")


def test_what_is_unknown_further_up_stops_the_climb_there() -> None:
    watched = measurement(1.0, metric="watched", unit=Unit.RATIO)
    reacted = measurement(metric="reacted", because="no degradation was seen")

    proposal = rules.propose(monitored(), {"watched": watched, "reacted": reacted})

    assert proposal.level == 4
    assert proposal.because[-2:] == (
        "Reacted is unknown: no degradation was seen.",
        "Therefore the climb stops below level 5.",
    )


def test_nothing_of_the_sort_to_measure_is_not_applicable_rather_than_unknown() -> None:
    found = measurement(
        known=Known.NOT_APPLICABLE, because="no model is delivered in this scope"
    )

    proposal = rules.propose(lead_time(), {"change_lead_time": found})

    assert proposal.level is None
    assert not proposal.applicable
    assert "does not apply" in proposal.because[0]


@pytest.mark.parametrize(
    "thin", [measurement(HOUR, n=4), measurement(HOUR, n=9, provisional=True)]
)
def test_a_thin_sample_proposes_a_level_and_says_that_it_is_provisional(
    thin: Measurement,
) -> None:
    proposal = rules.propose(lead_time(), {"change_lead_time": thin})

    assert proposal.level == 5
    assert proposal.because[-1] == (
        f"Provisional: change lead time rests on {thin.n} observations, fewer than 5."
        if thin.n < 5
        else "Provisional: change lead time rests on a thin sample (n = 9)."
    )


@pytest.mark.parametrize(
    ("unit", "value", "said"),
    [
        (Unit.SECONDS, 0.25, "250 milliseconds"),
        (Unit.SECONDS, 45.0, "45 seconds"),
        (Unit.SECONDS, 90.0, "1.5 minutes"),
        (Unit.SECONDS, 5400.0, "90 minutes"),
        (Unit.SECONDS, 2 * DAY, "2 days"),
        (Unit.RATIO, 0.125, "12.5 percent"),
        (Unit.PER_WEEK, 1.5, "1.5 per week"),
        (Unit.COUNT, 12.0, "12"),
        (Unit.INDEX, 0.27, "0.27"),
        (Unit.POINTS, 0.035, "3.5 points"),
        (Unit.AMOUNT, 12.5, "12.5"),
    ],
)
def test_values_are_said_as_people_say_them(
    unit: Unit, value: float, said: str
) -> None:
    ladder = frameworks.ladder(*range(4, 0, -1), metric="thing", asks="at_most")
    criterion = _bound(frameworks.criterion("A.M", "A.1", ladder=ladder))
    found = measurement(value, metric="thing", unit=unit)

    proposal = rules.propose(criterion, {"thing": found})

    assert f"it is {said} (n = 40)." in proposal.because[-1]


VALUES = st.floats(min_value=0, max_value=90 * DAY)


@given(first=VALUES, second=VALUES, strict=st.booleans())
def test_a_better_measurement_never_lowers_a_level(
    first: float, second: float, strict: bool
) -> None:
    better, worse = sorted((first, second))
    of_better, of_worse = (
        level_of(better, strict=strict),
        level_of(worse, strict=strict),
    )

    assert of_better is not None
    assert of_worse is not None
    assert of_better >= of_worse


SHARES = st.none() | st.floats(min_value=0, max_value=1)


@given(watched=SHARES, reacted=SHARES, missing=st.sampled_from(["watched", "reacted"]))
def test_not_knowing_something_never_raises_a_level(
    watched: float | None, reacted: float | None, missing: str
) -> None:
    found = {
        "watched": measurement(watched, metric="watched", unit=Unit.RATIO),
        "reacted": measurement(reacted, metric="reacted", unit=Unit.RATIO),
    }
    before = rules.propose(monitored(), found).level

    after = rules.propose(monitored(), found | {missing: measurement(metric=missing)})

    assert after.level is None or (before is not None and after.level <= before)


@given(value=VALUES)
def test_the_same_measurements_give_the_same_proposal(value: float) -> None:
    found = {"change_lead_time": measurement(value)}

    assert rules.propose(lead_time(), found) == rules.propose(lead_time(), found)
    assert rules.propose(lead_time(), found).level in {Decimal(n) for n in range(1, 6)}
