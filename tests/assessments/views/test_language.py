"""The language is switched from any page, and pages and mails are in it."""

from __future__ import annotations

import copy
import io
import re
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real
from openpyxl import load_workbook

from assessments.models import Cycle, Notice, Preference, Rating, Theme
from assessments.queries import at_hand, carrying, journal_words
from assessments.queries.delivery import TIER_NAMES, TIERS
from assessments.services import (
    commenting,
    cycles,
    disputing,
    handing,
    rescoring,
    sources,
)
from assessments.templatetags.sources import kind_name
from scoring.attribution import Tier
from scoring.events import Kind
from tests import factories, factories_participation, frameworks
from tests.factories import NOW
from tests.factories_sheets import saved
from tests.journeys.test_words import Bracketed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.models import Edition
    from scoring.events import Json
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

pytestmark = pytest.mark.django_db


def _switch(client: Client, page: str, language: str) -> str:
    """Press a language at the foot of a page; return where that leads."""
    shown = client.get(page).content.decode()
    form = shown[shown.index('class="page-languages"') :]
    assert f'name="language" value="{language}"' in form
    found = re.search(r'name="next" value="([^"]*)"', form)
    assert found is not None
    place = found[1].replace("&amp;", "&")
    answer = client.post(reverse("language"), {"language": language, "next": place})
    assert answer.status_code == 302
    return answer["Location"]


def test_the_place_and_its_question_are_kept(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("ada")
    page = reverse("delivery", args=[house.slug]) + "?from=2026-08-01&to=2026-09-30"
    assert _switch(client, page, "de") == page
    assert '<html lang="de"' in client.get(page).content.decode()


def test_the_language_is_kept_with_the_account_and_nothing_else_changes(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    Preference.objects.create(user=house["ada"], theme=Theme.DARK)
    home = reverse("home", args=[house.slug])
    _switch(sign_in("ada"), home, "fr")
    assert '<html lang="fr"' in sign_in("ada").get(home).content.decode()
    assert Preference.objects.get(user=house["ada"]).theme == Theme.DARK


@pytest.mark.usefixtures("house")
def test_who_has_not_signed_in_switches_too() -> None:
    client = Client()
    page = reverse("account_login") + "?next=/w/x/"
    assert _switch(client, page, "de") == page
    assert '<html lang="de"' in client.get(page).content.decode()


def test_what_is_not_offered_changes_nothing(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("ada")
    home = reverse("home", args=[house.slug])
    client.post(reverse("language"), {"language": "xx", "next": home})
    assert '<html lang="en"' in client.get(home).content.decode()
    assert not Preference.objects.exists()


def test_it_never_leads_to_another_host(
    sign_in: Callable[[str], Client],
) -> None:
    elsewhere = {"language": "de", "next": "https://elsewhere.example.org/"}
    answer = sign_in("ada").post(reverse("language"), elsewhere)
    assert answer["Location"] == "/"


def test_switching_by_an_address_alone_is_refused(
    sign_in: Callable[[str], Client],
) -> None:
    assert sign_in("ada").get(reverse("language")).status_code == 405


# ── what an edition says ───────────────────────────────────────────────────────────

_GERMAN: Json = {
    "title": "Ein kleines Rahmenwerk",
    "A": {"name": "Bereich A", "criteria": {"A.M1": {"name": "Durchlaufzeit"}}},
    "A.1": {"name": "Thema eins", "question": "Wie weit ist das?"},
    "C": {"name": "Bereich C"},
}


def _edition(version: str, **asked: str) -> Edition:
    """An edition with some German; `asked` replaces texts of its topic A.1."""
    document = copy.deepcopy(
        frameworks.plain(version=version, translations={"de": _GERMAN})
    )
    for pillar in cast("list[frameworks.Row]", document["pillars"]):
        for domain in cast("list[frameworks.Row]", pillar["domains"]):
            for topic in cast("list[frameworks.Row]", domain["topics"]):
                topic.update(asked if topic["code"] == "A.1" else {})
    return factories.edition(document)


def _reads(house: House, name: str, language: str) -> None:
    Preference.objects.update_or_create(
        user=house[name], defaults={"language": language}
    )


@pytest.mark.usefixtures("telemetry")
def test_pages_name_an_edition_and_its_domains_as_their_reader_does(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    cycle = factories.cycle(house.workspace, of=_edition("1"))
    factories.rating(cycle, "A.1", house["rui"])
    factories.scored(cycle)
    client = sign_in("ada")
    page = reverse("heatmap", args=[house.slug])
    assert "Domain A" in client.get(page).content.decode()
    _reads(house, "ada", "de")
    german = client.get(page).content.decode()
    assert "Bereich A" in german
    assert "Domain A" not in german
    for name in ("cycle", "results"):
        shown = client.get(reverse(name, args=[house.slug, cycle.pk])).content.decode()
        assert "Ein kleines Rahmenwerk" in shown


def test_what_was_measured_is_named_as_its_reader_does(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace, of=_edition("1"))
    telemetry.values["A.M1"] = 3600.0
    factories.scored(cycle)
    with translation.override("de"):
        found = at_hand.at_hand(
            cycle_id=cycle.pk, topic="A.1", person_id=house["rui"].pk
        )
    assert [one.name for one in found.proposed] == ["Durchlaufzeit", "Criterion A.M2"]


def test_what_moved_is_named_as_its_reader_does(
    house: House, telemetry: Telemetry, sign_in: Callable[[str], Client]
) -> None:
    cycle = factories.cycle(house.workspace, of=_edition("1"))
    for hour, level in enumerate((2, 3)):
        factories.rating(cycle, "C.1", house["rui"], level)
        rescoring.rescore(
            cycle_id=cycle.pk, trigger="answer", now=NOW + timedelta(hours=hour)
        )
    _reads(house, "ada", "de")
    client = sign_in("ada")
    for page in (
        reverse("cycle", args=[house.slug, cycle.pk]),
        reverse("domain_result", args=[house.slug, cycle.pk, "C"]),
        reverse("movements", args=[house.slug]),
    ):
        shown = client.get(page).content.decode()
        assert "C Bereich C" in shown
        assert "Overall:" not in shown
        assert "Domain C" not in shown


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_question_is_another_by_its_own_words_whatever_language_it_is_shown_in(
    house: House, language: str
) -> None:
    earlier = factories.cycle(house.workspace, of=_edition("1"))
    factories.rating(earlier, "A.1", house["rui"])
    factories.locked(earlier)
    # Its German was not renewed: read in German, both ask the same.
    reworded = _edition("2", question="Is it done?")
    with translation.override(language):
        found = carrying.carry_preview(
            edition_id=reworded.pk, from_cycle_id=earlier.pk
        ).changed
    asked = {
        "en": ("Topic A.1", "How far is this done?", "Is it done?"),
        "de": ("Thema eins", "Wie weit ist das?", "Wie weit ist das?"),
    }
    assert [(one.name, one.question_before, one.question) for one in found] == [
        asked[language]
    ]


def test_mails_name_what_they_are_about_as_their_reader_does(house: House) -> None:
    cycle = factories.cycle(house.workspace, of=_edition("1"), state="draft")
    factories_participation.asked(cycle, house["rui"], domains=["A"])
    cycles.open_(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    Notice.objects.all().delete()
    _reads(house, "noa", "de")
    commenting.write(
        cycle_id=cycle.pk, topic="A.1", text="See @noa", author=house["rui"], now=NOW
    )
    disputing.open_(
        cycle_id=cycle.pk,
        topic="A.1",
        text="Not so.",
        owner_id=house["noa"].pk,
        due_on=factories_participation.LATER,
        by=house["ada"],
        now=NOW,
    )
    handing.hand_over(
        cycle_id=cycle.pk,
        domain="A",
        person=house["rui"],
        to_id=house["noa"].pk,
        note="",
        zone=UTC,
        expires_on=factories_participation.LATER,
        now=NOW,
    )
    mails = {one.kind: one.subject + one.body for one in Notice.objects.all()}
    assert {kind: "Thema eins" in text for kind, text in mails.items()} == {
        "mention": True,
        "dispute": True,
        "handed_over": False,
    }
    assert "Bereich A" in mails["handed_over"]
    assert "Domain A" not in mails["handed_over"]


# ── questionnaires ─────────────────────────────────────────────────────────────────


def _answered(book: bytes, code: str, *said: str) -> bytes:
    """Fill in the columns after the question, whatever they are called."""
    opened = load_workbook(io.BytesIO(book))
    sheet = opened.worksheets[0]
    for row in sheet.iter_rows(min_row=2):
        if code not in [cell.value for cell in row]:
            continue
        open_ = [cell for cell in row if not cell.protection.locked]
        for cell, value in zip(open_, said, strict=True):
            cell.value = value
    return saved(opened)


def test_a_questionnaire_comes_back_in_another_language_than_it_was_taken_in(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    cycle = factories.cycle(house.workspace, of=_edition("1"))
    client = sign_in("rui")
    place = [house.slug, cycle.pk]
    _reads(house, "rui", "de")
    book = client.get(reverse("offline_file", args=[*place, "xlsx"])).content
    filled = _answered(book, "A.1", "4", "Hoch", "Gesehen.")
    filled = _answered(filled, "A.2", "Hier nicht anwendbar", "", "Hier nicht.")
    _reads(house, "rui", "fr")
    shown = client.post(
        reverse("offline", args=place),
        {"file": SimpleUploadedFile("reponses.xlsx", filled)},
        follow=True,
    ).content.decode()
    assert "Niveau 4" in shown
    sheet = Cycle.objects.get().answer_sheets.get()
    client.post(
        reverse("sheet_apply", args=[*place, sheet.pk]), {"take": ["A.1:0", "A.2:0"]}
    )
    rows = Rating.objects.order_by("topic")
    assert list(rows.values_list("topic", "answer", "level", "confidence")) == [
        ("A.1", "level", 4, "high"),
        ("A.2", "not_applicable", None, ""),
    ]


# ── words of what is stored or comes from elsewhere ────────────────────────────────


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """German stands for a language whose words are the English ones in brackets."""
    monkeypatch.setitem(trans_real._translations, "de", Bracketed())  # type: ignore[attr-defined]  # there is no other way in
    with translation.override("de"):
        yield


@pytest.mark.usefixtures("bracketed")
def test_every_kind_of_event_and_tier_of_evidence_has_words() -> None:
    assert [one for one in Kind if not kind_name(one).startswith("«")] == []
    assert set(TIER_NAMES) == set(TIERS) == {one.value for one in Tier}
    assert all(str(one).startswith("«") for one in TIER_NAMES.values())


def test_whatever_an_act_is_about_has_words() -> None:
    services = Path("assessments/services").rglob("*.py")
    text = "".join(one.read_text(encoding="utf-8") for one in services)
    about = set(re.findall(r'target=\("(\w+)"', text))
    assert len(about) > 10
    assert about - set(journal_words.TARGETS) == set()


@pytest.mark.usefixtures("bracketed")
def test_what_connectors_ask_for_is_translated() -> None:
    for kind in sources.kinds():
        texts = [kind.label, kind.address_label, kind.address_help]
        texts += [kind.secret_label, kind.secret_help]
        for rule in kind.rule_fields:
            texts += [rule.label, rule.help, *(label for _, label in rule.choices)]
        assert [one for one in texts if one and not one.startswith("«")] == []
