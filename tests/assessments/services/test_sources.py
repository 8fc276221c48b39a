"""Sources: connected with every defect named, changed, paused, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.models import Event, JournalEntry, RawRecord, Service, Source
from assessments.services import rolling_up, sources
from tests import factories
from tests.assessments.services.test_normalizing import deployment, pushed, taken

if TYPE_CHECKING:
    from assessments.models import Workspace

NOW = factories.NOW


@pytest.fixture
def workspace(db: None) -> Workspace:
    return factories.workspace()


def connected(workspace: Workspace, **more: object) -> Source:
    asked: dict[str, object] = {
        "scope_id": factories.root(workspace).pk,
        "kind": "git",
        "name": "Shop",
        "address": "https://example.org/acme/shop.git",
        "secret": "s3cret",
        "by": factories.person("ada"),
    }
    pk = sources.connect(workspace_id=workspace.pk, now=NOW, **asked | more)  # type: ignore[arg-type]  # overridden by name in tests
    return Source.objects.get(pk=pk)


def changed(source: Source, address: str) -> Source:
    sources.change(
        workspace_id=source.workspace_id,
        source_id=source.pk,
        name=source.name,
        address=address,
        rules={},
        every_minutes=15,
        by=factories.person("ada"),
        now=NOW,
    )
    source.refresh_from_db()
    return source


def test_a_connected_source_is_sealed_and_journaled(workspace: Workspace) -> None:
    source = connected(workspace)

    assert b"s3cret" not in bytes(source.credential or b"")
    assert source.rules["service"] == "shop"
    entry = JournalEntry.objects.get(verb="source.connected")
    assert entry.detail == {"kind": "git", "name": "Shop"}


def test_every_defect_is_named_at_its_field(workspace: Workspace) -> None:
    with pytest.raises(sources.Defective) as refusal:
        connected(workspace, name=" ", address="", rules={"no_such_rule": 1})

    assert refusal.value.defects.keys() == {"name", "address", "no_such_rule"}
    assert not Source.objects.exists()


def test_a_password_in_the_address_is_refused(workspace: Workspace) -> None:
    with pytest.raises(sources.Defective) as refusal:
        connected(workspace, address="https://ada:hunter2@example.org/shop.git")

    assert "hunter2" not in refusal.value.sentence


@pytest.mark.parametrize(
    ("kind", "address", "says"),
    [
        ("git", "--upload-pack=x", "characters that no repository has"),
        ("git", "ext::sh -c id", "Enter a whole path"),
        ("git", "ssh://-oProxyCommand=x/y", "names no host"),
        ("git", "shop", "Enter a whole path"),
        ("github", "acme", "owner/name"),
    ],
)
def test_an_address_that_nothing_can_come_of_is_refused_before_it_is_kept(
    workspace: Workspace, kind: str, address: str, says: str
) -> None:
    with pytest.raises(sources.Defective, match=says) as refusal:
        connected(workspace, kind=kind, address=address)

    assert refusal.value.defects.keys() == {"address"}
    assert not Source.objects.exists()


def test_a_kind_that_is_not_known_names_those_that_are(workspace: Workspace) -> None:
    with pytest.raises(sources.Defective, match=r"git, github, .*, push"):
        connected(workspace, kind="svn")


def test_a_scope_of_another_workspace_is_refused(workspace: Workspace) -> None:
    other = factories.workspace("Elsewhere")

    with pytest.raises(sources.Defective, match="unit of this workspace"):
        connected(workspace, scope_id=factories.root(other).pk)


def test_connected_below_a_service_it_delivers_that_service(
    workspace: Workspace,
) -> None:
    service = factories.service(workspace, "checkout")

    source = connected(workspace, scope_id=service.scope_id)

    assert source.rules["service"] == "checkout"
    assert source.scope == factories.root(workspace)


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("https://example.org/acme/shop.git", "shop"),
        ("git@example.org:acme/shop", "shop"),
        ("https://example.org:8443/acme/shop/", "shop"),
        ("https://models.example.org:5000/", "models.example.org"),
    ],
)
def test_an_address_names_the_service_that_it_delivers(
    workspace: Workspace, address: str, service: str
) -> None:
    source = connected(workspace, address=address)

    assert source.rules["service"] == service


def test_another_address_starts_from_the_beginning(workspace: Workspace) -> None:
    source = connected(workspace)
    Source.objects.update(cursor={"at": 5})

    changed(source, "https://example.org/acme/other.git")

    assert source.cursor == {}
    assert source.credential is not None


def test_a_credential_does_not_follow_to_another_host(workspace: Workspace) -> None:
    source = connected(workspace)

    changed(source, "https://example.net/acme/shop.git")

    assert source.credential is None


def test_a_draft_for_another_host_goes_without_the_credential(
    workspace: Workspace,
) -> None:
    source = connected(workspace)

    def secret_for(address: str) -> str:
        return sources.draft_of(
            workspace_id=workspace.pk, source_id=source.pk, address=address, rules={}
        ).secret

    assert secret_for("https://example.org/other.git") == "s3cret"
    assert secret_for("https://example.net/acme/shop.git") == ""


def test_a_paused_source_is_not_synchronized_until_it_is_resumed(
    workspace: Workspace,
) -> None:
    source = connected(workspace)
    whom = {"by": factories.person("ada"), "now": NOW}
    where = {"workspace_id": workspace.pk, "source_id": source.pk}

    sources.pause(**where, **whom)  # type: ignore[arg-type]  # spread to be read
    with pytest.raises(sources.NothingToFetch, match="paused"):
        sources.ask_synchronization(source_id=source.pk, now=NOW)

    sources.resume(**where, **whom)  # type: ignore[arg-type]  # spread to be read
    assert sources.ask_synchronization(source_id=source.pk, now=NOW)


def test_events_that_are_pushed_are_not_fetched(workspace: Workspace) -> None:
    with pytest.raises(sources.NothingToFetch, match="sent to this source"):
        sources.ask_synchronization(source_id=pushed(workspace).pk, now=NOW)


def test_only_the_digest_of_a_push_token_is_kept(workspace: Workspace) -> None:
    source = pushed(workspace)

    token = sources.new_push_token(source_id=source.pk, by=None, now=NOW)

    source.refresh_from_db()
    assert token not in str(Source.objects.values().get(pk=source.pk))
    assert len(source.push_token_digest) == 64


def test_a_removed_source_takes_its_events_and_their_rollups_along(
    workspace: Workspace,
) -> None:
    source = pushed(workspace)
    taken(source, deployment(1))
    rolling_up.refresh_workspace(workspace_id=workspace.pk)
    service = Service.objects.get()
    assert service.day_rollups.count() == 1

    sources.remove(
        workspace_id=workspace.pk,
        source_id=source.pk,
        by=factories.person("ada"),
        now=NOW,
    )
    rolling_up.refresh_workspace(workspace_id=workspace.pk)

    assert not Event.objects.exists()
    assert not RawRecord.objects.exists()
    assert service.day_rollups.count() == 0


def test_a_source_of_another_workspace_cannot_be_touched(workspace: Workspace) -> None:
    source = connected(workspace)
    other = factories.workspace("Elsewhere")

    with pytest.raises(sources.NoSuchSource):
        sources.remove(
            workspace_id=other.pk,
            source_id=source.pk,
            by=factories.person("otto"),
            now=NOW,
        )
