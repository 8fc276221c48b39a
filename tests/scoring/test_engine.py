from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import engine, rubric
from scoring.engine import Decision, Level, Rating, Settlement
from scoring.rules import Proposal
from tests import frameworks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.engine import Score

TODAY = date(2026, 6, 30)
SMALL = frameworks.edition()


def rated(
    topic: str, level: int | None, person: str = "rui", confidence: str = "high"
) -> Rating:
    """A level, or unknown."""
    return Rating(
        topic=topic,
        person=person,
        vantage="practitioner",
        answer="unknown" if level is None else "level",
        level=None if level is None else Decimal(level),
        confidence=confidence,
    )


def elsewhere(topic: str, person: str = "rui") -> Rating:
    """Not applicable."""
    return Rating(topic=topic, person=person, vantage="", answer="not_applicable")


def proposed(criterion: str, level: int | None, *, applicable: bool = True) -> Proposal:
    return Proposal(
        criterion=criterion,
        topic=SMALL.criterion(criterion).topic,
        level=None if level is None else Decimal(level),
        applicable=applicable,
    )


def scored(
    ratings: Iterable[Rating] = (),
    proposals: Iterable[Proposal] = (),
    decisions: Iterable[Decision] = (),
    settlements: Iterable[Settlement] = (),
    *,
    left_out: Sequence[str] = (),
    edition: rubric.Edition = SMALL,
    on: date = TODAY,
) -> dict[str, Score]:
    scores = engine.score(
        edition,
        ratings,
        proposals,
        decisions,
        settlements,
        left_out=left_out,
        on=on,
    )
    return {one.code: one for one in scores}


def levels(score: Score) -> tuple[str, str, str]:
    columns = (score.declared, score.measured, score.agreed)
    first, second, third = (str(one.level or "—") for one in columns)
    return first, second, third


# ── declared ───────────────────────────────────────────────────────────────────────


def test_scores_come_in_the_order_of_the_edition() -> None:
    scores = engine.score(SMALL, [], [], [], on=TODAY)

    assert [(one.kind, one.code) for one in scores] == [
        (Level.TOPIC, "A.1"),
        (Level.TOPIC, "A.2"),
        (Level.TOPIC, "A.3"),
        (Level.TOPIC, "B.1"),
        (Level.TOPIC, "C.1"),
        (Level.DOMAIN, "A"),
        (Level.DOMAIN, "B"),
        (Level.DOMAIN, "C"),
        (Level.PILLAR, "process"),
        (Level.PILLAR, "people"),
        (Level.SCOPE, "scope"),
    ]


@pytest.mark.parametrize(
    ("answers", "level"),
    [([3], "3.0"), ([2, 4], "2.0"), ([2, 3, 5], "3.0"), ([1, 2, 4, 5], "2.0")],
)
def test_several_people_give_the_lower_middle_which_is_an_answer_of_one_of_them(
    answers: list[int], level: str
) -> None:
    ratings = [rated("A.1", one, f"person-{n}") for n, one in enumerate(answers)]

    topic = scored(ratings)["A.1"]

    assert str(topic.declared.level) == level
    assert topic.lowest == min(answers)
    assert topic.highest == max(answers)
    assert topic.raters == len(answers)


def test_disagreement_is_named_and_not_averaged_away() -> None:
    topic = scored([rated("A.1", 2, "ada"), rated("A.1", 4, "rui")])["A.1"]

    assert topic.because[:2] == (
        "Declared: the lower middle of 2 answers that go from 2 to 4.",
        (
            "Declared: the answers lie 2 levels apart; settle that by name and reason,"
            " no average hides it."
        ),
    )


def test_people_who_agree_are_said_to_agree() -> None:
    topic = scored([rated("A.1", 3, "ada"), rated("A.1", 3, "rui")])["A.1"]

    assert "Declared: 2 people agree." in topic.because


def test_an_unknown_answer_lowers_coverage_and_not_the_level() -> None:
    topic = scored([rated("A.1", 4, "ada"), rated("A.1", None, "rui")])["A.1"]

    assert topic.declared.level == 4
    assert topic.declared.coverage == Decimal("0.5000")
    assert topic.raters == 1
    assert "Declared: 1 of 2 answers is unknown." in topic.because


def test_too_many_unknown_answers_leave_no_level() -> None:
    ratings = [rated("A.1", 4, "ada"), rated("A.1", None, "rui")]
    topic = scored([*ratings, rated("A.1", None, "noa")])["A.1"]

    assert topic.declared.level is None
    assert topic.declared.coverage == Decimal("0.3333")
    assert topic.because[0] == (
        "Declared: no level, 1 of 3 answers name one and 50 percent are needed."
    )


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ([], "Declared: no answer yet."),
        ([None], "Declared: no level, the one answer is unknown."),
        ([None, None], "Declared: no level, all 2 answers are unknown."),
    ],
)
def test_absence_has_a_sentence_and_is_never_zero(
    answers: list[int | None], sentence: str
) -> None:
    ratings = [rated("A.1", one, f"p{n}") for n, one in enumerate(answers)]

    topic = scored(ratings)["A.1"]

    assert topic.declared.level is None
    assert topic.declared.confidence is None
    assert topic.lowest is None
    assert topic.because[0] == sentence


def test_a_topic_that_applies_to_nobody_leaves_the_denominator() -> None:
    ratings = [rated("A.1", 4), rated("A.2", 2), elsewhere("A.3")]

    found = scored(ratings)

    assert found["A.3"].declared.level is None
    assert found["A.3"].because[0] == (
        "Declared: does not apply, according to the one answer."
    )
    assert found["A"].declared.level == 3
    assert found["A"].declared.coverage == 1


def test_not_applicable_beside_a_level_counts_for_nothing() -> None:
    topic = scored([rated("A.1", 4, "ada"), elsewhere("A.1", "rui")])["A.1"]

    assert topic.declared.level == 4
    assert topic.declared.coverage == 1


def test_a_domain_is_the_weighted_mean_of_its_topics_in_half_steps() -> None:
    # (1·2 + 1·3 + 2·4) / 4 = 3.25, which lies between two steps: the lower one.
    found = scored([rated("A.1", 2), rated("A.2", 3), rated("A.3", 4)])

    assert found["A"].declared.level == Decimal("3.0")
    assert str(found["A"].declared.level) == "3.0"


def test_coverage_of_a_domain_is_the_weight_of_what_is_known() -> None:
    found = scored([rated("A.3", 4)])

    assert found["A"].declared.coverage == Decimal("0.5000")
    assert found["A"].declared.level == 4


def test_below_the_minimum_coverage_a_domain_shows_no_level_but_says_why() -> None:
    domain = scored([rated("A.1", 4)])["A"]

    assert domain.declared.level is None
    assert domain.because[0] == (
        "Declared: no level, 25 percent of the inputs are known and 50 percent are"
        " needed."
    )


def test_what_is_known_below_the_minimum_still_counts_towards_the_whole() -> None:
    found = scored([rated("A.1", 4), rated("B.1", 2), rated("C.1", 5)])

    # Domain A is known to a quarter: process is (1/4 + 1) / 2, the scope (5/8 + 1) / 2.
    assert found["process"].declared.coverage == Decimal("0.6250")
    assert found["process"].declared.level == 2
    assert found["scope"].declared.coverage == Decimal("0.8125")
    assert found["scope"].declared.level == Decimal("3.5")


def test_pillars_and_the_scope_are_computed_from_exact_levels() -> None:
    # A is 3.25 and shown as 3.0; process is (3.25 + 4) / 2 = 3.625, shown as 3.5;
    # the scope is (3.625 + 4) / 2 = 3.8125, shown as 4.0 and not as 3.5.
    ratings = [rated("A.1", 2), rated("A.2", 3), rated("A.3", 4)]
    found = scored([*ratings, rated("B.1", 4), rated("C.1", 4)])

    assert found["process"].declared.level == Decimal("3.5")
    assert found["scope"].declared.level == Decimal("4.0")


def test_confidence_is_the_weighted_mean_of_what_people_stated() -> None:
    ratings = [
        rated("A.1", 3, "ada", "low"),
        rated("A.1", 3, "rui", "high"),
        rated("A.2", 3, "ada", ""),
        rated("A.3", 3, "ada", "medium"),
    ]

    found = scored(ratings)

    assert found["A.1"].declared.confidence == Decimal("0.6500")
    assert found["A.2"].declared.confidence == Decimal("0.5000")
    # (0.65 + 0.5 + 2·0.7) / 4
    assert found["A"].declared.confidence == Decimal("0.6375")


def test_the_spread_of_a_domain_is_between_peoples_own_means() -> None:
    ratings = [
        rated("A.1", 1, "ada"),
        rated("A.3", 2, "ada"),
        rated("A.1", 5, "rui"),
        rated("A.3", 3, "rui"),
    ]

    domain = scored(ratings)["A"]

    # Ada (1 + 2·2) / 3 = 1.67, Rui (5 + 2·3) / 3 = 3.67.
    assert (domain.lowest, domain.highest) == (Decimal("1.5"), Decimal("3.5"))
    assert domain.raters == 2


def test_a_framework_may_ask_for_more_than_one_rater() -> None:
    document = frameworks.plain()
    scoring = document["scoring"]
    assert isinstance(scoring, dict)
    edition = rubric.parse(document | {"scoring": scoring | {"minimum_raters": 2}})

    topic = scored([rated("A.1", 4)], edition=edition)["A.1"]

    assert topic.declared.level is None
    assert topic.because[0] == "Declared: no level, 1 of 2 people needed gave one."


# ── measured ───────────────────────────────────────────────────────────────────────


def test_the_lowest_known_proposal_measures_a_topic() -> None:
    topic = scored([], [proposed("A.M1", 4), proposed("A.M2", 2)])["A.1"]

    assert levels(topic)[1] == "2.0"
    assert topic.measured.coverage == 1
    assert (
        "Measured: A.M1 proposes 4, A.M2 proposes 2; the lowest counts."
        in topic.because
    )


def test_an_unknown_proposal_lowers_the_measured_coverage() -> None:
    topic = scored([], [proposed("A.M1", 4), proposed("A.M2", None)])["A.1"]

    assert levels(topic)[1] == "4.0"
    assert topic.measured.coverage == Decimal("0.5000")
    assert "Measured: A.M2 unknown." in topic.because


def test_only_topics_with_a_criterion_count_for_what_is_measured() -> None:
    found = scored([], [proposed("A.M1", 4), proposed("B.M1", 2)])

    assert levels(found["A"])[1] == "4.0"
    assert levels(found["process"])[1] == "3.0"
    assert levels(found["people"])[1] == "—"
    assert levels(found["scope"])[1] == "3.0"
    assert "Measured: no level, nothing is bound to telemetry." in found["C"].because


def test_a_criterion_that_does_not_apply_counts_for_nothing() -> None:
    proposals = [proposed("A.M1", 4), proposed("A.M2", None, applicable=False)]
    nothing = [proposed("B.M1", None, applicable=False)]

    found = scored([], [*proposals, *nothing])

    assert found["A.1"].measured.coverage == 1
    assert "Measured: nothing of the sort is delivered here." in found["B.1"].because
    assert levels(found["process"])[1] == "4.0"


def test_declared_and_measured_that_lie_a_level_apart_open_a_discussion() -> None:
    found = scored([rated("A.1", 4), rated("B.1", 3)], [proposed("A.M1", 2)])

    assert "Declared is higher than measured by 2 levels." in found["A.1"].because
    assert not any("than measured" in said for said in found["B.1"].because)


# ── agreed ─────────────────────────────────────────────────────────────────────────


def test_without_a_decision_the_declared_level_stands_and_says_so() -> None:
    topic = scored([rated("B.1", 4)], [proposed("B.M1", 2)])["B.1"]

    assert levels(topic) == ("4.0", "2.0", "4.0")
    assert topic.because[-2:] == (
        "Agreed: nobody has decided on B.M1 yet.",
        "Agreed: the declared level stands.",
    )


def test_an_accepted_proposal_is_agreed_upon() -> None:
    accepted = Decision(criterion="B.M1", verb="accept", level=Decimal(2))

    topic = scored([rated("B.1", 4)], [proposed("B.M1", 2)], [accepted])["B.1"]

    assert levels(topic) == ("4.0", "2.0", "2.0")
    assert topic.agreed.coverage == 1
    assert topic.agreed.confidence == Decimal("0.9000")
    assert topic.because[-1] == "Agreed: B.M1 was accepted at 2."


def test_an_accepted_level_stays_when_the_proposal_moves_on() -> None:
    accepted = Decision(criterion="B.M1", verb="accept", level=Decimal(2))

    topic = scored([], [proposed("B.M1", 3)], [accepted])["B.1"]

    assert levels(topic) == ("—", "3.0", "2.0")
    assert topic.because[-1] == (
        "Agreed: B.M1 was accepted at 2; the proposal has since moved to 3."
    )


def test_accepting_what_is_unknown_decides_nothing() -> None:
    accepted = Decision(criterion="B.M1", verb="accept")

    topic = scored([rated("B.1", 4)], [proposed("B.M1", None)], [accepted])["B.1"]

    assert levels(topic) == ("4.0", "—", "4.0")


def test_a_disputed_proposal_leaves_the_declared_level_standing() -> None:
    disputed = Decision(criterion="B.M1", verb="dispute", reason="wrong service")

    topic = scored([rated("B.1", 4)], [proposed("B.M1", 2)], [disputed])["B.1"]

    assert levels(topic) == ("4.0", "2.0", "4.0")
    assert "Agreed: the proposal of B.M1 is disputed." in topic.because


@pytest.mark.parametrize(
    ("on", "level"),
    [(date(2026, 6, 29), "3.0"), (TODAY, "3.0"), (date(2026, 7, 1), "4.0")],
)
def test_an_override_counts_through_its_last_day_and_no_longer(
    on: date, level: str
) -> None:
    override = Decision(
        criterion="B.M1", verb="override", level=Decimal(3), expires_on=TODAY
    )

    topic = scored([rated("B.1", 4)], [proposed("B.M1", 2)], [override], on=on)["B.1"]

    assert levels(topic)[2] == level
    expired = "Agreed: the override of B.M1 expired on 2026-06-30 and counts no more."
    assert (expired in topic.because) is (level == "4.0")


def test_the_lowest_of_several_decisions_counts() -> None:
    decisions = [
        Decision(criterion="A.M1", verb="accept", level=Decimal(4)),
        Decision(criterion="A.M2", verb="override", level=Decimal(3)),
    ]

    topic = scored([], [proposed("A.M1", 4), proposed("A.M2", 2)], decisions)["A.1"]

    assert levels(topic)[2] == "3.0"


def test_a_level_is_said_alike_however_it_was_stored() -> None:
    def said(level: str) -> str:
        decision = Decision(criterion="B.M1", verb="accept", level=Decimal(level))
        moved = [proposed("B.M1", 3)]
        return engine.canonical(engine.score(SMALL, [], moved, [decision], on=TODAY))

    assert said("2") == said("2.0")


def test_a_decision_moves_the_domain_and_all_above_it() -> None:
    ratings = [rated(topic.code, 4) for topic in SMALL.topics]
    accepted = Decision(criterion="B.M1", verb="accept", level=Decimal(2))

    found = scored(ratings, [proposed("B.M1", 2)], [accepted])

    assert [levels(found[code])[2] for code in ("B", "process", "scope")] == [
        "2.0",
        "3.0",
        "3.5",
    ]
    assert levels(found["scope"])[0] == "4.0"


# ── settlements ────────────────────────────────────────────────────────────────────


def settled(topic: str, level: str | None, reason: str = "we looked") -> Settlement:
    return Settlement(
        topic=topic, level=None if level is None else Decimal(level), reason=reason
    )


def test_a_settlement_sets_the_agreed_level_and_says_why() -> None:
    ratings = [rated("B.1", 4, "ada"), rated("B.1", 2, "rui")]

    topic = scored(ratings, [], [], [settled("B.1", "3.0", "two of three\nteams")])[
        "B.1"
    ]

    assert levels(topic) == ("2.0", "—", "3.0")
    assert topic.agreed.coverage == 1
    assert topic.agreed.confidence == SMALL.scoring.confidence["decided"]
    assert topic.because[-1] == (
        "Agreed: settled at 3 in calibration: two of three teams."
    )


def test_a_settlement_stands_above_decisions_on_the_topics_criteria() -> None:
    decisions = [
        Decision(criterion="A.M1", verb="accept", level=Decimal(4)),
        Decision(criterion="A.M2", verb="override", level=Decimal(3), expires_on=TODAY),
    ]
    proposals = [proposed("A.M1", 4), proposed("A.M2", 2)]

    topic = scored([], proposals, decisions, [settled("A.1", "1.5", "Seen.")])["A.1"]

    assert levels(topic) == ("—", "2.0", "1.5")
    assert topic.because[-2:] == (
        "Agreed: settled at 1.5 in calibration: Seen.",
        "Agreed: what was decided on A.M1, A.M2 gives way to that.",
    )


def test_a_decision_that_has_expired_gives_way_to_nothing() -> None:
    over = Decision(
        criterion="B.M1",
        verb="override",
        level=Decimal(5),
        expires_on=date(2026, 6, 29),
    )

    topic = scored([], [proposed("B.M1", 2)], [over], [settled("B.1", "3")])["B.1"]

    assert not [said for said in topic.because if "gives way" in said]


def test_a_settled_topic_counts_even_where_everybody_says_it_does_not_apply() -> None:
    found = scored([elsewhere("B.1")], [], [], [settled("B.1", "2")])

    assert levels(found["B.1"]) == ("—", "—", "2.0")
    assert levels(found["B"])[2] == "2.0"


def test_a_settlement_in_a_domain_that_is_left_out_counts_for_nothing() -> None:
    ratings = [rated(topic.code, 4) for topic in SMALL.topics]

    assert scored(ratings, [], [], [settled("B.1", "1")], left_out=["B"]) == scored(
        ratings, left_out=["B"]
    )


# ── inputs ─────────────────────────────────────────────────────────────────────────


def test_domains_that_are_left_out_have_no_score_and_count_for_nothing() -> None:
    ratings = [rated("A.1", 1), rated("B.1", 4), rated("C.1", 2)]

    found = scored(ratings, left_out=["A", "C"])

    assert sorted(found) == ["B", "B.1", "process", "scope"]
    assert found["scope"].declared.level == 4
    assert found["scope"].declared.coverage == 1


def test_everything_left_out_leaves_a_scope_without_a_level() -> None:
    (scope,) = scored([rated("A.1", 1)], left_out=["A", "B", "C"]).values()

    assert levels(scope) == ("—", "—", "—")
    assert scope.because


@pytest.mark.parametrize(
    ("ratings", "proposals", "decisions"),
    [
        ([rated("A.1", 1), rated("A.1", 2)], [], []),
        ([], [proposed("A.M1", 1), proposed("A.M1", 2)], []),
        ([rated("Z.1", 1)], [], []),
        ([], [], [Decision(criterion="Z.M1", verb="dispute")]),
    ],
)
def test_two_different_answers_or_a_strange_code_are_a_mistake_of_the_caller(
    ratings: list[Rating], proposals: list[Proposal], decisions: list[Decision]
) -> None:
    with pytest.raises(ValueError, match=r"newest|not in this edition"):
        scored(ratings, proposals, decisions)


@pytest.mark.parametrize(
    "settlements",
    [[settled("A.1", "1"), settled("A.1", "2")], [settled("Z.1", "1")]],
)
def test_so_are_two_different_settlements_of_a_topic_or_one_of_a_strange_topic(
    settlements: list[Settlement],
) -> None:
    with pytest.raises(ValueError, match=r"newest|not in this edition"):
        scored([], [], [], settlements)


def test_a_card_is_plain_and_its_text_is_the_same_every_time() -> None:
    scores = engine.score(SMALL, [rated("B.1", 3)], [proposed("B.M1", 2)], [], on=TODAY)
    row = engine.card(scores)[3]

    assert row == {
        "kind": "topic",
        "code": "B.1",
        "declared": {"level": "3.0", "coverage": "1.0000", "confidence": "0.9000"},
        "measured": {"level": "2.0", "coverage": "1.0000", "confidence": None},
        "agreed": {"level": "3.0", "coverage": "1.0000", "confidence": "0.9000"},
        "lowest": "3.0",
        "highest": "3.0",
        "raters": 1,
        "because": [
            "Declared: one person's answer.",
            "Measured: B.M1 proposes 2.",
            "Declared is higher than measured by 1 level.",
            "Agreed: nobody has decided on B.M1 yet.",
            "Agreed: the declared level stands.",
        ],
    }
    assert engine.canonical(scores) == engine.canonical(scores)
    assert ", " not in engine.canonical(scores[:0] + scores[1:2]).split('"because"')[0]


# ── properties ─────────────────────────────────────────────────────────────────────

TOPICS = [topic.code for topic in SMALL.topics]
PEOPLE = ["ada", "noa", "rui", "vera"]


@st.composite
def answers(draw: st.DrawFn) -> list[Rating]:
    """At most one answer of each person to each topic."""
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(TOPICS), st.sampled_from(PEOPLE)), unique=True
        )
    )
    kinds = st.sampled_from([None, 0, 1, 2, 3, 4, 5])
    sure = st.sampled_from(["low", "medium", "high", ""])
    given_answers = []
    for topic, person in pairs:
        level = draw(kinds)
        given_answers.append(
            elsewhere(topic, person)
            if level == 0
            else rated(topic, level, person, draw(sure))
        )
    return given_answers


PROPOSALS = st.fixed_dictionaries(
    {},
    optional={
        criterion.code: st.none() | st.integers(1, 5) for criterion in SMALL.criteria
    },
).map(lambda found: [proposed(code, level) for code, level in found.items()])

DECISIONS = st.fixed_dictionaries(
    {},
    optional={
        criterion.code: st.tuples(
            st.sampled_from(["accept", "dispute", "override"]),
            st.integers(1, 5),
            st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        )
        for criterion in SMALL.criteria
    },
).map(
    lambda found: [
        Decision(criterion=code, verb=verb, level=Decimal(level), expires_on=until)
        for code, (verb, level, until) in found.items()
    ]
)


HALVES = st.integers(2, 10).map(lambda half: str(Decimal(half) / 2))
SETTLEMENTS = st.fixed_dictionaries(
    {}, optional={code: st.none() | HALVES for code in TOPICS}
).map(lambda found: [settled(code, level) for code, level in found.items()])


@given(answers(), PROPOSALS, DECISIONS, SETTLEMENTS)
def test_settling_moves_neither_what_people_say_nor_what_was_measured(
    ratings: list[Rating],
    proposals: list[Proposal],
    decisions: list[Decision],
    settlements: list[Settlement],
) -> None:
    before = scored(ratings, proposals, decisions)
    after = scored(ratings, proposals, decisions, settlements)

    assert before.keys() == after.keys()
    for code, score in after.items():
        assert (score.declared, score.measured) == (
            before[code].declared,
            before[code].measured,
        )
        assert (score.lowest, score.highest, score.raters) == (
            before[code].lowest,
            before[code].highest,
            before[code].raters,
        )
    for one in settlements:
        if one.level is not None:
            assert after[one.topic].agreed.level == one.level
            assert after[one.topic].agreed.coverage == 1


@given(answers(), PROPOSALS, DECISIONS, st.lists(st.sampled_from(TOPICS), unique=True))
def test_what_is_taken_back_leaves_the_card_byte_for_byte_as_it_was(
    ratings: list[Rating],
    proposals: list[Proposal],
    decisions: list[Decision],
    topics: list[str],
) -> None:
    given_up = [settled(topic, None) for topic in topics]

    assert engine.canonical(
        engine.score(SMALL, ratings, proposals, decisions, given_up, on=TODAY)
    ) == engine.canonical(engine.score(SMALL, ratings, proposals, decisions, on=TODAY))


@given(answers(), PROPOSALS, DECISIONS, SETTLEMENTS, st.sampled_from(TOPICS))
def test_what_is_not_known_never_raises_an_agreed_topic(
    ratings: list[Rating],
    proposals: list[Proposal],
    decisions: list[Decision],
    settlements: list[Settlement],
    topic: str,
) -> None:
    before = scored(ratings, proposals, decisions, settlements)[topic].agreed
    more = [*ratings, rated(topic, None, "newcomer")]
    after = scored(more, proposals, decisions, settlements)[topic].agreed

    assert after.level is None or after.level == before.level
    assert after.coverage <= before.coverage


@given(answers(), PROPOSALS, DECISIONS, SETTLEMENTS, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_the_inputs_changes_a_byte(
    ratings: list[Rating],
    proposals: list[Proposal],
    decisions: list[Decision],
    settlements: list[Settlement],
    chance: object,
) -> None:
    before = engine.canonical(
        engine.score(SMALL, ratings, proposals, decisions, settlements, on=TODAY)
    )
    twice = ratings + ratings
    shuffle = chance.shuffle  # type: ignore[attr-defined]  # a random.Random
    shuffle(twice)
    shuffle(proposals)
    shuffle(decisions)
    shuffle(settlements)

    after = engine.score(SMALL, twice, proposals, decisions, settlements, on=TODAY)

    assert engine.canonical(after) == before


@given(answers(), PROPOSALS, DECISIONS, SETTLEMENTS)
def test_levels_and_shares_stay_in_their_bounds(
    ratings: list[Rating],
    proposals: list[Proposal],
    decisions: list[Decision],
    settlements: list[Settlement],
) -> None:
    for score in scored(ratings, proposals, decisions, settlements).values():
        for column in (score.declared, score.measured, score.agreed):
            assert 0 <= column.coverage <= 1
            assert column.confidence is None or 0 <= column.confidence <= 1
            if column.level is not None:
                assert 1 <= column.level <= 5
                assert column.level % SMALL.scale.step == 0
                assert column.coverage >= SMALL.scoring.minimum_coverage
        assert score.because or score.kind is not Level.TOPIC


@given(answers(), st.sampled_from(TOPICS))
def test_one_more_person_who_does_not_know_never_raises_a_topic(
    ratings: list[Rating], topic: str
) -> None:
    before = scored(ratings)[topic].declared
    after = scored([*ratings, rated(topic, None, "newcomer")])[topic].declared

    assert after.level is None or after.level == before.level
    assert after.coverage <= before.coverage


@given(answers())
def test_when_nobody_knows_anything_there_is_no_level(ratings: list[Rating]) -> None:
    unknown = [
        one
        if one.answer == "not_applicable"
        else replace(one, answer="unknown", level=None)
        for one in ratings
    ]

    for score in scored(unknown).values():
        assert score.declared.level is None
        assert score.declared.coverage == 0
        assert score.agreed.level is None


@given(answers(), st.data())
def test_a_better_answer_never_lowers_a_score(
    ratings: list[Rating], data: st.DataObject
) -> None:
    low = [n for n, one in enumerate(ratings) if one.level and one.level < 5]
    if not low:
        return
    place = data.draw(st.sampled_from(low))
    better = list(ratings)
    better[place] = replace(
        ratings[place], level=Decimal(ratings[place].level or 0) + 1
    )

    before, after = scored(ratings), scored(better)

    for code, score in before.items():
        if score.declared.level is not None:
            raised = after[code].declared.level
            assert raised is not None
            assert raised >= score.declared.level
