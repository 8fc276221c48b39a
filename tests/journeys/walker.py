"""A person in a browser, who notices what is not accessible on the way."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect, sync_playwright

from tests.servers import chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import ConsoleMessage, Page

# How fast a machine is, is no matter of these tests: what never comes fails still.
expect.set_options(timeout=30_000)

WIDTHS = (1280, 320)
# What a browser, and htmx in it, say of their own accord while the network is cut.
_CUT = ("net::ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    },
    # Off by default, and part of WCAG 2.2 AA.
    "rules": {"target-size": {"enabled": True}},
}
# Dark differs from light by its colors alone.
_COLORS = {"runOnly": ["color-contrast", "link-in-text-block"]}
# Colors that are still on their way to others cannot be judged. What turns for as long
# as a page waits is no way to anywhere: only transitions are waited for, and not long.
_AT_REST = """async () => {
  const after = (time) => new Promise(done => setTimeout(done, time));
  const frame = () => new Promise(done => requestAnimationFrame(done));
  // A busy machine draws late: what a change sets off begins with the next frame.
  const drawn = async () => { await after(50); await frame(); await frame(); };
  await drawn();
  const ways = document.getAnimations().filter(one => one instanceof CSSTransition);
  const ends = ways.map(one => one.finished.catch(() => {}));
  await Promise.race([Promise.all(ends), after(2000)]);
  await drawn();
}"""
# What is in order is not written down: finding names for it takes as long as looking.
_FAULTS = """async (options) => {
  const found = await axe.run({...options, resultTypes: ["violations"]});
  return found.violations.map(({id, help, nodes}) =>
    `${id} (${help}): ${JSON.stringify(nodes.slice(0, 3).map(node => node.target))}`);
}"""
_PROGRAM_OPTIONS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(slots=True)
class Walker:
    """Somebody at a page."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open an address of the product."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"

    def sign_in(self, name: str, password: str) -> None:
        """Become somebody of a workspace."""
        self.go("/accounts/login/")
        self.page.fill("[name=login]", name)
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url("**/w/**")

    def look(self, name: str) -> None:
        """Check the page at both widths, light and dark; scrolling sideways, too."""
        before = self.page.viewport_size
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self._check(f"{name} at {width}", _RULES)
            with self._in_the_dark():
                self._check(f"{name} at {width} in the dark", _COLORS)
            self._fits(f"{name} at {width}")
        if before:
            self.page.set_viewport_size(before)

    def glance(self, name: str) -> None:
        """Check the page where it is narrowest, and its colors where it is dark."""
        self.page.set_viewport_size({"width": WIDTHS[-1], "height": 900})
        self._check(f"{name} at {WIDTHS[-1]}", _RULES)
        self._fits(f"{name} at {WIDTHS[-1]}")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        with self._in_the_dark():
            self._check(f"{name} in the dark", _COLORS)

    def _fits(self, where: str) -> None:
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth > window.innerWidth"
        )
        if wider:
            self.troubles.append(f"{where}: scrolls sideways")

    def _check(self, where: str, options: Mapping[str, object]) -> None:
        # Behind another page of the same window it would draw once a second.
        self.page.bring_to_front()
        self.page.evaluate(_AT_REST)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        faults: list[str] = self.page.evaluate(_FAULTS, options)
        self.troubles += [f"{where}: {fault}" for fault in faults]

    @contextmanager
    def _in_the_dark(self) -> Iterator[None]:
        self.page.emulate_media(color_scheme="dark")
        yield
        self.page.emulate_media(color_scheme="light")

    def listen(self) -> Walker:
        """Take what goes wrong in the console for a trouble, too."""
        self.page.on("console", lambda message: self._overhear(message))
        self.page.on(
            "pageerror",
            lambda error: self.troubles.append(
                f"script on {self.page.url}: {error}: {error.stack}"
            ),
        )
        return self

    def _overhear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(one in message.text for one in _CUT):
            self.troubles.append(f"console on {self.page.url}: {message.text}")


@contextmanager
def entrance(address: str) -> Iterator[Callable[..., Walker]]:
    """Open a browser at the product; everybody who enters is somebody else."""
    program = chromium()
    assert program is not None

    def enter(**device: Any) -> Walker:
        # Who wants no motion sees none: colors on their way cannot be judged.
        shown = {
            "viewport": {"width": 1280, "height": 900},
            "reduced_motion": "reduce",
        } | device
        page = browser.new_context(**shown).new_page()
        return Walker(page, address).listen()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=_PROGRAM_OPTIONS
        )
        try:
            yield enter
        finally:
            browser.close()


@contextmanager
def walking(address: str) -> Iterator[Walker]:
    """Open a browser at the product; nothing may go wrong in its console."""
    with entrance(address) as enter:
        yield enter()
