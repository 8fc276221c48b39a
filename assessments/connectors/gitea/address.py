"""Where a repository is on a server of Gitea or Forgejo."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_NAME = re.compile(r"^[\w][\w.-]{0,99}$", re.ASCII)
# Pages of a repository, which follow its name.
_PAGES = frozenset(
    {
        "actions", "activity", "branches", "commits", "issues", "projects", "pulls",
        "releases", "settings", "src", "tags", "wiki",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository, and the address of its API."""

    owner: str
    name: str
    api: str

    @property
    def full_name(self) -> str:
        """Owner and name."""
        return f"{self.owner}/{self.name}"

    @property
    def path(self) -> str:
        """Where the API keeps it."""
        return f"/repos/{self.owner}/{self.name}"


def repository(source: Source) -> Repository:
    """Return the repository that an address names; refuse what names none.

    What comes before owner and name is where the server is on its host.
    """
    web = web_address(source)
    names = list(web.names)
    for place in range(2, len(names)):
        if names[place] in _PAGES:
            names = names[:place]
            break
    *below, owner, name = ["", "", *names]
    name = name.removesuffix(".git")
    if not _NAME.match(owner) or not _NAME.match(name):
        raise Refused(
            "Enter the address of the repository, for example"
            " https://codeberg.org/owner/name."
        )
    base = "".join(f"/{quote(each)}" for each in below if each)
    return Repository(owner=owner, name=name, api=f"{web.origin}{base}/api/v1")
