"""The inventory of models, the way of a version, and what people note."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Event, JournalEntry, ModelNote, Service
from tests import factories
from tests.factories_models import ago, drift, released, tell, trained

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from scoring.events import Json
    from tests.factories import House

pytestmark = pytest.mark.django_db


def service(key: str) -> Service:
    return Service.objects.get(key=key)


def page(client: Client, house: House, name: str, *rest: object, **query: str) -> str:
    address = reverse(name, args=[house.slug, *rest])
    answer = client.get(address, query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def order(text: str) -> list[str]:
    return re.findall(r'<a class="wraps" href="[^"]+">([^<]+)</a>', text)


@pytest.fixture
def three(house: House) -> None:
    """A healthy model, one over its line, and one that nobody watches or owns."""
    whole: dict[str, Json] = {
        "owner": "Claims team",
        "code_sha": "4f1c0e94f1c0",
        "dataset_ref": "claims@7",
        "parameters": 12,
        "image": "train@sha256:1",
        "review_on": "2027-01-01",
    }
    tell(
        house.workspace,
        trained("healthy", days=30) | whole,
        released("healthy", days=3),
        drift("healthy", 0.1),
        trained("drifting", days=20) | whole,
        released("drifting"),
        drift("drifting", 0.31),
        released("alone"),
    )


@pytest.mark.usefixtures("three")
def test_what_is_wrong_comes_first(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    text = page(sign_in("vera"), house, "models")
    assert order(text) == ["drifting", "alone", "healthy"]
    assert "3 models are live" in text
    assert "1 over a threshold, 1 unmonitored, 1 unowned" in text
    assert "over 0.25" in text
    assert "not watched" in text
    assert "no record of the version" in text


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "models"),
    [
        ({"sort": "name"}, ["alone", "drifting", "healthy"]),
        # What is not known comes last.
        ({"sort": "age"}, ["healthy", "drifting", "alone"]),
        ({"show": "problems"}, ["drifting", "alone"]),
        ({"show": "nonsense", "scope": "x"}, ["drifting", "alone", "healthy"]),
    ],
)
def test_the_address_says_which_models_in_which_order(
    house: House,
    sign_in: Callable[[str], Client],
    query: dict[str, str],
    models: list[str],
) -> None:
    assert order(page(sign_in("vera"), house, "models", **query)) == models


def test_without_models_the_page_says_where_they_come_from(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    assert "Connect a source" in page(sign_in("ada"), house, "models")
    text = page(sign_in("vera"), house, "models")
    assert "No model is known yet" in text
    assert "Leads connect sources. Ask Ada" in text


@pytest.mark.usefixtures("three")
def test_the_file_has_the_same_models_and_leaves_unknown_cells_empty(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    answer = sign_in("vera").get(reverse("models_csv", args=[house.slug]))
    body = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["Model"] for row in rows] == ["drifting", "alone", "healthy"]
    assert rows[0]["Drift"] == "0.31"
    assert rows[0]["Reproducible"] == "true"
    assert rows[1]["Drift"] == rows[1]["Reproducible"] == rows[1]["Age in days"] == ""
    assert rows[1]["Problems"] == "unmonitored, unowned"


def test_the_way_of_a_version_names_each_event_or_says_that_none_tells(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    tell(
        house.workspace,
        {
            "kind": "change",
            "id": "77",
            "service": "ranker",
            "merged_sha": "4f1c0e94f1c0e9",
            "merged_at": ago(12),
            "url": "https://git.example.org/77",
        },
        {
            "kind": "pipeline_run",
            "id": "run-1",
            "service": "ranker",
            "pipeline": "train",
            "status": "success",
            "started_at": ago(10),
            "finished_at": ago(9.5),
            "automated": True,
        },
        trained(
            "ranker",
            code_sha="4f1c0e94f1c0e9",
            dataset_ref="sales@2026-02",
            pipeline_run_id="run-1",
            parameters={"depth": 3, "rate": 0.1},
            evaluated_at=ago(8.5),
            evaluation={"auc": 0.91},
            model_card="https://cards.example.org/ranker",
        ),
        released("ranker", approved_by_role="Model risk", reason="Refresh"),
    )
    text = page(sign_in("vera"), house, "model", service("ranker").pk)
    assert "Version 1: 7 of 8 steps are recorded" in text
    for told in (
        "sales@2026-02", "4f1c0e94f1c0", "https://git.example.org/77", "train · run-1",
        "automated", "recorded: 2", "auc 0.91", "Model risk", "Refresh",
    ):  # fmt: skip
        assert told in text
    version = Event.objects.get(kind="model_version")
    assert reverse("event", args=[house.slug, version.pk]) in text
    assert text.count("not recorded") >= 1


def test_an_older_version_is_looked_at_by_its_address(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    tell(
        house.workspace,
        trained("ranker", 1, days=20, dataset_ref="old"),
        trained("ranker", 2, days=9, dataset_ref="new"),
        released("ranker", 2),
    )
    vera, pk = sign_in("vera"), service("ranker").pk
    first = Event.objects.get(kind="model_version", external_id="ranker/1")
    assert "Version 2:" in page(vera, house, "model", pk)
    older = page(vera, house, "model", pk, version=str(first.pk))
    assert "Version 1:" in older
    address = reverse("model", args=[house.slug, pk])
    assert vera.get(address, {"version": "999999"}).status_code == 404


@pytest.mark.usefixtures("three")
def test_a_lead_notes_what_no_system_tells_and_the_journal_keeps_it(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    ada, alone = sign_in("ada"), service("alone")
    address = reverse("model_note", args=[house.slug, alone.pk])
    sent = {"owner": "Fraud team", "review_on": "2020-01-31", "shared_on_call": "yes"}
    assert ada.post(address, sent).status_code == 302
    assert "Noted where no system tells it" in page(ada, house, "model", alone.pk)
    text = page(ada, house, "models")
    assert "1 past review" in text
    assert "unowned" not in text
    entry = JournalEntry.objects.get(verb="model.noted")
    assert entry.after["owner"] == "Fraud team"
    assert entry.after["shared_on_call"] is True

    ada.post(address, sent)
    assert JournalEntry.objects.filter(verb="model.noted").count() == 1
    assert 'value="Fraud team"' in page(ada, house, "model_note", alone.pk)


@pytest.mark.usefixtures("three")
def test_what_the_registry_tells_comes_before_a_note(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    ModelNote.objects.create(
        service=service("healthy"),
        owner="A note of old",
        noted_by=house["ada"],
        noted_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    text = page(sign_in("vera"), house, "model", service("healthy").pk)
    assert "Claims team" in text
    assert "A note of old" not in text


@pytest.mark.usefixtures("three")
def test_a_day_that_cannot_be_read_is_said_beside_its_field(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    address = reverse("model_note", args=[house.slug, service("alone").pk])
    answer = sign_in("ada").post(address, {"review_on": "soon"})
    assert answer.status_code == 422
    assert "year-month-day" in answer.content.decode()


@pytest.mark.usefixtures("three")
def test_a_retired_model_is_shown_only_where_all_are(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    address = reverse("model_note", args=[house.slug, service("alone").pk])
    ada = sign_in("ada")
    ada.post(address, {"retired_on": date.today().isoformat()})  # noqa: DTZ011  # as a person types it
    assert order(page(ada, house, "models")) == ["drifting", "healthy"]
    assert "alone" in order(page(ada, house, "models", show="all"))


def test_twice_the_models_take_no_more_queries(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    vera = sign_in("vera")

    def cost(*names: str) -> int:
        for name in names:
            tell(house.workspace, trained(name), released(name), drift(name, 0.1))
        with CaptureQueriesContext(connection) as asked:
            page(vera, house, "models")
        return len(asked)

    assert cost("a", "b") == cost("c", "d", "e", "f")


@pytest.mark.usefixtures("three")
def test_the_api_tells_the_same_as_the_page(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    vera = sign_in("vera")
    told = vera.get(reverse("api_models", args=[house.slug])).json()["results"]
    assert [one["key"] for one in told] == ["drifting", "alone", "healthy"]
    assert told[0]["problems"] == ["over"]
    assert told[0]["readings"][0]["value"] == 0.31
    assert told[1]["reproducible"] is told[1]["missing"] is None

    address = reverse("api_model_lineage", args=[house.slug, "drifting"])
    way = vera.get(address).json()
    assert (way["version"], way["known"]) == ("1", 5)
    missing = [step["kind"] for step in way["steps"] if not step["recorded"]]
    assert missing == ["run", "evaluation", "approval"]
    assert vera.get(address, {"version": "9"}).status_code == 404
    assert sign_in("otto").get(address).status_code == 404


def test_a_model_of_another_workspace_is_not_there(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    theirs = factories.service(house.other, "theirs", kind="model")
    for name in ("model", "model_note"):
        address = reverse(name, args=[house.slug, theirs.pk])
        assert sign_in("ada").get(address).status_code == 404
