from __future__ import annotations

import copy
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import rubric
from scoring.rubric import diffing
from scoring.rubric.diffing import Kind, Run, Sort
from tests import frameworks

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.events import Json

Row = dict[str, "Json"]


def changed(change: Callable[[Row], object]) -> tuple[diffing.Change, ...]:
    """Return what differs after a change of the small document."""
    before = frameworks.plain()
    after = copy.deepcopy(before)
    change(after)
    return diffing.diff(rubric.parse(before), rubric.parse(after))


def rows(of: Json, name: str) -> list[Row]:
    return cast("list[Row]", cast("Row", of)[name])


def domain(document: Row, number: int = 0) -> Row:
    return rows(rows(document, "pillars")[0], "domains")[number]


def topic(document: Row, number: int = 0) -> Row:
    return rows(domain(document), "topics")[number]


def said(found: tuple[diffing.Change, ...]) -> list[tuple[str, str, str, str, str]]:
    return [
        (one.part, one.code, one.field, one.kind.value, one.sort.value) for one in found
    ]


# ── what is found ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["compel-18", "d7-mlops"])
def test_an_edition_does_not_differ_from_itself(key: str) -> None:
    edition = rubric.parse(frameworks.shipped(key))

    assert diffing.diff(edition, rubric.parse(rubric.dump(edition))) == ()


def test_a_changed_question_is_told_with_both_texts() -> None:
    found = changed(lambda document: topic(document).update(question="Is it done?"))

    (change,) = found
    assert (change.part, change.code, change.field) == ("topic", "A.1", "question")
    assert (change.before, change.after) == ("How far is this done?", "Is it done?")
    assert (change.kind, change.sort) == (Kind.CHANGED, Sort.MEANING)


@pytest.mark.parametrize(
    ("field", "value", "sort"),
    [
        ("name", "Another name", Sort.WORDING),
        ("help", "Think of last week.", Sort.WORDING),
        ("evidence", ["A log"], Sort.WORDING),
        ("vantage_points", ["leadership"], Sort.WORDING),
        ("question", "Is it done?", Sort.MEANING),
        ("weight", 3, Sort.WEIGHT),
    ],
)
def test_a_change_of_a_topic_says_what_it_is_about(
    field: str, value: Json, sort: Sort
) -> None:
    (change,) = changed(lambda document: topic(document).update({field: value}))

    assert (change.code, change.field, change.sort) == ("A.1", field, sort)


def test_each_level_sentence_is_a_change_of_its_own() -> None:
    def change(document: Row) -> None:
        levels = cast("Row", topic(document)["levels"])
        levels["2"] = "Another sentence."
        levels["4"] = "One more."

    assert said(changed(change)) == [
        ("topic", "A.1", "levels.2", "changed", "meaning"),
        ("topic", "A.1", "levels.4", "changed", "meaning"),
    ]


def test_a_moved_line_of_a_ladder_is_a_threshold() -> None:
    def change(document: Row) -> None:
        criterion = rows(domain(document), "criteria")[0]
        criterion["ladder"] = frameworks.ladder("30 days", "6 days", "1 day", "1 hour")
        criterion["minimum_n"] = 9

    found = changed(change)

    assert said(found) == [
        ("criterion", "A.M1", "ladder.3", "changed", "threshold"),
        ("criterion", "A.M1", "ladder.4", "changed", "threshold"),
        ("criterion", "A.M1", "minimum_n", "changed", "threshold"),
    ]
    assert found[0].before == "change lead time at most 7 days"
    assert found[0].after == "change lead time at most 6 days"


def test_scoring_rules_are_thresholds_and_their_source_is_not() -> None:
    def change(document: Row) -> None:
        scoring = cast("Row", document["scoring"])
        scoring["minimum_coverage"] = 0.7
        cast("Row", scoring["confidence"])["low"] = 0.3

    assert said(changed(change)) == [
        ("scoring", "", "confidence.low", "changed", "threshold"),
        ("scoring", "", "minimum_coverage", "changed", "threshold"),
    ]


def test_a_part_that_comes_or_goes_is_told_with_all_inside_of_it() -> None:
    found = changed(lambda document: rows(document, "pillars").pop())

    assert said(found) == [
        ("pillar", "people", "", "removed", "meaning"),
        ("domain", "C", "", "removed", "meaning"),
        ("topic", "C.1", "", "removed", "meaning"),
    ]
    assert "How far is this done?" in found[-1].before
    assert "Sentence 5 of C.1." in found[-1].before
    assert found[-1].after == ""


def test_a_topic_in_another_domain_is_the_same_topic_elsewhere() -> None:
    def change(document: Row) -> None:
        moved = rows(domain(document), "topics").pop(1)
        rows(domain(document, 1), "topics").append(moved)

    (found,) = changed(change)

    assert (found.code, found.field) == ("A.2", "inside")
    assert (found.before, found.after, found.sort) == ("A", "B", Sort.MEANING)


def test_another_order_is_told_once_and_moves_no_score() -> None:
    (found,) = changed(lambda document: rows(domain(document), "topics").reverse())

    assert (found.code, found.field, found.sort) == ("A", "topics", Sort.WORDING)
    assert (found.before, found.after) == ("A.1 → A.2 → A.3", "A.3 → A.2 → A.1")


def test_what_an_edition_says_in_other_languages_takes_part() -> None:
    (found,) = changed(
        lambda document: document.update(
            translations={"de": {"A.1/question": "Wie weit?"}}
        )
    )

    assert found.field == "translations.de.A.1/question"
    assert (found.kind, found.after) == (Kind.ADDED, "Wie weit?")


# ── what holds for any two ─────────────────────────────────────────────────────────

TEXTS = st.text(alphabet="ab c", min_size=1, max_size=6).filter(str.strip)
CODES = ("A.1", "A.2", "A.3", "A.4")


@st.composite
def editions(draw: st.DrawFn) -> rubric.Edition:
    """An edition of one to four topics, in any order and wording."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True))
    topics = [
        frameworks.topic(
            code,
            question=draw(TEXTS),
            weight=draw(st.integers(1, 3)),
            levels={str(level): draw(TEXTS) for level in range(1, 6)},
        )
        for code in codes
    ]
    lines = draw(st.lists(st.integers(1, 90), min_size=4, max_size=4, unique=True))
    days: list[Json] = [f"{day} days" for day in sorted(lines, reverse=True)]
    criteria: Json = [
        frameworks.criterion("A.M", codes[0], ladder=frameworks.ladder(*days))
    ]
    part = frameworks.domain("A", *topics, criteria=criteria)
    pillar: Row = {"code": "p", "name": "P", "domains": [part]}
    return frameworks.edition(pillar, title=draw(TEXTS))


@given(editions())
def test_equal_editions_have_no_diff(edition: rubric.Edition) -> None:
    assert diffing.diff(edition, rubric.parse(rubric.dump(edition))) == ()


@given(editions(), editions())
def test_unequal_editions_have_one(one: rubric.Edition, other: rubric.Edition) -> None:
    assert bool(diffing.diff(one, other)) is (one != other)


@given(editions(), editions())
def test_the_diff_backwards_is_the_diff_mirrored(
    one: rubric.Edition, other: rubric.Edition
) -> None:
    forth, back = diffing.diff(one, other), diffing.diff(other, one)

    assert tuple(change.mirrored() for change in forth) == back


@given(editions(), editions())
def test_every_changed_field_of_a_topic_is_named(
    one: rubric.Edition, other: rubric.Edition
) -> None:
    found = {(change.code, change.field) for change in diffing.diff(one, other)}
    for code in CODES:
        old = next((topic for topic in one.topics if topic.code == code), None)
        new = next((topic for topic in other.topics if topic.code == code), None)
        assert ((code, "") in found) is ((old is None) != (new is None))
        if old is None or new is None:
            continue
        assert ((code, "question") in found) is (old.question != new.question)
        assert ((code, "weight") in found) is (old.weight != new.weight)
        for level in range(1, 6):
            named = (code, f"levels.{level}") in found
            assert named is (old.levels[level] != new.levels[level])


@given(editions(), editions())
def test_an_answer_fits_on_exactly_where_question_and_levels_stayed(
    one: rubric.Edition, other: rubric.Edition
) -> None:
    meant = {
        change.code
        for change in diffing.diff(one, other)
        if change.part == "topic" and change.sort is Sort.MEANING
    }
    for topic in one.topics:
        twin = next((one for one in other.topics if one.code == topic.code), None)
        if twin is not None:
            assert diffing.same_question(topic, twin) is (topic.code not in meant)


# ── words ──────────────────────────────────────────────────────────────────────────


def test_words_that_stayed_went_and_came_are_told_apart() -> None:
    assert diffing.words("A merge starts it.", "A merge never starts it.") == (
        (Run.SAME, "A merge "),
        (Run.ADDED, "never "),
        (Run.SAME, "starts it."),
    )


@given(st.text(), st.text())
def test_no_word_is_lost_between_two_texts(before: str, after: str) -> None:
    runs = diffing.words(before, after)

    assert "".join(text for run, text in runs if run is not Run.ADDED) == before
    assert "".join(text for run, text in runs if run is not Run.REMOVED) == after
