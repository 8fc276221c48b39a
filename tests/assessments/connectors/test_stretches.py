"""What a deployment brought is asked for where no list of commits tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from assessments.connectors import lists
from assessments.connectors.base import Refused, Unreachable
from assessments.connectors.base.common import reads_stretches
from assessments.connectors.registry import CONNECTORS
from tests import recorded
from tests.assessments.connectors import faults
from tests.assessments.connectors.stretched import TELLINGS, Hidden, hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.connectors.base import Plain
    from tests.assessments.connectors.faults import Fault
    from tests.assessments.connectors.platform import Answer, Asked

NOWHERE = "0" * 40


@pytest.fixture(params=sorted(TELLINGS))
def story(request: pytest.FixtureRequest) -> Iterator[Hidden]:
    """A platform that compares, whose branch lost its two newest commits."""
    with hidden(request.param) as found:
        yield found


@pytest.fixture
def hub() -> Iterator[Hidden]:
    """GitHub, whose branch lost its two newest commits."""
    with hidden("github") as found:
        yield found


def wanted(*stretches: tuple[str, str], cursor: Plain | None = None) -> Plain:
    """The cursor of a reading that shall ask for these."""
    asked = [lists.Stretch(base=base, head=head) for base, head in stretches]
    return lists.stretching(cursor or {}, asked)


def outcomes(cursor: Plain) -> dict[str, lists.Outcome | None]:
    """How the asking for each stretch of a cursor ended."""
    return {each.head: each.outcome for each in lists.stretches_in(cursor)}


def when_comparing(story: Hidden, fault: Fault) -> Fault:
    """Let only the requests for a stretch go wrong."""

    def answer(asked: Asked, honest: Answer) -> Answer:
        return fault(asked, honest) if story.compares(asked) else honest

    return answer


def test_exactly_those_compare_that_say_so() -> None:
    assert {kind for kind in CONNECTORS if reads_stretches(CONNECTORS[kind])} == set(
        TELLINGS
    )


def test_nothing_is_compared_unasked(story: Hidden) -> None:
    reading = story.stage.read()

    assert ("commit", story.head) not in reading.events
    assert lists.stretches_in(reading.cursor) == []
    assert not any(map(story.compares, story.stage.platform.asked))


def test_a_stretch_brings_the_commits_that_no_list_names(story: Hidden) -> None:
    whole = story.stage.read()

    reading = story.stage.read(wanted((story.base, story.head)))

    assert reading.error is None
    assert reading.garbled == 0
    assert set(reading.events) == set(whole.events) | story.events
    assert outcomes(reading.cursor) == {story.head: lists.Outcome.WHOLE}


def test_its_commits_know_their_parents(story: Hidden) -> None:
    found = story.stage.read(wanted((story.base, story.head))).events

    told = {sha: json.loads(found["commit", sha])["parents"] for _, sha in story.events}
    assert story.base in told[story.head]


def test_what_was_answered_is_not_asked_again(story: Hidden) -> None:
    first = story.stage.read(wanted((story.base, story.head)))
    story.stage.platform.asked.clear()

    again = story.stage.read(first.cursor)

    assert again.error is None
    assert not any(map(story.compares, story.stage.platform.asked))


def test_a_reading_goes_on_at_the_stretch_where_it_broke_off(story: Hidden) -> None:
    asked = wanted((story.base, story.head), (story.base, story.shas[1]))
    whole = story.stage.read(asked)

    for pages in range(1, len(whole.pages)):
        part = story.stage.read(asked, most_pages=pages)
        rest = story.stage.read(part.cursor)
        assert part.events | rest.events == whole.events


def test_going_back_brings_nothing_but_the_revision_itself(story: Hidden) -> None:
    older = story.shas[4]

    reading = story.stage.read(wanted((story.head, older)))

    assert reading.error is None
    assert ("commit", story.head) not in reading.events
    assert outcomes(reading.cursor) == {older: lists.Outcome.WHOLE}


def test_a_revision_that_is_gone_is_said_to_be(story: Hidden) -> None:
    reading = story.stage.read(wanted((story.base, NOWHERE)))

    assert reading.error is None
    assert outcomes(reading.cursor) == {NOWHERE: lists.Outcome.MISSING}


def test_a_base_that_is_gone_leaves_the_revision_itself(hub: Hidden) -> None:
    reading = hub.stage.read(wanted((NOWHERE, hub.head)))

    assert reading.error is None
    assert ("commit", hub.head) in reading.events
    assert outcomes(reading.cursor) == {hub.head: lists.Outcome.MISSING}


@pytest.mark.parametrize("kind", ["github", "gitea"])
def test_more_than_is_read_is_said_to_be_cut(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessments.connectors.lists.stretches._MOST_PAGES", 1)
    with hidden(kind, lost=5) as story:
        reading = story.stage.read(wanted((story.base, story.head)))

        told = set(reading.events) & story.events
        assert outcomes(reading.cursor) == {story.head: lists.Outcome.CUT}
        # Oldest first or newest first: the revision that went out is known.
        assert ("commit", story.head) in told
        assert told < story.events


@pytest.mark.parametrize("fault", [faults.limited, faults.in_trouble, faults.truncated])
def test_trouble_with_a_stretch_costs_nothing_else(story: Hidden, fault: Fault) -> None:
    asked = wanted((story.base, story.head))
    whole = story.stage.read(asked)

    story.stage.platform.fault = when_comparing(story, fault)
    part = story.stage.read(asked)
    story.stage.platform.fault = None
    rest = story.stage.read(part.cursor)

    assert isinstance(part.error, Unreachable)
    assert set(whole.events) - story.events <= set(part.events)
    assert part.events | rest.events == whole.events


def test_a_stretch_that_always_fails_is_given_up(story: Hidden) -> None:
    cursor = wanted((story.base, story.head), (story.base, story.shas[1]))
    story.stage.platform.fault = when_comparing(story, faults.in_trouble)
    for _ in range(3):
        cursor = story.stage.read(cursor).cursor

    last = story.stage.read(cursor)

    assert last.error is None
    assert outcomes(last.cursor) == {
        story.head: lists.Outcome.UNANSWERED,
        story.shas[1]: lists.Outcome.WHOLE,
    }


def test_a_limit_is_no_failure(hub: Hidden) -> None:
    cursor = wanted((hub.base, hub.head))
    hub.stage.platform.fault = when_comparing(hub, faults.limited)
    for _ in range(4):
        cursor = hub.stage.read(cursor).cursor or cursor
    hub.stage.platform.fault = None

    assert outcomes(hub.stage.read(cursor).cursor) == {hub.head: lists.Outcome.WHOLE}


def test_a_token_that_may_not_compare_is_said_so(story: Hidden) -> None:
    story.stage.platform.fault = when_comparing(story, faults.of_status(403))

    reading = story.stage.read(wanted((story.base, story.head)))

    assert isinstance(reading.error, Refused)


@pytest.mark.parametrize("body", [b"17", b"null", b'{"x": 1}', b'"x"'])
def test_an_answer_of_another_type_is_told_of(story: Hidden, body: bytes) -> None:
    story.stage.platform.fault = when_comparing(story, faults.saying(body))

    reading = story.stage.read(wanted((story.base, story.head)))

    assert reading.error is not None or reading.garbled


def test_pages_that_repeat_are_noticed(hub: Hidden) -> None:
    with hidden("github", lost=5) as story:
        repeating: Callable[[Asked, Answer], Answer] = faults.repeating()
        story.stage.platform.fault = when_comparing(story, repeating)

        reading = story.stage.read(wanted((story.base, story.head)))

    assert isinstance(reading.error, Unreachable)


def test_what_was_recorded_from_github_is_understood() -> None:
    told = recorded.rows("github", "compare")[0].payload
    with hidden("github") as story:
        place = f"{story.place}/compare/{story.base}...{story.head}"
        story.stage.platform.things[place] = told

        reading = story.stage.read(wanted((story.base, story.head)))

    rows = lists.under("commits")(told) or []
    shas = {("commit", lists.field(row, "sha")) for row in rows}
    assert shas
    assert shas <= set(reading.events)
    assert reading.garbled == 0
