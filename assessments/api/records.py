"""What goes out as it is: the journal, the heat map, shared links, exported tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from assessments.access import Verb
from assessments.api.rooms import SIZE, Given, Room, operation
from assessments.api.serializers import people as serializers
from assessments.api.serializers.base import page_of
from assessments.api.telling import CURSOR
from assessments.queries import exports, heatmap, journal
from assessments.queries import sharing as rows
from assessments.reports import tables
from assessments.services import sharing

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENTRY = {
    "sequence": 4012,
    "at": "2026-12-20T10:00:00Z",
    "who": "Ada",
    "verb": "cycle.locked",
    "act": "Cycle locked",
    "kind": "cycle",
    "target": 8,
    "detail": {"title": "Q4 2026"},
    "why": "",
    "sha256": "7d10…",
}
_SHARE = {
    "id": 2,
    "label": "The board",
    "by": "Ada",
    "created_at": "2026-12-20T10:00:00Z",
    "expires_at": "2027-02-01T00:00:00Z",
    "revoked_at": None,
    "seen_at": None,
    "open": True,
}
_HEAT_MAP = {
    "edition_key": "compel-18",
    "edition_title": "COMPEL, 18 domains",
    "units": [
        {
            "scope_id": 6,
            "name": "Retail",
            "cycle_id": 8,
            "cycle_title": "Q4 2026",
            "period_end": "2026-12-31",
            "locked": True,
            "edition_version": "2025.1",
            "level": 2.5,
        }
    ],
    "lines": [
        {
            "code": "D7",
            "name": "Machine learning operations",
            "cells": [
                {
                    "asked": True,
                    "left_out": "",
                    "declared": 3.0,
                    "measured": 2.0,
                    "agreed": 2.5,
                    "coverage": 0.9,
                    "target": 3.0,
                    "gap": 0.5,
                    "movement": None,
                    "because": [],
                }
            ],
        }
    ],
}
_LAYOUTS = {
    "csv": ("text/csv; charset=utf-8", tables.as_csv),
    "json": ("application/json", tables.as_json),
}
_ROW = {"cycle_id": 8, "topic": "D7.2", "level": 3}
_FILES: dict[tuple[int, str], Any] = {
    (200, "application/json"): OpenApiTypes.ANY,
    (200, "text/csv"): OpenApiTypes.STR,
}


class Journal(Room):
    """The audit trail."""

    @operation(
        "journal_list",
        "Read the journal",
        needs=Verb.AUDIT,
        says="Every act, the newest first; each entry's hash covers all before it.",
        gives=page_of(serializers.Entry),
        told={"next": None, "results": [_ENTRY]},
        filters=[
            CURSOR,
            OpenApiParameter("actor", OpenApiTypes.INT, description="Id of a user."),
            OpenApiParameter("act", OpenApiTypes.STR, description="A verb."),
            OpenApiParameter("kind", OpenApiTypes.STR, description="Of the target."),
            OpenApiParameter("target", OpenApiTypes.INT, description="Its id."),
        ],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of entries."""
        asked = self.request.query_params
        page = journal.page(
            workspace_id=self.me.workspace_id,
            wanted=journal.Filter(
                actor=self.number("actor"),
                act=asked.get("act", ""),
                kind=asked.get("kind", ""),
                target=self.number("target"),
            ),
            before=self.after(),
            size=SIZE,
        )
        return self.page(page.entries, page.older)


class HeatMap(Room):
    """Domains × units."""

    @operation(
        "results_heat_map",
        "Read where every domain of every unit stands",
        needs=Verb.READ,
        somewhere=True,
        gives=serializers.HeatMap,
        told=_HEAT_MAP,
        filters=[
            OpenApiParameter(
                "edition",
                OpenApiTypes.STR,
                description="Key of a framework; left out: the first that was used.",
            )
        ],
    )
    def get(self) -> heatmap.HeatMap:
        """Return the newest scored cycle of each unit."""
        reach = self.me.reach(Verb.READ)
        workspace_id = self.me.workspace_id
        key = self.request.query_params.get("edition", "")
        if not key:
            known = heatmap.choices(workspace_id=workspace_id, reach=reach).editions
            key = known[0][0] if known else ""
        found = heatmap.heat_map(
            workspace_id=workspace_id, reach=reach, edition_key=key
        )
        if found is None:
            raise Http404
        return found


class Shares(Room):
    """Links that show a cycle's result."""

    @operation(
        "shares_list",
        "List the links that show a result",
        needs=Verb.RUN_CYCLE,
        gives=serializers.Share,
        many=True,
        told=[_SHARE],
    )
    def get(self, cycle_id: int) -> Sequence[rows.ShareRow]:
        """Return them."""
        return rows.share_rows(cycle_id=cycle_id, now=self.now)

    @operation(
        "shares_create",
        "Share a result by a link",
        needs=Verb.RUN_CYCLE,
        says="The address is answered this once.",
        takes=serializers.Sharing,
        gives=serializers.Shared,
        status=201,
        sent={"label": "The board", "expires_on": "2027-01-31"},
        told={"address": "https://compel.example.org/shared/…"},
    )
    def post(self, cycle_id: int, given: Given) -> dict[str, str]:
        """Make a link."""
        address = sharing.share(
            cycle_id=cycle_id, zone=self.zone, by=self.user, now=self.now, **given
        )
        return {"address": address}


class Share(Room):
    """One link."""

    @operation("shares_revoke", "Revoke a link", needs=Verb.RUN_CYCLE)
    def delete(self, cycle_id: int, link_id: int) -> None:
        """Let it open nothing any more."""
        if not sharing.revoke(
            cycle_id=cycle_id, link_id=link_id, by=self.user, now=self.now
        ):
            raise Http404


class Export(Room):
    """One table of the workspace."""

    @operation(
        "exports_workspace",
        "Take a table of the workspace out",
        needs=Verb.READ,
        somewhere=True,
        says="As far as the caller may see it; `layout` is csv or json.",
        gives=_FILES,
        told=_ROW,
    )
    def get(self, table: str, layout: str) -> StreamingHttpResponse:
        """Stream the table."""
        return _file(self, None, table, layout)


class CycleExport(Room):
    """One table of a cycle."""

    @operation(
        "exports_cycle",
        "Take a table of a cycle out",
        needs=Verb.READ,
        says="As far as the caller may see it; `layout` is csv or json.",
        gives=_FILES,
        told=_ROW,
    )
    def get(self, cycle_id: int, table: str, layout: str) -> StreamingHttpResponse:
        """Stream the table."""
        return _file(self, cycle_id, table, layout)


def _file(
    room: Room, cycle_id: int | None, key: str, layout: str
) -> StreamingHttpResponse:
    me = room.me
    within = exports.Within(
        workspace_id=me.workspace_id,
        cycle_id=cycle_id,
        reads=("/",) if me.may(Verb.READ) else me.reach(Verb.READ),
        audits=("/",) if me.may(Verb.AUDIT) else me.reach(Verb.AUDIT),
        names=me.may(Verb.AUDIT),
        answers=me.standing.may_somewhere(Verb.ANSWER),
    )
    known = {one.key: one for one in exports.tables(within=within)}
    if key not in known or layout not in _LAYOUTS:
        raise Http404
    media_type, write = _LAYOUTS[layout]
    table = known[key]
    return StreamingHttpResponse(
        write(
            exports.columns(table=table, within=within),
            exports.rows(table=table, within=within),
        ),
        content_type=media_type,
        headers={"Cache-Control": "private, no-store"},
    )
