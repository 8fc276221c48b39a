"""Answering in a browser: by keyboard, without a connection, in two windows at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assessments.models import Rating
from tests import factories
from tests.journeys.walker import walking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page, Route
    from pytest_django.live_server_helper import LiveServer

    from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser

_TRIES = 300  # ten a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An open cycle that nobody has answered; A has three questions, B and C one."""

    address: str
    cycle: str
    cycle_id: int

    def answers(self) -> list[str]:
        """Return what was answered, in the order in which it was kept."""
        rows = Rating.objects.filter(cycle_id=self.cycle_id).order_by("pk")
        return [
            f"{row.person.username} {row.topic} {row.level or row.answer}"
            f" {row.rationale}".strip()
            for row in rows.select_related("person")
        ]


@pytest.fixture
def place(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The pages of the product, with a house of personas and an open cycle."""
    # The browser's driver runs a loop in this thread; nothing here is asynchronous.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    house = factories.house()
    cycle = factories.cycle(house.workspace)
    return Place(
        address=live_server.url,
        cycle=f"/w/{house.slug}/cycles/{cycle.pk}/",
        cycle_id=cycle.pk,
    )


@pytest.fixture
def walker(place: Place) -> Iterator[Walker]:
    """A browser at the product."""
    with walking(place.address) as found:
        yield found


def _sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/w/"))


def _title(page: Page, topic: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(topic)


def _state(page: Page, text: str) -> None:
    expect(page.locator("#save-state")).to_contain_text(text)


def _cut(route: Route) -> None:
    """Lose what is sent; what is read comes through."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def _context(walker: Walker) -> BrowserContext:
    browser = walker.page.context.browser
    assert browser is not None
    return browser.new_context()


def test_a_domain_is_answered_without_a_mouse(place: Place, walker: Walker) -> None:
    page = walker.page
    _sign_in(page, walker.address, "rui")
    walker.go(place.cycle + "answer/")
    _title(page, "A.1")
    walker.look("question")
    keys = page.keyboard
    keys.press("4")
    _state(page, "Saved")
    keys.press("ArrowUp")
    expect(page.locator("#choice-3")).to_be_checked()
    keys.press("z")
    expect(page.locator("#choice-4")).to_be_checked()
    keys.press("Enter")
    _title(page, "A.2")
    keys.press("n")
    expect(page.locator("#rationale")).to_be_focused()
    keys.type("no models u 5 here")
    expect(page.locator("#choice-na")).to_be_checked()
    keys.press("Escape")
    _state(page, "Saved")
    keys.press("j")
    _title(page, "A.3")
    keys.press("k")
    _title(page, "A.2")
    expect(page.locator("#rationale")).to_have_value("no models u 5 here")
    page.go_back()
    _title(page, "A.3")
    keys.press("u")
    _state(page, "Saved")
    keys.press("Enter")
    page.wait_for_url(re.compile("/answer/domain/A/"))
    expect(page.locator("main")).to_contain_text("3 of 3")
    walker.look("check")
    assert walker.troubles == []
    newest = {line.split()[1]: line for line in place.answers()}
    assert newest == {
        "A.1": "rui A.1 4",
        "A.2": "rui A.2 not_applicable no models u 5 here",
        "A.3": "rui A.3 unknown",
    }


def test_keys_are_listed_and_can_be_switched_off_for_good(
    place: Place, walker: Walker
) -> None:
    page = walker.page
    _sign_in(page, walker.address, "noa")
    walker.go(place.cycle + "answer/A.1/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    walker.look("keys")
    with page.expect_response(re.compile("/answer/set/shortcuts/")):
        page.get_by_label("Use single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("4")
    expect(page.locator("#choice-4")).not_to_be_checked()
    page.reload()
    page.keyboard.press("4")
    expect(page.locator("#choice-4")).not_to_be_checked()
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_label("Use single-key shortcuts")).not_to_be_checked()
    assert walker.troubles == []


def test_a_domain_is_answered_while_the_network_is_cut(
    place: Place, walker: Walker
) -> None:
    page = walker.page
    _sign_in(page, walker.address, "rui")
    with page.expect_response(re.compile("/cards/")):
        walker.go(place.cycle + "answer/A.1/")
    page.context.set_offline(offline=True)
    page.keyboard.press("2")
    _state(page, "Kept on this device")
    expect(page.locator("#unsent")).to_contain_text("1 answer waits")
    page.keyboard.press("Enter")
    _title(page, "A.2")
    page.keyboard.press("5")
    page.locator("#rationale").fill("Written in a tunnel.")
    page.locator("#rationale").blur()
    page.keyboard.press("j")
    _title(page, "A.3")
    page.keyboard.press("u")
    expect(page.locator("#unsent")).to_contain_text("answers wait")
    page.keyboard.press("j")  # the next page is another one: it cannot be had now
    expect(page.locator("#loud")).to_contain_text("so this page stays")
    _title(page, "A.3")
    page.context.set_offline(offline=False)
    _state(page, "Saved")
    expect(page.locator("#unsent")).to_be_hidden()
    page.keyboard.press("k")
    _title(page, "A.2")
    expect(page.locator("#rationale")).to_have_value("Written in a tunnel.")
    # What no server had seen when it was added to went as one answer.
    assert place.answers() == [
        "rui A.1 2",
        "rui A.2 5 Written in a tunnel.",
        "rui A.3 unknown",
    ]


def test_what_waits_outlives_a_reload_and_is_sent_from_another_tab(
    place: Place, walker: Walker
) -> None:
    page, context = walker.page, walker.page.context
    _sign_in(page, walker.address, "rui")
    context.route("**/answer/**", _cut)
    walker.go(place.cycle + "answer/A.1/")
    page.keyboard.press("3")
    expect(page.locator("#unsent")).to_contain_text("1 answer waits")
    page.locator("#rationale").fill("Half a sen")
    page.reload()
    expect(page.locator("#choice-3")).to_be_checked()
    expect(page.locator("#rationale")).to_have_value("Half a sen")
    page.close()
    context.unroute("**/answer/**")
    other = context.new_page()
    other.goto(walker.address + place.cycle + "questions/")
    expect(other.locator("#unsent")).to_be_hidden()
    other.goto(walker.address + place.cycle + "answer/A.1/")
    expect(other.locator("#choice-3")).to_be_checked()
    expect(other.locator("#rationale")).to_have_value("Half a sen")
    # What waits is shown before it has arrived.
    for _ in range(_TRIES):
        if place.answers()[-1] == "rui A.1 3 Half a sen":
            break
        other.wait_for_timeout(100)
    assert place.answers()[-1] == "rui A.1 3 Half a sen"


def test_a_page_written_before_an_answer_arrived_shows_the_answer(
    place: Place, walker: Walker
) -> None:
    page, address = walker.page, walker.address + place.cycle + "answer/A.1/"
    _sign_in(page, walker.address, "rui")
    page.goto(address)
    page.keyboard.press("3")
    _state(page, "Saved")
    written_before = page.request.get(address).text()
    page.locator("#rationale").fill("Half a sentence")
    page.locator("#rationale").blur()
    _state(page, "Saved")
    expect(page.locator("#rationale")).to_have_value("Half a sentence")
    page.route(address, lambda route: _stale(route, written_before))
    page.reload()
    expect(page.locator("#rationale")).to_have_value("Half a sentence")
    page.keyboard.press("4")
    _state(page, "Saved")
    assert place.answers()[-1] == "rui A.1 4 Half a sentence"


def _stale(route: Route, text: str) -> None:
    if route.request.method == "GET":
        route.fulfill(body=text, content_type="text/html; charset=utf-8")
    else:
        route.continue_()


def test_two_windows_that_disagree_ask_which_answer_stays(
    place: Place, walker: Walker
) -> None:
    page = walker.page
    _sign_in(page, walker.address, "rui")
    elsewhere = _context(walker).new_page()
    _sign_in(elsewhere, walker.address, "rui")
    for one in (page, elsewhere):
        one.goto(walker.address + place.cycle + "answer/A.1/")
    page.keyboard.press("2")
    _state(page, "Saved")
    elsewhere.keyboard.press("2")  # the same answer again is no conflict
    _state(elsewhere, "Saved")
    page.keyboard.press("3")
    _state(page, "Saved")
    elsewhere.keyboard.press("5")
    box = elsewhere.locator("#unsent")
    expect(box).to_contain_text("Here: Level 5")
    expect(box).to_contain_text("Level 3")
    assert place.answers() == ["rui A.1 2", "rui A.1 3"]
    elsewhere.get_by_role("button", name="Keep the answer given here").click()
    _state(elsewhere, "Saved")
    expect(box).to_be_hidden()
    assert place.answers()[-1] == "rui A.1 5"
    page.keyboard.press("1")
    page.get_by_role("button", name="Keep the other answer").click()
    expect(page.locator("#choice-5")).to_be_checked()
    page.keyboard.press("4")
    _state(page, "Saved")
    assert place.answers()[-1] == "rui A.1 4"


def test_answers_of_a_lost_session_wait_for_the_same_person(
    place: Place, walker: Walker
) -> None:
    page, context = walker.page, walker.page.context
    _sign_in(page, walker.address, "rui")
    walker.go(place.cycle + "answer/A.1/")
    context.clear_cookies()
    page.keyboard.press("4")
    expect(page.locator("#unsent")).to_contain_text("Sign in")
    other = context.new_page()
    _sign_in(other, walker.address, "noa")
    other.goto(walker.address + place.cycle + "answer/A.1/")
    expect(other.locator("#choice-4")).not_to_be_checked()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#loud")).to_contain_text("Somebody else is signed in")
    assert place.answers() == []
    other.context.clear_cookies()
    _sign_in(other, walker.address, "rui")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    _state(page, "Saved")
    assert place.answers() == ["rui A.1 4"]
