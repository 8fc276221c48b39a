"""Which project of CircleCI is meant, in the cloud or on a server of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_CLOUD = "circleci.com"
# How the pages and the API call where a project's code is.
_HOMES = {
    "gh": "gh",
    "github": "gh",
    "bb": "bb",
    "bitbucket": "bb",
    "circleci": "circleci",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project, and the address of its API."""

    api: str
    web: str
    slug: str

    @property
    def name(self) -> str:
        """Organization and project."""
        return self.slug.partition("/")[2]

    @property
    def path(self) -> str:
        """Where the API keeps it."""
        return f"/project/{quote(self.slug)}"


def project(source: Source) -> Project:
    """Return the project that an address names; refuse what names none."""
    web = web_address(source, home=_CLOUD)
    names = list(web.names)
    if names[:1] == ["pipelines"]:
        names = names[1:]
    home, organization, name, *_ = [*names, "", "", ""]
    if home not in _HOMES or not organization or not name:
        raise Refused(
            "Enter the project as the browser shows it, for example"
            " https://app.circleci.com/pipelines/github/acme/shop, or as gh/acme/shop."
        )
    origin = web.origin
    if web.host == f"app.{_CLOUD}":
        origin = f"https://{_CLOUD}"
    slug = f"{_HOMES[home]}/{organization}/{name}"
    pages = f"https://app.{_CLOUD}" if web.host.endswith(_CLOUD) else web.origin
    return Project(api=f"{origin}/api/v2", web=pages, slug=slug)
