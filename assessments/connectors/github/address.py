"""Where a repository is on GitHub, in the cloud or on a server of one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assessments.connectors.base import Refused

if TYPE_CHECKING:
    from assessments.connectors.base import Source

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
    address = source.address.strip()
    if "://" not in address:
        first = address.partition("/")[0]
        address = (
            f"https://{address}"
            if "." in first and address.count("/") > 1
            else (f"https://{_CLOUD}/{address}")
        )
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Refused("The address is not a URL; check its host and port.") from None
    if parts.username or parts.password:
        raise Refused(
            "Take the token out of the address and enter it as the credential:"
            " addresses are shown to people."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and source.allow_local):
        raise Refused("The address has to start with https://.")
    names = [part for part in parts.path.split("/") if part]
    owner, name, *_ = [*names, "", ""]
    name = name.removesuffix(".git")
    if not _NAME.match(owner) or not _NAME.match(name):
        raise Refused(
            "Enter the repository as owner/name, or its address, for example"
            " https://github.com/owner/name."
        )
    host = (parts.hostname or "").removeprefix("www.")
    place = f"[{host}]" if ":" in host else host
    place += f":{port}" if port else ""
    return Repository(
        owner=owner,
        name=name,
        api=_api(parts.scheme, host, place),
        web=f"{parts.scheme}://{place}/{owner}/{name}",
    )


def _api(scheme: str, host: str, place: str) -> str:
    if host in {_CLOUD, f"api.{_CLOUD}"}:
        return f"https://api.{_CLOUD}"
    if host.endswith(_TENANT):
        return f"https://api.{host.removeprefix('api.')}"
    return f"{scheme}://{place}/api/v3"
