"""Portfolio and practices: pages, files, saved views, and following without a jump."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.urls import reverse

from assessments.access import Role
from assessments.models import Edition, JournalEntry, SavedView
from assessments.services import membership
from tests import factories
from tests.assessments.queries.test_heatmap import answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from assessments.models import Cycle
    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("telemetry")]


def ask(
    client: Client, house: House, name: str, *rest: object, query: str = ""
) -> Answer:
    answer = client.get(reverse(name, args=[house.slug, *rest]) + query)
    assert answer.status_code == 200
    return answer


def page(client: Client, house: House, name: str, query: str = "") -> str:
    return ask(client, house, name, query=query).content.decode()


def rows(client: Client, house: House, name: str, figure: str) -> list[dict[str, str]]:
    text = ask(client, house, name, figure).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def moved(house: House) -> Cycle:
    """A unit that rose from two to four in every domain."""
    shop = factories.unit(house.workspace, "Shop")
    factories.locked(answered(house, shop, 2, last=date(2025, 12, 31), title="Before"))
    return answered(house, shop, 4)


@pytest.fixture
def rings(house: House) -> Cycle:
    """A scored assessment against CALMS, in which nobody knows of sharing."""
    call_command(
        "load_framework", "fixtures/frameworks/calms-ml.yaml", stdout=io.StringIO()
    )
    cycle = factories.cycle(house.workspace, of=Edition.objects.get(key="calms-ml"))
    for ring, level in (("C", 3), ("A", 3), ("L", 1), ("M", 2), ("S", "unknown")):
        for number in (1, 2, 3):
            factories.rating(cycle, f"CA-{ring}.{number}", house["rui"], level)
    return factories.scored(cycle)


# ── the portfolio ──────────────────────────────────────────────────────────────────


def test_an_empty_workspace_says_why_and_what_to_do(
    house: House, sign_in: SignIn
) -> None:
    text = page(sign_in("vera"), house, "portfolio")
    assert "Nothing is scored yet" in text
    assert "There is no unit and no source yet." in text
    assert "Models: nothing is known" in text


def test_movers_are_named_drawn_listed_and_filed(
    house: House, sign_in: SignIn, moved: Cycle
) -> None:
    client = sign_in("vera")
    text = page(client, house, "portfolio")
    assert "Movers: 3 up, 0 down" in text
    assert text.count(reverse("domain_result", args=[house.slug, moved.pk, "B"])) >= 3
    filed = rows(client, house, "portfolio_figure", "movers")
    assert {
        (one["Unit"], one["Before"], one["Now"], one["Change"]) for one in filed
    } == {("Shop", "2.0", "4.0", "2.0")}
    assert "+2.0" in text


def test_never_seen_is_no_number_in_the_file(
    house: House, sign_in: SignIn, moved: Cycle
) -> None:
    found = rows(sign_in("vera"), house, "portfolio_figure", "freshness")
    never = next(one for one in found if one["What"] == "Newest deployment")
    assert (never["Days ago"], never["State"]) == ("", "stale")


def test_a_figure_that_does_not_exist_has_no_file(
    house: House, sign_in: SignIn, moved: Cycle
) -> None:
    address = reverse("portfolio_figure", args=[house.slug, "nothing"])
    assert sign_in("vera").get(address).status_code == 404


# ── practices ──────────────────────────────────────────────────────────────────────


def test_a_framework_nobody_was_assessed_against_offers_the_next_step(
    house: House, sign_in: SignIn
) -> None:
    start = reverse("cycle_new", args=[house.slug])
    lead, reader = (page(sign_in(one), house, "practices") for one in ("ada", "vera"))
    assert lead.count("not assessed yet") == 4
    assert start in lead
    assert start not in reader


def test_rings_light_up_and_what_nobody_knows_stays_unlit(
    house: House, sign_in: SignIn, rings: Cycle
) -> None:
    client = sign_in("vera")
    text = page(client, house, "practices")
    assert "2 of 5 rings are lit; Sharing is unknown" in text
    filed = {
        one["Practice"]: one
        for one in rows(client, house, "practices_figure", "calms-ml")
    }
    assert filed["Culture"]["Level"] == "3.0"
    assert (filed["Sharing"]["Level"], filed["Sharing"]["State"]) == ("", "unknown")


def test_a_unit_is_shown_alone_and_says_what_it_lacks(
    house: House, sign_in: SignIn, rings: Cycle
) -> None:
    shop = factories.unit(house.workspace, "Shop")
    client = sign_in("vera")
    assert "for Shop." in page(client, house, "practices", f"?unit={shop.pk}")
    assert "rings are lit" in page(client, house, "practices", "?unit=nonsense")


# ── following ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["portfolio", "practices"])
def test_a_page_that_follows_gets_its_board_alone_and_only_if_it_is_new(
    house: House, sign_in: SignIn, moved: Cycle, name: str
) -> None:
    client = sign_in("vera")
    address = reverse(name, args=[house.slug])
    board = client.get(address, headers={"X-Board": "1"})
    assert "<html" not in board.content.decode()
    assert "csrf" not in board.content.decode()
    assert "data-part" in board.content.decode()
    again = {"X-Board": "1", "If-None-Match": board["ETag"]}
    same = client.get(address, headers=again)
    assert (same.status_code, same.content) == (304, b"")

    answered(house, factories.unit(house.workspace, "Claims"), 3)

    newer = client.get(address, headers=again)
    assert newer.status_code == (200 if name == "portfolio" else 304)


# ── saved views ────────────────────────────────────────────────────────────────────


def keep(client: Client, house: House, name: str, **more: str) -> Answer:
    return client.post(
        reverse("saved_view_new", args=[house.slug]),
        {"name": name, "page": "delivery", "query": "days=30&lane=model"} | more,
    )


def test_a_view_is_saved_with_its_filters_for_oneself(
    house: House, sign_in: SignIn
) -> None:
    vera = sign_in("vera")
    answer = keep(vera, house, "  My   month ")
    address = reverse("delivery", args=[house.slug]) + "?days=30&lane=model"
    assert answer.headers["Location"] == address
    assert "My month" in page(vera, house, "saved_views")
    assert "My month" not in page(sign_in("ada"), house, "saved_views")
    assert not JournalEntry.objects.filter(verb__startswith="saved_view").exists()


def test_what_is_shared_is_seen_by_all_and_recorded(
    house: House, sign_in: SignIn
) -> None:
    keep(sign_in("noa"), house, "Board", shared="on")
    seen = page(sign_in("vera"), house, "saved_views")
    assert "Board" in seen
    assert "shared by Noa" in seen
    entry = JournalEntry.objects.get(verb="saved_view.shared")
    assert entry.detail["name"] == "Board"


def test_who_may_not_plan_shares_nothing(house: House, sign_in: SignIn) -> None:
    keep(sign_in("vera"), house, "Board", shared="on")
    assert not SavedView.objects.get().shared


@pytest.mark.parametrize(
    "more",
    [{"name": ""}, {"page": "audit"}, {"query": "x" * 1001}, {"name": "Taken"}],
)
def test_a_view_that_cannot_be_saved_says_why(
    house: House, sign_in: SignIn, more: dict[str, str]
) -> None:
    vera = sign_in("vera")
    keep(vera, house, "Taken")
    answer = keep(vera, house, **({"name": "Other"} | more))
    assert answer.status_code == 422
    assert SavedView.objects.count() == 1


def test_a_view_is_renamed_and_deleted_by_its_owner(
    house: House, sign_in: SignIn
) -> None:
    noa = sign_in("noa")
    keep(noa, house, "Board", shared="on")
    keep(noa, house, "Other")
    view = SavedView.objects.get(name="Board")
    rename = reverse("saved_view_rename", args=[house.slug, view.pk])
    assert noa.post(rename, {"name": "Other"}).status_code == 422
    assert noa.post(rename, {"name": "Board, monthly"}).status_code == 302
    noa.post(reverse("saved_view_delete", args=[house.slug, view.pk]))
    assert [one.name for one in SavedView.objects.all()] == ["Other"]
    verbs = JournalEntry.objects.filter(verb__startswith="saved_view")
    assert set(verbs.values_list("verb", flat=True)) == {
        "saved_view.shared",
        "saved_view.renamed",
        "saved_view.deleted",
    }


def test_others_change_no_view_but_a_lead_tidies_up_what_is_shared(
    house: House, sign_in: SignIn
) -> None:
    keep(sign_in("noa"), house, "Board", shared="on")
    keep(sign_in("noa"), house, "Mine")
    shared, mine = (SavedView.objects.get(name=one) for one in ("Board", "Mine"))

    def delete(name: str, view: SavedView) -> int:
        address = reverse("saved_view_delete", args=[house.slug, view.pk])
        return sign_in(name).post(address).status_code

    assert delete("vera", shared) == 403
    assert delete("vera", mine) == delete("ada", mine) == 404
    assert delete("ada", shared) == 302


def test_no_more_than_fifty_are_kept(house: House, sign_in: SignIn) -> None:
    SavedView.objects.bulk_create(
        SavedView(
            workspace=house.workspace,
            owner=house["vera"],
            name=f"View {number}",
            page="delivery",
            created_at=factories.NOW,
        )
        for number in range(50)
    )
    answer = keep(sign_in("vera"), house, "One more")
    assert answer.status_code == 422
    assert "Delete one first" in answer.content.decode()


def test_a_reader_of_a_part_sees_its_units_alone(
    house: House, sign_in: SignIn, moved: Cycle
) -> None:
    claims = factories.unit(house.workspace, "Claims")
    answered(house, claims, 3)
    membership.grant(
        workspace_id=house.workspace.pk,
        member_id=house.workspace.members.get(user=house["rui"]).pk,
        scope_id=claims.pk,
        role=Role.VIEWER,
        by=house["ada"],
        now=factories.NOW,
    )
    text = page(sign_in("rui"), house, "portfolio")
    assert "Claims" in text
    assert "Shop" not in text
