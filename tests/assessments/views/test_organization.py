"""The organization's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from assessments.models import Scope, Service, Workspace
from assessments.services import sources
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

    from tests.factories import House

pytestmark = pytest.mark.django_db


def test_a_lead_adds_a_unit_and_a_model_below_it(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    ada = sign_in("ada")
    top = factories.root(house.workspace)
    ada.post(reverse("scope_new", args=[house.slug]), {"name": "AI", "parent": top.pk})
    unit = Scope.objects.get(name="AI")
    answer = ada.post(
        reverse("service_new", args=[house.slug]),
        {"name": "Churn", "key": "churn", "kind": "model", "parent": unit.pk},
        follow=True,
    )
    assert Service.objects.get(key="churn").scope.parent == unit
    assert b"Added: Churn" in answer.content


def test_a_taken_key_is_said_beside_its_field_and_what_was_typed_is_kept(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    factories.service(house.workspace, "checkout")
    top = factories.root(house.workspace)
    answer = sign_in("ada").post(
        reverse("service_new", args=[house.slug]),
        {"name": "Till", "key": "checkout", "kind": "service", "parent": top.pk},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "choose another key" in page
    assert 'value="Till"' in page


def test_a_place_in_another_workspace_is_not_offered_nor_taken(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    foreign = factories.root(house.other)
    answer = sign_in("ada").post(
        reverse("scope_new", args=[house.slug]), {"name": "X", "parent": foreign.pk}
    )
    assert answer.status_code == 422
    assert not Scope.objects.filter(name="X").exists()


def test_a_node_is_renamed_and_moved(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    east = factories.unit(house.workspace, "East")
    west = factories.unit(house.workspace, "West")
    ada = sign_in("ada")
    ada.post(reverse("scope_rename", args=[house.slug, east.pk]), {"name": "Orient"})
    ada.post(reverse("scope_move", args=[house.slug, east.pk]), {"parent": west.pk})
    east.refresh_from_db()
    assert (east.name, east.parent) == ("Orient", west)


def test_a_viewer_reads_the_tree_and_is_offered_no_change(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    page = sign_in("vera").get(reverse("organization", args=[house.slug]))
    assert page.status_code == 200
    assert b"Rename" not in page.content


def test_a_demonstration_is_removed_whole_with_the_people_made_for_it(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    demo = factories.workspace("Demo", led_by=house["ada"], simulated=True)
    guest = factories.member(demo).user
    ada = sign_in("ada")
    assert b"Simulated data" in ada.get(reverse("home", args=[demo.slug])).content
    ada.post(reverse("demo_remove", args=[demo.slug]))
    assert not Workspace.objects.filter(pk=demo.pk).exists()
    assert not User.objects.filter(pk=guest.pk).exists()
    assert Workspace.objects.filter(pk=house.workspace.pk).exists()


def _source(workspace: Workspace) -> int:
    return sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="push",
        name="CI",
        by=None,
        now=factories.NOW,
    )


def test_a_removed_demonstration_leaves_no_file_and_takes_no_other_s(
    house: House,
    sign_in: Callable[[str], Client],
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.CLONES_DIR = tmp_path / "clones"
    settings.REPORTS_DIR = tmp_path / "reports"
    demo = factories.workspace("Demo", led_by=house["ada"], simulated=True)
    clones = [settings.CLONES_DIR / str(_source(of)) for of in (demo, house.workspace)]
    reports = [settings.REPORTS_DIR / str(of.pk) for of in (demo, house.workspace)]
    for folder in (*clones, *reports):
        folder.mkdir(parents=True)
        (folder / "kept").touch()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in("ada").post(reverse("demo_remove", args=[demo.slug]))
    assert [folder.exists() for folder in clones] == [False, True]
    assert [folder.exists() for folder in reports] == [False, True]


def test_a_real_workspace_cannot_be_removed(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    answer = sign_in("ada").post(reverse("demo_remove", args=[house.slug]))
    assert answer.status_code == 404
    assert Workspace.objects.filter(pk=house.workspace.pk).exists()
