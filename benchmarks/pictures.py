"""Pictures of the dashboards for the documentation, made anew by anybody.

    python -m benchmarks.pictures docs/images

The product runs as it does for anybody, on SQLite, with the demonstration in it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.journeys import product
from tests.servers import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PATIENCE = 60_000
_PASSWORD = "only-for-pictures"  # noqa: S105  # of a demonstration that is thrown away
_WORKSPACE = "w/meridian-mutual-simulated"
# What is shown of which page; nothing named: the page's first screen.
_PICTURES = (
    ("portfolio", "portfolio/", ""),
    ("portfolio-movers", "portfolio/", "#figure-movers"),
    ("practices", "portfolio/practices/", ".figures"),
    ("delivery-stages", "delivery/", "#figure-stages"),
    ("delivery-strips", "delivery/", "#figure-strips"),
)


def main() -> None:
    """Fill a product with the demonstration and keep a picture of each dashboard."""
    pictures = Path(sys.argv[1])
    with (
        tempfile.TemporaryDirectory() as folder,
        product.running(Path(folder), DEMO_PASSWORD=_PASSWORD) as running,
        sync_playwright() as driver,
    ):
        running.manage("load_framework", "--shipped")
        running.manage("seed_demo")
        browser = driver.chromium.launch(
            executable_path=str(chromium()), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(_PATIENCE)
        _sign_in(page, running.address)
        for name, path, part in _PICTURES:
            file = pictures / f"{name}.png"
            page.goto(f"{running.address}/{_WORKSPACE}/{path}")
            page.wait_for_load_state("networkidle")
            shown = page.locator(part).first if part else page
            shown.screenshot(path=file)
            print(file)
        browser.close()


def _sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("User name or e-mail").fill("ada")
    page.get_by_label("Password", exact=True).fill(_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


if __name__ == "__main__":
    main()
