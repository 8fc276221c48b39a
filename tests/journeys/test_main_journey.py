"""The whole line, as a new user walks it: from signing in to a board report."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests import servers
from tests.journeys import git_history, product
from tests.journeys.walker import Walker, walking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

# A worker takes the work up; on two busy cores that may take its time.
PATIENCE = 60_000


@pytest.fixture(params=["embedded", pytest.param("servers", marks=pytest.mark.redis)])
def running(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[product.Product]:
    """The product on SQLite and a broker of files; and on PostgreSQL and Redis."""
    with contextlib.ExitStack() as stack:
        settings = {}
        if request.param == "servers":
            settings["DATABASE_URL"] = stack.enter_context(servers.fresh_database())
            settings["REDIS_URL"] = servers.OTHER_REDIS_URL
        yield stack.enter_context(product.running(tmp_path, **settings))


def test_a_new_user_comes_from_sign_in_to_a_board_report(
    running: product.Product, tmp_path: Path
) -> None:
    history = git_history.repository(tmp_path / "shop")
    with walking(running.address) as walker:
        home = _found_a_workspace(walker)
        _connect(walker, home, history)
        cycle = _start_a_cycle(walker, home)
        _answer_d7_by_keyboard(walker, cycle)
        _see_the_score(walker, cycle)
        _see_lead_times(walker, home)
        _lock(walker, cycle)
        report = _download_the_report(walker, cycle, tmp_path / "board.pdf")
        assert walker.troubles == []
    text = "\n".join(page.extract_text() for page in PdfReader(report).pages)
    assert "Harbor Freight Lines" in text
    assert "D7" in text
    verified = running.manage("verify_cycle", cycle.rstrip("/").rsplit("/", 1)[-1])
    assert "differ" not in verified.lower()


def _path(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url).split("?")[0]


def _found_a_workspace(walker: Walker) -> str:
    page = walker.page
    walker.go("/")
    walker.look("sign-in")
    page.get_by_label("User name or e-mail").fill(product.STAFF)
    page.get_by_label("Password", exact=True).fill(product.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    walker.go("/workspaces/new/")
    walker.look("new workspace")
    page.get_by_label("Name").fill("Harbor Freight Lines")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(re.compile("/w/harbor-freight-lines/"))
    walker.look("home")
    return "/w/harbor-freight-lines/"


def _connect(walker: Walker, home: str, history: Path) -> None:
    page = walker.page
    walker.go(home + "sources/")
    walker.look("sources, none yet")
    walker.go(home + "sources/new/?kind=git")
    walker.look("connect")
    page.get_by_label("URL or path of the repository").fill(str(history))
    page.get_by_label("Name", exact=True).fill("Shop repository")
    page.get_by_role("button", name=re.compile("^Preview")).click()
    expect(page.get_by_text("v1.7.0").first).to_be_visible(timeout=PATIENCE)
    walker.look("connect, previewed")
    page.get_by_role("button", name=re.compile("^Connect")).click()
    page.wait_for_url(re.compile(r"/sources/\d+/$"))
    brought = page.get_by_role("row", name="Deployment 8")
    expect(brought).to_be_visible(timeout=PATIENCE)
    walker.look("source")


def _start_a_cycle(walker: Walker, home: str) -> str:
    page = walker.page
    walker.go(home + "cycles/")
    walker.look("cycles, none yet")
    page.get_by_role("link", name=re.compile("cycle", re.IGNORECASE)).last.click()
    walker.go(home + "cycles/new/")
    edition = page.get_by_label("Edition")
    eighteen = edition.locator("option", has_text="18").first.get_attribute("value")
    edition.select_option(eighteen)
    walker.look("new cycle")
    page.get_by_label("Title").fill("First look")
    for step in ("domains", "targets", "participants", "setup/course", "setup/check"):
        onward = page.locator(".step-buttons .btn-primary").last
        onward.click()
        page.wait_for_url(re.compile(f"{step}/$"))
        walker.look(f"new cycle, {step}")
    page.get_by_role("button", name="Open for answers").click()
    page.wait_for_url(re.compile(r"/cycles/\d+/$"))
    walker.look("cycle")
    return _path(page)


def _answer_d7_by_keyboard(walker: Walker, cycle: str) -> None:
    page = walker.page
    walker.go(cycle + "answer/D7.1/")
    walker.look("question")
    for number, key in enumerate(["3", "3", "u", "4", "2"], start=1):
        topic = f"D7.{number}"
        expect(page.get_by_role("heading", level=1)).to_contain_text(topic)
        page.keyboard.press(key)
        if key == "4":
            # The edition asks what was seen before it takes a high level.
            page.locator("#rationale").fill("Seen in the registry.")
            page.locator("#rationale").blur()
        expect(page.locator("#save-state")).to_contain_text("Saved")
        page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/answer/domain/D7/"))
    walker.go(cycle + "answer/D7.2/")
    expect(page.locator("input[name=choice][value='3']")).to_be_checked()


def _see_the_score(walker: Walker, cycle: str) -> None:
    page = walker.page
    walker.go(cycle + "results/")
    row = page.get_by_role("row").filter(has_text="D7").first
    expect(row).to_contain_text("3.0", timeout=PATIENCE)
    walker.look("results")
    walker.go(cycle + "results/domains/D7/")
    walker.look("domain")


def _see_lead_times(walker: Walker, home: str) -> None:
    page = walker.page
    walker.go(home + "delivery/")
    expect(page.get_by_text("Change lead time").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("6.5 h")
    walker.look("delivery")


def _lock(walker: Walker, cycle: str) -> None:
    page = walker.page
    walker.go(cycle)
    page.get_by_role("button", name="Start the review").click()
    page.get_by_role("link", name="Check and lock").click()
    walker.look("lock")
    page.get_by_role("button", name="Lock this cycle").click()
    expect(page.get_by_text("Nothing of it can change any more")).to_be_visible()


def _download_the_report(walker: Walker, cycle: str, to: Path) -> Path:
    page = walker.page
    walker.go(cycle + "reports/")
    page.get_by_role("button", name="Board report (PDF)").click()
    ready = page.get_by_role("link", name=re.compile("^Download"))
    expect(ready).to_be_visible(timeout=PATIENCE)
    walker.look("reports")
    with page.expect_download() as download:
        ready.click()
    download.value.save_as(to)
    return to
