from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from assessments.queries.edition_parts import Kind
from tests import factories, frameworks
from tests.factories_editions import draft, edited

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Edition

    SignIn = Callable[[str], Client]


@pytest.fixture
def mine(house: factories.House) -> Edition:
    """A draft that asks A.1 otherwise than the edition it was copied from."""
    copied = draft(factories.edition(), house.workspace, version="2")
    return edited(copied, Kind.TOPIC, "A.1", question="How far is all of it done?")


def address(house: factories.House, name: str, *arguments: object) -> str:
    return reverse(name, args=[house.slug, *arguments])


def test_the_words_that_came_are_marked_for_eye_and_ear(
    house: factories.House, sign_in: SignIn, mine: Edition
) -> None:
    page = address(house, "edition_diff", mine.pk, mine.based_on_id)

    html = sign_in("vera").get(page).content.decode()

    assert "<ins>" in html
    assert "How far is <del>" in html
    text = " ".join(unescape(strip_tags(html)).split())
    assert "[removed: this ] [added: all of it ] done?" in text
    assert "Question Meaning" in text


def test_the_same_is_there_as_json_and_backwards(
    house: factories.House, sign_in: SignIn, mine: Edition
) -> None:
    client = sign_in("sam")
    forth = [mine.pk, mine.based_on_id]

    there = client.get(address(house, "edition_diff_json", *forth)).json()
    back = client.get(address(house, "edition_diff_json", *reversed(forth))).json()

    (question,) = [one for one in there["changes"] if one["part"] == "topic"]
    assert question == {
        "part": "topic",
        "code": "A.1",
        "field": "question",
        "kind": "changed",
        "sort": "meaning",
        "before": "How far is this done?",
        "after": "How far is all of it done?",
    }
    assert there["after"] == back["before"]
    assert there["after"]["sha256"] == mine.sha256


def test_an_edition_compared_with_itself_says_that_nothing_differs(
    house: factories.House, sign_in: SignIn
) -> None:
    one = factories.edition()

    page = sign_in("vera").get(address(house, "edition_diff", one.pk, one.pk))

    assert "The two are the same" in page.content.decode()


def test_one_chooses_what_to_compare_with_the_same_key_first(
    house: factories.House, sign_in: SignIn, mine: Edition
) -> None:
    factories.edition(frameworks.plain(key="another", title="An other one"))
    client = sign_in("vera")
    page = address(house, "edition_compare", mine.pk)

    offered = client.get(page).context["others"]

    assert [label for _number, label in offered] == [
        "A small framework (small 1)",
        "An other one (another 1)",
    ]
    chosen = client.get(page, {"with": str(mine.based_on_id)})
    assert chosen["Location"] == address(
        house, "edition_diff", mine.pk, mine.based_on_id
    )
    assert client.get(page, {"with": "nonsense"}).status_code == 200


def test_with_one_edition_only_the_page_says_so(
    house: factories.House, sign_in: SignIn
) -> None:
    one = factories.edition()

    page = sign_in("vera").get(address(house, "edition_compare", one.pk))

    assert "There is no other edition" in page.content.decode()


def test_what_another_workspace_drafts_is_not_there_to_compare(
    house: factories.House, sign_in: SignIn
) -> None:
    base = factories.edition()
    theirs = draft(base, house.other)
    client = sign_in("ada")

    for name in ("edition_diff", "edition_diff_json"):
        for pair in ((theirs.pk, base.pk), (base.pk, theirs.pk)):
            assert client.get(address(house, name, *pair)).status_code == 404
    assert client.get(address(house, "edition_compare", theirs.pk)).status_code == 404
    offered = client.get(address(house, "edition_compare", base.pk)).context["others"]
    assert offered == []


def test_two_large_editions_are_compared(
    house: factories.House, sign_in: SignIn
) -> None:
    small = factories.edition()
    large = factories.edition(dict(frameworks.shipped("compel-18")))

    page = sign_in("vera").get(address(house, "edition_diff", large.pk, small.pk))

    assert page.status_code == 200
    assert "Topic D18.5" in page.content.decode()
