"""Rules of a source: weighed over what is kept, versioned, suggested, claimed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from assessments.models import Event, RuleVersion, Service, Source
from assessments.services import collecting, sources
from tests import factories
from tests.assessments.connectors.repositories import Repository
from tests.assessments.views.test_source_setup import HTMX, typed
from tests.assessments.views.test_sources import at, pushed, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    from tests.factories import House

    SignIn = Callable[[str], Client]

NOW = timezone.now().replace(microsecond=0)


def ago(**span: int) -> str:
    return (NOW - timedelta(**span)).isoformat()


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    """Return a repository of two services, tagged apart, with a release of neither."""
    repository = Repository(tmp_path / "shop")
    for number, service in enumerate(("orders", "billing") * 3, 1):
        days = 40 - 5 * number
        file = repository.path / "services" / service / f"a{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(number))
        repository.git("add", ".")
        repository.commit(f"Work {number}", at=ago(days=days, hours=6))
        repository.tag(f"{service}/v1.{number}", at=ago(days=days))
    repository.tag("release-1.0", at=ago(days=1))
    return repository


def read(house: House, repository: Repository, **rules: object) -> Source:
    """Connect the repository and read it."""
    source_id = sources.connect(
        workspace_id=house.workspace.pk,
        scope_id=factories.root(house.workspace).pk,
        kind="git",
        name="Shop",
        address=str(repository.path),
        rules={"tags": ["release-*"], **rules},
        by=house["ada"],
        now=NOW,
    )
    synchronize(source_id)
    return Source.objects.get(pk=source_id)


def synchronize(source_id: int) -> None:
    asked = sources.ask_synchronization(source_id=source_id, now=NOW)
    collecting.synchronize(synchronization_id=asked, now=NOW)


def changed(source: Source, **more: str) -> dict[str, str]:
    return {
        "name": source.name,
        "address": source.address,
        "every_minutes": "60",
        "rule_branch": "",
        "rule_tags": "release-*",
        "rule_not_tags": "",
        "rule_hotfix_tags": "",
    } | more


def test_other_rules_are_weighed_over_what_is_kept_before_they_are_saved(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    source = read(house, shop)
    page = sign_in("ada").post(
        at(house, "source_rules_preview", source.pk),
        changed(source, rule_tags="orders/v*"),
        headers=HTMX,
    )
    said = text(page)
    assert "Count as production deployments 3 Tag orders/v1.5" in said
    assert "Left out 4" in said
    assert "Would count, and do not today 3" in said
    assert "Count today, and would not 1 Tag release-1.0" in said
    # Frequency: one release before, three afterwards.
    assert "Deployment frequency code lane" in said
    assert "n = 1" in said
    assert "n = 3" in said
    assert "unknown" in said
    assert Source.objects.get().rules["tags"] == ["release-*"]
    assert Event.objects.filter(kind="deployment").count() == 1


def test_the_same_rules_move_nothing(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    source = read(house, shop)
    page = sign_in("ada").post(
        at(house, "source_rules_preview", source.pk), changed(source), headers=HTMX
    )
    assert "Nothing: the same deployments count" in text(page)
    assert b'class="moved"' not in page.content


def test_a_repository_of_several_services_is_told_apart_by_tags_and_files(
    house: House, shop: Repository
) -> None:
    source = read(
        house,
        shop,
        tags=["*/v*"],
        service_table=[
            {"service": name, "paths": [f"services/{name}"], "tags": [f"{name}/v*"]}
            for name in ("orders", "billing")
        ],
    )
    assert source.last_error == ""
    for name in ("orders", "billing"):
        events = Event.objects.filter(service__key=name)
        assert events.filter(kind="deployment").count() == 3
        assert events.filter(kind="change").count() == 3
        # Its history is whole, and half of it is the other's work.
        commits = [event.data for event in events.filter(kind="commit")]
        assert len(commits) == 6
        away = [one for one in commits if one["attributes"].get("elsewhere")]
        assert len(away) == 3


def test_a_table_is_filled_in_line_by_line_and_comes_back(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    source = read(house, shop)
    ada = sign_in("ada")
    line = {
        "rule_service_table-0-service": "orders",
        "rule_service_table-0-paths": "services/orders, libs/money",
        "rule_service_table-0-tags": "orders/v*",
    }
    answer = ada.post(
        at(house, "source_rules", source.pk), changed(source, note="Two", **line)
    )
    assert answer.status_code == 302
    table = Source.objects.get().rules["service_table"]
    assert table == [
        {
            "service": "orders",
            "paths": ["services/orders", "libs/money"],
            "tags": ["orders/v*"],
        }
    ]
    page = ada.get(at(house, "source_rules", source.pk))
    assert b'value="services/orders, libs/money"' in page.content
    assert "orders (Paths: services/orders, libs/money" in text(
        ada.get(at(house, "source", source.pk))
    )


def test_a_line_without_a_service_is_refused_in_its_place(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    source = read(house, shop)
    page = sign_in("ada").post(
        at(house, "source_rules", source.pk),
        changed(
            source,
            **{
                "rule_service_table-0-service": "",
                "rule_service_table-0-paths": "services/orders",
            },
        ),
    )
    assert page.status_code == 422
    assert "each line needs the key of its service" in text(page)
    assert b'value="services/orders"' in page.content


def test_each_change_is_a_version_that_can_be_put_back(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    source = read(house, shop)
    ada = sign_in("ada")
    ada.post(
        at(house, "source_rules", source.pk),
        changed(source, rule_tags="orders/v*", note="Orders only"),
    )
    said = text(ada.get(at(house, "source_versions", source.pk)))
    assert "Version 2 in force" in said
    assert "Orders only" in said
    assert "Tags that are deployments: release-* → orders/v*" in said
    assert "Deployment frequency, code lane:" in said
    assert "The first rules that are known." in said
    ada.post(at(house, "source_version_back", source.pk, 1))
    assert Source.objects.get().rules["tags"] == ["release-*"]
    assert [one.number for one in RuleVersion.objects.all()] == [3, 2, 1]
    assert "Version 1 put back" in text(
        ada.get(at(house, "source_versions", source.pk))
    )
    assert ada.post(at(house, "source_version_back", source.pk, 9)).status_code == 404


def test_what_is_not_of_the_rules_is_no_version(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    source = read(house, shop)
    sign_in("ada").post(
        at(house, "source_rules", source.pk),
        changed(
            source,
            name="Other",
            rule_not_tags="\n".join(source.rules["not_tags"]),
            rule_hotfix_tags="\n".join(source.rules["hotfix_tags"]),
        ),
    )
    source.refresh_from_db()
    assert source.name == "Other"
    assert RuleVersion.objects.count() == 1


def test_names_of_tags_suggest_rules_and_services_and_are_used_by_one_click(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    ada = sign_in("ada")
    there = at(house, "source_preview") + "?kind=git"
    page = ada.post(there, typed(house, shop.path, rule_tags="nothing"), headers=HTMX)
    said = text(page)
    assert "Suggestions from the data" in said
    assert "numbers of versions" in said
    assert "a service each" in said
    used = json.dumps({"rule": "tags", "value": ["orders/v[0-9]*"]})
    # Without JavaScript the whole page comes back with it.
    page = ada.post(there, typed(house, shop.path, use=used))
    assert "orders/v[0-9]*</textarea>" in page.content.decode()
    page = ada.post(there, typed(house, shop.path, use="{nonsense"))
    assert page.status_code == 200


def test_connecting_chooses_rules_that_were_left_as_they_are(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    kind = sources.kind_of("git")
    default = {
        f"rule_{field.name}": "\n".join(map(str, field.plain_default))
        for field in kind.rule_fields
        if isinstance(field.plain_default, list) and field.kind == "list"
    }
    form = typed(house, shop.path, suggest="on", **default)
    page = sign_in("ada").post(at(house, "source_new") + "?kind=git", form, follow=True)
    tags = Source.objects.get().rules["tags"]
    assert "orders/v[0-9]*" in tags
    assert "billing/v[0-9]*" in tags
    assert "Chosen from the data" in text(page)


def test_two_sources_of_one_service_are_named_with_what_to_do(
    house: House, sign_in: SignIn, shop: Repository
) -> None:
    source = read(house, shop)
    other = pushed(house, name="Argo")
    told = Event.objects.get(kind="deployment")
    Event.objects.create(
        source=other,
        service=Service.objects.get(key="shop"),
        kind="deployment",
        external_id="argo-1",
        lane="code",
        at=told.at + timedelta(minutes=5),
        refers_to=told.refers_to,
        data=told.data,
    )
    ada = sign_in("ada")
    said = text(ada.get(at(house, "source_health", source.pk)))
    assert "“Argo” tells of deployments of “shop” as well: 1 in 90 days" in said
    assert "The same version within ten minutes: 1" in said
    assert "Let one of the two tell of deployments" in said
    # A new source of the same name is told before it is connected.
    page = ada.post(
        at(house, "source_preview") + "?kind=git",
        typed(house, shop.path),
        headers=HTMX,
    )
    assert "“Argo” tells of deployments of “shop” already" in text(page)
    # One of the two tells of changes alone: nothing is counted twice any more.
    ada.post(
        at(house, "source_rules", source.pk), changed(source, rule_tells_of="changes")
    )
    synchronize(source.pk)
    assert not Event.objects.filter(source=source, kind="deployment").exists()
    assert Event.objects.filter(source=source, kind="change").exists()
    said = text(ada.get(at(house, "source_health", source.pk)))
    assert "tells of deployments of" not in said
