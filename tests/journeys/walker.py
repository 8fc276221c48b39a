"""A person in a browser, who notices what is not accessible on the way."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.servers import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

WIDTHS = (1280, 320)
_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    },
    # Off by default, and part of WCAG 2.2 AA.
    "rules": {"target-size": {"enabled": True}},
}


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

    def look(self, name: str) -> None:
        """Check the page at both widths; sideways scrolling is a trouble, too."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(self.page, options=_RULES).response["violations"]
            self.troubles += [
                f"{name} at {width}: {rule['id']} ({rule['help']}):"
                f" {[node['target'] for node in rule['nodes']][:3]}"
                for rule in found
            ]
            wider = self.page.evaluate(
                "document.documentElement.scrollWidth > window.innerWidth"
            )
            if wider:
                self.troubles.append(f"{name} at {width}: scrolls sideways")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})


@contextmanager
def walking(address: str) -> Iterator[Walker]:
    """Open a browser at the product; nothing may go wrong in its console."""
    program = chromium()
    assert program is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        try:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            walker = Walker(context.new_page(), address)
            walker.page.on(
                "console",
                lambda message: (
                    walker.troubles.append(
                        f"console on {walker.page.url}: {message.text}"
                    )
                    if message.type == "error"
                    else None
                ),
            )
            walker.page.on(
                "pageerror",
                lambda error: walker.troubles.append(
                    f"script on {walker.page.url}: {error}: {error.stack}"
                ),
            )
            yield walker
        finally:
            browser.close()
