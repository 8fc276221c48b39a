from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from assessments.models import Edition
from assessments.services import editions
from scoring import rubric
from tests import factories, frameworks

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from scoring.events import Json

    SignIn = Callable[[str], Client]


@pytest.fixture
def own(house: factories.House) -> Edition:
    """A draft of the workspace's own."""
    number = editions.load(
        document=frameworks.plain(),
        workspace_id=house.workspace.pk,
        publish=False,
        now=factories.NOW,
    )
    return Edition.objects.get(pk=number)


def shipped(**changes: Json) -> Edition:
    number = editions.load(
        document=frameworks.plain(key="shipped", **changes),
        workspace_id=None,
        publish=True,
        now=factories.NOW,
    )
    return Edition.objects.get(pk=number)


def page(house: factories.House, name: str, *arguments: int) -> str:
    return reverse(name, args=[house.slug, *arguments])


def text_of(document: dict[str, Json]) -> str:
    return json.dumps(document, indent=1)


# ── reading ────────────────────────────────────────────────────────────────────────


def test_everybody_sees_the_shipped_editions_and_those_of_the_workspace(
    house: factories.House, sign_in: SignIn, own: Edition
) -> None:
    shipped(title="A framework for all")

    said = sign_in("vera").get(page(house, "editions")).content.decode()

    assert "A framework for all" in said
    assert own.title in said
    assert own.sha256[:12] in said
    assert f'title="{own.sha256}"' in said


def test_the_list_asks_no_more_queries_for_more_editions(
    house: factories.House, sign_in: SignIn, django_assert_max_num_queries: object
) -> None:
    client = sign_in("vera")
    counts = []
    for number in range(2):
        for version in range(3):
            shipped(version=f"{number}.{version}")
        client.get(page(house, "editions"))  # parses what is new
        with django_assert_max_num_queries(20) as asked:  # type: ignore[operator]  # a fixture without types
            client.get(page(house, "editions"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_without_an_edition_the_page_says_why_and_what_to_do(
    house: factories.House, sign_in: SignIn
) -> None:
    said = sign_in("ada").get(page(house, "editions")).content.decode()

    assert "No edition is loaded yet" in said
    assert page(house, "edition_upload") in said


def test_an_edition_shows_its_questions_levels_and_ladders(
    house: factories.House, sign_in: SignIn, own: Edition
) -> None:
    said = sign_in("vera").get(page(house, "edition", own.pk)).content.decode()

    assert "Sentence 4 of A.3." in said
    assert "Change lead time at most 24 hours" in said
    assert own.sha256 in said
    assert "Publish" not in said


@pytest.mark.parametrize("key", frameworks.KEYS)
def test_a_shipped_edition_is_shown_in_full(
    house: factories.House, sign_in: SignIn, key: str
) -> None:
    text = (frameworks.SHIPPED / f"{key}.yaml").read_bytes()
    number = editions.load(
        document=editions.read(text).plain,
        workspace_id=None,
        publish=True,
        now=factories.NOW,
    )

    said = sign_in("vera").get(page(house, "edition", number)).content.decode()

    edition = rubric.parse(frameworks.shipped(key))
    texts = rubric.texts(edition).items()
    left_out = [at for at, text in texts if escape(text) not in said]
    labels = [at for at in left_out if at.startswith("scoring/confidence_labels/")]
    assert left_out == labels


def test_an_edition_is_read_in_the_language_that_is_chosen(
    house: factories.House, sign_in: SignIn
) -> None:
    german: Json = {"A": {"name": "Bereich A", "purpose": "Zeigt etwas."}}
    edition = shipped(translations={"de": german})
    client = sign_in("vera")

    spoken = client.get(page(house, "edition", edition.pk), {"language": "de"})
    plain = client.get(page(house, "edition", edition.pk), {"language": "xx"})

    assert "Zeigt etwas." in spoken.content.decode()
    assert "Deutsch" in plain.content.decode()
    assert "Zeigt etwas." not in plain.content.decode()


def test_a_relation_leads_to_the_newest_edition_that_is_there(
    house: factories.House, sign_in: SignIn
) -> None:
    relations: Json = [
        {"edition": "shipped", "to": "A", "source": "own"},
        {"edition": "elsewhere", "to": "Z", "source": "own"},
    ]
    newest = shipped(version="2")
    edition = factories.edition(frameworks.plain(crosswalk=relations))

    said = sign_in("vera").get(page(house, "edition", edition.pk)).content.decode()

    assert f'href="{page(house, "edition", newest.pk)}#A"' in said
    assert "elsewhere: Z" in said


def test_the_document_that_is_handed_out_has_the_hash_of_the_edition(
    house: factories.House, sign_in: SignIn, own: Edition
) -> None:
    answer = sign_in("sam").get(page(house, "edition_document", own.pk))

    assert hashlib.sha256(answer.content).hexdigest() == own.sha256
    assert "attachment" in answer["Content-Disposition"]


def test_an_edition_is_handed_out_as_yaml_that_can_be_taken_in_again(
    house: factories.House, sign_in: SignIn
) -> None:
    given = shipped(title="A framework for all")
    client = sign_in("ada")
    yaml = client.get(page(house, "edition_yaml", given.pk)).content.decode()
    text = yaml.replace("key: shipped", "key: our-own")

    client.post(page(house, "edition_upload"), {"text": text})

    own = Edition.objects.get(key="our-own")
    assert own.title == "A framework for all"
    assert own.workspace == house.workspace


def test_an_edition_of_another_workspace_is_not_there(
    house: factories.House, sign_in: SignIn
) -> None:
    number = editions.load(
        document=frameworks.plain(),
        workspace_id=house.other.pk,
        publish=False,
        now=factories.NOW,
    )

    for name in ("edition", "edition_document", "edition_yaml"):
        assert sign_in("ada").get(page(house, name, number)).status_code == 404
    answer = sign_in("ada").post(page(house, "edition_publish", number))
    assert answer.status_code == 404
    assert Edition.objects.get(pk=number).state == "draft"


# ── adding ─────────────────────────────────────────────────────────────────────────


def test_a_lead_adds_an_edition_from_a_file(
    house: factories.House, sign_in: SignIn
) -> None:
    file = SimpleUploadedFile("own.yaml", text_of(frameworks.plain()).encode())

    answer = sign_in("ada").post(
        page(house, "edition_upload"), {"file": file, "publish": "on"}, follow=True
    )

    edition = Edition.objects.get()
    assert edition.workspace == house.workspace
    assert edition.state == "published"
    assert "The edition is here." in answer.content.decode()


def test_a_lead_adds_an_edition_from_its_text_and_publishes_it_later(
    house: factories.House, sign_in: SignIn
) -> None:
    client = sign_in("ada")
    client.post(page(house, "edition_upload"), {"text": text_of(frameworks.plain())})
    edition = Edition.objects.get()
    assert edition.state == "draft"

    client.post(page(house, "edition_publish", edition.pk))

    edition.refresh_from_db()
    assert edition.state == "published"


def test_a_defective_document_comes_back_whole_with_every_defect_on_its_line(
    house: factories.House, sign_in: SignIn
) -> None:
    text = text_of(frameworks.plain(version="", title="")).replace("A.1.", "Á.1.")
    file = SimpleUploadedFile("own.yaml", text.encode())

    answer = sign_in("ada").post(page(house, "edition_upload"), {"file": file})

    said = answer.content.decode()
    assert answer.status_code == 422
    assert "2 things to correct" in said
    assert "line 3, version: is empty" in said
    assert "line 4, title: is empty" in said
    assert "Á.1." in said
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose a file or enter its text."),
        ({"text": "key: ["}, "is not YAML"),
        ({"text": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    house: factories.House, sign_in: SignIn, sent: dict[str, str], sentence: str
) -> None:
    answer = sign_in("ada").post(page(house, "edition_upload"), sent)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_file_that_is_no_text_is_refused_with_a_sentence(
    house: factories.House, sign_in: SignIn
) -> None:
    file = SimpleUploadedFile("own.yaml", b"\xff\xfe\x00")

    answer = sign_in("ada").post(page(house, "edition_upload"), {"file": file})

    assert answer.status_code == 422
    assert "The document is not UTF-8 text" in answer.content.decode()


@pytest.mark.parametrize("name", ["rui", "noa", "vera", "sam"])
def test_only_leads_add_and_publish(
    house: factories.House, sign_in: SignIn, own: Edition, name: str
) -> None:
    client = sign_in(name)

    assert client.get(page(house, "edition_upload")).status_code == 403
    assert client.post(page(house, "edition_publish", own.pk)).status_code == 403


def test_text_in_a_document_is_shown_as_text(
    house: factories.House, sign_in: SignIn
) -> None:
    number = editions.load(
        document=frameworks.plain(title="<script>alert(1)</script>"),
        workspace_id=house.workspace.pk,
        publish=False,
        now=factories.NOW,
    )

    said = sign_in("ada").get(page(house, "edition", number)).content.decode()

    assert "<script>alert(1)</script>" not in said
    assert "&lt;script&gt;alert(1)" in said
