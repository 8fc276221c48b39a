"""The page of the heat map, and its file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.access import Role
from assessments.services import membership
from tests import factories
from tests.assessments.queries.test_heatmap import answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("telemetry")]


def page(client: Client, house: House, query: str = "", name: str = "heatmap") -> str:
    answer = client.get(reverse(name, args=[house.slug]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_workspace_says_what_to_do(house: House, sign_in: SignIn) -> None:
    assert "Nothing is scored yet" in page(sign_in("vera"), house)
    client = sign_in("vera")
    assert client.get(reverse("heatmap_csv", args=[house.slug])).status_code == 404


def test_each_cell_has_its_number_its_words_and_its_link(
    house: House, sign_in: SignIn
) -> None:
    cycle = answered(house, factories.unit(house.workspace, "Shop"), 4)

    shown = page(sign_in("vera"), house)

    assert reverse("domain_result", args=[house.slug, cycle.pk, "B"]) in shown
    assert 'level-4" href' in shown
    assert "Agreed 4.0, coverage 100" in shown
    assert "not locked" in shown


@pytest.mark.parametrize(
    ("show", "says"),
    [
        ("declared", "Declared 2.0"),
        ("measured", "No level:"),
        ("gap", "1.5 below the target of 3.5"),
        ("change", "no earlier locked cycle to compare with"),
        ("nonsense", "Agreed 2.0"),
    ],
)
def test_the_switch_shows_another_number(
    house: House, sign_in: SignIn, show: str, says: str
) -> None:
    shop = factories.unit(house.workspace, "Shop")
    answered(house, shop, 2, targets={"B": "3.5"})

    assert says in page(sign_in("vera"), house, f"?show={show}&order=level&campaign=x")


def test_the_file_has_a_line_for_each_unit_and_domain(
    house: House, sign_in: SignIn
) -> None:
    answered(house, factories.unit(house.workspace, "=Shop"), 4, targets={"B": "4.5"})

    rows = list(
        csv.reader(io.StringIO(page(sign_in("vera"), house, name="heatmap_csv")))
    )

    assert [row[6] for row in rows] == ["Domain", "A", "B", "C"]
    line = dict(zip(rows[0], rows[2], strict=True))
    assert line["Unit"] == "'=Shop"  # no formula
    assert (line["Agreed"], line["Target"], line["Gap to target"]) == (
        "4.0",
        "4.5",
        "0.5",
    )
    assert line["Measured"] == ""  # unknown, and never zero


def test_the_file_says_why_there_is_no_level(house: House, sign_in: SignIn) -> None:
    shop = factories.unit(house.workspace, "Shop")
    answered(house, shop, topics=("A.1", "B.1"), left_out={"C": "Not here"})

    text = page(sign_in("vera"), house, name="heatmap_csv")

    (line,) = [row for row in csv.DictReader(io.StringIO(text)) if row["Domain"] == "C"]
    assert line["Agreed"] == ""
    assert "Not here" in line["Why there is no agreed level"]


def test_a_role_over_a_part_shows_that_part(house: House, sign_in: SignIn) -> None:
    shop, claims = (factories.unit(house.workspace, one) for one in ("Shop", "Claims"))
    answered(house, shop)
    answered(house, claims)
    membership.grant(
        workspace_id=house.workspace.pk,
        member_id=house.workspace.members.get(user=house["rui"]).pk,
        scope_id=shop.pk,
        role=Role.VIEWER,
        by=house["ada"],
        now=factories.NOW,
    )

    shown = page(sign_in("rui"), house)

    assert "Shop" in shown
    assert "Claims" not in shown
