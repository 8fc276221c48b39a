"""Where a project is on GitLab, in the cloud or on a server of one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from assessments.connectors.base.addresses import Web

_CLOUD = "gitlab.com"
_NAME = re.compile(r"^[A-Za-z0-9_.][\w.+-]{0,254}$", re.ASCII)
_API = ("api", "v4", "projects")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project, by its full path or its number, and the address of its API."""

    name: str
    api: str

    @property
    def path(self) -> str:
        """Where the API keeps it."""
        return f"/projects/{quote(self.name, safe='')}"

    @property
    def below(self) -> str:
        """What the path of a project follows in its address."""
        origin = self.api.removesuffix("/api/v4")
        # Below a path of its host, a server is named by the address of its API.
        return origin if origin.count("/") == 2 else f"{self.api}/projects"


def project(source: Source) -> Project:
    """Return the project that an address names; refuse what names none.

    A server below a path of its host is named by the address of its API:
    https://example.org/gitlab/api/v4/projects/42.
    """
    web = web_address(source, home=_CLOUD)
    below, names = _parted(web)
    wanted = 1 if names[0].isdecimal() and web.names != names else 2
    if len(names) < wanted or not all(map(_is_name, names)):
        raise _no_project()
    return Project(name="/".join(names), api=f"{web.origin}{below}/api/v4")


def _parted(web: Web) -> tuple[str, tuple[str, ...]]:
    """Return the path of the server, and the names of the project."""
    names = tuple(part for name in web.names for part in name.split("/") if part)
    below: tuple[str, ...] = ()
    for place in range(len(names) - len(_API)):
        if names[place : place + len(_API)] == _API:
            below, names = names[:place], names[place + len(_API) :]
            break
    if "-" in names:  # what follows is a page of the project
        names = names[: names.index("-")]
    if not names:
        raise _no_project()
    names = (*names[:-1], names[-1].removesuffix(".git"))
    return "".join(f"/{quote(name)}" for name in below), names


def _is_name(name: str) -> bool:
    return bool(_NAME.match(name)) and name not in {".", ".."}


def _no_project() -> Refused:
    return Refused(
        "Enter the project as group/name, or its address, for example"
        " https://gitlab.com/group/name."
    )
