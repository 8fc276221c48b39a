"""Pages: the levels that moved, over all cycles, and the same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.queries import movements as rows
from assessments.reports import movements as reports
from assessments.views.doors import door

if TYPE_CHECKING:
    from django.http import HttpRequest

    from assessments.queries.members import Membership

_SIZE = 50
_MOST = 10_000
_DIGITS = 18
_COLUMNS = (
    ("agreed", _("Agreed")),
    ("declared", _("Declared")),
    ("measured", _("Measured")),
)
_WAYS = ((rows.UP, _("Up")), (rows.DOWN, _("Down")))


@door(Verb.READ, somewhere=True)
@require_GET
def movements(request: HttpRequest, me: Membership) -> HttpResponse:
    """List what moved, newest first, as narrow as the address asks."""
    wanted = _wanted(request, me)
    return render(
        request,
        "movements/movements.html",
        {
            "me": me,
            "page": rows.movements(
                wanted=wanted, before=_number(request, "before"), size=_SIZE
            ),
            "wanted": wanted,
            "narrowed": any(request.GET.get(name) for name in _FILTERS),
            "choices": rows.choices(
                workspace_id=me.workspace_id, reach=me.reach(Verb.READ)
            ),
            "columns": _COLUMNS,
            "ways": _WAYS,
        },
    )


@door(Verb.READ, somewhere=True)
@require_GET
def movements_csv(request: HttpRequest, me: Membership) -> HttpResponse:
    """Give what the address asks for as a file."""
    found = rows.every(wanted=_wanted(request, me), most=_MOST)
    name = f"movements-{me.workspace_slug}.csv"
    return HttpResponse(
        "".join(reports.table(found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


_FILTERS = ("scope", "cycle", "code", "column", "way", "sure", "topics")


def _wanted(request: HttpRequest, me: Membership) -> rows.Wanted:
    asked = request.GET
    column, way = asked.get("column", ""), asked.get("way", "")
    return rows.Wanted(
        workspace_id=me.workspace_id,
        reach=me.reach(Verb.READ),
        scope_id=_number(request, "scope"),
        cycle_id=_number(request, "cycle"),
        code=asked.get("code", "").strip(),
        column=column if column in rows.COLUMNS else "",
        way=way if way in (rows.UP, rows.DOWN) else "",
        sure=bool(asked.get("sure")),
        topics=bool(asked.get("topics")),
    )


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    plain = text.isascii() and text.isdigit() and len(text) < _DIGITS
    return int(text) if plain else None


urlpatterns: list[URLPattern] = [
    path("", movements, name="movements"),
    path("table.csv", movements_csv, name="movements_csv"),
]
