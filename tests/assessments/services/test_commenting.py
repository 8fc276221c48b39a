"""Comments to colleagues."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.models import Assignment, Comment, JournalEntry, Notice
from assessments.queries import comments
from assessments.services import commenting
from assessments.services.refusals import Unfit
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from assessments.models import Cycle
    from tests.factories import House


@pytest.fixture
def cycle(house: House) -> Cycle:
    """An open cycle in which Rui is asked about A, and nobody else about anything."""
    made = factories.cycle(house.workspace)
    Assignment.objects.create(
        cycle=made,
        person=house["rui"],
        domain="A",
        vantage="practitioner",
        asked_by=house["ada"],
        asked_at=NOW,
    )
    return made


def _write(
    cycle: Cycle, house: House, text: str, **changes: object
) -> commenting.Written:
    given: dict[str, object] = {
        "cycle_id": cycle.pk,
        "topic": "A.1",
        "author": house["noa"],
        "text": text,
        "now": NOW,
    }
    return commenting.write(**(given | changes))  # type: ignore[arg-type]  # as given


def test_a_mention_tells_the_colleague_once_by_name(cycle: Cycle, house: House) -> None:
    written = _write(cycle, house, "What do you think, @rui? And you, @Noa? @RUI!")
    assert written.told == ("Rui", "Noa")
    notice = Notice.objects.get(kind="mention")
    assert (notice.person, notice.kind) == (house["rui"], "mention")
    assert "What do you think" in notice.body
    assert f"/cycles/{cycle.pk}/answer/A.1/comments/" in notice.body
    assert JournalEntry.objects.filter(verb="comment.written").count() == 1


def test_who_may_not_read_it_is_not_told_and_that_is_said(
    cycle: Cycle, house: House
) -> None:
    stranger = factories.member(house.workspace).user
    written = _write(
        cycle, house, f"@otto @{stranger.username} write to a@b.example.org"
    )
    assert written.told == ()
    assert written.unknown == ("otto", stranger.username)
    assert not Notice.objects.filter(kind="mention").exists()
    readers = comments.colleagues(cycle_id=cycle.pk, topic="A.1")
    assert {one.username for one in readers} == {
        "ada",
        "noa",
        "petra",
        "rui",
        "sam",
        "vera",
    }
    about_b = comments.colleagues(cycle_id=cycle.pk, topic="B.1")
    assert "rui" not in {one.username for one in about_b}


def test_the_same_words_twice_are_one_comment_and_later_another(
    cycle: Cycle, house: House
) -> None:
    first = _write(cycle, house, "Seen.")
    assert _write(cycle, house, " Seen. ").id == first.id
    later = _write(cycle, house, "Seen.", now=NOW + timedelta(hours=1))
    assert later.id != first.id


def test_a_comment_is_taken_back_by_its_author_and_leaves_a_trace(
    cycle: Cycle, house: House
) -> None:
    written = _write(cycle, house, "Wrong.")
    with pytest.raises(commenting.NotYours):
        commenting.withdraw(
            cycle_id=cycle.pk, comment_id=written.id, by=house["rui"], now=NOW
        )
    for _ in range(2):
        commenting.withdraw(
            cycle_id=cycle.pk, comment_id=written.id, by=house["noa"], now=NOW
        )
    rows = comments.comment_rows(
        cycle_id=cycle.pk, topic="A.1", person_id=house["noa"].pk
    )
    assert [(row.withdrawn, row.text) for row in rows] == [(True, "")]
    assert JournalEntry.objects.filter(verb="comment.withdrawn").count() == 1


@pytest.mark.parametrize(
    ("text", "says"), [("  ", "Write something"), ("x" * 5_001, "5000 characters")]
)
def test_a_comment_that_cannot_be_is_refused(
    cycle: Cycle, house: House, text: str, says: str
) -> None:
    with pytest.raises(Unfit, match=says):
        _write(cycle, house, text)
    assert not Comment.objects.exists()


@pytest.mark.usefixtures("telemetry")
def test_a_locked_cycle_is_not_spoken_about_any_more(
    cycle: Cycle, house: House
) -> None:
    written = _write(cycle, house, "Before.")
    factories.rating(cycle, "A.1", house["rui"])
    factories.locked(cycle)
    with pytest.raises(commenting.Closed, match="locked"):
        _write(cycle, house, "After.")
    with pytest.raises(commenting.Closed, match="locked"):
        commenting.withdraw(
            cycle_id=cycle.pk, comment_id=written.id, by=house["noa"], now=NOW
        )
