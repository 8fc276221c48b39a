"""The pages of comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Comment
from assessments.services import commenting
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle
    from tests.factories import House

    SignIn = Callable[[str], Client]


@pytest.fixture
def cycle(house: House) -> Cycle:
    """An open cycle."""
    return factories.cycle(house.workspace)


def _at(house: House, cycle: Cycle, topic: str = "A.1") -> str:
    return reverse("comments", args=[house.slug, cycle.pk, topic])


def test_a_comment_is_plain_text_whatever_is_in_it(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    text = "<script>x</script> https://example.org/a"
    sent = sign_in("rui").post(_at(house, cycle), {"text": text})
    assert sent["Location"] == _at(house, cycle)
    page = sign_in("noa").get(_at(house, cycle)).content.decode()
    assert "&lt;script&gt;" in page
    assert '<a href="https://example.org/a" rel="nofollow">' in page
    assert "Take back" not in page


def test_a_fragment_answers_the_browser_and_says_who_is_told(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    page = rui.post(
        _at(house, cycle), {"text": "See @noa"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in page
    assert "Noa will be told by e-mail." in page
    refused = rui.post(_at(house, cycle), {"text": " "}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert b"Write something first." in refused.content


def test_others_words_wait_for_my_own_answer_where_ratings_are_unanchored(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    type(cycle).objects.filter(pk=cycle.pk).update(unanchored=True)
    commenting.write(
        cycle_id=cycle.pk, topic="A.1", author=house["noa"], text="Two!", now=NOW
    )
    rui = sign_in("rui")
    assert b"Two!" not in rui.get(_at(house, cycle)).content
    assert b"Two!" in sign_in("vera").get(_at(house, cycle)).content
    factories.rating(cycle, "A.1", house["rui"])
    assert b"Two!" in rui.get(_at(house, cycle)).content


def test_a_comment_is_taken_back_on_its_page_and_only_there(
    cycle: Cycle, house: House, sign_in: SignIn
) -> None:
    written = commenting.write(
        cycle_id=cycle.pk, topic="A.1", author=house["rui"], text="Oops", now=NOW
    )

    def back(topic: str) -> str:
        place = [house.slug, cycle.pk, topic, written.id]
        return reverse("comment_withdraw", args=place)

    assert sign_in("rui").post(back("A.2")).status_code == 404
    assert sign_in("noa").post(back("A.1")).status_code == 422
    sign_in("rui").post(back("A.1"))
    assert Comment.objects.get().withdrawn_at is not None
    assert b"Taken back." in sign_in("vera").get(_at(house, cycle)).content


@pytest.mark.parametrize("topic", ["Z.1", "A"])
def test_there_is_nothing_to_say_about_what_the_cycle_does_not_ask(
    cycle: Cycle, house: House, sign_in: SignIn, topic: str
) -> None:
    assert sign_in("ada").get(_at(house, cycle, topic)).status_code == 404


def test_who_reads_only_reads(cycle: Cycle, house: House, sign_in: SignIn) -> None:
    page = sign_in("vera").get(_at(house, cycle))
    assert b"Add the comment" not in page.content
    assert sign_in("vera").post(_at(house, cycle), {"text": "Me"}).status_code == 403
    assert not Comment.objects.exists()
