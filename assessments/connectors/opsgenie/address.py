"""Where an Opsgenie is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base.addresses import web_address
from assessments.connectors.base.incidents import regional_api

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_CLOUD = "opsgenie.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An account of Opsgenie, and the API of its region."""

    api: str
    title: str


def place(source: Source) -> Place:
    """Return what an address names."""
    web = web_address(source)
    return Place(api=regional_api(web.host, _CLOUD) or web.origin, title=web.host)
