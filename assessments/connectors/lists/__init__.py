"""Lists of a platform: declared by its connector, read by one reader.

A connector says where a list is, how its pages are turned, by which moment it is
ordered and what becomes of a row. The reader does the rest, the same for every
platform: it goes on from where the cursor stands, stops where everything is known,
reads a little of it again, and asks for what is under way until it ends.
"""

from __future__ import annotations

from assessments.connectors.lists.asking import everything, newest
from assessments.connectors.lists.listing import (
    Item,
    Listing,
    as_list,
    at,
    by,
    by_id,
    field,
    moment_of,
    never,
    under,
)
from assessments.connectors.lists.paging import (
    LINKS,
    Links,
    NextAddress,
    Numbered,
    Offset,
    Pager,
    Position,
    Token,
)
from assessments.connectors.lists.reader import Reader
from assessments.connectors.lists.rereading import reread
from assessments.connectors.lists.several import found, read, shown
from assessments.connectors.lists.stretches import (
    Outcome,
    Stretch,
    stretches_in,
    stretching,
)
from assessments.connectors.lists.verbs import Opened, ReadsLists
from assessments.connectors.lists.windowing import (
    Window,
    beginning,
    begun,
    of_lists,
    turned_back,
    walking,
    window_in,
)

__all__ = [
    "LINKS",
    "Item",
    "Links",
    "Listing",
    "NextAddress",
    "Numbered",
    "Offset",
    "Opened",
    "Outcome",
    "Pager",
    "Position",
    "Reader",
    "ReadsLists",
    "Stretch",
    "Token",
    "Window",
    "as_list",
    "at",
    "beginning",
    "begun",
    "by",
    "by_id",
    "everything",
    "field",
    "found",
    "moment_of",
    "never",
    "newest",
    "of_lists",
    "read",
    "reread",
    "shown",
    "stretches_in",
    "stretching",
    "turned_back",
    "under",
    "walking",
    "window_in",
]
