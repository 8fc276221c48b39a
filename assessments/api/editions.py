"""Editions: listed, read, copied into drafts, published, compared."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes

from assessments.access import Verb
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import editions as serializers
from assessments.api.serializers.base import Made, page_of
from assessments.api.telling import CURSOR
from assessments.queries import edition_diffs
from assessments.queries import editions as rows
from assessments.services import editing
from assessments.services import editions as services

_EDITION = {
    "id": 2,
    "key": "compel-18",
    "version": "2025.1",
    "title": "COMPEL, 18 domains",
    "state": "published",
    "published": True,
    "shipped": True,
    "sha256": "0b77…",
    "published_at": "2026-01-02T09:00:00Z",
    "domains": 18,
    "topics": 90,
    "criteria": 12,
    "cycles": 3,
}
_DOCUMENT = {"key": "own", "version": "1", "title": "Our own", "pillars": []}
_NAME = {
    "id": 2,
    "key": "compel-18",
    "version": "2025.1",
    "title": "COMPEL, 18 domains",
    "sha256": "0b77…",
}


class Editions(Room):
    """The editions that a workspace may use."""

    @operation(
        "editions_list",
        "List editions",
        needs=Verb.READ,
        somewhere=True,
        gives=page_of(serializers.Edition),
        told={"next": None, "results": [_EDITION]},
        filters=[CURSOR],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of editions."""
        return self.paged(rows.edition_rows(workspace_id=self.me.workspace_id))

    @operation(
        "editions_load",
        "Bring an edition in",
        needs=Verb.ADMINISTER,
        says=(
            "A draft of the workspace's own, published at once if so wished. The same"
            " document again is the same edition."
        ),
        takes=serializers.Loading,
        gives=Made,
        status=201,
        sent={"document": _DOCUMENT, "publish": False},
        told={"id": 6},
    )
    def post(self, given: Given) -> dict[str, int]:
        """Take a document in."""
        made = services.load(
            workspace_id=self.me.workspace_id, by=self.user, now=self.now, **given
        )
        return {"id": made}


class Edition(Room):
    """One edition."""

    @operation(
        "editions_read",
        "Read an edition",
        needs=Verb.READ,
        somewhere=True,
        gives=serializers.Edition,
        told=_EDITION,
    )
    def get(self, edition_id: int) -> rows.EditionRow:
        """Return what it is called and what it holds."""
        return _edition(self, edition_id)

    @operation("editions_discard", "Discard a draft", needs=Verb.ADMINISTER)
    def delete(self, edition_id: int) -> None:
        """Delete a draft; what is published or in use stays."""
        _edition(self, edition_id)
        editing.discard(
            edition_id=edition_id,
            workspace_id=self.me.workspace_id,
            by=self.user,
            now=self.now,
        )


class Document(Room):
    """The document of an edition."""

    @operation(
        "editions_document",
        "Read the document that an edition's hash is of",
        needs=Verb.READ,
        somewhere=True,
        says="Byte for byte: its SHA-256 is the edition's.",
        gives={(200, "application/json"): OpenApiTypes.OBJECT},
        told=_DOCUMENT,
    )
    def get(self, edition_id: int) -> HttpResponse:
        """Return it."""
        found = rows.canonical(workspace_id=self.me.workspace_id, edition_id=edition_id)
        if found is None:
            raise Http404
        return HttpResponse(found, content_type="application/json")


class Copies(Room):
    """Copies of an edition."""

    @operation(
        "editions_copy",
        "Copy a published edition into a draft",
        needs=Verb.ADMINISTER,
        takes=serializers.Copying,
        gives=Made,
        status=201,
        sent={"key": "compel-18-own", "version": "1", "title": "Our own"},
        told={"id": 6},
    )
    def post(self, edition_id: int, given: Given) -> dict[str, int]:
        """Copy it."""
        _edition(self, edition_id)
        made = editing.copy(
            edition_id=edition_id,
            workspace_id=self.me.workspace_id,
            by=self.user,
            now=self.now,
            **given,
        )
        return {"id": made}


class Publication(Room):
    """Publishing a draft."""

    @operation(
        "editions_publish",
        "Publish a draft",
        needs=Verb.ADMINISTER,
        says="From then on it never changes.",
        takes=serializers.Publishing,
        gives=serializers.Edition,
        sent={"sha256": "0b77…"},
        told=_EDITION | {"shipped": False},
    )
    def post(self, edition_id: int, given: Given) -> rows.EditionRow:
        """Publish it."""
        _edition(self, edition_id)
        services.publish(
            edition_id=edition_id,
            workspace_id=self.me.workspace_id,
            by=self.user,
            now=self.now,
            seen=given["sha256"],
        )
        return _edition(self, edition_id)


class Diff(Room):
    """Two editions side by side."""

    @operation(
        "editions_compare",
        "Compare two editions",
        needs=Verb.READ,
        says="What changed from the second of the address to the first, part by part.",
        gives={(200, "application/json"): OpenApiTypes.OBJECT},
        told={"before": _NAME, "after": _NAME | {"version": "2026.1"}},
    )
    def get(self, edition_id: int, before_id: int) -> JsonResponse:
        """Return the differences."""
        found = edition_diffs.comparison(
            workspace_id=self.me.workspace_id, before_id=before_id, after_id=edition_id
        )
        if found is None:
            raise Http404
        return JsonResponse(found.as_json(), json_dumps_params={"ensure_ascii": False})


def _edition(room: Room, edition_id: int) -> rows.EditionRow:
    found = rows.edition(workspace_id=room.me.workspace_id, edition_id=edition_id)
    if found is None:
        raise Http404
    return found.row
