"""Where a Jira is, in the cloud or on a server of one's own, and which project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_CLOUD = ".atlassian.net"
# Pages that Jira has: what stands before them is where the server is.
_PAGES = frozenset({"browse", "issues", "projects", "secure", "servicedesk"})
_KEY = re.compile(r"^([A-Z][A-Z0-9_]+)(?:-\d+)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A Jira; with a project where the address leads to one."""

    root: str
    project: str | None

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.project} of {self.root}" if self.project else self.root


def place(source: Source) -> Place:
    """Return what an address names."""
    web = web_address(source)
    names = list(web.names)
    above = []
    for name in names:
        if name in _PAGES:
            break
        above.append(name)
    if web.host.endswith(_CLOUD):
        above = []  # the pages of Cloud are below /jira, its API is not
    found = (_KEY.match(name) for name in names)
    project = next((match[1] for match in found if match), None)
    return Place(root="/".join([web.origin, *above]), project=project)
