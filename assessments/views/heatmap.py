"""Pages: domains × units at one look, and the same as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.charts.heatmap import SHOWN, painter
from assessments.queries import heatmap as queries
from assessments.reports import heatmap as reports
from assessments.views.doors import door
from assessments.views.saved_views import kept

if TYPE_CHECKING:
    from django.http import HttpRequest

    from assessments.charts.heatmap import Painted
    from assessments.queries.heatmap import Cell, Choices, HeatMap, Line, Unit
    from assessments.queries.members import Membership

_ORDERS = {
    "place": _("Place in the organization"),
    "name": _("Name"),
    "level": _("Overall level, lowest first"),
}
# More digits than any id has.
_DIGITS = 19
# Stands for the code of a domain in an address.
_CODE = "CODE"


@door(Verb.READ, somewhere=True)
@require_GET
def heatmap(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show where every domain of every unit stands."""
    choices = queries.choices(workspace_id=me.workspace_id, reach=me.reach(Verb.READ))
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "agreed"
    found = _found(request, me, choices)
    return render(
        request,
        "heatmap/heatmap.html",
        {
            "me": me,
            "map": found,
            "rows": painted(me, found, show) if found else (),
            "choices": choices,
            "campaign": _campaign(request, choices),
            "show": show,
            "shown": SHOWN.items(),
            "order": _order(request),
            "orders": _ORDERS.items(),
            "steps": range(found.lowest, found.highest + 1) if found else (),
            "kept": kept(me, "heatmap"),
        },
    )


@door(Verb.READ, somewhere=True)
@require_GET
def heatmap_csv(request: HttpRequest, me: Membership) -> HttpResponse:
    """Give every number of the heat map that the address asks for."""
    choices = queries.choices(workspace_id=me.workspace_id, reach=me.reach(Verb.READ))
    found = _found(request, me, choices)
    if found is None:
        raise Http404
    answer = HttpResponse(reports.table(found), content_type="text/csv; charset=utf-8")
    name = f"heat-map-{me.workspace_slug}-{found.edition_key}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _found(request: HttpRequest, me: Membership, choices: Choices) -> HeatMap | None:
    """Return what the address asks for; of a campaign, its own framework."""
    editions = dict(choices.editions)
    campaign = _campaign(request, choices)
    keys = {pk: key for pk, _title, key in choices.campaigns}
    wanted = keys.get(campaign or 0) or request.GET.get("edition", "")
    key = wanted if wanted in editions else next(iter(editions), None)
    if key is None:
        return None
    found = queries.heat_map(
        workspace_id=me.workspace_id,
        reach=me.reach(Verb.READ),
        edition_key=key,
        campaign_id=campaign,
    )
    return queries.in_order(found, _order(request)) if found else None


def _campaign(request: HttpRequest, choices: Choices) -> int | None:
    asked = request.GET.get("campaign", "")
    known = {pk for pk, _title, _key in choices.campaigns}
    if asked.isdecimal() and len(asked) < _DIGITS and int(asked) in known:
        return int(asked)
    return None


def _order(request: HttpRequest) -> str:
    asked = request.GET.get("order", "")
    return asked if asked in _ORDERS else "place"


def painted(
    me: Membership, found: HeatMap, show: str
) -> list[tuple[str, list[tuple[Line, list[tuple[Painted, str]]]]]]:
    """Return pillars with their lines, each cell painted and with its address."""
    paint = painter(show)
    doors = [_door(me, unit) for unit in found.units]

    def addressed(line: Line) -> list[tuple[Painted, str]]:
        pairs = zip(doors, line.cells, strict=True)
        return [(paint(cell), door.of(line.code, cell)) for door, cell in pairs]

    return [
        (pillar.name, [(line, addressed(line)) for line in pillar.lines])
        for pillar in found.pillars
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """Where the cells of a unit lead."""

    results: str
    before: str  # the address of a domain's result, up to its code
    after: str

    def of(self, code: str, cell: Cell) -> str:
        if not cell.asked:
            return self.results
        return f"{self.before}{quote(code)}{self.after}"


def _door(me: Membership, unit: Unit) -> _Door:
    """Return the addresses of a unit, resolved once and not for each cell."""
    place = [me.workspace_slug, unit.cycle_id]
    before, after = reverse("domain_result", args=[*place, _CODE]).rsplit(_CODE, 1)
    return _Door(results=reverse("results", args=place), before=before, after=after)


urlpatterns: list[URLPattern] = [
    path("", heatmap, name="heatmap"),
    path("table.csv", heatmap_csv, name="heatmap_csv"),
]
