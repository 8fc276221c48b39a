"""Staff look things up; nothing can be changed from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.urls import reverse

from assessments.models import Source
from tests import factories

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db

OURS = [
    model for model in admin.site._registry if model._meta.app_label == "assessments"
]


@pytest.fixture
def staff(client: Client, house: House) -> Client:
    user = factories.person("root", staff=True)
    user.is_superuser = True
    user.save()
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_table_is_read_and_never_written(staff: Client, model: type) -> None:
    name = model.__name__.lower()
    assert staff.get(reverse(f"admin:assessments_{name}_changelist")).status_code == 200
    assert staff.get(reverse(f"admin:assessments_{name}_add")).status_code == 403


def test_credentials_are_not_shown(staff: Client, house: House) -> None:
    source = Source.objects.create(
        workspace=house.workspace,
        scope=factories.root(house.workspace),
        kind="push",
        name="Pushed",
        credential=b"canary-4711",
        push_token_digest="canary-4712",
        created_at=factories.NOW,
    )
    page = staff.get(reverse("admin:assessments_source_change", args=[source.pk]))
    assert page.status_code == 200
    assert b"Pushed" in page.content
    assert b"canary" not in page.content


def test_the_look_up_pages_use_the_one_way_to_sign_in(client: Client, db: None) -> None:
    answer = client.get("/admin/login/")
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]
