"""Which project of a SonarQube is meant, and which of its branches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

# Pages that have a project: the rest of a path is where the server is.
_PAGES = frozenset({"dashboard", "project", "component_measures", "summary"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project, and the server or cloud that has it."""

    root: str
    key: str
    # None: the main branch.
    branch: str | None


def project(source: Source) -> Project:
    """Return what an address names; refuse what names no project."""
    web = web_address(source)
    key = web.query.get("id", "").strip()
    if not key:
        raise Refused(
            "Enter the address of the project's overview as the browser shows it, for"
            " example https://sonarqube.example.org/dashboard?id=shop."
        )
    above = []
    for name in web.names:
        if name in _PAGES:
            break
        above.append(name)
    return Project(
        root="/".join([web.origin, *above]), key=key, branch=web.query.get("branch")
    )
