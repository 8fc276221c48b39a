from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from scoring import engine
from scoring.engine import Decision, Level, Rating, Settlement, Span
from tests import frameworks
from tests.scoring.test_rules import DAY, HOUR, measurement

if TYPE_CHECKING:
    from scoring.engine import Sensitivity
    from scoring.metrics import Measurement

TODAY = date(2026, 6, 30)
SMALL = frameworks.edition()  # at most 30 days, 7 days, 24 hours, 1 hour
LEAD = "change_lead_time"
LEVELS = st.sampled_from([Decimal(level) for level in range(1, 6)])


def took(
    value: float | None, low: float | None = None, high: float | None = None
) -> Measurement:
    return replace(measurement(value), low=low, high=high)


def moved(
    criteria: dict[str, Measurement],
    decisions: tuple[Decision, ...] = (),
    ratings: tuple[Rating, ...] = (),
    settlements: tuple[Settlement, ...] = (),
) -> Sensitivity:
    measured = {(code, LEAD): one for code, one in criteria.items()}
    return engine.sensitivity(
        SMALL,
        ratings,
        measured,
        engine.propose_all(SMALL, measured),
        decisions,
        settlements,
        on=TODAY,
    )


def accepted(criterion: str, level: int) -> Decision:
    return Decision(criterion=criterion, verb="accept", level=Decimal(level))


def test_a_level_between_two_lines_stands_firm() -> None:
    found = moved({"B.M1": took(3 * DAY, 2 * DAY, 5 * DAY)})
    assert found.proposals["B.M1"] == Span(Decimal(3), Decimal(3))


def test_an_interval_across_a_line_leaves_two_levels_open() -> None:
    found = moved({"B.M1": took(30 * HOUR, 20 * HOUR, 8 * DAY)})
    assert found.proposals["B.M1"] == Span(Decimal(2), Decimal(4))
    assert found.measured[Level.TOPIC, "B.1"] == Span(Decimal(2), Decimal(4))
    assert found.measured[Level.DOMAIN, "B"] == Span(Decimal(2), Decimal(4))


def test_what_has_no_interval_does_not_move() -> None:
    found = moved({"B.M1": took(30 * HOUR)})
    assert found.proposals["B.M1"] == Span(Decimal(3), Decimal(3))


def test_what_is_unknown_stays_unknown() -> None:
    found = moved({"B.M1": took(None)})
    assert found.proposals["B.M1"] == Span(None, None)


def test_what_was_accepted_as_it_is_proposed_moves_with_it() -> None:
    wide = {"B.M1": took(30 * HOUR, 20 * HOUR, 8 * DAY)}
    found = moved(wide, (accepted("B.M1", 3),))
    assert found.agreed[Level.TOPIC, "B.1"] == Span(Decimal(2), Decimal(4))


def test_what_was_accepted_of_an_earlier_proposal_stays() -> None:
    wide = {"B.M1": took(30 * HOUR, 20 * HOUR, 8 * DAY)}
    found = moved(wide, (accepted("B.M1", 5),))
    assert found.agreed[Level.TOPIC, "B.1"] == Span(Decimal(5), Decimal(5))


def test_an_override_and_a_settlement_stay() -> None:
    wide = {"B.M1": took(30 * HOUR, 20 * HOUR, 8 * DAY)}
    override = Decision(criterion="B.M1", verb="override", level=Decimal(3))
    assert moved(wide, (override,)).agreed[Level.TOPIC, "B.1"] == Span(
        Decimal(3), Decimal(3)
    )
    settled = Settlement(topic="B.1", level=Decimal(2))
    found = moved(wide, (accepted("B.M1", 3),), settlements=(settled,))
    assert found.agreed[Level.TOPIC, "B.1"] == Span(Decimal(2), Decimal(2))


@given(
    st.lists(
        st.tuples(
            st.floats(60, 60 * DAY), st.floats(0, 1), st.floats(1, 10), st.booleans()
        ),
        min_size=3,
        max_size=3,
    ),
    LEVELS,
)
def test_every_score_lies_between_its_ends(
    drawn: list[tuple[float, float, float, bool]], said: Decimal
) -> None:
    codes = ("A.M1", "A.M2", "B.M1")
    known = {
        code: took(value, value * low, value * high)
        for code, (value, low, high, _) in zip(codes, drawn, strict=True)
    }
    ratings = tuple(
        Rating(topic=topic, person="p", vantage="", answer="level", level=said)
        for topic in ("A.1", "A.2", "A.3", "B.1", "C.1")
    )
    measured = {(code, LEAD): one for code, one in known.items()}
    proposals = engine.propose_all(SMALL, measured)
    decisions = tuple(
        Decision(criterion=one.criterion, verb="accept", level=one.level)
        for one, (*_, take) in zip(proposals, drawn, strict=True)
        if take
    )
    found = moved(known, decisions, ratings)
    for score in engine.score(SMALL, ratings, proposals, decisions, on=TODAY):
        key = score.kind, score.code
        for column, span in (
            (score.measured, found.measured[key]),
            (score.agreed, found.agreed[key]),
        ):
            if column.level is None:
                continue
            assert span.worst is not None
            assert span.best is not None
            assert span.worst <= column.level <= span.best
