"""Every page in a made-up language with bracketed texts: what is fixed stands out."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from assessments.models import Preference
from tests.journeys.test_doors import PAGES
from tests.journeys.test_matrix import objects  # noqa: F401  # a fixture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db

_CONTEXT = "\x04"
# Names and signs that are the same in every language.
SAME = {
    *(name for _code, name in settings.LANGUAGES),
    "Compel",
    "Esc",
    "Enter",
    "P95",
    "SHA",
    "UTC",
    "XLSX",
    "CSV",
    "JSON",
    "PDF",
    "PNG",
    "SVG",
    "Markdown",
    "YAML",
    # What the journal and events call things, as their files do.
    "success",
    "https",
}
_SILENT = {"script", "style", "code", "pre", "textarea", "option", "template", "kbd"}


class Bracketed(trans_real.DjangoTranslation):
    """A language whose words are the English ones in brackets."""

    def __init__(self) -> None:
        self.plural = lambda n: int(n != 1)

    def to_language(self) -> str:
        return "de"

    def language(self) -> str:
        return "de"

    def gettext(self, message: str) -> str:
        return f"«{message.rpartition(_CONTEXT)[2]}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


class Texts(HTMLParser):
    """The texts that a page shows, and those that it says aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {"aria-label", "title", "alt", "placeholder"}
        self.found += [value for name, value in attrs if name in said and value]
        if tag in _SILENT or dict(attrs).get("lang"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not set(self._inside) - {"html"}:
            self.found.append(data)


def _stored() -> str:
    """Return everything that the database holds, as one text."""
    rows: Iterator[tuple[object, ...]] = (
        row
        for model in apps.get_models()
        for row in model._base_manager.values_list()  # no filters
    )
    return "\n".join(str(value) for row in rows for value in row).lower()


def fixed(page: str, stored: str) -> set[str]:
    """Return the texts of a page that no translation reaches and that are no data."""
    # A sentence may hold marks of its own, so brackets go before tags do.
    while (inner := re.sub(r"«[^«»]*»", " · ", page)) != page:
        page = inner
    texts = Texts()
    texts.feed(page)
    return {
        piece
        for text in texts.found
        for piece in _pieces(" ".join(text.split()))
        if piece.lower() not in stored
    }


# A day as the language writes it, and a code before a name.
_DAY = re.compile(r"\d{1,2}\. [A-Z]\w+\.? \d{4}")
_CODE = re.compile(r"^([A-Z]\w*(\.\w+)?|\d+\.) (?=\w)| \d+$")


def _pieces(text: str) -> Iterator[str]:
    """Yield what stands outside of brackets and holds a word."""
    for piece in re.split(r"·|: |, |; |[«»()]", _DAY.sub("", text)):
        words = [one for one in re.findall(r"[^\W\d_]{3,}", piece) if one not in SAME]
        if words:
            yield _CODE.sub("", piece.strip(" .,:–—/&%→←…“”"))


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """German stands for the made-up language."""
    monkeypatch.setitem(trans_real._translations, "de", Bracketed())  # type: ignore[attr-defined]  # there is no other way in
    yield
    translation.activate("en")


# Pages that give a file or name the fields of one.
FILES = {"edition_document", "edition_yaml", "edition_diff_json", "events_upload"}


@pytest.mark.usefixtures("bracketed")
def test_no_page_shows_a_text_that_cannot_be_translated(
    house: House,
    sign_in: Callable[[str], Client],
    objects: dict[str, str | int | date],  # noqa: F811  # the fixture
) -> None:
    Preference.objects.create(user=house["ada"], language="de")
    client = sign_in("ada")
    stored = _stored()
    seen, found = set(), {}
    for name, page in sorted(PAGES.items()):
        wanted = set(page.pattern.converters) - {"workspace_slug"}
        if name in FILES or not wanted <= objects.keys():
            continue
        kept = {part: objects[part] for part in wanted}
        address = reverse(name, kwargs=kept | {"workspace_slug": house.slug})
        answer = client.get(address)
        shown = answer.get("Content-Type", "").startswith("text/html")
        if answer.status_code != 200 or not shown:
            if answer.streaming:
                answer.getvalue()  # read to its end, a file is closed
            continue
        seen.add(name)
        if left := fixed(answer.content.decode(), stored):
            found[name] = left
    assert len(seen) >= 60, sorted(PAGES.keys() - seen)
    assert not found
