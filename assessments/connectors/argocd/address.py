"""Where an Argo CD is, and which application of it is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_APPLICATIONS = "applications"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An Argo CD; with an application where the address leads to one."""

    root: str
    application: str | None

    @property
    def api(self) -> str:
        """Where the API is."""
        return f"{self.root}/api/v1"

    @property
    def title(self) -> str:
        """What people call it."""
        return self.application or self.root


def place(source: Source) -> Place:
    """Return what an address names."""
    web = web_address(source)
    above, rest = list(web.names), []
    if _APPLICATIONS in above:
        start = above.index(_APPLICATIONS)
        above, rest = above[:start], above[start + 1 :]
    return Place(
        root="/".join([web.origin, *above]),
        # An application has its namespace before its name, or has none.
        application=rest[-1] if rest else None,
    )
