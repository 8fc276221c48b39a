"""A repository that is at another address now, while the old one still answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assessments.connectors.base.errors import Refused

if TYPE_CHECKING:
    from scoring.events import Json

# A path of names, as platforms write it; nothing else of an answer is shown.
_PATH = re.compile(r"^[\w][\w.-]{0,99}(?:/[\w][\w.-]{0,99}){1,9}$", re.ASCII)


class Moved(Refused):
    """What was asked for is at another address now, which can be offered."""

    def __init__(self, sentence: str, *, address: str) -> None:
        super().__init__(sentence)
        self.address = address


def refuse_moved(asked: str, found: Json, *, below: str) -> None:
    """Refuse where the platform calls what was asked for by another name.

    `below` is the address that names stand under: the one that was given, not one
    that the platform tells.
    """
    if not isinstance(found, str) or not _PATH.match(found):
        return
    if found.casefold() == asked.casefold():
        return
    address = f"{below}/{found}"
    raise Moved(
        f"{asked} has moved and is {found} now. Change the address to {address}: what"
        " was read is kept, and reading goes on there.",
        address=address,
    )
