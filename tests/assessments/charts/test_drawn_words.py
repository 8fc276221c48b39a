"""What the browser's drawing library writes is in the reader's language."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation

from assessments.charts import delivery, drawn_words
from tests import samples

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize(
    ("language", "signs", "march", "sunday", "day"),
    [
        ("en", (".", ","), "Mar", "Sunday", "%-d %b\n%Y"),
        ("de", (",", "."), "März", "Sonntag", "%-d. %b\n%Y"),
        ("fr", (",", "\N{NARROW NO-BREAK SPACE}"), "mars", "dimanche", "%-d %b\n%Y"),
    ],
)
def test_signs_names_and_order_are_the_languages_own(
    language: str, signs: tuple[str, str], march: str, sunday: str, day: str
) -> None:
    with translation.override(language):
        config = drawn_words.config()
        assert drawn_words.day() == day
    told = config["locales"][config["locale"]]["format"]
    assert (told["decimal"], told["thousands"]) == signs
    assert told["shortMonths"][2] == march
    assert told["days"][0] == sunday
    assert (len(told["months"]), len(told["days"])) == (12, 7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drawing_brings_the_language_of_its_page(language: str) -> None:
    lanes = (samples.trend("code"), samples.trend("model"))
    with translation.override(language):
        drawings = delivery.figures(lanes)
        expected = drawn_words.config()
    assert {name: one["config"] for name, one in drawings.items()} == dict.fromkeys(
        drawings, expected
    )
    assert drawings["lead"]["layout"]["xaxis"]["tickformat"].endswith("\n%Y")
