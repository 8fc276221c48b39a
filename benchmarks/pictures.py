"""Pictures of the dashboards and sample reports for the documentation, made anew.

    make pictures

The product runs as it does for anybody, on SQLite, with the demonstration in it. The
first page of each PDF is kept as a picture beside it.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
from playwright.sync_api import sync_playwright

from tests.journeys import product
from tests.servers import chromium

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser, Page, StorageState

_PATIENCE = 60_000
# Years of a demonstration take a while where other things run too.
_SEEDING_SECONDS = 900
_PASSWORD = "only-for-pictures"  # noqa: S105  # of a demonstration that is thrown away
_WORKSPACE = "w/meridian-mutual-simulated"
_ADDRESS = "https://compel.example.org"
_DPI = 86

_DESKTOP: Mapping[str, Any] = {"viewport": {"width": 1280, "height": 900}}
_DARK: Mapping[str, Any] = {**_DESKTOP, "color_scheme": "dark"}
_PHONE: Mapping[str, Any] = {"viewport": {"width": 390, "height": 844}}
_WALL: Mapping[str, Any] = {"viewport": {"width": 1920, "height": 1080}}

# In a fresh demonstration.
_SECOND_LOOK, _CALMS = 2, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is shown of a page, and how; nothing named: the page's first screen."""

    name: str
    path: str
    part: str = ""
    look: Mapping[str, Any] = field(default_factory=lambda: _DESKTOP)


_PICTURES = (
    Picture(
        name="results",
        path=f"cycles/{_SECOND_LOOK}/results/",
        part='section[aria-labelledby="profile-title"]',
    ),
    Picture(name="portfolio", path="portfolio/"),
    Picture(name="portfolio-movers", path="portfolio/", part="#figure-movers"),
    Picture(name="practices", path="portfolio/practices/", part=".figures"),
    Picture(name="delivery-stages", path="delivery/", part="#figure-stages"),
    Picture(name="delivery-strips", path="delivery/", part="#figure-strips"),
    Picture(name="portfolio-dark", path="portfolio/", look=_DARK),
    Picture(name="portfolio-phone", path="portfolio/", look=_PHONE),
    Picture(name="practices-wall", path="portfolio/practices/?wall=1", look=_WALL),
)

# File, cycle, kind and language.
_REPORTS = (
    ("board-report-en.pdf", _SECOND_LOOK, "board_pdf", "en"),
    ("board-report-de.pdf", _SECOND_LOOK, "board_pdf", "de"),
    ("board-report-fr.pdf", _SECOND_LOOK, "board_pdf", "fr"),
    ("board-report-en.md", _SECOND_LOOK, "board_md", "en"),
    ("programme-report-en.pdf", _SECOND_LOOK, "programme_pdf", "en"),
    ("auditor-report-en.pdf", _CALMS, "auditor_pdf", "en"),
    ("auditor-workbook-en.xlsx", _CALMS, "auditor_xlsx", "en"),
)


def main() -> None:
    """Fill a product with the demonstration; keep what it shows and what it prints."""
    if chromium() is None:
        sys.exit("There is no Chromium; `make setup-dev` says how to get it.")
    pictures, samples = (Path(folder).resolve() for folder in sys.argv[1:3])
    with (
        tempfile.TemporaryDirectory() as folder,
        product.running(Path(folder), DEMO_PASSWORD=_PASSWORD) as running,
    ):
        running.manage("load_framework", "--shipped")
        running.manage("seed_demo", patience=_SEEDING_SECONDS)
        _show(running, pictures)
        _print(running, samples)


def _show(running: product.Product, pictures: Path) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"]
        )
        known = _signed_in(browser, running.address)
        for picture in _PICTURES:
            file = pictures / f"{picture.name}.png"
            page = browser.new_page(storage_state=known, **picture.look)
            page.set_default_timeout(_PATIENCE)
            page.goto(f"{running.address}/{_WORKSPACE}/{picture.path}")
            page.wait_for_load_state("networkidle")
            shown = page.locator(picture.part).first if picture.part else page
            shown.screenshot(path=file)
            page.close()
            print(file)
        browser.close()


def _signed_in(browser: Browser, address: str) -> StorageState:
    page: Page = browser.new_page()
    page.set_default_timeout(_PATIENCE)
    page.goto(address)
    page.get_by_label("User name or e-mail").fill("ada")
    page.get_by_label("Password", exact=True).fill(_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    known = page.context.storage_state()
    page.close()
    return known


def _print(running: product.Product, samples: Path) -> None:
    # Samples lead to nobody's machine.
    known = dataclasses.replace(
        running, environment={**running.environment, "PUBLIC_URL": _ADDRESS}
    )
    for name, cycle, kind, language in _REPORTS:
        file = samples / name
        known.manage(
            "write_report", str(cycle), kind, str(file), f"--language={language}"
        )
        print(file)
        if file.suffix == ".pdf":
            first = pypdfium2.PdfDocument(file)[0]
            first.render(scale=_DPI / 72).to_pil().save(file.with_suffix(".png"))
            print(file.with_suffix(".png"))


if __name__ == "__main__":
    main()
