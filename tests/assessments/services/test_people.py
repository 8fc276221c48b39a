"""People in telemetry: pseudonyms on the way in, and never a name in any row."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from assessments.connectors.base.pseudonyms import Pseudonyms
from assessments.models import Event, JournalEntry, PeopleKey, RawRecord, Rejection
from assessments.services import credentials, normalizing, people
from tests import factories
from tests.assessments.services.test_normalizing import pushed

if TYPE_CHECKING:
    from pytest_django import Settings

    from assessments.models import Source
    from scoring.events import Json

NOW = factories.NOW
NAMES = ("Rui Example", "rui@example.org", "rui-e", "noa@example.org", "Otto Trailer")
LINE: dict[str, Json] = {
    "kind": "change",
    "id": "c1",
    "service": "shop",
    "merged_sha": "a" * 40,
    "merged_at": "2026-01-05T10:00:00Z",
    "author": {"name": NAMES[0], "email": NAMES[1], "login": NAMES[2]},
    "author_email": "  RUI@example.org ",
    "reviewers": [NAMES[2], f"Noa <{NAMES[3]}>"],
    "message": f"Fix\n\nSigned-off-by: {NAMES[4]} <{NAMES[1]}>",
    "attributes": {"contact": NAMES[3], "repository": "git@example.org:shop/shop.git"},
}
GOOD = ("merged_sha", "service", "id")


@pytest.fixture
def source(db: None) -> Source:
    return pushed(factories.workspace())


def taken(source: Source, *records: dict[str, Json]) -> normalizing.Intake:
    return normalizing.take_in(
        source_id=source.pk, records=enumerate(records, start=1), now=NOW
    )


def kept(source: Source) -> str:
    """Everything that is kept of a source, as one text."""
    rows = [
        list(model.objects.filter(source=source).values())
        for model in (Event, RawRecord, Rejection)
    ]
    return json.dumps(rows, default=str, ensure_ascii=False)


def told(source: Source) -> dict[str, Json]:
    """The attributes of the one event."""
    found = Event.objects.get(source=source).data["attributes"]
    assert isinstance(found, dict)
    return found


def test_no_name_is_in_any_row_and_everything_else_is(source: Source) -> None:
    bad: dict[str, Json] = {"kind": "change", "author": NAMES[0], "merged_at": "never"}
    assert taken(source, LINE, bad).stored == 1

    text = kept(source).casefold()
    assert not [name for name in NAMES if name.casefold() in text]
    assert Rejection.objects.filter(source=source).count() == 1
    assert told(source)["repository"] == "git@example.org:shop/shop.git"
    assert Event.objects.get(source=source).refers_to == "a" * 40


def test_one_person_is_one_pseudonym_however_the_address_is_written(
    source: Source,
) -> None:
    taken(source, LINE)

    attributes = told(source)
    assert re.fullmatch("p-[0-9a-f]{16}", str(attributes["author"]))
    assert attributes["author"] == attributes["author_email"]
    reviewers = attributes["reviewers"]
    assert isinstance(reviewers, list)
    assert reviewers[1] == attributes["contact"] != attributes["author"]


def test_the_same_line_again_changes_nothing(source: Source) -> None:
    taken(source, LINE)
    again = taken(source, LINE)

    assert (again.stored, again.unchanged) == (0, 1)
    assert RawRecord.objects.filter(source=source).count() == 1


def test_another_workspace_makes_other_pseudonyms(source: Source) -> None:
    other = pushed(factories.workspace("Southwind"))
    taken(source, LINE)
    taken(other, LINE)

    assert told(source)["author"] != told(other)["author"]


def test_a_new_key_makes_pseudonyms_that_match_no_old_one(source: Source) -> None:
    taken(source, LINE)
    before = told(source)["author"]
    person = factories.person()
    people.rotate(workspace_id=source.workspace_id, by=person, now=NOW)
    taken(source, LINE)

    assert told(source)["author"] != before
    entry = JournalEntry.objects.get(verb="workspace.people_key_rotated")
    assert entry.actor == person.pk


def test_a_workspace_may_keep_nothing_of_people(source: Source) -> None:
    people.choose(
        workspace_id=source.workspace_id, leave_out=True, by=factories.person(), now=NOW
    )
    taken(source, LINE)

    attributes = told(source)
    assert not {"author", "author_email", "contact"} & attributes.keys()
    assert attributes["reviewers"] == []


def test_without_a_key_for_secrets_people_are_left_out(
    source: Source, settings: Settings
) -> None:
    settings.CREDENTIAL_KEYS = []
    assert taken(source, LINE).stored == 1
    assert "author" not in told(source)


def test_no_key_is_made_while_nobody_is_named(source: Source) -> None:
    taken(source, {name: LINE[name] for name in (*GOOD, "kind", "merged_at")})
    assert not PeopleKey.objects.exists()


def test_the_key_is_kept_sealed_and_never_printed(source: Source) -> None:
    taken(source, LINE)

    sealed = PeopleKey.objects.get().sealed
    assert sealed is not None
    opened = credentials.unseal(sealed)
    assert opened.encode() not in bytes(sealed)
    assert "key" not in repr(Pseudonyms(key=bytes.fromhex(opened)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", "shop@1.0.test"),
        ("labels", ["team@example"]),
        ("automated", True),
        ("reporter", None),
    ],
)
def test_what_is_no_person_stays(field: str, value: Json) -> None:
    body: dict[str, Json] = {field: value}
    assert Pseudonyms(key=b"k" * 32).instead_of_names(body) == body
