"""A source whose connector is gone, with the package that brought it, stays visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Source
from assessments.services import collecting, sources
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

    SignIn = Callable[[str], Client]


@pytest.fixture
def left_behind(house: House) -> Source:
    """A source of a kind that nobody brings any more."""
    pk = sources.connect(
        workspace_id=house.workspace.pk,
        scope_id=factories.root(house.workspace).pk,
        by=house["ada"],
        now=NOW,
        kind="git",
        name="Shop on Shipit",
        address="https://shipit.example.org/shop",
    )
    Source.objects.filter(pk=pk).update(kind="shipit")
    return Source.objects.get(pk=pk)


@pytest.mark.parametrize("name", ["source", "source_rules", "source_credential"])
def test_its_pages_open(
    house: House, sign_in: SignIn, left_behind: Source, name: str
) -> None:
    page = sign_in("ada").get(reverse(name, args=[house.slug, left_behind.pk]))

    assert page.status_code == 200
    assert "Shop on Shipit" in page.content.decode()


def test_the_list_of_sources_opens(
    house: House, sign_in: SignIn, left_behind: Source
) -> None:
    page = sign_in("ada").get(reverse("sources", args=[house.slug]))

    assert page.status_code == 200
    assert "Shop on Shipit" in page.content.decode()


def test_nothing_is_collected_for_it(left_behind: Source) -> None:
    assert collecting.due(now=NOW) == []
    with pytest.raises(sources.NothingToFetch):
        collecting.asked(source_id=left_behind.pk, now=NOW)
