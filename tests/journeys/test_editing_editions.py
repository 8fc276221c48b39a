"""An edition in a browser: copied, changed by two people, looked over, published."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories
from tests.journeys.walker import walking

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser

PATIENCE = 60_000


@pytest.fixture
def edition(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a published edition in a house."""
    # The browser's driver runs a loop in this thread; nothing here is asynchronous.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    assert live_server.url
    return reverse("edition", args=[factories.house().slug, factories.edition().pk])


def copied(walker: Walker, edition: str) -> str:
    """Copy the edition and return the address of the draft's editor."""
    walker.go(edition)
    walker.page.get_by_role("link", name="Copy and edit").click()
    walker.look("copy")
    walker.page.get_by_role("button", name="Make the copy").click()
    walker.page.wait_for_url(re.compile("/edit/$"))
    walker.look("outline")
    return re.sub(r"^https?://[^/]+", "", walker.page.url)


def test_a_lead_brings_an_edition_from_a_copy_to_a_new_version(
    live_server: LiveServer, edition: str
) -> None:
    with walking(live_server.url) as walker:
        page = walker.page
        page.set_default_timeout(PATIENCE)
        walker.sign_in("ada", factories.PASSWORD)
        editor = copied(walker, edition)

        walker.go(editor + "topic/A.1/")
        walker.look("topic")
        other = page.context.new_page()
        other.goto(page.url)
        other.get_by_label("Question", exact=True).fill("What the other one asks?")
        other.get_by_role("button", name="Save in the draft").click()
        expect(other.get_by_role("status")).to_contain_text("Saved in the draft.")
        page.get_by_label("Question", exact=True).fill("How far is all of it done?")
        page.get_by_role("button", name="Save in the draft").click()
        expect(page.get_by_role("alert").first).to_contain_text(
            "What the other one asks?"
        )
        expect(page.get_by_label("Question", exact=True)).to_have_value(
            "How far is all of it done?"
        )
        page.get_by_role("button", name="Save mine").click()
        expect(page.get_by_role("status").first).to_contain_text("Saved")

        for place in (
            "topic/A.1/preview/",
            "domain/A/",
            "criterion/A.M1/",
            "whole/scale/",
            "whole/scoring/",
            "domain/A/add/criterion/",
            "pillar/people/add/domain/",
            "topic/A.2/remove/",
            "discard/",
        ):
            walker.go(editor + place)
            walker.look(place)

        walker.go(editor + "publish/")
        walker.look("publish")
        page.get_by_role("button", name="Publish: cannot be undone").click()
        expect(page.get_by_text("Published").first).to_be_visible()
        page.get_by_role("link", name="Compare", exact=True).click()
        walker.look("compare")
        page.get_by_role("button", name="Compare").click()
        expect(page.locator("ins", has_text="all of it")).to_be_visible()
        walker.look("diff")
        # The conflict is an answer that browsers report as an error.
        assert [one for one in walker.troubles if "409" not in one] == []
