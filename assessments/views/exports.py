"""Pages: taking tables out of a workspace or of one cycle, as CSV or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.queries import cycles as cycle_rows
from assessments.queries import exports as rows
from assessments.reports import tables
from assessments.views.doors import door

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from assessments.queries.cycles import CycleRow
    from assessments.queries.members import Membership

_LAYOUTS = {
    "csv": ("text/csv; charset=utf-8", tables.as_csv),
    "json": ("application/json", tables.as_json),
}


def _within(me: Membership, cycle_id: int | None) -> rows.Within:
    return rows.Within(
        workspace_id=me.workspace_id,
        cycle_id=cycle_id,
        # On a cycle's page the door and `may` have asked at the cycle's own node.
        reads=("/",) if me.may(Verb.READ) else me.reach(Verb.READ),
        audits=("/",) if me.may(Verb.AUDIT) else me.reach(Verb.AUDIT),
        names=me.may(Verb.AUDIT),
        answers=me.standing.may_somewhere(Verb.ANSWER),
    )


def _cycle(me: Membership, cycle_id: int) -> CycleRow:
    cycle = cycle_rows.cycle(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if cycle is None:
        raise Http404
    return cycle


@door(Verb.READ, somewhere=True)
@require_GET
def exports(request: HttpRequest, me: Membership) -> HttpResponse:
    """List what can be taken out of the workspace."""
    return _page(request, me, None)


@door(Verb.READ)
@require_GET
def cycle_exports(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """List what can be taken out of one cycle."""
    return _page(request, me, _cycle(me, cycle_id))


def _page(request: HttpRequest, me: Membership, cycle: CycleRow | None) -> HttpResponse:
    within = _within(me, cycle.id if cycle else None)
    found = rows.tables(within=within)
    return render(
        request,
        "exports/exports.html",
        {
            "me": me,
            "cycle": cycle,
            "tables": [(one, _addresses(me, cycle, one)) for one in found],
            "names": within.names,
            "held_back": within.answers and any(one.unanchored for one in found),
            "may_run": me.may(Verb.RUN_CYCLE),
            "may_audit": me.may(Verb.AUDIT),
        },
    )


def _addresses(
    me: Membership, cycle: CycleRow | None, table: rows.Table
) -> Sequence[tuple[str, str]]:
    room = "cycle_export" if cycle else "export"
    place = [me.workspace_slug, *([cycle.id] if cycle else []), table.key]
    return [
        (layout.upper(), reverse(room, args=[*place, layout])) for layout in _LAYOUTS
    ]


@door(Verb.READ, somewhere=True)
@require_GET
def export(
    _request: HttpRequest, me: Membership, table: str, layout: str
) -> HttpResponse:
    """Give one table of the workspace away."""
    return _file(me, None, table, layout)


@door(Verb.READ)
@require_GET
def cycle_export(
    _request: HttpRequest, me: Membership, cycle_id: int, table: str, layout: str
) -> HttpResponse:
    """Give one table of a cycle away."""
    return _file(me, _cycle(me, cycle_id), table, layout)


def _file(
    me: Membership, cycle: CycleRow | None, key: str, layout: str
) -> HttpResponse:
    within = _within(me, cycle.id if cycle else None)
    table = next((one for one in rows.tables(within=within) if one.key == key), None)
    if table is None or layout not in _LAYOUTS:
        raise Http404
    media_type, write = _LAYOUTS[layout]
    pieces = write(
        rows.columns(table=table, within=within), rows.rows(table=table, within=within)
    )
    name = slugify(f"{cycle.title if cycle else me.workspace_name} {key}") or key
    response = StreamingHttpResponse(
        pieces,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{layout}"',
            "Cache-Control": "private, no-store",
        },
    )
    # A streamed answer has no content to read, and nobody here reads it.
    return cast("HttpResponse", response)


urlpatterns: list[URLPattern] = [
    path("exports/", exports, name="exports"),
    path("exports/<slug:table>.<slug:layout>", export, name="export"),
    path("cycles/<int:cycle_id>/exports/", cycle_exports, name="cycle_exports"),
    path(
        "cycles/<int:cycle_id>/exports/<slug:table>.<slug:layout>",
        cycle_export,
        name="cycle_export",
    ),
]
