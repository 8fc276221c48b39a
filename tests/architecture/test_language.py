"""Texts, their catalogues, and pages that may be read from right to left."""

from __future__ import annotations

import gettext
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "assessments" / "locale"
LANGUAGES = ("de", "fr")


def _catalogue(language: str) -> Catalog:
    place = LOCALE / language / "LC_MESSAGES" / "django.po"
    return read_po(io.BytesIO(place.read_bytes()), locale=language)


def _texts(language: str) -> list[Message]:
    return [one for one in _catalogue(language) if one.id]


def _forms(one: Message) -> list[str]:
    return [one.string] if isinstance(one.string, str) else list(one.string or ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    assert [one.id for one in _texts(language) if not all(_forms(one))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [one.id for one in _texts(language) if one.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_what_its_text_names(language: str) -> None:
    wrong = {
        str(one.id): [_placeholders(form) for form in _forms(one)]
        for one in _texts(language)
        if all(_forms(one))
        and not all(_placeholders(form) <= _of_text(one) for form in _forms(one))
    }
    lost = {
        str(one.id): one.string
        for one in _texts(language)
        if isinstance(one.id, str)
        and one.string
        and _placeholders(str(one.string)) != _of_text(one)
    }
    assert not wrong | lost


def _of_text(one: Message) -> set[str]:
    texts = [one.id] if isinstance(one.id, str) else one.id
    return set().union(*(_placeholders(text) for text in texts))


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_compiled_catalogue_says_what_its_source_says(language: str) -> None:
    place = LOCALE / language / "LC_MESSAGES" / "django.mo"
    with place.open("rb") as source:
        compiled = gettext.GNUTranslations(source)
    for one in _texts(language):
        context = f"{one.context}\x04" if one.context else ""
        if isinstance(one.id, str):
            said = compiled.gettext(context + one.id)
            assert said == (one.string or context + one.id)
        elif all(_forms(one)):
            said = compiled.ngettext(context + one.id[0], one.id[1], 1)
            assert said == _forms(one)[0]


OWN_STYLES = sorted(
    place
    for place in (ROOT / "static" / "css").glob("*.css")
    if place.name != "board.css"  # printed, where the sides of a sheet are meant
)
SIDES = re.compile(
    r"(margin|padding|border|scroll-margin)-(left|right)\b"
    r"|(?<![\w-])(left|right)\s*:"
    r"|(text-align|float|clear)\s*:\s*(left|right)\b"
)


@pytest.mark.parametrize("place", OWN_STYLES, ids=lambda place: place.name)
def test_styles_name_no_side_of_a_screen(place: Path) -> None:
    lines = place.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if SIDES.search(line)] == []
