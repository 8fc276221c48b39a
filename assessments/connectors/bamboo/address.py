"""Which plan or project of a Bamboo is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_BROWSE = "browse"
_KEY = re.compile(r"^[A-Za-z][A-Za-z0-9]*(-[A-Za-z][A-Za-z0-9]*)?$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A plan, or all plans of a project, and the Bamboo that has them."""

    root: str
    key: str

    @property
    def is_plan(self) -> bool:
        """Whether it is one plan."""
        return "-" in self.key

    @property
    def api(self) -> str:
        """Where the API is."""
        return f"{self.root}/rest/api/latest"


def place(source: Source) -> Place:
    """Return what an address names; refuse what names neither plan nor project."""
    web = web_address(source)
    above, _, rest = "/".join(web.names).partition(f"{_BROWSE}/")
    key = rest.partition("/")[0]
    if not _KEY.match(key):
        raise Refused(
            "Enter the address of a plan or of a project as the browser shows it, for"
            " example https://bamboo.example.org/browse/SHOP-APP."
        )
    root = "/".join(part for part in (web.origin, above.rstrip("/")) if part)
    return Place(root=root, key=key.upper())
