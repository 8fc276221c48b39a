"""A room calibrates: one person leads on one screen, another follows on a phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.journeys.assessment import PATIENCE
from tests.journeys.walker import entrance

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser
PHONE = {
    "viewport": {"width": 320, "height": 640},
    "has_touch": True,
    "is_mobile": True,
}


@pytest.fixture
def cycle(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an open cycle in which people see two topics differently."""
    # The browser's driver runs a loop in this thread; nothing here is asynchronous.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    assert live_server.url
    house = factories.house()
    found = factories.cycle(house.workspace)
    for topic, high, low in (("A.2", 5, 2), ("B.1", 4, 1)):
        factories.rating(found, topic, house["ada"], high, vantage="leadership")
        factories.rating(found, topic, house["rui"], low)
    return f"/w/{house.slug}/cycles/{found.pk}/"


def _settle(page: Page, level: str, reason: str) -> None:
    page.get_by_label("Agreed level").select_option(level)
    page.get_by_label("Reason").fill(reason)
    page.locator("form[action*='/settle/'] .btn-primary").click()


def test_a_room_meets_settles_and_disputes(live_server: LiveServer, cycle: str) -> None:
    with entrance(live_server.url) as enter:
        leader, follower = enter(), enter(**PHONE)
        leader.sign_in("noa", factories.PASSWORD)
        follower.sign_in("rui", factories.PASSWORD)
        _meet(leader, follower, cycle)
        _reveal(leader, follower)
        _agree(leader, follower)
        _leave(leader, follower, cycle)
        _dispute(leader, cycle)
        for walker in (leader, follower):
            assert walker.troubles == []


def _meet(leader: Walker, follower: Walker, cycle: str) -> None:
    """Start where people lie farthest apart; the other finds the way from home."""
    leader.go(cycle + "calibration/")
    leader.look("calibration")
    leader.page.get_by_role("link", name="Workshop", exact=True).click()
    leader.look("no workshop yet")
    leader.page.get_by_role("button", name="Start a workshop").click()
    expect(leader.page.locator("#stage")).to_contain_text("A.2")
    follower.go(cycle.partition("cycles/")[0] + "asked/")
    follower.look("asked, with a workshop under way")
    follower.page.get_by_role("link", name="Join the workshop").tap()
    stage = follower.page.locator("#stage")
    expect(stage).to_contain_text("A.2")
    expect(stage).not_to_contain_text("Leadership says")


def _reveal(leader: Walker, follower: Walker) -> None:
    """Show the ratings with a key; the phone follows by itself."""
    leader.look("workshop, hidden")
    leader.page.locator("body").press("r")
    for walker in (leader, follower):
        expect(walker.page.locator("#stage")).to_contain_text(
            "Leadership says 5", timeout=PATIENCE
        )
    leader.look("workshop, revealed")
    follower.look("workshop on a phone")


def _agree(leader: Walker, follower: Walker) -> None:
    """Settle what the room agreed on; everybody reads by whom and why."""
    _settle(leader.page, "3.0", "The second team showed its register.")
    for walker in (leader, follower):
        expect(walker.page.locator("#stage")).to_contain_text(
            "showed its register", timeout=PATIENCE
        )
    leader.look("workshop, settled")


def _leave(leader: Walker, follower: Walker, cycle: str) -> None:
    page = leader.page
    leader.go(cycle)
    page.get_by_role("link", name="Join the workshop").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=re.compile("^End")).click()
    for walker in (leader, follower):
        expect(walker.page.locator("#stage")).to_contain_text(
            "The workshop has ended", timeout=PATIENCE
        )
    follower.look("workshop that has ended")


def _dispute(leader: Walker, cycle: str) -> None:
    """Leave the other topic to somebody who asks around, until a day."""
    page = leader.page
    leader.go(cycle + "calibration/topics/B.1/")
    page.get_by_text("Open a dispute").click()
    page.locator("#dispute_text").fill("Leadership saw one team only.")
    page.locator("#dispute_owner").select_option(label="Ada")
    leader.look("dispute")
    page.get_by_role("button", name="Open the dispute").click()
    expect(page.locator("#disputes")).to_contain_text("Leadership saw one team only.")
    leader.go(cycle + "calibration/disputes/")
    leader.look("disputes")
    expect(page.locator("main")).to_contain_text("B.1")
