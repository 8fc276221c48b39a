"""A questionnaire goes out, is filled, and comes back without overwriting anything."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import AnswerSheet, JournalEntry, Rating
from assessments.services import participating, sheets, signing
from tests import factories
from tests.factories import NOW
from tests.factories_sheets import applied, filled, kept, shown, table, taken

if TYPE_CHECKING:
    from assessments.models import Cycle

LATER = NOW + timedelta(days=1)


@pytest.fixture
def cycle(house: factories.House) -> Cycle:
    return factories.cycle(house.workspace)


def ratings(cycle: Cycle) -> list[tuple[str, str, int | None, str, str]]:
    rows = Rating.objects.filter(cycle=cycle).order_by("pk")
    return list(rows.values_list("topic", "answer", "level", "confidence", "rationale"))


def test_what_was_filled_offline_becomes_answers(
    house: factories.House, cycle: Cycle
) -> None:
    said = {
        "A.1": (3, "High", "Seen in the pipeline."),
        "A.2": ("I do not know",),
        "B.1": ("Does not apply here", "Low", "Nothing is sold."),
    }
    sheet = kept(cycle, house["rui"], filled(taken(cycle, house["rui"]), said))
    assert ratings(cycle) == []
    assert [row.topic for row in shown(sheet).fresh] == ["A.1", "A.2", "B.1"]
    assert applied(sheet).written == 3
    assert ratings(cycle) == [
        ("A.1", "level", 3, "high", "Seen in the pipeline."),
        ("A.2", "unknown", None, "", ""),
        ("B.1", "not_applicable", None, "low", "Nothing is sold."),
    ]


def test_taking_over_twice_changes_nothing(
    house: factories.House, cycle: Cycle
) -> None:
    sheet = kept(cycle, house["rui"], filled(taken(cycle, house["rui"]), {"A.1": (3,)}))
    wanted = {row.topic: row.seen for row in shown(sheet).fresh}
    for written in (1, 0):
        done = sheets.apply(
            cycle_id=cycle.pk,
            sheet_id=sheet.pk,
            person=house["rui"],
            taken=wanted,
            now=NOW,
        )
        assert done.written == written
        assert done.refused == ()
    assert len(ratings(cycle)) == 1
    assert JournalEntry.objects.filter(verb="sheet.applied").count() == 1


def test_a_round_trip_without_a_change_says_the_same(
    house: factories.House, cycle: Cycle
) -> None:
    hard = '=1+1\r\n\'quoted, and "so"; – ünï\r\n- done'
    factories.rating(cycle, "A.1", house["rui"], 4, rationale=hard, confidence="low")
    factories.rating(cycle, "C.1", house["rui"], "unknown")
    sheet = kept(cycle, house["rui"], taken(cycle, house["rui"]))
    assert [row.topic for row in shown(sheet).same] == ["A.1", "C.1"]
    assert not shown(sheet).open
    assert not shown(sheet).bad


def test_a_changed_answer_is_shown_beside_the_old_one(
    house: factories.House, cycle: Cycle
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 2)
    body = filled(taken(cycle, house["rui"]), {"A.1": (4,)})
    (row,) = shown(kept(cycle, house["rui"], body)).changes
    assert (row.old and row.old.label, row.new and row.new.label) == (
        "Level 2",
        "Level 4",
    )


def test_an_answer_given_since_the_download_is_a_conflict(
    house: factories.House, cycle: Cycle
) -> None:
    body = filled(taken(cycle, house["rui"]), {"A.1": (4,), "A.2": (2,)})
    factories.rating(cycle, "A.1", house["rui"], 1, at=LATER)
    sheet = kept(cycle, house["rui"], body)
    assert [row.topic for row in shown(sheet).conflicts] == ["A.1"]
    applied(sheet)
    assert [level for _t, _a, level, _c, _r in ratings(cycle)] == [1, 2]
    applied(sheet, conflicts=True)
    assert [level for _t, _a, level, _c, _r in ratings(cycle)] == [1, 2, 4]


def test_an_answer_given_since_the_preview_is_not_overwritten(
    house: factories.House, cycle: Cycle
) -> None:
    body = filled(taken(cycle, house["rui"]), {"A.1": (4,), "A.2": (2,)})
    sheet = kept(cycle, house["rui"], body)
    wanted = {row.topic: row.seen for row in shown(sheet).fresh}
    factories.rating(cycle, "A.1", house["rui"], 1, at=LATER)
    done = sheets.apply(
        cycle_id=cycle.pk, sheet_id=sheet.pk, person=house["rui"], taken=wanted, now=NOW
    )
    assert (done.written, [row for row, _why in done.refused]) == (1, [2])
    assert shown(sheet).conflicts[0].topic == "A.1"


def test_only_what_was_ticked_is_taken_over(
    house: factories.House, cycle: Cycle
) -> None:
    body = filled(taken(cycle, house["rui"]), {"A.1": (4,), "A.2": (2,)})
    sheet = kept(cycle, house["rui"], body)
    sheets.apply(
        cycle_id=cycle.pk,
        sheet_id=sheet.pk,
        person=house["rui"],
        taken={"A.2": 0, "nonsense": 7},
        now=NOW,
    )
    assert [row[0] for row in ratings(cycle)] == ["A.2"]


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (("A.1", "=2+1"), "Your answer", "formula"),
        (("A.1", 7), "Your answer", "level from 1 to 5"),
        (("A.1", 2.5), "Your answer", "“2.5” is no answer"),
        (("A.1", "quite good"), "Your answer", "is no answer"),
        (("A.1", None, "high"), "Your answer", "no answer in this row"),
        (("A.1", 3, "extremely"), "How sure you are", "low, medium or high"),
        (("A.1", "unknown", "", "=A1"), "What you have seen", "formula"),
        (("A.1", "not applicable"), "What you have seen", "why this does not apply"),
        (("Z.9", 3), "Code", "Z.9 is not asked of you"),
        ((None, 3), "Code", "code of the question is missing"),
        (("A.1", 3, "", "x" * 10_001), "What you have seen", "10000 characters"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_kept(
    house: factories.House,
    cycle: Cycle,
    line: tuple[object, ...],
    column: str,
    said: str,
) -> None:
    sheet = kept(cycle, house["rui"], table(("A.2", 3), line, ("B.1", 4)))
    (bad,) = shown(sheet).bad
    assert (bad.number, bad.column) == (3, column)
    assert said in bad.problem
    assert applied(sheet).written == 2


def test_a_question_answered_twice_counts_once(
    house: factories.House, cycle: Cycle
) -> None:
    sheet = kept(cycle, house["rui"], table(("A.1", 3), ("A.1", 5)))
    assert "Row 2 has answered A.1 already" in shown(sheet).bad[0].problem
    applied(sheet)
    assert [row[2] for row in ratings(cycle)] == [3]


def test_answers_are_read_by_their_keys_too(
    house: factories.House, cycle: Cycle
) -> None:
    lines = (("A.1", "5 – Level 5"), ("A.2", "not_applicable", "HIGH", "So it is."))
    head = ("code", "answer", "confidence", "rationale")
    sheet = kept(cycle, house["rui"], table(*lines, head=head))
    assert [row.new.label for row in shown(sheet).fresh if row.new] == [
        "Level 5",
        "Does not apply here",
    ]


def test_a_file_of_another_cycle_is_refused(
    house: factories.House, cycle: Cycle
) -> None:
    other = factories.cycle(house.workspace, title="Q2", of=cycle.edition)
    with pytest.raises(sheets.NotTaken, match="another cycle"):
        kept(cycle, house["rui"], filled(taken(other, house["rui"]), {"A.1": (3,)}))


def test_nobody_answers_in_anothers_name(house: factories.House, cycle: Cycle) -> None:
    body = filled(taken(cycle, house["noa"], by_lead=True), {"A.1": (3,)})
    with pytest.raises(sheets.NotTaken, match="made for Noa"):
        kept(cycle, house["rui"], body)
    assert shown(kept(cycle, house["noa"], body)).fresh


def test_a_questionnaire_for_anybody_is_taken_from_whoever_is_asked(
    house: factories.House, cycle: Cycle
) -> None:
    participating.set_person(
        cycle_id=cycle.pk,
        person_id=house["rui"].pk,
        domains=["A"],
        by=house["ada"],
        now=NOW,
    )
    body = filled(taken(cycle), {"A.1": (3,), "B.1": (4,)})
    found = shown(kept(cycle, house["rui"], body))
    assert [row.topic for row in found.fresh] == ["A.1"]
    assert [row.topic for row in found.bad] == ["B.1"]


def test_a_handed_out_questionnaire_tells_no_answers(
    house: factories.House, cycle: Cycle
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 4, rationale="For my eyes.")
    body = taken(cycle, house["rui"], by_lead=True)
    with pytest.raises(sheets.NotTaken, match="No row of the file has an answer"):
        kept(cycle, house["rui"], body)
    # It knows which answer there was, so that changing it is no conflict.
    found = shown(kept(cycle, house["rui"], filled(body, {"A.1": (2,)})))
    assert [row.topic for row in found.changes] == ["A.1"]


def test_a_closed_cycle_takes_no_file(house: factories.House) -> None:
    cycle = factories.cycle(house.workspace, state="in_review")
    with pytest.raises(sheets.NotTaken, match="in review"):
        kept(cycle, house["rui"], table(("A.1", 3)))


def test_a_file_brought_back_before_the_review_is_not_taken_over_in_it(
    house: factories.House, cycle: Cycle
) -> None:
    sheet = kept(cycle, house["rui"], table(("A.1", 3)))
    signing.start_review(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    with pytest.raises(sheets.NotTaken, match="in review"):
        applied(sheet)
    assert ratings(cycle) == []


def test_a_newer_file_takes_the_place_of_one_that_was_not_taken_over(
    house: factories.House, cycle: Cycle
) -> None:
    kept(cycle, house["rui"], table(("A.1", 3)))
    other = kept(cycle, house["noa"], table(("A.1", 1)))
    newer = kept(cycle, house["rui"], table(("A.1", 4)))
    assert set(AnswerSheet.objects.values_list("pk", flat=True)) == {other.pk, newer.pk}


def test_nobody_takes_over_anothers_file(house: factories.House, cycle: Cycle) -> None:
    sheet = kept(cycle, house["rui"], table(("A.1", 3)))
    with pytest.raises(sheets.NoSuchSheet):
        sheets.apply(
            cycle_id=cycle.pk,
            sheet_id=sheet.pk,
            person=house["noa"],
            taken={"A.1": 0},
            now=NOW,
        )
    sheets.discard(cycle_id=cycle.pk, sheet_id=sheet.pk, person=house["noa"])
    assert AnswerSheet.objects.filter(pk=sheet.pk).exists()
    sheets.discard(cycle_id=cycle.pk, sheet_id=sheet.pk, person=house["rui"])
    assert not AnswerSheet.objects.filter(pk=sheet.pk).exists()


def test_bringing_a_file_back_costs_the_same_for_twice_the_rows(
    house: factories.House, cycle: Cycle
) -> None:
    counts = []
    for topics in (("A.1", "A.2"), ("A.1", "A.2", "A.3", "B.1")):
        with CaptureQueriesContext(connection) as asked:
            found = shown(
                kept(cycle, house["rui"], table(*((code, 3) for code in topics)))
            )
        assert len(found.fresh) == len(topics)
        counts.append(len(asked))
    # The second takes the place of the first, by one query or two.
    assert counts[1] <= counts[0] + 2
