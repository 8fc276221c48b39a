"""Following a board in a browser: new numbers come without a jump, and stay away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assessments.models import SavedView
from tests import factories
from tests.journeys.walker import walking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.live_server_helper import LiveServer

    from tests.factories import House
    from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser

_MINUTE = 61_000


@pytest.fixture
def house(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house with a unit of which nothing is known."""
    # The browser's driver runs a loop in this thread; nothing here is asynchronous.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    made = factories.house()
    factories.unit(made.workspace, "Shop")
    return made


@pytest.fixture
def walker(house: House, live_server: LiveServer) -> Iterator[Walker]:
    """Ada at the portfolio, whose clock the test moves."""
    with walking(live_server.url) as found:
        page = found.page
        page.clock.install()
        page.goto(f"{live_server.url}/accounts/login/")
        page.get_by_label("User name or e-mail").fill("ada")
        page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile("/w/"))
        found.go(f"/w/{house.slug}/portfolio/")
        yield found


def test_what_changed_comes_by_itself_and_the_focus_stays(
    house: House, walker: Walker
) -> None:
    page = walker.page
    link = page.locator("#figure-freshness .figure-ways a").first
    link.focus()
    page.evaluate("window.scrollTo(0, 100)")
    state = page.locator("[data-live-state]")

    page.clock.fast_forward(_MINUTE)
    expect(state).to_contain_text("nothing new")

    factories.unit(house.workspace, "Claims")
    page.clock.fast_forward(_MINUTE)
    expect(state).to_contain_text("Updated at")
    expect(page.locator("#figure-freshness")).to_contain_text("Claims")
    expect(page.locator("#live")).to_contain_text("Updated at")
    expect(page.locator("#figure-freshness .figure-ways a").first).to_be_focused()
    assert page.evaluate("window.scrollY") == 100


def test_updates_can_be_paused(house: House, walker: Walker) -> None:
    page = walker.page
    pause = page.get_by_role("button", name="Pause updates")
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    factories.unit(house.workspace, "Claims")
    page.clock.fast_forward(_MINUTE)
    expect(page.locator("#figure-freshness")).not_to_contain_text("Claims")
    pause.click()
    expect(page.locator("#figure-freshness")).to_contain_text("Claims")


def test_a_view_is_saved_from_the_board_and_the_pages_are_accessible(
    house: House, walker: Walker
) -> None:
    page = walker.page
    walker.look("the portfolio")
    page.get_by_text("Saved views").last.click()
    page.get_by_label("Save what is shown now as").fill("My board")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The view is saved.")).to_be_visible()
    assert SavedView.objects.get().page == "portfolio"
    walker.go(f"/w/{house.slug}/portfolio/practices/")
    walker.look("practices")
    walker.go(f"/w/{house.slug}/portfolio/views/")
    walker.look("saved views")
    assert walker.troubles == []
