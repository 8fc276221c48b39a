"""HTML into a tagged, deterministic PDF that asks the network for nothing."""

from __future__ import annotations

import gc
import hashlib
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from weasyprint.document import Document

_STYLE = "css/board.css"


class Unstyled(Exception):
    """A style sheet or font of the product is missing from the installation."""


@lru_cache(maxsize=1)
def _style() -> tuple[CSS, FontConfiguration]:
    """Parse the style sheet and load its fonts once a process: they never change."""
    place = finders.find(_STYLE)
    if not isinstance(place, str):
        raise Unstyled(_STYLE)
    fonts = FontConfiguration()
    # Nothing but our own files: a report never asks the network for anything.
    own = URLFetcher(allowed_protocols=("file",), allow_redirects=False)
    base = Path(place).parent.as_uri() + "/"
    sheet = CSS(
        string=Path(place).read_text(encoding="utf-8"),
        base_url=base,
        font_config=fonts,
        url_fetcher=own,
    )
    return sheet, fonts


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let a layout's many small boxes pile up: sweeping among them costs a quarter."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def render(html: str) -> bytes:
    """Return the document as PDF bytes; the same input always gives the same bytes."""
    sheet, fonts = _style()
    # A logo comes along inside of the document; nothing else is ever asked for.
    inside = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    page = HTML(string=html, base_url=settings.PUBLIC_URL, url_fetcher=inside)
    with _undisturbed():
        pdf = page.write_pdf(
            stylesheets=[sheet],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
            # Taken from the content and not from the clock or chance.
            pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
            finisher=_give_scopes,
        )
    if not isinstance(pdf, bytes):
        raise TypeError("WeasyPrint gave no document")
    return pdf


def _give_scopes(_document: Document, pdf: Any) -> None:
    """Say what each header cell heads: WeasyPrint links cells to headers only."""
    objects: list[Any] = [one for one in pdf.objects if isinstance(one, dict)]
    tags = {one.reference: one for one in objects if one.get("Type") == "/StructElem"}
    for tag in tags.values():
        if tag["S"] == "/TH":
            part = tags[tags[tag["P"]]["P"]]
            tag["A"]["Scope"] = "/Column" if part["S"] == "/THead" else "/Row"
