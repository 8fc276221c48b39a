"""What may be connected, in families, each with a sentence on what it reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.html import escape

from assessments.connectors.base import FAMILIES
from assessments.connectors.registry import CONNECTORS
from tests.assessments.views.test_sources import at

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House


def test_every_kind_is_offered_once_with_what_it_reads(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    page = sign_in("ada").get(at(house, "source_new")).content.decode()

    offered = re.findall(r"\?kind=([a-z_]+)", page)
    assert sorted(offered) == sorted([*CONNECTORS, "push"])
    ours = {connector.family for connector in CONNECTORS.values()}
    assert [*re.findall(r'<h2 id="family-([a-z]+)"', page)] == [
        family for family in FAMILIES if family in ours
    ]
    for connector in CONNECTORS.values():
        assert escape(connector.reads) in page
