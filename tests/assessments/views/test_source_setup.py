"""The pages that connect a source and change one: tried first, then saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.models import Event, Source
from tests import factories
from tests.assessments.connectors.repositories import Repository
from tests.assessments.views.test_sources import SECRET, at, connected, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks

    from tests.factories import House

    SignIn = Callable[[str], Client]

HTMX = {"hx-request": "true"}


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "shop")
    repository.commit("First", at="2026-01-05T09:00:00+00:00")
    repository.tag("v1.0")
    repository.commit("Second", at="2026-01-12T09:00:00+00:00")
    repository.tag("v1.1")
    repository.tag("v1.2-rc1")
    return repository


def typed(house: House, address: object, **more: str) -> dict[str, str]:
    return {
        "name": "Shop repository",
        "address": str(address),
        "secret": "",
        "scope": str(factories.root(house.workspace).pk),
        "service": "",
        "every_minutes": "60",
        "rule_branch": "",
        "rule_tags": "v[0-9]*",
        "rule_not_tags": "*-rc*",
        "rule_hotfix_tags": "",
    } | more


def test_every_kind_is_offered_with_what_it_brings(
    house: House, sign_in: SignIn
) -> None:
    page = sign_in("ada").get(at(house, "source_new"))
    for kind in ("git", "github", "push"):
        assert f"?kind={kind}".encode() in page.content
    assert "its tags are deployments" in text(page)


def test_a_kind_that_there_is_not_is_not_found(house: House, sign_in: SignIn) -> None:
    page = sign_in("ada").get(at(house, "source_new") + "?kind=svn")
    assert page.status_code == 404


def test_a_connection_is_tested_before_anything_is_saved(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    # What only saving needs may still be missing.
    form = typed(house, shop.path, name="", scope="")
    page = sign_in("ada").post(
        at(house, "source_test") + "?kind=git", form, headers=HTMX
    )
    assert page.status_code == 200
    assert "tags: 3, counting as deployments: 2" in text(page)
    assert not Source.objects.exists()


def test_a_preview_shows_what_counts_and_why_the_rest_does_not(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    page = sign_in("ada").post(
        at(house, "source_preview") + "?kind=git",
        typed(house, shop.path),
        headers=HTMX,
    )
    said = text(page)
    assert "Count as production deployments 2" in said
    assert "Left out 1 Tag v1.2-rc1" in said
    assert "left out by “*-rc*”" in said
    assert not Source.objects.exists()


def test_a_test_that_fails_says_why_and_names_the_field(
    house: House, sign_in: SignIn, tmp_path: Path
) -> None:
    ada = sign_in("ada")
    there = at(house, "source_test") + "?kind=git"
    page = ada.post(there, typed(house, tmp_path / "nowhere"), headers=HTMX)
    assert page.status_code == 422
    assert "check the path" in text(page)
    page = ada.post(there, typed(house, ""), headers=HTMX)
    assert b'href="#id_address"' in page.content


def test_without_javascript_a_failing_test_keeps_all_but_the_credential(
    house: House, sign_in: SignIn, tmp_path: Path
) -> None:
    form = typed(house, tmp_path / "nowhere", rule_tags="release-*", secret=SECRET)
    page = sign_in("ada").post(at(house, "source_test") + "?kind=git", form)
    assert b"release-*" in page.content
    assert b'value="Shop repository"' in page.content
    assert SECRET.encode() not in page.content
    assert "A credential is never sent back: type it again" in text(page)


def test_connecting_reads_the_repository_at_once(
    house: House,
    sign_in: SignIn,
    shop: Repository,
    eager_tasks: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ada = sign_in("ada")
    with django_capture_on_commit_callbacks(execute=True):
        answer = ada.post(
            at(house, "source_new") + "?kind=git", typed(house, shop.path)
        )
    source = Source.objects.get()
    assert answer["Location"] == at(house, "source", source.pk)
    assert source.state == "well"
    assert Event.objects.filter(kind="deployment").count() == 2
    said = text(ada.get(answer["Location"]))
    assert "Deployment 2" in said
    assert "v[0-9]*" in said


def test_a_form_with_mistakes_comes_back_with_everything_but_the_credential(
    house: House, sign_in: SignIn
) -> None:
    form = typed(
        house, "https://ada:pw@git.example.org/shop.git", name="", secret=SECRET
    )
    page = sign_in("ada").post(at(house, "source_new") + "?kind=git", form)
    assert page.status_code == 422
    assert b"error-summary" in page.content
    assert SECRET.encode() not in page.content
    assert "type it again" in text(page)
    assert not Source.objects.exists()


def test_a_password_in_the_address_is_refused_beside_the_address(
    house: House, sign_in: SignIn
) -> None:
    form = typed(house, "https://ada:pw@git.example.org/shop.git")
    page = sign_in("ada").post(at(house, "source_new") + "?kind=git", form)
    assert "Take the user name and password out of the address" in text(page)


def test_a_source_for_sent_events_asks_for_a_name_only(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    there = at(house, "source_new") + "?kind=push"
    page = ada.get(there)
    assert b"id_address" not in page.content
    assert b"Test the connection" not in page.content
    scope = str(factories.root(house.workspace).pk)
    ada.post(there, {"name": "Pipelines", "scope": scope})
    assert Source.objects.get().kind == "push"


# ── changing ───────────────────────────────────────────────────────────────────────


def test_rules_are_previewed_as_they_would_count_and_only_then_saved(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    source = connected(house, address=str(shop.path), secret="")
    ada = sign_in("ada")
    form = typed(house, shop.path, rule_tags="v1.0")
    page = ada.post(at(house, "source_rules_preview", source.pk), form, headers=HTMX)
    assert "Count as production deployments 1" in text(page)
    source.refresh_from_db()
    assert source.rules["tags"] != ["v1.0"]

    page = ada.post(at(house, "source_rules", source.pk), form, follow=True)
    source.refresh_from_db()
    assert source.rules["tags"] == ["v1.0"]
    assert "Everything is read and counted again" in text(page)
    assert source.synchronizations.count() == 1


def test_another_name_alone_reads_nothing_again(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    ada = sign_in("ada")
    ada.post(at(house, "source_new") + "?kind=git", typed(house, shop.path))
    source = Source.objects.get()
    source.synchronizations.all().delete()
    form = typed(house, shop.path, name="Another name")
    ada.post(at(house, "source_rules", source.pk), form)
    source.refresh_from_db()
    assert source.name == "Another name"
    assert not source.synchronizations.exists()


def test_moving_to_another_host_says_that_the_credential_stayed_behind(
    house: House, sign_in: SignIn
) -> None:
    source = connected(house)
    form = typed(house, "https://elsewhere.example.org/team/shop.git")
    page = sign_in("ada").post(at(house, "source_rules", source.pk), form, follow=True)
    assert "add one for the new address" in text(page)


def test_the_address_that_is_kept_can_be_tested(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    source = connected(house, address=str(shop.path), secret="")
    form = typed(house, shop.path)
    ada = sign_in("ada")
    page = ada.post(at(house, "source_rules_test", source.pk), form, headers=HTMX)
    assert "Found the repository" in text(page)
    page = ada.post(at(house, "source_rules_test", source.pk), form)
    assert "Found the repository" in text(page)
    assert b"id_name" in page.content


def test_only_who_may_connect_may_try(house: House, sign_in: SignIn) -> None:
    for name in ("source_test", "source_preview"):
        page = sign_in("noa").post(at(house, name) + "?kind=git", typed(house, "/x"))
        assert page.status_code == 403
