"""Where a Jenkins is, and which folder or job of it is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

_ITEM = "job"
_VIEW = "view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A Jenkins, and the names that lead to a folder or job; none: all of it."""

    root: str
    names: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where the folder or job is, below the root."""
        return path_of(self.names)

    @property
    def title(self) -> str:
        """What people call it."""
        return "/".join(self.names) or self.root


def path_of(names: tuple[str, ...]) -> str:
    """Return the path of the item with these names."""
    return "".join(f"/{_ITEM}/{quote(name, safe='')}" for name in names)


def place(source: Source) -> Place:
    """Return what the address names; views on the way to it do not matter."""
    web = web_address(source)
    names = list(web.names)
    starts = [at for at, name in enumerate(names) if name in {_ITEM, _VIEW}]
    root, rest = names[: starts[0]] if starts else names, names[len(names) :]
    if starts:
        rest = names[starts[0] :]
    items = []
    while rest:
        word, *rest = rest
        if word not in {_ITEM, _VIEW} or not rest:
            raise Refused(
                "Enter the address of Jenkins, or of one of its folders or jobs, as"
                " the browser shows it, for example https://ci.example.org/job/shop/."
            )
        name, *rest = rest
        items += [name] if word == _ITEM else []
    return Place(root="/".join([web.origin, *root]), names=tuple(items))
