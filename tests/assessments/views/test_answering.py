"""The pages on which people answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Assignment, Rating, Scoring
from assessments.services import commenting
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.http import HttpResponse
    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks

    from assessments.models import Cycle
    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.usefixtures("telemetry")


@pytest.fixture
def cycle(house: House) -> Cycle:
    """An open cycle that leaves C out."""
    return factories.cycle(house.workspace, left_out={"C": "Not ours."})


def _at(house: House, name: str, *args: object) -> str:
    return reverse(name, args=[house.slug, *args])


def _save(browser: Client, address: str, **given: str) -> HttpResponse:
    """Save as the page does by itself."""
    response: HttpResponse = browser.post(
        address, given, headers={"Accept": "application/json"}
    )  # type: ignore[assignment]  # the client's own class of it
    return response


def test_nothing_is_chosen_beforehand_and_every_level_is_read_beside_its_choice(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    text = sign_in("rui").get(_at(house, "answer", cycle.pk, "A.1")).content.decode()
    assert "checked" not in text.split("</fieldset>")[0]
    assert text.count('type="radio" class="form-check-input" name="choice"') == 7
    for level in range(1, 6):
        assert f"Sentence {level} of A.1." in text
    assert "<legend>How far is this done?</legend>" in text
    assert "Question 1 of 4" in text


def test_a_choice_is_saved_by_itself_and_shown_when_i_come_back(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    address = _at(house, "answer", cycle.pk, "A.1")
    saved = _save(rui, address, choice="4", confidence="high", rationale="Seen.")
    assert saved.status_code == 200
    answer = saved.json()  # type: ignore[attr-defined]  # the client's own class
    assert (answer["answered"], answer["of"]) == (1, 4)
    assert len(answer["saved_at"]) == len("14:02")
    rating = Rating.objects.get()
    assert (rating.level, rating.confidence, rating.vantage) == (
        4,
        "high",
        "practitioner",
    )
    text = rui.get(address).content.decode()
    assert 'id="choice-4" value="4" checked' in text
    assert "Level 4" in text
    assert "Seen.</textarea>" in text
    theirs = sign_in("noa").get(address).content.decode()
    assert "checked" not in theirs.split("</fieldset>")[0]


def test_the_same_answer_again_writes_nothing(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    for choice in ("4", "4", "unknown"):
        _save(rui, _at(house, "answer", cycle.pk, "A.1"), choice=choice)
    assert [row.answer for row in Rating.objects.order_by("pk")] == ["level", "unknown"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"choice": ""}, "answer"),
        ({"choice": "9"}, "answer"),
        ({"choice": "²"}, "answer"),
        ({"choice": "9" * 400}, "answer"),
        ({"choice": "not_applicable"}, "rationale"),
        ({"choice": "3", "vantage": "moon"}, "vantage"),
    ],
)
def test_an_answer_that_cannot_be_says_so_at_its_place(
    cycle: Cycle, house: House, sign_in: SignIn, given: dict[str, str], field: str
) -> None:
    address = _at(house, "answer", cycle.pk, "A.1")
    refused = _save(sign_in("rui"), address, **given)
    assert refused.status_code == 422
    answer = refused.json()  # type: ignore[attr-defined]  # the client's own class
    assert answer["field"] == field
    assert not Rating.objects.exists()


def test_without_javascript_the_button_saves_and_goes_on(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    answer = rui.post(_at(house, "answer", cycle.pk, "A.1"), {"choice": "3"})
    assert answer["Location"] == _at(house, "answer", cycle.pk, "A.2")
    answer = rui.post(_at(house, "answer", cycle.pk, "B.1"), {"choice": "3"})
    assert answer["Location"] == _at(house, "answer_domain", cycle.pk, "B")
    page = rui.post(
        _at(house, "answer", cycle.pk, "A.2"),
        {"choice": "not_applicable", "confidence": "low"},
    )
    assert page.status_code == 422
    text = page.content.decode()
    assert "Say why this does not apply" in text
    assert 'value="not_applicable" checked' in text
    assert 'value="low" checked' in text


def test_a_person_resumes_at_the_first_question_without_an_answer(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    start = _at(house, "answer_resume", cycle.pk)
    assert rui.get(start)["Location"] == _at(house, "answer", cycle.pk, "A.1")
    for topic in ("A.1", "A.2", "A.3"):
        _save(rui, _at(house, "answer", cycle.pk, topic), choice="3")
    assert rui.get(start)["Location"] == _at(house, "answer", cycle.pk, "B.1")
    _save(rui, _at(house, "answer", cycle.pk, "B.1"), choice="3")
    assert rui.get(start)["Location"] == _at(house, "answer_overview", cycle.pk)


def test_a_domain_lists_its_questions_with_my_answers(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    factories.rating(cycle, "A.2", house["rui"], 2)
    factories.rating(cycle, "A.3", house["noa"], 5)
    page = sign_in("rui").get(_at(house, "answer_domain", cycle.pk, "A"))
    text = page.content.decode()
    assert "1 of 3" in text
    assert "Level 2" in text
    assert "Level 5" not in text
    page = sign_in("rui").get(_at(house, "answer_domain", cycle.pk, "C"))
    assert b"left out of the cycle: Not ours." in page.content


@pytest.mark.parametrize(
    ("state", "says"), [("draft", "still a draft"), ("in_review", "in review")]
)
def test_a_cycle_that_takes_no_answers_says_why_and_what_to_do(
    house: House, sign_in: SignIn, state: str, says: str
) -> None:
    closed = factories.cycle(house.workspace, state=state)
    address = _at(house, "answer", closed.pk, "A.1")
    text = sign_in("rui").get(address).content.decode()
    assert says in text
    assert "Back to all questions" in text
    assert "answering.js" not in text
    refused = _save(sign_in("rui"), address, choice="3")
    assert refused.status_code == 409
    assert says in refused.json()["sentence"]  # type: ignore[attr-defined]  # as above
    assert not Rating.objects.exists()


@pytest.mark.parametrize("topic", ["C.1", "Z.1", "A", "%00"])
def test_a_question_that_is_not_asked_is_not_found(
    cycle: Cycle, house: House, sign_in: SignIn, topic: str
) -> None:
    rui = sign_in("rui")
    address = _at(house, "answer", cycle.pk, "TOPIC").replace("TOPIC", topic)
    assert rui.get(address).status_code == 404
    assert rui.post(address, {"choice": "3"}).status_code == 404
    assert _save(rui, address, choice="3").status_code == 404
    assert rui.get(_at(house, "answer_domain", cycle.pk, "Z")).status_code == 404


@pytest.mark.parametrize("persona", ["vera", "sam"])
def test_who_may_not_answer_is_told_so(
    cycle: Cycle, house: House, sign_in: SignIn, persona: str
) -> None:
    address = _at(house, "answer", cycle.pk, "A.1")
    assert sign_in(persona).get(address).status_code == 403
    assert _save(sign_in(persona), address, choice="3").status_code == 403


@pytest.mark.usefixtures("eager_tasks")
def test_the_score_moves_with_the_answer(
    cycle: Cycle,
    house: House,
    sign_in: SignIn,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        _save(sign_in("rui"), _at(house, "answer", cycle.pk, "B.1"), choice="4")
    score = Scoring.objects.get().scores.get(kind="topic", code="B.1")
    assert str(score.declared) == "4.0"


def test_a_broker_that_is_down_spoils_no_answer(
    cycle: Cycle,
    house: House,
    sign_in: SignIn,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from assessments.tasks import cycles as tasks

    def down(*_args: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.rescore, "delay", down)
    with django_capture_on_commit_callbacks(execute=True):
        saved = _save(sign_in("rui"), _at(house, "answer", cycle.pk, "B.1"), choice="4")
    assert saved.status_code == 200
    assert Rating.objects.exists()


def test_an_answer_based_on_an_older_one_is_a_conflict_with_both_to_choose_from(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    address = _at(house, "answer", cycle.pk, "A.1")
    first = _save(rui, address, choice="2", seen="0").json()["id"]  # type: ignore[attr-defined]  # as above
    second = _save(rui, address, choice="3", seen=str(first)).json()["id"]  # type: ignore[attr-defined]  # as above
    same = _save(rui, address, choice="3", seen=str(first))
    assert same.status_code == 200
    late = _save(rui, address, choice="5", seen=str(first))
    assert late.status_code == 409
    other = late.json()["other"]  # type: ignore[attr-defined]  # as above
    assert (other["id"], other["choice"], other["label"]) == (second, "3", "Level 3")
    assert [row.level for row in Rating.objects.order_by("pk")] == [2, 3]
    page = rui.post(address, {"choice": "5", "seen": str(first)})
    text = page.content.decode()
    assert page.status_code == 409
    assert "Elsewhere" in text
    assert 'id="choice-5" value="5" checked' in text
    assert f'name="seen" value="{second}"' in text
    assert _save(rui, address, choice="5", seen=str(second)).status_code == 200


def test_what_a_browser_kept_for_another_person_is_not_taken(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    address = _at(house, "answer", cycle.pk, "A.1")
    refused = _save(
        sign_in("noa"), address, choice="3", person=str(house["rui"].pk), seen="0"
    )
    assert refused.status_code == 403
    assert refused.json()["person"] is True  # type: ignore[attr-defined]  # as above
    assert not Rating.objects.exists()


def test_a_person_sees_and_answers_what_they_are_asked_and_nothing_else(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    _ask(cycle, house["rui"], "B")
    rui = sign_in("rui")
    assert rui.get(_at(house, "answer_resume", cycle.pk))["Location"].endswith("/B.1/")
    text = rui.get(_at(house, "answer_overview", cycle.pk)).content.decode()
    assert "B.1" in text
    assert "A.1" not in text
    assert "0 of 1" in text
    for name, code in (
        ("answer", "A.1"),
        ("answer_at_hand", "A.1"),
        ("answer_domain", "A"),
        ("answer_cards", "A"),
        ("comments", "A.1"),
    ):
        assert rui.get(_at(house, name, cycle.pk, code)).status_code == 404
    refused = _save(rui, _at(house, "answer", cycle.pk, "A.1"), choice="3")
    assert refused.status_code == 404
    assert (
        _save(rui, _at(house, "answer", cycle.pk, "B.1"), choice="3").json()[  # type: ignore[attr-defined]  # as above
            "of"
        ]
        == 1
    )
    # Who may answer everything may, asked or not.
    saved = _save(sign_in("noa"), _at(house, "answer", cycle.pk, "A.1"), choice="3")
    assert saved.status_code == 200


def test_the_questions_of_a_domain_come_at_once_and_lightly(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    factories.rating(cycle, "A.2", house["rui"], 2)
    page = sign_in("rui").get(_at(house, "answer_cards", cycle.pk, "A"))
    text = page.content.decode()
    assert text.count("<template") == 3
    assert "Sentence 5 of A.3." in text
    assert text.count(" checked") == 1
    assert len(page.content) < 150_000


def test_a_domain_is_done_when_i_say_so_and_open_again_when_i_answer(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    _ask(cycle, house["rui"], "B")
    rui = sign_in("rui")
    _save(rui, _at(house, "answer", cycle.pk, "B.1"), choice="3")
    place = _at(house, "answer_domain", cycle.pk, "B")
    assert "I am done with this domain" in rui.get(place).content.decode()
    rui.post(_at(house, "domain_finish", cycle.pk, "B"))
    assert "that you are done" in rui.get(place).content.decode()
    _save(rui, _at(house, "answer", cycle.pk, "B.1"), choice="4")
    assert "I am done with this domain" in rui.get(place).content.decode()


def test_shortcuts_are_switched_off_with_the_account(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    address = _at(house, "answer", cycle.pk, "A.1")
    on = 'id="keys-on" checked'
    assert on in rui.get(address).content.decode()
    assert rui.post(_at(house, "answer_shortcuts", cycle.pk)).status_code == 204
    assert on not in rui.get(address).content.decode()
    rui.post(_at(house, "answer_shortcuts", cycle.pk), {"on": "on"})
    assert on in rui.get(address).content.decode()


def test_the_overview_shows_only_what_a_filter_asks_for(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 2)
    rui = sign_in("rui")
    place = _at(house, "answer_overview", cycle.pk)
    text = rui.get(place, {"show": "unanswered"}).content.decode()
    assert "A.1 Topic" not in text
    assert "A.2 Topic" in text
    text = rui.get(place, {"show": "carried"}).content.decode()
    assert "No question fits this filter" in text
    assert "A.1 Topic" in rui.get(place, {"show": "nonsense"}).content.decode()


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("answer", ("A.1",)),
        ("answer_cards", ("A",)),
        ("answer_domain", ("A",)),
        ("answer_overview", ()),
    ],
)
def test_pages_ask_no_more_for_twice_the_people_and_answers(
    cycle: Cycle,
    house: House,
    sign_in: SignIn,
    queries_of: Callable[..., int],
    name: str,
    rest: tuple[str, ...],
) -> None:
    rui = sign_in("rui")
    address = _at(house, name, cycle.pk, *rest)
    rui.get(address)
    _crowd(cycle, house, 2)
    few = queries_of(rui.get, address)
    _crowd(cycle, house, 4)
    assert queries_of(rui.get, address) == few


def test_saving_asks_no_more_for_twice_the_people_and_answers(
    cycle: Cycle, house: House, sign_in: SignIn, queries_of: Callable[..., int]
) -> None:
    rui = sign_in("rui")
    address = _at(house, "answer", cycle.pk, "A.1")
    _save(rui, address, choice="1")
    _crowd(cycle, house, 2)
    few = queries_of(_save, rui, address, choice="2")
    _crowd(cycle, house, 4)
    assert queries_of(_save, rui, address, choice="3") == few <= 24


@pytest.fixture
def queries_of() -> Callable[..., int]:
    """Count the queries of a call."""

    def count(call: Callable[..., object], *args: object, **given: object) -> int:
        with CaptureQueriesContext(connection) as captured:
            call(*args, **given)
        return len(captured)

    return count


def _crowd(cycle: Cycle, house: House, size: int) -> None:
    """Let more people be asked, answer and comment, Rui among them."""
    for _ in range(size):
        member = factories.member(house.workspace)
        _ask(cycle, member.user, "A")
        _ask(cycle, house["rui"], "A")
        for topic in ("A.1", "A.2"):
            factories.rating(cycle, topic, member.user, 4)
        commenting.write(
            cycle_id=cycle.pk, topic="A.1", author=member.user, text="So.", now=NOW
        )


def _ask(cycle: Cycle, person: User, domain: str) -> None:
    Assignment.objects.get_or_create(
        cycle=cycle,
        person=person,
        domain=domain,
        defaults={
            "vantage": "practitioner",
            "asked_by": cycle.created_by,
            "asked_at": NOW,
        },
    )
