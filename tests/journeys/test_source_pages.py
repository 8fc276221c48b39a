"""Every page of a source, of each kind of source: it fits, and axe finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Source
from assessments.services import hooks
from tests import factories
from tests.factories import NOW
from tests.journeys.walker import walking

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from tests.factories import House

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

COMMON = ("source", "source_rules", "source_versions", "source_health")
PAGES = {
    "push": ("source", "source_health", "source_quarantine"),
    "webhook": (*COMMON, "source_hook", "source_mapping", "source_quarantine"),
    "table": (*COMMON, "source_mapping"),
    "github": (*COMMON, "source_hook", "source_credential", "source_backfill"),
    "alertmanager": (*COMMON, "source_hook", "source_credential"),
}


def _source(house: House, kind: str) -> Source:
    source = Source.objects.create(
        workspace=house.workspace,
        scope=factories.root(house.workspace),
        kind=kind,
        name=f"Our {kind}",
        address=""
        if kind in {"push", "webhook", "table"}
        else "https://example.org/acme/shop",
        created_at=NOW,
    )
    if hooks.set_up_of(kind) is not None:
        hooks.open_hook(
            workspace_id=house.workspace.pk, source_id=source.pk, by=None, now=NOW
        )
    return source


def test_every_page_of_a_source_fits_and_is_accessible(
    house: House, live_server: LiveServer
) -> None:
    slug = house.slug
    paths = [
        reverse(name, args=[slug, source.pk])
        for kind, names in PAGES.items()
        for source in [_source(house, kind)]
        for name in names
    ]
    paths += [reverse(name, args=[slug]) for name in ("source_new", "events_upload")]
    with walking(live_server.url) as walker:
        walker.sign_in("ada", factories.PASSWORD)
        for path in paths:
            walker.go(path)
            walker.glance(path)

    assert not walker.troubles, "\n".join(walker.troubles)
