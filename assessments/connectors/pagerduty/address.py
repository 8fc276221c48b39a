"""Where a PagerDuty is, and which service of it is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base.addresses import web_address
from assessments.connectors.base.incidents import regional_api

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_CLOUD = "pagerduty.com"
# Pages of one service.
_SERVICES = frozenset({"service-directory", "services"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An account of PagerDuty; with a service where the address leads to one."""

    api: str
    title: str
    service_id: str | None


def place(source: Source) -> Place:
    """Return what an address names; an account's API is that of its region."""
    web = web_address(source)
    service_id = None
    for page, identity in zip(web.names, web.names[1:], strict=False):
        if page in _SERVICES:
            service_id = identity
    return Place(
        api=regional_api(web.host, _CLOUD) or web.origin,
        title=web.host,
        service_id=service_id,
    )
