"""Service levels: objectives, error budgets, burn and the weekly review."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.http import Http404

from assessments.access import Verb
from assessments.api import service_level_examples as examples
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import service_levels as serializers
from assessments.api.serializers.base import page_of
from assessments.api.service_level_shapes import plain
from assessments.api.telling import CURSOR
from assessments.queries import service_levels as rows
from assessments.services.refusals import Unfit
from assessments.services.service_levels import defining, reviewing
from assessments.tasks import service_levels as tasks

if TYPE_CHECKING:
    from assessments.queries.service_levels import SloRow

_HISTORY_DAYS = 56


class ServiceLevels(Room):
    """The objectives of a workspace."""

    @operation(
        "service_levels_list",
        "List service levels",
        needs=Verb.READ,
        somewhere=True,
        says="Those in force, with what is left of each error budget.",
        gives=page_of(serializers.ServiceLevel),
        told={"next": None, "results": [examples.ROW]},
        filters=[CURSOR],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of objectives."""
        found = rows.slos(
            workspace_id=self.me.workspace_id,
            now=self.now,
            reach=self.me.reach(Verb.READ),
            days=(),
        )
        page = self.paged(found)
        return page | {"results": [plain(row) for row in page["results"]]}

    @operation(
        "service_levels_define",
        "Define a service level",
        needs=Verb.PLAN,
        says="As OpenSLO; one of a name that is known begins a new version.",
        takes=serializers.Defining,
        gives=serializers.Defined,
        status=201,
        sent={"openslo": examples.OPENSLO, "why": ""},
        told={"id": 3, "outcome": "made"},
    )
    def post(self, given: Given) -> defining.Defined:
        """Keep it; the first defect is answered with its place."""
        try:
            made = defining.define(
                workspace_id=self.me.workspace_id,
                document=given["openslo"],
                by=self.user,
                now=self.now,
                why=given["why"],
            )
        except defining.Defective as refusal:
            place = refusal.defects[0].place
            raise Unfit(f"openslo.{place}", "\n".join(refusal.said)) from refusal
        tasks.ask(self.me.workspace_id)
        return made


class ServiceLevel(Room):
    """One objective."""

    @operation(
        "service_levels_read",
        "Read a service level",
        needs=Verb.READ,
        somewhere=True,
        says="With its definition and the history of its budget.",
        gives=serializers.Whole,
        told=examples.ROW | {"openslo": examples.OPENSLO, "history": [examples.DAY]},
    )
    def get(self, slo_id: int) -> dict[str, Any]:
        """Return it."""
        row = _one(self, slo_id, Verb.READ)
        today = self.now.date()
        backwards = range(_HISTORY_DAYS - 1, -1, -1)
        days = [today - timedelta(days=back) for back in backwards]
        history = [
            {
                "day": one.told.day,
                "version": one.number,
                "left": one.told.budget.left,
                "good": one.told.tally.good,
                "bad": one.told.tally.bad,
                "unknown": one.told.tally.unknown,
            }
            for one in rows.history(slo_id=slo_id, days=days, now=self.now)
        ]
        [openslo] = rows.documents(slos=[row])
        return plain(row) | {"openslo": openslo, "history": history}


class Retirement(Room):
    """The end of a promise."""

    @operation(
        "service_levels_retire",
        "Retire a service level",
        needs=Verb.PLAN,
        somewhere=True,
        says="Its history stays; defining it again resumes it.",
        takes=serializers.Retiring,
        sent={"why": "Replaced by a stricter one."},
    )
    def post(self, slo_id: int, given: Given) -> None:
        """Retire it."""
        _one(self, slo_id, Verb.PLAN)
        defining.retire(
            workspace_id=self.me.workspace_id,
            slo_id=slo_id,
            by=self.user,
            now=self.now,
            **given,
        )


class Week(Room):
    """The weekly review."""

    @operation(
        "service_levels_week",
        "Read a week of error budgets",
        needs=Verb.READ,
        somewhere=True,
        says="By its Monday.",
        gives=serializers.Week,
        told=examples.WEEK,
    )
    def get(self, first: str) -> dict[str, Any]:
        """Return what the week did to every budget."""
        return _week(self, _monday(self, first))

    @operation(
        "service_levels_note",
        "Note something about a week",
        needs=Verb.PLAN,
        says="With the note that was read as `seen`: a change in between is a 409.",
        takes=serializers.Noting,
        gives=serializers.Week,
        sent={"text": "Releases are frozen.", "seen": ""},
        told=examples.WEEK,
    )
    def put(self, first: str, given: Given) -> dict[str, Any]:
        """Keep the note."""
        week = _monday(self, first)
        reviewing.note(
            workspace_id=self.me.workspace_id,
            week=week,
            by=self.user,
            now=self.now,
            **given,
        )
        return _week(self, week)


def _one(room: Room, slo_id: int, verb: Verb) -> SloRow:
    """Return an objective that the person may see; refuse what they may not do."""
    found = rows.slo(
        workspace_id=room.me.workspace_id,
        slo_id=slo_id,
        now=room.now,
        reach=room.me.reach(Verb.READ),
        days=(),
    )
    if found is None:
        raise Http404
    room.admit_at(verb, found.scope_path)
    return found


def _monday(room: Room, said: str) -> date:
    """Read the begin of a week in an address."""
    try:
        first = date.fromisoformat(said)
    except ValueError as flaw:
        raise Http404 from flaw
    if not rows.begins_week(first, today=room.now.date()):
        raise Http404
    return first


def _week(room: Room, first: date) -> dict[str, Any]:
    found = rows.week(
        workspace_id=room.me.workspace_id,
        first=first,
        now=room.now,
        reach=room.me.reach(Verb.READ),
    )
    return {
        "first": found.first,
        "last": found.last,
        "over": found.over,
        "objectives": [
            {
                "slo": one.slo,
                "tally": one.tally,
                "left_before": one.before.left,
                "left_after": one.after.left,
                "change": one.change,
            }
            for one in found.rows
        ],
        "note": found.note,
    }
