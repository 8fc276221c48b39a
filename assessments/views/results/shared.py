"""What the results pages share: the cycle asked for, and what the reader may do."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypedDict

from django.http import Http404

from assessments.access import Verb
from assessments.queries import results as queries

if TYPE_CHECKING:
    from assessments.queries.members import Membership
    from assessments.queries.results import (
        CriterionRow,
        DomainRow,
        GroupRow,
        Lane,
        Measured,
        Results,
    )


class Metric(TypedDict):
    """A delivery metric in every lane, side by side."""

    name: str
    lanes: list[tuple[Lane, Measured | None]]


def found_results(me: Membership, cycle_id: int) -> Results:
    """Return the results of a cycle of this workspace, or 404."""
    found = queries.results_of(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found


def found_criterion(
    me: Membership, cycle_id: int, code: str
) -> tuple[Results, CriterionRow]:
    """Return a criterion with the results it stands in, or 404."""
    found = found_results(me, cycle_id)
    row = found.criterion(code)
    if row is None:
        raise Http404
    return found, row


def may(me: Membership) -> dict[str, bool]:
    """Return what the reader's role opens, by the verb's name."""
    return {verb.value: me.may(verb) for verb in Verb}


def by_pillar(found: Results) -> list[tuple[GroupRow, list[DomainRow]]]:
    """Return the domains under their pillars."""
    pillars = {pillar.code: pillar for pillar in found.pillars}
    return [
        (pillars[code], list(domains))
        for code, domains in groupby(found.domains, key=lambda one: one.pillar)
    ]


def side_by_side(found: Results) -> list[Metric]:
    """Return the delivery metrics with the lanes side by side."""
    names: dict[str, str] = {}
    for lane in found.delivery:
        names |= {one.metric: one.name for one in lane.metrics}
    return [
        {"name": name, "lanes": [(lane, lane.metric(key)) for lane in found.delivery]}
        for key, name in names.items()
    ]
