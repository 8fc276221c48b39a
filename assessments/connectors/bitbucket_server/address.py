"""Where a repository is on a server of Bitbucket Data Center."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_NAME = re.compile(r"^~?[\w][\w.-]{0,127}$", re.ASCII)
# https://host/projects/KEY/repos/name, /users/somebody/repos/name, /scm/key/name.git
_BEFORE_KEY = {"projects": "", "users": "~", "scm": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository, and the address of the server's REST resources."""

    project: str
    name: str
    rest: str

    @property
    def full_name(self) -> str:
        """Project and name."""
        return f"{self.project}/{self.name}"

    @property
    def path(self) -> str:
        """Where the API keeps it."""
        return f"/api/1.0/projects/{self.project}/repos/{self.name}"


def repository(source: Source) -> Repository:
    """Return the repository that an address names; refuse what names none."""
    web = web_address(source)
    for place, word in enumerate(web.names):
        if word not in _BEFORE_KEY:
            continue
        names = [each for each in web.names[place + 1 :] if each != "repos"]
        project, name, *_ = (*names, "", "")
        name = name.removesuffix(".git")
        if _NAME.match(name) and _NAME.match(project):
            below = "".join(f"/{quote(each)}" for each in web.names[:place])
            return Repository(
                project=_BEFORE_KEY[word] + project,
                name=name,
                rest=f"{web.origin}{below}/rest",
            )
    raise Refused(
        "Enter the address of the repository, for example"
        " https://git.example.org/projects/KEY/repos/name."
    )
