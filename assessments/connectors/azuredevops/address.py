"""Which project of Azure DevOps is meant, and which of its repositories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_CLOUD = "dev.azure.com"
_OLD_CLOUD = ".visualstudio.com"
_GIT = "_git"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project, the addresses of its APIs, and a repository of it."""

    # Up to the organization or collection.
    api: str
    # The same for classic releases, which have a host of their own in the cloud.
    releases_api: str
    name: str
    # None: all of the project, and no repository.
    repository: str | None

    @property
    def path(self) -> str:
        """Where the API keeps the project."""
        return f"/{quote(self.name, safe='')}/_apis"

    @property
    def git(self) -> str:
        """Where the API keeps the repository."""
        return f"{self.path}/git/repositories/{quote(self.repository or '', safe='')}"

    @property
    def title(self) -> str:
        """What people call it."""
        same = self.repository in {None, self.name}
        return self.name if same else f"{self.name}/{self.repository}"


def project(source: Source) -> Project:
    """Return what an address names; refuse what names no project."""
    web = web_address(source, home=_CLOUD)
    names, repository = list(web.names), None
    needs = 1 if web.host.endswith(_OLD_CLOUD) else 2
    if _GIT in names:
        place = names.index(_GIT)
        repository = next(iter(names[place + 1 :]), "")
        # The short address of the repository that is called as its project.
        short = place < needs
        names = [*names[:place], repository] if short else names[:place]
    if len(names) < needs or repository == "":
        raise Refused(
            "Enter the address of a repository or of a project as the browser shows it,"
            " for example https://dev.azure.com/acme/shop/_git/app."
        )
    *above, name = names
    base = "/".join([web.origin, *(quote(each, safe="") for each in above)])
    releases = base
    if web.host == _CLOUD:
        releases = base.replace(_CLOUD, f"vsrm.{_CLOUD}", 1)
    elif web.host.endswith(_OLD_CLOUD):
        releases = base.replace(_OLD_CLOUD, f".vsrm{_OLD_CLOUD}", 1)
    return Project(api=base, releases_api=releases, name=name, repository=repository)
