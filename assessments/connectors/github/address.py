"""Where a repository is on GitHub, in the cloud or on a server of one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from assessments.connectors.base.addresses import Web

_CLOUD = "github.com"
_TENANT = ".ghe.com"
_NAME = re.compile(r"^[A-Za-z0-9_][\w.-]{0,99}$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository, the address of its API and that of its pages."""

    owner: str
    name: str
    api: str
    web: str

    @property
    def full_name(self) -> str:
        """Owner and name."""
        return f"{self.owner}/{self.name}"

    @property
    def path(self) -> str:
        """Where the API keeps it."""
        return f"/repos/{self.owner}/{self.name}"


def repository(source: Source) -> Repository:
    """Return the repository that an address names; refuse what names none."""
    first, _, rest = source.address.strip().partition("/")
    named = "://" in source.address or ("." in first and "/" in rest)
    web = web_address(source, home=None if named else _CLOUD)
    owner, name, *_ = [*web.names, "", ""]
    name = name.removesuffix(".git")
    if not _NAME.match(owner) or not _NAME.match(name):
        raise Refused(
            "Enter the repository as owner/name, or its address, for example"
            " https://github.com/owner/name."
        )
    return Repository(
        owner=owner, name=name, api=_api(web), web=f"{web.origin}/{owner}/{name}"
    )


def _api(web: Web) -> str:
    host = web.host.removeprefix("www.")
    if host in {_CLOUD, f"api.{_CLOUD}"}:
        return f"https://api.{_CLOUD}"
    if host.endswith(_TENANT):
        return f"https://api.{host.removeprefix('api.')}"
    return f"{web.origin}/api/v3"
