"""The pages of service levels: what is promised, what is left, and each week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Grant, Slo, SloReview, SloVersion
from assessments.queries import service_levels as queries
from assessments.services.service_levels import defining
from tests import factories
from tests import factories_service_levels as made
from tests.made_service_levels import document

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def burning(house: House) -> Slo:
    return made.burning(house.workspace, now=timezone.now())


def address(name: str, house: House, *rest: object) -> str:
    return reverse(name, args=[house.slug, *rest])


def page(client: Client, name: str, house: House, *rest: object) -> str:
    answer = client.get(address(name, house, *rest))
    assert answer.status_code == 200
    return answer.content.decode()


def typed(**changes: str) -> dict[str, Any]:
    return {
        "title": "Checkout answers",
        "service": "checkout",
        "category": "software",
        "observed": "signal:availability",
        "judged": "breached",
        "target": "99.5",
        "window": "28d",
        "slices": "",
        "alerts": "sre-workbook",
        "description": "",
        "name": "",
    } | changes


# ── seeing ─────────────────────────────────────────────────────────────────────────


def test_without_a_promise_the_page_says_what_to_do(
    house: House, sign_in: SignIn
) -> None:
    assert "New objective" in page(sign_in("ada"), "service_levels", house)
    seen = page(sign_in("vera"), "service_levels", house)
    assert "New objective" not in seen
    assert "Ask Ada" in seen


def test_the_list_tells_what_is_left_with_all_it_rests_on(
    house: House, sign_in: SignIn, burning: Slo
) -> None:
    row = queries.slo(
        workspace_id=house.workspace.pk, slo_id=burning.pk, now=timezone.now()
    )
    assert row is not None
    seen = page(sign_in("vera"), "service_levels", house)
    assert "1 burning" in seen
    assert f"n {row.budget.n}" in seen
    assert "coverage" in seen


def test_the_two_kinds_stand_apart(house: House, sign_in: SignIn) -> None:
    made.slo(house.workspace, name="a")
    made.slo(house.workspace, name="b", signal="drift")
    seen = page(sign_in("ada"), "service_levels", house)
    assert seen.index('id="group-software"') < seen.index('id="group-model-quality"')


def test_what_was_never_observed_is_unknown(house: House, sign_in: SignIn) -> None:
    slo = made.slo(house.workspace)
    made.refresh(house.workspace)
    for name, rest in (("service_levels", ()), ("service_level", (slo.pk,))):
        seen = page(sign_in("ada"), name, house, *rest)
        assert "nothing was observed" in seen
        assert "100&nbsp;%" not in seen


def test_an_objective_leads_to_what_was_bad(
    house: House, sign_in: SignIn, burning: Slo
) -> None:
    client = sign_in("vera")
    answer = client.get(address("service_level", house, burning.pk))
    bad = answer.context["bad"]
    assert len(bad.rows) == 25
    assert bad.more
    event = reverse("event", args=[house.slug, bad.rows[0].event_id])
    assert event in answer.content.decode()
    assert client.get(event).status_code == 200


@pytest.mark.parametrize("name", ["budget", "burn"])
def test_each_figure_is_a_file(
    house: House, sign_in: SignIn, burning: Slo, name: str
) -> None:
    answer = sign_in("vera").get(
        address("service_level_figure", house, burning.pk, name)
    )
    assert answer["Content-Type"].startswith("text/csv")
    assert len(answer.content.decode().splitlines()) > 3


def test_the_page_and_the_interface_tell_the_same(
    house: House, sign_in: SignIn, burning: Slo
) -> None:
    client = sign_in("vera")
    shown = client.get(address("service_level", house, burning.pk)).context["row"]
    told = client.get(
        reverse("api_service_level", args=[house.slug, burning.pk])
    ).json()
    assert told["budget"]["left"] == shown.budget.left
    assert told["budget"]["n"] == shown.budget.n
    assert told["state"] == shown.state == "spent"
    assert told["history"][-1]["left"] == shown.budget.left


def test_more_objectives_ask_no_more_queries(house: House, sign_in: SignIn) -> None:
    client = sign_in("ada")

    def costs() -> list[int]:
        found = []
        for name, rest in (
            ("service_levels", ()),
            ("service_level_week", (queries.monday(timezone.now().date()),)),
        ):
            client.get(address(name, house, *rest))
            with CaptureQueriesContext(connection) as asked:
                client.get(address(name, house, *rest))
            found.append(len(asked))
        return found

    now = timezone.now()
    made.slo(house.workspace, name="one", now=now)
    made.tell(house.workspace, [made.signal(now - HOUR)], now=now)
    made.refresh(house.workspace, now=now)
    few = costs()
    for name in ("two", "three", "four"):
        made.slo(house.workspace, name=name, now=now)
    made.refresh(house.workspace, now=now)
    assert costs() == few


def test_a_role_over_a_part_sees_its_objectives_alone(
    house: House, sign_in: SignIn
) -> None:
    unit = factories.unit(house.workspace, "Retail")
    factories.service(house.workspace, "search", parent=unit)
    there = made.slo(house.workspace, name="there", service="search")
    made.slo(house.workspace, name="elsewhere")
    Grant.objects.create(
        member=house.workspace.members.get(user=house["rui"]),
        scope=unit,
        role="assessor",
    )
    rui = sign_in("rui")
    seen = page(rui, "service_levels", house)
    assert ">there<" in seen
    assert ">elsewhere<" not in seen
    assert rui.get(address("service_level_edit", house, there.pk)).status_code == 200


# ── defining ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"judged": "lte", "line": "0.25", "observed": "signal:drift"},
        {"observed": "pipeline_run", "pipeline": "nightly", "window": "1M"},
        {"observed": "incident", "slices": "15m", "slice_target": "100"},
    ],
)
def test_what_is_typed_is_promised_and_shown_again(
    house: House, sign_in: SignIn, changes: dict[str, str]
) -> None:
    made.service(house.workspace)
    client = sign_in("noa")
    answer = client.post(address("service_level_new", house), typed(**changes))
    slo = Slo.objects.get(name="checkout-answers")
    assert answer.status_code == 302
    # Saved again as it is shown, nothing changes.
    form = client.get(address("service_level_edit", house, slo.pk)).context["form"]
    again = {name: form[name].value() or "" for name in form.fields}
    client.post(address("service_level_edit", house, slo.pk), again)
    assert SloVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"target": "100"}, "target"),
        ({"target": ""}, "target"),
        ({"title": ""}, "title"),
        ({"service": "nowhere"}, "service"),
        ({"judged": "lte"}, "line"),
        ({"observed": "incident"}, "slices"),
        ({"name": "Not A Name"}, "name"),
    ],
)
def test_what_cannot_be_promised_is_told_at_its_field(
    house: House, sign_in: SignIn, changes: dict[str, str], field: str
) -> None:
    made.service(house.workspace)
    answer = sign_in("ada").post(address("service_level_new", house), typed(**changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Slo.objects.exists()


def test_a_name_is_given_once(house: House, sign_in: SignIn) -> None:
    made.service(house.workspace)
    client = sign_in("ada")
    client.post(address("service_level_new", house), typed())
    answer = client.post(address("service_level_new", house), typed(target="90"))
    assert answer.status_code == 422
    assert SloVersion.objects.count() == 1


def test_a_change_keeps_labels_that_the_form_does_not_show(
    house: House, sign_in: SignIn
) -> None:
    slo = made.slo(house.workspace, annotations={"example.org/key": "x"})
    client = sign_in("ada")
    form = client.get(address("service_level_edit", house, slo.pk)).context["form"]
    again = {name: form[name].value() or "" for name in form.fields}
    client.post(
        address("service_level_edit", house, slo.pk),
        again | {"target": "90", "why": "Too strict."},
    )
    newest = SloVersion.objects.latest("number")
    assert (newest.number, newest.why) == (2, "Too strict.")
    assert newest.document["metadata"]["annotations"]["example.org/key"] == "x"


def test_retiring_asks_for_a_reason(
    house: House, sign_in: SignIn, burning: Slo
) -> None:
    client = sign_in("ada")
    retire = address("service_level_retire", house, burning.pk)
    assert client.post(retire, {"why": ""}).status_code == 422
    assert client.post(retire, {"why": "Replaced."}).status_code == 302
    assert "Nothing is promised yet" in page(client, "service_levels", house)
    retired = client.get(address("service_levels", house) + "?retired")
    assert "checkout availability" in retired.content.decode()


# ── OpenSLO ────────────────────────────────────────────────────────────────────────


def test_what_is_written_out_reads_in_elsewhere(house: House, sign_in: SignIn) -> None:
    made.slo(house.workspace, name="one")
    made.slo(house.workspace, name="two", events="pipeline_run", pipeline="nightly")
    written = sign_in("vera").get(address("service_levels_file", house)).content
    factories.service(house.other, "checkout")
    answer = sign_in("otto").post(
        reverse("service_levels_read_in", args=[house.other.slug]),
        {"file": SimpleUploadedFile("slos.yaml", written)},
    )
    assert answer.status_code == 302
    here, there = (
        [
            row.document
            for row in SloVersion.objects.filter(slo__workspace=home).order_by("pk")
        ]
        for home in (house.workspace, house.other)
    )
    assert there == here


def test_a_file_that_is_refused_is_shown_with_every_defect(
    house: House, sign_in: SignIn
) -> None:
    made.service(house.workspace)
    spoiled = yaml.safe_dump(document(budgetingMethod="Sometimes", surplus=1))
    answer = sign_in("ada").post(
        address("service_levels_read_in", house),
        {"file": SimpleUploadedFile("slos.yaml", spoiled.encode())},
    )
    assert answer.status_code == 422
    seen = answer.content.decode()
    assert "2 things have to be mended" in seen
    assert len(answer.context["said"]) == 2
    # Nothing is lost: the text stands there to be mended.
    assert answer.context["form"]["text"].value() == spoiled


def test_nothing_to_read_in_is_told(house: House, sign_in: SignIn) -> None:
    answer = sign_in("ada").post(address("service_levels_read_in", house), {})
    assert answer.status_code == 422


# ── reviewing ──────────────────────────────────────────────────────────────────────


def this_week() -> Any:
    return queries.monday(timezone.now().date())


def test_the_week_tells_the_change_of_every_budget(
    house: House, sign_in: SignIn, burning: Slo
) -> None:
    client = sign_in("vera")
    answer = client.get(address("service_level_weeks", house), follow=True)
    assert answer.status_code == 200
    assert [one.slo.id for one in answer.context["week"].rows] == [burning.pk]


def test_a_note_is_kept_and_read_by_all(house: House, sign_in: SignIn) -> None:
    where = address("service_level_week", house, this_week())
    note = {"text": "Releases are frozen.\r\nUntil Friday.", "seen": ""}
    assert sign_in("ada").post(where, note).status_code == 302
    assert "Releases are frozen." in sign_in("vera").get(where).content.decode()
    again = {"text": "Thawed.", "seen": "Releases are frozen.\r\nUntil Friday."}
    assert sign_in("noa").post(where, again).status_code == 302
    assert SloReview.objects.get().note == "Thawed."


def test_a_note_that_came_between_is_shown_before_it_is_replaced(
    house: House, sign_in: SignIn
) -> None:
    where = address("service_level_week", house, this_week())
    sign_in("ada").post(where, {"text": "First.", "seen": ""})
    answer = sign_in("noa").post(where, {"text": "Second.", "seen": ""})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert (form["text"].value(), form["seen"].value()) == ("Second.", "First.")
    assert SloReview.objects.get().note == "First."


def test_who_only_reads_writes_no_note(house: House, sign_in: SignIn) -> None:
    where = address("service_level_week", house, this_week())
    assert sign_in("vera").post(where, {"text": "I was here."}).status_code == 403


@pytest.mark.parametrize(
    "day", ["2026-02-31", "2026-03-03", "1999-01-04", "2199-01-07"]
)
def test_a_week_that_is_none_is_not_found(
    house: House, sign_in: SignIn, day: str
) -> None:
    where = address("service_level_weeks", house) + f"{day}/"
    assert sign_in("ada").get(where).status_code == 404


def test_nobody_reaches_the_objectives_of_others(
    house: House, sign_in: SignIn, burning: Slo
) -> None:
    otto = sign_in("otto")
    for name in ("service_level", "service_level_edit", "service_level_file"):
        where = reverse(name, args=[house.other.slug, burning.pk])
        assert otto.get(where).status_code == 404
    with pytest.raises(defining.NoSuchSlo):
        defining.retire(
            workspace_id=house.other.pk,
            slo_id=burning.pk,
            why="Mine.",
            by=house["otto"],
            now=timezone.now(),
        )
