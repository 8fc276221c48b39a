"""Pages: the answer, the profile, and what moved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.charts import answer, profile
from assessments.queries.results import history
from assessments.views.doors import door
from assessments.views.results.shared import (
    by_pillar,
    found_results,
    may,
    side_by_side,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership
    from assessments.queries.results import DomainRow, Results

_VIEWS = ("profile", "radar", "history")
_SORTS = ("edition", "gap")
_WHOLE = ("domain", "pillar", "scope")
# Stands for "cannot be told" behind every gap that can.
_LAST = 99


@door(Verb.READ)
@require_GET
def results(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show the answer, the profile, and what moved."""
    found = found_results(me, cycle_id)
    view = _one_of(request, "view", _VIEWS)
    sort = _one_of(request, "sort", _SORTS)
    compare = _one_of(request, "compare", profile.COMPARISONS)
    return render(
        request,
        "results/results.html",
        {
            "me": me,
            "results": found,
            "head": found.header,
            "story": answer.tell(found),
            "view": view,
            "sort": sort,
            "compare": compare,
            "comparisons": _comparisons(),
            "groups": _groups(found, sort),
            "figure": profile.radar(found, compare=compare)
            if view == "radar"
            else None,
            "history": history.history(results=found) if view == "history" else None,
            "moved": _moved(found),
            "changes": [one for one in found.changes if one.kind in _WHOLE],
            "metrics": side_by_side(found),
            "may": may(me),
        },
    )


@door(Verb.READ)
@require_GET
def freshness(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Answer the page that waits for a scoring: still waiting, or go and look."""
    found = found_results(me, cycle_id)
    response = render(
        request, "results/freshness.html", {"me": me, "head": found.header}
    )
    if not found.header.stale:
        response["HX-Trigger"] = json.dumps(
            {"scores-fresh": True, "announce": _("The scores are up to date.")}
        )
    return response


def _one_of(request: HttpRequest, name: str, choices: Sequence[str]) -> str:
    """Return the choice in the address, or the first one."""
    chosen = request.GET.get(name, "")
    return chosen if chosen in choices else choices[0]


def _comparisons() -> list[tuple[str, str]]:
    return [
        ("target", _("Target")),
        ("declared", _("Declared")),
        ("measured", _("Measured")),
    ]


def _groups(found: Results, sort: str) -> list[tuple[Any, list[DomainRow]]]:
    """Return domains under their pillars, or all in one row by their gap."""
    if sort == "gap":
        by_gap = sorted(
            found.domains, key=lambda one: _LAST if one.gap is None else -one.gap
        )
        return [(None, by_gap)]
    return list(by_pillar(found))


def _moved(found: Results) -> list[DomainRow]:
    """Return the domains whose agreed level moved, the largest first."""
    moved = [one for one in found.domains if one.movement and one.movement.change]
    return sorted(moved, key=_size_of_movement, reverse=True)


def _size_of_movement(domain: DomainRow) -> tuple[bool, float]:
    movement = domain.movement
    if movement is None or movement.change is None:
        return False, 0.0
    return movement.significant, abs(float(movement.change))
