"""Sentences of the arithmetic: stored in English, shown in the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.utils import translation
from django.utils.translation import trans_real
from hypothesis import given
from hypothesis import strategies as st

from assessments.charts import reasons
from assessments.charts.reason_texts import KNOWN
from assessments.models import Proposal, Score, Scoring
from assessments.queries import metric_words
from tests import factories
from tests.journeys.test_words import Bracketed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.assessments.conftest import Telemetry
    from tests.factories import House


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """German stands for a language whose words are the English ones in brackets."""
    monkeypatch.setitem(trans_real._translations, "de", Bracketed())  # type: ignore[attr-defined]  # there is no other way in
    with translation.override("de"):
        yield


def said(text: str) -> str:
    return reasons.said(text, metric_words.NAMES)


def outside(text: str) -> str:
    """Return the words of a text that no translation reached."""
    while (inner := re.sub(r"«[^«»]*»", "", text)) != text:
        text = inner
    return " ".join(re.findall(r"[^\W\d_]{2,}", text))


@pytest.mark.parametrize(
    "stored",
    [
        "Measured: no level, nothing is bound to telemetry.",
        "Change fail rate is unknown: No deployment in the window failed.",
        "Agreed: D7.M1 is overridden to 3.5 until 2026-11-30.",
        "Measured: C1 proposes 4, D7.M1 proposes 3.5; the lowest counts.",
        "Incident INC.7 was opened 3.5 hours after it, and no deployment between.",
        "Noa accepted C1 at 4.0. One person answered A.1, A.2 anew. It is still open.",
        "Change lead time went from unknown to 3.2 days (in 90 days, n = 12).",
        "A Domain: declared and agreed fell from 3.0 to 2.5.",
    ],
)
@pytest.mark.usefixtures("bracketed")
def test_a_stored_sentence_is_shown_in_the_readers_words(stored: str) -> None:
    assert outside(said(stored)) == ""


@pytest.mark.usefixtures("bracketed")
def test_numbers_units_and_metrics_in_a_sentence_are_the_readers_too() -> None:
    assert said(
        "Level 3 holds: change fail rate at most 20 percent, and it is 7.14 percent"
        " (n = 224)."
    ) == (
        "«Level 3 holds: «Change fail rate» «at most» 20 «percent», and it is 7,14"
        " «percent» (n = 224).»"
    )


@pytest.mark.usefixtures("bracketed")
def test_what_somebody_wrote_stays_as_it_is() -> None:
    told = said("Agreed: settled at 3 in calibration: We met. Nobody objected.")
    assert told.endswith(": We met.»» Nobody objected.")
    assert said("We looked at it: nothing there.") == "We looked at it: nothing there."


@given(st.text(max_size=80) | st.sampled_from(KNOWN))
def test_english_is_shown_as_it_is_stored(text: str) -> None:
    with translation.override("en"):
        assert said(text) == text


@given(st.text(max_size=80))
def test_a_text_that_is_not_known_loses_nothing(text: str) -> None:
    with translation.override("fr"):
        assert said(f"≠{text}≠") == f"≠{text}≠"


@pytest.mark.django_db
@pytest.mark.usefixtures("bracketed")
def test_everything_that_a_scoring_stores_is_known(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace)
    factories.scored(cycle)
    for number, name in enumerate(("rui", "ada"), start=1):
        factories.rating(cycle, "A.1", house[name], 2 * number)
        factories.rating(cycle, "A.2", house[name], "unknown")
        factories.rating(cycle, "A.3", house[name], "not_applicable")
        factories.rating(cycle, "B.1", house[name], 3)
    factories.rating(cycle, "C.1", house["rui"], 4)
    telemetry.values["A.M1"] = 3600.0
    factories.scored(cycle)
    scores = Score.objects.values_list("because", flat=True)
    proposals = Proposal.objects.values_list("because", flat=True)
    stored = {sentence for because in [*scores, *proposals] for sentence in because} | {
        change[part]
        for scoring in Scoring.objects.all()
        for change in scoring.changes
        for part in ("sentence", "because")
    }
    assert len(stored) > 15
    assert {one: outside(said(one)) for one in stored if outside(said(one))} == {}
