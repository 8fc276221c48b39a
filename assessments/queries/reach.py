"""How far a role reaches: parts of the tree, by the paths of their tops."""

from __future__ import annotations

from typing import TypeAlias

from django.db.models import Q

Reach: TypeAlias = tuple[str, ...]
EVERYWHERE: Reach = ("/",)


def under(field: str, reach: Reach) -> Q:
    """Return the condition that a path lies under one of some tops; under none: never.

    `field` leads to the path of a node, as in "scope__path".
    """
    if reach == EVERYWHERE:
        return Q()
    wanted = Q(pk__in=[])
    for top in reach:
        wanted |= Q(**{f"{field}__startswith": top})
    return wanted
