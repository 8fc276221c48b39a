"""Where a repository is on Bitbucket Cloud."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_CLOUD = "bitbucket.org"
_HOSTS = frozenset({_CLOUD, f"www.{_CLOUD}", f"api.{_CLOUD}"})
# A name, or an id in braces.
_NAME = re.compile(r"^(?:[\w][\w.-]{0,99}|\{[0-9a-f-]{36}\})$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository, and the address of its API."""

    workspace: str
    name: str
    api: str

    @property
    def full_name(self) -> str:
        """Workspace and name."""
        return f"{self.workspace}/{self.name}"

    @property
    def path(self) -> str:
        """Where the API keeps it."""
        return f"/repositories/{quote(self.workspace)}/{quote(self.name)}"


def repository(source: Source) -> Repository:
    """Return the repository that an address names; refuse what names none."""
    web = web_address(source, home=_CLOUD)
    if web.host not in _HOSTS and not source.allow_local:
        raise Refused(
            "Bitbucket Cloud is at bitbucket.org; for a server of your own choose"
            " Bitbucket Data Center."
        )
    names = web.names
    if web.names[:2] == ("2.0", "repositories"):
        names = web.names[2:]
    workspace, name, *_ = (*names, "", "")
    name = name.removesuffix(".git")
    if not _NAME.match(workspace) or not _NAME.match(name):
        raise Refused(
            "Enter the repository as workspace/name, or its address, for example"
            " https://bitbucket.org/workspace/name."
        )
    origin = f"https://api.{_CLOUD}" if web.host in _HOSTS else web.origin
    return Repository(workspace=workspace, name=name, api=f"{origin}/2.0")
