"""The look of reports: tried, refused with a way out, chosen, and journaled."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from assessments.charts import palette
from assessments.models import Brand, JournalEntry, Report
from assessments.queries import brands
from assessments.services import reporting
from tests import factories

if TYPE_CHECKING:
    from assessments.models import Cycle

Browser = Callable[[str], Client]
LOOK = {"primary": "#5b2a86", "accent": "#9A3412", "cover_text": "For the board"}


def png(size: tuple[int, int] = (1200, 300), kind: str = "PNG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "#5b2a86").save(out, format=kind)
    return SimpleUploadedFile("logo.png", out.getvalue())


def drawn(said_width: int = 300) -> bytes:
    """A PNG whose head says that it is so wide and high."""
    body: bytes = png((300, 300)).read()
    head = b"IHDR" + struct.pack(">II", said_width, said_width) + body[24:29]
    return body[:12] + head + struct.pack(">I", zlib.crc32(head)) + body[33:]


def at(house: factories.House) -> str:
    return reverse("brand", args=[house.workspace.slug])


def test_a_look_is_chosen_once_kept_with_its_hash_and_journaled(
    house: factories.House, sign_in: Browser
) -> None:
    browser = sign_in("ada")
    browser.post(at(house), {**LOOK, "logo": png()})
    page = browser.post(at(house), {**LOOK, "logo": png()}, follow=True)
    assert "from now on" in page.content.decode()
    brand = Brand.objects.get()
    assert (brand.primary, brand.accent) == ("#5b2a86", "#9a3412")
    assert brand.sha256 in page.content.decode()
    entry = JournalEntry.objects.get(verb="brand.chosen")
    assert entry.detail["sha256"] == brand.sha256


def test_a_logo_is_drawn_anew_smaller_and_stays_until_it_is_taken_away(
    house: factories.House, sign_in: Browser
) -> None:
    browser = sign_in("ada")
    browser.post(at(house), {**LOOK, "logo": png(kind="JPEG")})
    browser.post(at(house), LOOK | {"cover_text": "For everybody"})
    kept = brands.newest(workspace_id=house.workspace.pk)
    assert kept is not None
    assert kept.logo is not None
    with Image.open(io.BytesIO(kept.logo)) as image:
        assert (image.format, image.size) == ("PNG", (900, 225))
    browser.post(at(house), LOOK | {"without": "on"})
    bare = brands.newest(workspace_id=house.workspace.pk)
    assert bare is not None
    assert bare.logo is None


def test_a_color_that_cannot_be_read_is_refused_with_one_that_can(
    house: factories.House, sign_in: Browser
) -> None:
    page = sign_in("ada").post(at(house), LOOK | {"accent": "#ffcc00"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "contrast of 1.5" in text
    assert palette.darker("#ffcc00") in text
    assert not Brand.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n but nothing after it",
        b"x" * (2 * 1024**2 + 1),
        drawn(60_000),
        drawn()[:-40],
    ],
    ids=["a script", "a head alone", "too large", "too many pixels", "cut off"],
)
def test_what_is_no_picture_is_refused(
    body: bytes,
    house: factories.House,
    sign_in: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Printing a PDF says so to Pillow for the whole process.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    logo = SimpleUploadedFile("logo.png", body)
    page = sign_in("ada").post(at(house), {**LOOK, "logo": logo})
    assert page.status_code == 422
    assert "logo" in page.content.decode().lower()
    assert not Brand.objects.exists()


def test_a_preview_keeps_nothing(house: factories.House, sign_in: Browser) -> None:
    page = sign_in("ada").post(at(house), LOOK | {"preview": "1"})
    assert "Not saved yet" in page.content.decode()
    assert "data:image/svg+xml" in page.content.decode()
    assert not Brand.objects.exists()


def test_another_look_gives_another_report_and_the_first_keeps_its_own(
    house: factories.House, sign_in: Browser, scored: Cycle
) -> None:
    def ask() -> int:
        return reporting.ask(
            cycle_id=scored.pk, kind="board_pdf", by=house["ada"], now=factories.NOW
        ).report_id

    before = ask()
    sign_in("ada").post(at(house), LOOK)
    after = ask()
    assert before != after == ask()
    assert Report.objects.get(pk=before).brand is None
    assert Report.objects.get(pk=after).brand == Brand.objects.get()


@pytest.fixture
def scored(house: factories.House, telemetry: object) -> Cycle:
    """A cycle with one answer, scored."""
    made = factories.cycle(house.workspace)
    topic = made.edition.document["pillars"][0]["domains"][0]["topics"][0]["code"]
    factories.rating(made, topic, house["rui"], 3)
    return factories.scored(made)


@given(st.integers(0, 0xFFFFFF))
def test_the_darker_color_can_be_read_and_is_the_same_where_none_is_needed(
    number: int,
) -> None:
    color = f"#{number:06x}"
    better = palette.darker(color)
    assert palette.readable(better)
    assert not palette.readable(color) or better == color


def test_contrast_is_measured_as_the_guidelines_do() -> None:
    assert palette.contrast("#000000") == pytest.approx(21)
    assert palette.contrast("#777777") == pytest.approx(4.48, abs=0.01)
    assert palette.contrast("#ffffff") == 1
