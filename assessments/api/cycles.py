"""Cycles: planned, opened, reviewed, signed, locked, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes

from assessments.access import Verb
from assessments.api.rooms import SIZE, Given, Room, operation
from assessments.api.serializers import cycles as serializers
from assessments.api.serializers.base import Made, page_of
from assessments.api.telling import CURSOR
from assessments.queries import catalog, lock_check, revisions
from assessments.queries import cycles as rows
from assessments.queries.sealed import sealed
from assessments.services import carrying, revising, signatures, signing
from assessments.services import cycles as services
from assessments.services.plans import Plan
from assessments.tasks import notices
from assessments.tasks.cycles import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.services.plans import Changes

_ITEM = {
    "id": 7,
    "title": "Q3 2026",
    "state": "locked",
    "scope_id": 1,
    "scope_name": "Northwind",
    "edition_key": "compel-18",
    "edition_version": "2025.1",
    "period_start": "2026-07-01",
    "period_end": "2026-09-30",
    "due_on": None,
    "locked_at": "2026-10-05T09:00:00Z",
    "content_sha256": "9f2c…",
}
_PLAN = {
    "title": "Q4 2026",
    "scope_ids": [1],
    "edition_id": 2,
    "period_start": "2026-10-01",
    "period_end": "2026-12-31",
    "due_on": "2026-12-15",
    "targets": {"D1": "3.0"},
    "left_out": {"D18": "No agents are in use yet."},
}
_CYCLE = {
    "id": 8,
    "title": "Q4 2026",
    "state": "open",
    "scope_id": 1,
    "scope_name": "Northwind",
    "edition_id": 2,
    "edition_title": "COMPEL, 18 domains",
    "edition_version": "2025.1",
    "period_start": "2026-10-01",
    "period_end": "2026-12-31",
    "due_on": "2026-12-15",
    "targets": {"D1": "3.0"},
    "left_out": {"D18": "No agents are in use yet."},
    "rescoring": "weekly",
    "unanchored": False,
    "remind_every_days": 7,
    "based_on": {"id": 7, "title": "Q3 2026"},
    "progress": {"answered": 40, "of": 250},
    "raters": 5,
    "created_by": "Ada",
    "locked_by": "",
    "locked_at": None,
    "content_sha256": "",
}
_SIGNING = {"sha256": "51f0…", "statement": "I have read what speaks against it."}
_CHECK = {
    "findings": [
        {
            "severity": "serious",
            "sentence": "D7.2: leaders say 4, practitioners say 2.",
            "code": "D7.2",
        }
    ],
    "sign_off": {
        "sha256": "51f0…",
        "needed": 2,
        "signed": [
            {
                "person_id": 3,
                "name": "Noa",
                "statement": "",
                "signed_at": "2026-12-20T10:00:00Z",
                "counts": True,
            }
        ],
    },
}
_DIFFERENCES = {
    "levels": [
        {"code": "D7", "name": "MLOps", "who": "", "before": "3.0", "after": "2.5"}
    ],
    "answers": [],
    "decisions": [],
    "settlements": [],
    "scored": True,
}


class Cycles(Room):
    """The cycles of a workspace."""

    @operation(
        "cycles_list",
        "List cycles",
        needs=Verb.READ,
        somewhere=True,
        says="The newest first.",
        gives=page_of(serializers.Cycle),
        told={"next": None, "results": [_ITEM]},
        filters=[CURSOR],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of cycles."""
        page = catalog.cycle_items(
            workspace_id=self.me.workspace_id,
            reach=self.me.reach(Verb.READ),
            after=self.after(),
            size=SIZE,
        )
        return self.page(page.rows, page.after)

    @operation(
        "cycles_create",
        "Plan a cycle",
        needs=Verb.RUN_CYCLE,
        says=(
            "A draft, or one for each part of the organization. The same plan sent"
            " again makes no second draft: the first one is answered."
        ),
        takes=serializers.Plan,
        gives=Made,
        status=201,
        sent=_PLAN,
        told={"id": 8},
    )
    def post(self, given: Given) -> dict[str, int]:
        """Begin a draft."""
        scope_ids = given.pop("scope_ids")
        made = services.start(
            workspace_id=self.me.workspace_id,
            scope_ids=scope_ids,
            plan=Plan(**given),
            by=self.user,
            now=self.now,
        )
        return {"id": made}


class Cycle(Room):
    """One cycle."""

    @operation(
        "cycles_read",
        "Read a cycle",
        needs=Verb.READ,
        gives=serializers.WholeCycle,
        told=_CYCLE,
    )
    def get(self, cycle_id: int) -> rows.CycleRow:
        """Return its plan and how it stands."""
        return _cycle(self, cycle_id)

    @operation(
        "cycles_revise",
        "Change the plan of a draft",
        needs=Verb.RUN_CYCLE,
        says="What is not sent stays. Drafts planned together change together.",
        takes=serializers.Plan,
        gives=Made,
        sent={"targets": {"D1": "3.5"}},
        told={"id": 8},
    )
    def patch(self, cycle_id: int, given: Given) -> dict[str, int]:
        """Change a draft."""
        scope_ids = given.pop("scope_ids", None)
        pk = services.revise(
            cycle_id=cycle_id,
            scope_ids=scope_ids,
            changes=cast("Changes", given),
            by=self.user,
            now=self.now,
        )
        return {"id": pk}

    @operation("cycles_discard", "Remove a draft", needs=Verb.RUN_CYCLE)
    def delete(self, cycle_id: int) -> None:
        """Remove a draft; nobody has been asked anything yet."""
        services.discard(cycle_id=cycle_id, by=self.user, now=self.now)


class CycleOpen(Room):
    """Opening."""

    @operation(
        "cycles_open",
        "Open a cycle",
        needs=Verb.RUN_CYCLE,
        says="People are told by e-mail. Drafts planned together open together.",
        takes=serializers.Opening,
        gives=serializers.Opened,
        sent={"carry_over": True},
        told={"cycle_ids": [8], "carried": 212},
    )
    def post(self, cycle_id: int, given: Given) -> dict[str, Any]:
        """Let people answer."""
        based_on = _cycle(self, cycle_id).based_on
        opened = services.open_(cycle_id=cycle_id, by=self.user, now=self.now)
        carried = 0
        if given["carry_over"] and based_on is not None:
            carried = carrying.carry_over(
                cycle_id=cycle_id,
                from_cycle_id=based_on[0],
                by=self.user,
                now=self.now,
            ).answers
        for one in opened:
            ask(one, "events")
        notices.ask()
        return {"cycle_ids": opened, "carried": carried}


class _Step(Room):
    """A step on a cycle's way that needs no more than to be taken."""

    def take(self, cycle_id: int, service: Callable[..., None]) -> rows.CycleRow:
        """Take the step and return how the cycle stands."""
        service(cycle_id=cycle_id, by=self.user, now=self.now)
        return _cycle(self, cycle_id)


class CycleReview(_Step):
    """Review."""

    @operation(
        "cycles_review",
        "Start the review",
        needs=Verb.RUN_CYCLE,
        says="Answers are held as they are.",
        gives=serializers.WholeCycle,
        told=_CYCLE | {"state": "in_review"},
    )
    def post(self, cycle_id: int) -> rows.CycleRow:
        """Hold the answers still."""
        return self.take(cycle_id, signing.start_review)


class CycleReopen(_Step):
    """Back from review."""

    @operation(
        "cycles_reopen",
        "Reopen a cycle in review",
        needs=Verb.RUN_CYCLE,
        gives=serializers.WholeCycle,
        told=_CYCLE,
    )
    def post(self, cycle_id: int) -> rows.CycleRow:
        """Let people answer again."""
        return self.take(cycle_id, signing.reopen)


class CycleCheck(Room):
    """The check before signing."""

    @operation(
        "cycles_check",
        "Check a cycle before it is signed",
        needs=Verb.SIGN,
        says="Contradictions and gaps by severity, and how far the cycle is signed.",
        gives=serializers.Check,
        told=_CHECK,
    )
    def get(self, cycle_id: int) -> dict[str, Any]:
        """Return what speaks against locking."""
        groups = lock_check.lock_check(cycle_id=cycle_id, today=self.today)
        return {
            "findings": [one for group in groups for one in group.findings],
            "sign_off": signatures.sign_off(cycle_id=cycle_id),
        }


class CycleSign(Room):
    """Signing."""

    @operation(
        "cycles_sign",
        "Sign a cycle",
        needs=Verb.SIGN,
        says="In the caller's name. Signing the same twice is signing it once.",
        takes=serializers.Signing,
        gives=serializers.SignOff,
        sent=_SIGNING,
        told=_CHECK["sign_off"],
    )
    def post(self, cycle_id: int, given: Given) -> signatures.SignOff:
        """Sign what is to be locked."""
        signatures.sign(cycle_id=cycle_id, by=self.user, now=self.now, **given)
        return signatures.sign_off(cycle_id=cycle_id)


class CycleLock(Room):
    """Locking."""

    @operation(
        "cycles_lock",
        "Lock a cycle",
        needs=Verb.RUN_CYCLE,
        says=(
            "Signs in the caller's name, then makes answers, decisions and scores"
            " immutable. A correction is a new revision."
        ),
        takes=serializers.Signing,
        gives=serializers.WholeCycle,
        sent=_SIGNING,
        told=_CYCLE | {"state": "locked", "locked_by": "Ada"},
    )
    def post(self, cycle_id: int, given: Given) -> rows.CycleRow:
        """Lock it; a cycle that is locked already stays as it is."""
        signing.lock(cycle_id=cycle_id, by=self.user, now=self.now, **given)
        return _cycle(self, cycle_id)


class CycleCorrect(Room):
    """Correcting."""

    @operation(
        "cycles_correct",
        "Begin the correction of a locked cycle",
        needs=Verb.RUN_CYCLE,
        says="A new revision in review; the locked cycle stays as it is.",
        takes=serializers.Correcting,
        gives=Made,
        status=201,
        sent={"reason": "Two teams were counted twice."},
        told={"id": 9},
    )
    def post(self, cycle_id: int, given: Given) -> dict[str, int]:
        """Begin a revision."""
        made = revising.start(cycle_id=cycle_id, by=self.user, now=self.now, **given)
        ask(made, "answer")
        return {"id": made}


class CycleChanges(Room):
    """What a revision changed."""

    @operation(
        "cycles_changes",
        "Compare a revision with what it corrects",
        needs=Verb.READ,
        says="404 for a cycle that corrects no other.",
        gives=serializers.Differences,
        told=_DIFFERENCES,
    )
    def get(self, cycle_id: int) -> revisions.Differences:
        """Return the differences; people are named to who may see them."""
        found = revisions.differences(cycle_id=cycle_id, names=self.me.may(Verb.AUDIT))
        if found is None:
            raise Http404
        return found


class CycleDue(Room):
    """Due date and reminders."""

    @operation(
        "cycles_set_due",
        "Set due date and reminders",
        needs=Verb.RUN_CYCLE,
        takes=serializers.Due,
        gives=serializers.WholeCycle,
        sent={"due_on": "2026-12-18", "remind_every_days": 3},
        told=_CYCLE,
    )
    def put(self, cycle_id: int, given: Given) -> rows.CycleRow:
        """Set until when answers are due."""
        services.set_due(cycle_id=cycle_id, by=self.user, now=self.now, **given)
        return _cycle(self, cycle_id)


class CycleRhythm(Room):
    """Re-scoring."""

    @operation(
        "cycles_set_rhythm",
        "Set how often a cycle re-scores itself",
        needs=Verb.RUN_CYCLE,
        takes=serializers.Rhythm,
        gives=serializers.WholeCycle,
        sent={"rescoring": "weekly"},
        told=_CYCLE,
    )
    def put(self, cycle_id: int, given: Given) -> rows.CycleRow:
        """Set the rhythm."""
        services.set_rhythm(cycle_id=cycle_id, by=self.user, now=self.now, **given)
        return _cycle(self, cycle_id)


class CycleSealed(Room):
    """The sealed document."""

    @operation(
        "cycles_sealed",
        "Read the sealed document of a locked cycle",
        needs=Verb.AUDIT,
        says=(
            "Save it as it comes: `python -m scoring verify FILE` verifies it without"
            " the product."
        ),
        gives={(200, "application/json"): OpenApiTypes.OBJECT},
        told={"format": "compel-cycle/2"},
    )
    def get(self, cycle_id: int) -> HttpResponse:
        """Return the document; there is none before the cycle is locked."""
        found = sealed(workspace_id=self.me.workspace_id, cycle_id=cycle_id)
        if found is None:
            raise Http404
        return HttpResponse(found, content_type="application/json")


def _cycle(room: Room, cycle_id: int) -> rows.CycleRow:
    found = rows.cycle(workspace_id=room.me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found
