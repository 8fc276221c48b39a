"""Evidence: the register, what is added to it, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.parsers import MultiPartParser

from assessments.access import Verb
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import evidence as serializers
from assessments.api.serializers.base import page_of
from assessments.api.telling import CURSOR
from assessments.queries import evidence as rows
from assessments.services import (
    evidencing,
    file_store,
    particulars,
    sniffing,
    supporting,
)
from assessments.services.refusals import Unfit

if TYPE_CHECKING:
    from typing import BinaryIO

    from assessments.services.evidencing import Added

_FORM_BYTES = 1024**2  # what a form holds beside its file
PIECE = {
    "id": 14,
    "kind": "link",
    "title": "Release log",
    "origin": "Platform team",
    "note": "",
    "file_name": "",
    "media_type": "",
    "size": 0,
    "url": "https://wiki.example.org/releases",
    "sha256": "",
    "owner_id": 5,
    "owner": "Rui",
    "dated_on": "2026-10-01",
    "expires_on": "2027-10-01",
    "added_by": "Rui",
    "added_at": "2026-10-12T08:30:00Z",
    "withdrawn_at": None,
    "expired": False,
    "expiring": False,
    "supports": [
        {
            "id": 31,
            "cycle_id": 8,
            "cycle_title": "Q4 2026",
            "state": "open",
            "domain": "D7",
            "topic": "D7.2",
            "topic_name": "Release",
        }
    ],
}
_DETAIL = {
    "evidence": PIECE,
    "cycle_id": None,
    "criterion": "",
    "measured": None,
    "others": 0,
}
_SAID = {
    "title": "Release log",
    "origin": "Platform team",
    "dated_on": "2026-10-01",
    "expires_on": "2027-10-01",
}
_PLACE = {"cycle_id": 8, "topic": "D7.2"}
_ADDED = {"id": 14, "new": True}
_FILTERS = [
    OpenApiParameter("q", OpenApiTypes.STR, description="Words in what is said."),
    OpenApiParameter("kind", OpenApiTypes.STR, description="file, link, telemetry."),
    OpenApiParameter("domain", OpenApiTypes.STR, description="Code of a domain."),
    OpenApiParameter("owner", OpenApiTypes.INT, description="Id of a user."),
    OpenApiParameter(
        "state",
        OpenApiTypes.STR,
        description="current, expiring, expired, unused or withdrawn.",
    ),
]


class Register(Room):
    """The register of evidence."""

    @operation(
        "evidence_list",
        "List the register of evidence",
        needs=Verb.READ,
        somewhere=True,
        gives=page_of(serializers.Evidence),
        told={"next": None, "results": [PIECE]},
        filters=[CURSOR, *_FILTERS],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of the register."""
        asked = self.request.query_params
        page = rows.register(
            me=self.me,
            filters=rows.Filters(
                words=asked.get("q", ""),
                kind=asked.get("kind", ""),
                domain=asked.get("domain", ""),
                owner=self.number("owner"),
                state=asked.get("state", ""),
            ),
            number=self.after() or 1,
            today=self.today,
        )
        return self.page(page.rows, page.next)


class Piece(Room):
    """One piece of evidence."""

    @operation(
        "evidence_read",
        "Read one piece of evidence",
        needs=Verb.ENTER,
        says="For who may see what it is evidence for.",
        gives=serializers.Piece,
        told=_DETAIL,
    )
    def get(self, evidence_id: int) -> rows.Detail:
        """Return the piece."""
        return _found(self, evidence_id)

    @operation(
        "evidence_change",
        "Change what is said about a piece",
        needs=Verb.ANSWER,
        somewhere=True,
        says="By its owner, who added it, or a lead. The content never changes.",
        takes=serializers.Particulars,
        gives=serializers.Piece,
        sent=_SAID,
        told=_DETAIL,
    )
    def put(self, evidence_id: int, given: Given) -> rows.Detail:
        """Change the particulars."""
        _changeable(self, evidence_id)
        evidencing.change(
            workspace_id=self.me.workspace_id,
            evidence_id=evidence_id,
            said=_said(self, given),
            by=self.user,
            now=self.now,
        )
        return _found(self, evidence_id)


class Withdrawal(Room):
    """Withdrawing a piece, and taking that back."""

    @operation(
        "evidence_withdraw",
        "Offer a piece no longer",
        needs=Verb.ANSWER,
        somewhere=True,
        says="Locked cycles keep what they rely on.",
        takes=serializers.Withdrawing,
        sent={"why": "Replaced by the log of this year."},
    )
    def put(self, evidence_id: int, given: Given) -> None:
        """Withdraw it."""
        _changeable(self, evidence_id)
        evidencing.withdraw(
            workspace_id=self.me.workspace_id,
            evidence_id=evidence_id,
            by=self.user,
            now=self.now,
            **given,
        )

    @operation(
        "evidence_offer_again",
        "Offer a withdrawn piece again",
        needs=Verb.ANSWER,
        somewhere=True,
    )
    def delete(self, evidence_id: int) -> None:
        """Take the withdrawal back."""
        _changeable(self, evidence_id)
        evidencing.offer_again(
            workspace_id=self.me.workspace_id,
            evidence_id=evidence_id,
            by=self.user,
            now=self.now,
        )


class Links(Room):
    """Links."""

    @operation(
        "evidence_add_link",
        "Add a link",
        needs=Verb.ANSWER,
        somewhere=True,
        says="The same link sent again is answered with `new: false`.",
        takes=serializers.Link,
        gives=serializers.Added,
        sent=_SAID | _PLACE | {"url": "https://wiki.example.org/releases"},
        told=_ADDED,
    )
    def post(self, given: Given) -> Added:
        """Add it, for a topic or for the register alone."""
        place = _place(self, given)
        return evidencing.add_link(
            workspace_id=self.me.workspace_id,
            url=given["url"],
            said=_said(self, given),
            by=self.user,
            now=self.now,
            place=place,
        )


class Telemetry(Room):
    """References to measurements."""

    @operation(
        "evidence_add_telemetry",
        "Add a measurement of a cycle as evidence",
        needs=Verb.ANSWER,
        somewhere=True,
        takes=serializers.Telemetry,
        gives=serializers.Added,
        sent=_PLACE | {"criterion": "D7.M1", "metric": "change_lead_time"},
        told=_ADDED,
    )
    def post(self, given: Given) -> Added:
        """Add it, for a topic or for the register alone."""
        place = _place(self, given) if given["topic"] else None
        _offered(self, given, place)
        return evidencing.add_telemetry(
            workspace_id=self.me.workspace_id,
            cycle_id=given["cycle_id"],
            criterion=given["criterion"],
            metric=given["metric"],
            said=_said(self, given),
            by=self.user,
            now=self.now,
            place=place,
        )


class Files(Room):
    """Files."""

    parser_classes = (MultiPartParser,)

    @staticmethod
    def most_bytes() -> int:
        """Return how large a form with a file may be."""
        return sniffing.most_bytes() + _FORM_BYTES

    @operation(
        "evidence_add_file",
        "Upload a file",
        needs=Verb.ANSWER,
        somewhere=True,
        says=(
            "As `multipart/form-data`. What it really is is looked at; size and kinds"
            " are limited. The same content sent again is answered with `new: false`."
        ),
        takes=serializers.File,
        gives=serializers.Added,
        told=_ADDED,
    )
    def post(self, given: Given) -> Added:
        """Add it, for a topic or for the register alone."""
        place = _place(self, given)
        return evidencing.add_file(
            workspace_id=self.me.workspace_id,
            stream=cast("BinaryIO", given["file"].file),
            name=str(given["file"].name or ""),
            said=_said(self, given),
            by=self.user,
            now=self.now,
            place=place,
        )


class Download(Room):
    """The file of a piece."""

    @operation(
        "evidence_file",
        "Download the file of a piece",
        needs=Verb.ENTER,
        gives={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        told="…",
    )
    def get(self, evidence_id: int) -> FileResponse:
        """Stream it so that nothing in it can run."""
        found = rows.stored_file(me=self.me, evidence_id=evidence_id)
        if found is None:
            raise Http404
        key, size, media_type, name = found
        file = file_store.opened(key=key, size=size)
        answer = FileResponse(
            file, as_attachment=True, filename=name, content_type=media_type
        )
        answer["Content-Length"] = str(size)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        answer["Cache-Control"] = "private"
        return answer


def _found(room: Room, evidence_id: int) -> rows.Detail:
    found = rows.detail(me=room.me, evidence_id=evidence_id, today=room.today)
    if found is None:
        raise Http404
    return found


def _changeable(room: Room, evidence_id: int) -> None:
    """Owners, whoever added it, and leads change a piece; to others: 404."""
    row = _found(room, evidence_id).row
    mine = room.me.user_id in (row.owner_id, row.added_by_id)
    if not (mine or room.me.may(Verb.RUN_CYCLE)):
        raise Http404


def _said(room: Room, given: Given) -> particulars.Particulars:
    """Return what is said; whoever only answers owns what they add."""
    owner_id = given.get("owner_id") if room.me.reach(Verb.READ) else None
    return particulars.Particulars(
        title=given["title"],
        origin=given["origin"],
        note=given["note"],
        owner_id=owner_id or room.me.user_id,
        dated_on=given.get("dated_on") or room.today,
        expires_on=given["expires_on"],
    )


def _place(room: Room, given: Given) -> supporting.Place | None:
    """Return the topic meant, of which one is asked; none: the register alone."""
    cycle_id, topic = given["cycle_id"], given["topic"]
    if cycle_id is None and not topic:
        room.admit(Verb.ANSWER_ALL, somewhere=True)
        return None
    return place_of(room, cycle_id or 0, topic)


def place_of(room: Room, cycle_id: int, topic: str) -> supporting.Place:
    """Return the topic meant, if one is asked for it in a cycle of the workspace."""
    me = room.at(cycle_id)
    panel = rows.panel(me=me, cycle_id=cycle_id, topic=topic, find="", today=room.today)
    if panel is None:
        raise Http404
    if not me.may(Verb.ANSWER) or not rows.asked_here(
        me=me, cycle_id=cycle_id, topic=topic
    ):
        raise room.denied()
    return supporting.Place(
        cycle_id=cycle_id, topic=topic, reviewing=me.may(Verb.DECIDE)
    )


def _offered(room: Room, given: Given, place: supporting.Place | None) -> None:
    """Refuse a measurement that the page would not offer."""
    cycle_id = given["cycle_id"]
    if place is None:
        room.admit(Verb.ANSWER_ALL, somewhere=True)
        if cycle_id not in [one.id for one in rows.open_cycles(me=room.me)]:
            raise Http404
        options = rows.measure_options(cycle_id=cycle_id)
    else:
        panel = rows.panel(
            me=room.at(cycle_id),
            cycle_id=cycle_id,
            topic=place.topic,
            find="",
            today=room.today,
        )
        options = panel.measures if panel else ()
    wanted = f"{given['criterion']}|{given['metric']}"
    if wanted not in [one.value for one in options]:
        raise Unfit("criterion", "There is no such measurement to refer to here.")
