"""Every operation of the API with a request that works, and for whom it opens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.access import Role
from assessments.api.urls import workspace_patterns
from assessments.models import Grant, Invitation, ShareLink, Support
from assessments.queries import gates, plan
from assessments.services import (
    commenting,
    membership,
    participating,
    revising,
    sharing,
    signatures,
    signing,
)
from tests import (
    factories,
    factories_calibration,
    factories_editions,
    factories_evidence,
    factories_models,
    factories_participation,
    factories_plan,
    factories_service_levels,
    frameworks,
)
from tests.factories import NOW
from tests.made_service_levels import document

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from tests.factories import House

LEADS = ("ada", "petra")
EVERYBODY = (*LEADS, "noa", "rui", "vera", "sam")
READING = (*LEADS, "noa", "vera", "sam")
ANSWERING = (*LEADS, "noa", "rui")
DECIDING = (*LEADS, "noa")
AUDITING = (*LEADS, "noa", "sam")

Found = dict[str, Any]
PLACES = {str(one.name): str(one.pattern) for one in workspace_patterns}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: whom it is for, about what, and what is sent."""

    method: str
    name: str
    opens_for: tuple[str, ...]
    sends: Callable[[Found], Any] | None = None
    # Which object stands in for another in the address: a cycle in another state.
    at: dict[str, str] = field(default_factory=dict)
    form: bool = False
    # What the address asks for beside its objects.
    filters: Callable[[Found], str] = lambda _found: ""
    # What the lead gets, where the request cannot succeed for a lead.
    status: int | None = None

    @property
    def key(self) -> str:
        """The method and the address by name."""
        return f"{self.method} {self.name}"

    @property
    def template(self) -> str:
        """The address as the description has it."""
        place = re.sub(r"<\w+:(\w+)>", r"{\1}", PLACES[f"api_{self.name}"])
        return f"/api/v1/workspaces/{{workspace_slug}}/{place}"

    @property
    def parts(self) -> list[str]:
        """What the address names."""
        return re.findall(r"<\w+:(\w+)>", PLACES[f"api_{self.name}"])

    def address(self, slug: str, found: Found) -> str:
        """The address with objects that exist."""
        place = {part: found[self.at.get(part, part)] for part in self.parts}
        address = reverse(f"api_{self.name}", kwargs=place | {"workspace_slug": slug})
        return address + self.filters(found)

    def ask(self, client: Client, slug: str, found: Found) -> Answer:
        """Send the request."""
        send = getattr(client, self.method)
        address = self.address(slug, found)
        if self.sends is None:
            return send(address)  # type: ignore[no-any-return]  # by name
        body = self.sends(found)
        if self.form:
            return send(address, body)  # type: ignore[no-any-return]  # the same
        return send(address, body, content_type="application/json")  # type: ignore[no-any-return]  # the same


def furnished(house: House) -> Found:
    """Fill a house with one of everything that addresses name."""
    ada, rui, noa = house["ada"], house["rui"], house["noa"]
    home = house.workspace
    edition = factories_plan.staged()
    unit = factories.unit(home, "Retail")

    def cycle(title: str, state: str, year: int) -> Any:
        return factories.cycle(
            home,
            title=title,
            state=state,
            of=edition,
            first=date(year, 1, 1),
            last=date(year, 3, 31),
            targets={"A": "4.0"},
        )

    locked = factories.locked(
        factories_plan.answered(cycle("Locked", "open", 2022), 2, rui)
    )
    revised = factories.locked(
        factories_plan.answered(cycle("Revised", "open", 2023), 2, rui)
    )
    revision = revising.start(cycle_id=revised.pk, reason="Wrong.", by=ada, now=NOW)
    reviewed = factories_plan.answered(cycle("Reviewed", "open", 2024), 3, rui)
    signing.start_review(cycle_id=reviewed.pk, by=ada, now=NOW)
    draft = cycle("Draft", "draft", 2025)
    live = cycle("Live", "open", 2026)
    factories_participation.asked(live, ada, house["petra"], rui, noa)
    factories_plan.answered(live, 3, rui, noa)
    participating.invite(
        cycle_id=live.pk,
        email="kim@example.org",
        name="Kim",
        vantage="consumer",
        domains=["A"],
        expires_on=timezone.localdate() + timedelta(9),
        zone=UTC,
        by=ada,
        now=timezone.now(),
    )
    comment = commenting.write(
        cycle_id=live.pk, topic="A.1", author=ada, text="Really?", now=NOW
    )
    factories_calibration.settlement(live)
    dispute = factories_calibration.dispute(live, "A.2", owner=ada)
    piece = factories_evidence.file(home, ada, to=(live, "A.1"))
    unused = factories_evidence.link(home, ada)
    review = factories_plan.review(home, edition)
    conditional = factories_plan.decided(
        factories_plan.examined(
            factories_plan.review(home, edition, scope=unit), True, False
        ),
        "conditional_go",
        conditions=(factories_plan.condition(ada),),
    )
    own = factories_editions.draft(edition, home)
    member = home.members.get(user=rui)
    membership.grant(
        workspace_id=home.pk,
        member_id=member.pk,
        scope_id=unit.pk,
        role=Role.RESPONDENT,
        by=ada,
        now=NOW,
    )
    sharing.share(
        cycle_id=live.pk,
        label="Board",
        expires_on=timezone.localdate() + timedelta(9),
        zone=UTC,
        by=ada,
        now=timezone.now(),
    )
    initiative = factories_plan.initiative(home, cycle=live)
    return {
        "cycle_id": live.pk,
        "draft": draft.pk,
        "reviewed": reviewed.pk,
        "locked": locked.pk,
        "revision": revision,
        "sha256": signatures.sign_off(cycle_id=reviewed.pk).sha256,
        "topic": "A.1",
        "domain": "A",
        "criterion": "A.M1",
        "person_id": rui.pk,
        "ada": ada.pk,
        "noa": noa.pk,
        "invitation_id": Invitation.objects.get().pk,
        "comment_id": comment.id,
        "evidence_id": piece.pk,
        "unused": unused.pk,
        "support_id": Support.objects.get().pk,
        "dispute_id": dispute.pk,
        "link_id": ShareLink.objects.get().pk,
        "table": "ratings",
        "layout": "json",
        "initiative_id": initiative.pk,
        "marker": plan.marker(initiative),
        "scope": factories.root(home).pk,
        "unit": unit.pk,
        "review_id": review.pk,
        "review_marker": gates.marker(review.findings),
        "decided": conditional.pk,
        "condition_id": conditional.conditions.get().pk,
        "capability_id": factories_plan.capability(home).pk,
        "edition_id": own.pk,
        "own_sha256": own.sha256,
        "before_id": edition.pk,
        "published": edition.pk,
        "member_id": member.pk,
        "grant_id": Grant.objects.get().pk,
        "slo_id": factories_service_levels.slo(home).pk,
        "first": "2026-03-02",
        "model": factories_models.model(home),
    }


def _initiative(found: Found) -> Found:
    return {
        "title": "Write it down",
        "scope_id": found["scope"],
        "start_on": "2026-04-01",
        "due_on": "2026-06-30",
        "effort": 2,
        "expected": {"A": "4.0"},
    }


def _plan(found: Found) -> Found:
    return {
        "title": "Q2",
        "scope_ids": [found["scope"]],
        "edition_id": found["published"],
        "period_start": "2027-04-01",
        "period_end": "2027-06-30",
    }


def _sign(found: Found) -> Found:
    return {"sha256": found["sha256"], "statement": "Read."}


def _soon(days: int = 9) -> str:
    return (timezone.localdate() + timedelta(days)).isoformat()


_DRAFT = {"cycle_id": "draft"}
_REVIEWED = {"cycle_id": "reviewed"}
_LOCKED = {"cycle_id": "locked"}
O = Operation  # noqa: E741  # a table reads better
OPERATIONS = [
    O(method="get", name="cycles", opens_for=READING),
    O(method="post", name="cycles", opens_for=LEADS, sends=_plan),
    O(method="get", name="cycle", opens_for=READING),
    O(
        method="patch",
        name="cycle",
        opens_for=LEADS,
        at=_DRAFT,
        sends=lambda _f: {"title": "Renamed"},
    ),
    O(method="delete", name="cycle", opens_for=LEADS, at=_DRAFT),
    O(
        method="post",
        name="cycle_open",
        opens_for=LEADS,
        at=_DRAFT,
        sends=lambda _f: {},
    ),
    O(method="post", name="cycle_review", opens_for=LEADS),
    O(method="post", name="cycle_reopen", opens_for=LEADS, at=_REVIEWED),
    O(method="get", name="cycle_check", opens_for=DECIDING),
    O(
        method="post",
        name="cycle_sign",
        opens_for=DECIDING,
        at=_REVIEWED,
        sends=_sign,
    ),
    O(method="post", name="cycle_lock", opens_for=LEADS, at=_REVIEWED, sends=_sign),
    O(
        method="post",
        name="cycle_correct",
        opens_for=LEADS,
        at=_LOCKED,
        sends=lambda _f: {"reason": "Counted twice."},
    ),
    O(
        method="get",
        name="cycle_changes",
        opens_for=READING,
        at={"cycle_id": "revision"},
    ),
    O(
        method="put",
        name="cycle_due",
        opens_for=LEADS,
        sends=lambda _f: {"due_on": "2026-12-01", "remind_every_days": 3},
    ),
    O(
        method="put",
        name="cycle_rhythm",
        opens_for=LEADS,
        sends=lambda _f: {"rescoring": "weekly"},
    ),
    O(method="get", name="cycle_sealed", opens_for=AUDITING, at=_LOCKED),
    O(method="get", name="participants", opens_for=AUDITING),
    O(
        method="post",
        name="participants",
        opens_for=LEADS,
        sends=lambda f: {"person_ids": [f["noa"]], "domains": ["A"]},
    ),
    O(method="delete", name="participants", opens_for=LEADS, status=409),
    O(method="get", name="participant", opens_for=AUDITING),
    O(
        method="put",
        name="participant",
        opens_for=LEADS,
        sends=lambda _f: {"domains": ["A"], "vantage": "practitioner"},
    ),
    O(method="delete", name="participant", opens_for=LEADS),
    O(
        method="post",
        name="invitations",
        opens_for=LEADS,
        sends=lambda _f: {
            "email": "lee@example.org",
            "name": "Lee",
            "vantage": "consumer",
            "domains": ["A"],
            "expires_on": _soon(),
        },
    ),
    O(method="post", name="invitation", opens_for=LEADS),
    O(method="delete", name="invitation", opens_for=LEADS),
    O(method="post", name="reminders", opens_for=LEADS, sends=lambda _f: {}),
    O(method="get", name="asked", opens_for=ANSWERING),
    O(
        method="put",
        name="asked_domain",
        opens_for=ANSWERING,
        sends=lambda _f: {"finished": True},
    ),
    O(
        method="post",
        name="hand_over",
        opens_for=ANSWERING,
        sends=lambda f: {"to_id": f["noa"], "note": "Yours."},
    ),
    O(method="get", name="questions", opens_for=ANSWERING),
    O(method="get", name="answer", opens_for=ANSWERING),
    O(
        method="put",
        name="answer",
        opens_for=ANSWERING,
        sends=lambda _f: {"answer": "level", "level": 4},
    ),
    O(method="get", name="at_hand", opens_for=ANSWERING),
    O(method="get", name="ratings", opens_for=AUDITING),
    O(method="get", name="comments", opens_for=EVERYBODY),
    O(
        method="post",
        name="comments",
        opens_for=ANSWERING,
        sends=lambda _f: {"text": "Indeed."},
    ),
    O(method="delete", name="comment", opens_for=EVERYBODY),
    O(method="get", name="topic_evidence", opens_for=ANSWERING),
    O(
        method="post",
        name="topic_evidence",
        opens_for=ANSWERING,
        sends=lambda f: {"evidence_id": f["unused"]},
    ),
    O(method="delete", name="support", opens_for=ANSWERING),
    O(method="get", name="cycle_evidence", opens_for=READING),
    O(method="get", name="evidence", opens_for=READING),
    O(
        method="post",
        name="evidence_links",
        opens_for=ANSWERING,
        sends=lambda f: {
            "url": "https://wiki.example.org/new",
            "cycle_id": f["cycle_id"],
            "topic": "A.1",
        },
    ),
    O(
        method="post",
        name="evidence_telemetry",
        opens_for=ANSWERING,
        sends=lambda f: {
            "cycle_id": f["cycle_id"],
            "topic": "A.1",
            "criterion": "A.M1",
            "metric": "change_lead_time",
        },
    ),
    O(
        method="post",
        name="evidence_files",
        opens_for=ANSWERING,
        form=True,
        sends=lambda f: {
            "file": SimpleUploadedFile("notes.txt", b"Seen and noted.\n"),
            "cycle_id": f["cycle_id"],
            "topic": "A.1",
        },
    ),
    O(method="get", name="evidence_piece", opens_for=EVERYBODY),
    O(
        method="put",
        name="evidence_piece",
        opens_for=ANSWERING,
        sends=lambda _f: {"title": "Renamed"},
    ),
    O(
        method="put",
        name="evidence_withdrawal",
        opens_for=ANSWERING,
        sends=lambda _f: {"why": "Old."},
    ),
    O(method="delete", name="evidence_withdrawal", opens_for=ANSWERING),
    O(method="get", name="evidence_file", opens_for=EVERYBODY),
    O(method="get", name="calibration", opens_for=READING),
    O(method="get", name="blind_spots", opens_for=READING),
    O(method="get", name="calibration_topic", opens_for=READING),
    O(
        method="put",
        name="settlement",
        opens_for=DECIDING,
        sends=lambda _f: {"level": "3.5", "reason": "So it is."},
    ),
    O(
        method="post",
        name="settlement",
        opens_for=DECIDING,
        sends=lambda _f: {"reason": "Too early."},
    ),
    O(
        method="post",
        name="topic_disputes",
        opens_for=DECIDING,
        sends=lambda f: {"text": "No.", "owner_id": f["noa"], "due_on": _soon()},
    ),
    O(method="get", name="disputes", opens_for=READING),
    O(
        method="put",
        name="resolution",
        # Its owner resolves a dispute, and who decides: Vera and Sam do not.
        opens_for=DECIDING,
        sends=lambda _f: {"resolution": "Looked at again."},
    ),
    O(method="get", name="decisions", opens_for=READING),
    O(
        method="post",
        name="decisions",
        opens_for=DECIDING,
        sends=lambda _f: {
            "verb": "override",
            "level": "3.0",
            "reason": "New.",
            "expires_on": _soon(),
        },
    ),
    O(method="get", name="results", opens_for=READING),
    O(method="get", name="criteria", opens_for=READING),
    O(method="get", name="measurements", opens_for=READING),
    O(method="get", name="gaps", opens_for=READING),
    O(method="get", name="shares", opens_for=LEADS),
    O(
        method="post",
        name="shares",
        opens_for=LEADS,
        sends=lambda _f: {"label": "Audit", "expires_on": _soon()},
    ),
    O(method="delete", name="share", opens_for=LEADS),
    O(method="get", name="cycle_export", opens_for=READING),
    O(method="get", name="export", opens_for=READING),
    O(method="get", name="heat_map", opens_for=READING),
    O(method="get", name="movements", opens_for=READING),
    O(method="get", name="journal", opens_for=AUDITING),
    O(method="get", name="initiatives", opens_for=READING),
    O(
        method="post",
        name="initiatives",
        opens_for=DECIDING,
        sends=lambda f: _initiative(f) | {"cycle_id": f["cycle_id"]},
    ),
    O(method="get", name="initiative", opens_for=READING),
    O(
        method="put",
        name="initiative",
        opens_for=DECIDING,
        sends=lambda f: _initiative(f) | {"marker": f["marker"]},
    ),
    O(
        method="put",
        name="initiative_status",
        opens_for=DECIDING,
        sends=lambda _f: {"status": "planned"},
    ),
    O(
        method="get",
        name="journey",
        opens_for=READING,
        filters=lambda f: f"?scope={f['unit']}&edition={f['published']}",
    ),
    O(
        method="post",
        name="gates",
        opens_for=DECIDING,
        sends=lambda f: {
            "scope_id": f["unit"],
            "edition_id": f["published"],
            "stage": "S3",
        },
    ),
    O(method="get", name="gate", opens_for=READING),
    O(
        method="put",
        name="gate_findings",
        opens_for=DECIDING,
        sends=lambda f: {
            "findings": {factories_plan.CRITERIA[0]: {"met": True}},
            "marker": f["review_marker"],
        },
    ),
    O(
        method="post",
        name="gate_decision",
        opens_for=DECIDING,
        sends=lambda f: {
            "decision": "recycle",
            "reason": "Not yet.",
            "marker": f["review_marker"],
        },
    ),
    O(
        method="post",
        name="gate_signatures",
        opens_for=DECIDING,
        at={"review_id": "decided"},
    ),
    O(method="post", name="gate_condition", opens_for=DECIDING),
    O(method="get", name="capabilities", opens_for=READING),
    O(
        method="post",
        name="capabilities",
        opens_for=DECIDING,
        sends=lambda _f: {"name": "Feature store"},
    ),
    O(method="get", name="capability", opens_for=READING),
    O(
        method="put",
        name="capability",
        opens_for=DECIDING,
        sends=lambda _f: {"name": "Registry"},
    ),
    O(method="delete", name="capability", opens_for=DECIDING),
    O(
        method="put",
        name="capability_access",
        opens_for=DECIDING,
        sends=lambda f: {
            "units": [{"scope_id": f["unit"], "provision": "ticket", "wait_hours": 48}]
        },
    ),
    O(method="get", name="editions", opens_for=READING),
    O(
        method="post",
        name="editions",
        opens_for=LEADS,
        sends=lambda _f: {"document": frameworks.plain(key="mine")},
    ),
    O(method="get", name="edition", opens_for=READING),
    O(method="delete", name="edition", opens_for=LEADS),
    O(method="get", name="edition_document", opens_for=READING),
    O(
        method="post",
        name="edition_copies",
        opens_for=LEADS,
        at={"edition_id": "published"},
        sends=lambda _f: {"key": "copied", "version": "1", "title": "Copied"},
    ),
    O(
        method="post",
        name="edition_publication",
        opens_for=LEADS,
        sends=lambda f: {"sha256": f["own_sha256"]},
    ),
    O(method="get", name="edition_diff", opens_for=READING),
    O(method="get", name="members", opens_for=LEADS),
    O(
        method="post",
        name="members",
        opens_for=LEADS,
        sends=lambda _f: {
            "login": "lee@example.org",
            "role": "viewer",
            "vantage": "consumer",
        },
    ),
    O(method="get", name="member", opens_for=LEADS),
    O(
        method="put",
        name="member",
        opens_for=LEADS,
        sends=lambda _f: {"role": "assessor", "vantage": "oversight"},
    ),
    O(method="delete", name="member", opens_for=LEADS),
    O(
        method="post",
        name="grants",
        opens_for=LEADS,
        sends=lambda f: {"scope_id": f["unit"], "role": "assessor"},
    ),
    O(method="delete", name="grant", opens_for=LEADS),
    O(method="get", name="delivery", opens_for=READING),
    O(method="get", name="models", opens_for=READING),
    O(method="get", name="model_lineage", opens_for=READING),
    O(method="get", name="metrics", opens_for=READING),
    O(method="get", name="service_levels", opens_for=READING),
    O(
        method="post",
        name="service_levels",
        opens_for=DECIDING,
        sends=lambda _f: {"openslo": document(name="another")},
    ),
    O(method="get", name="service_level", opens_for=READING),
    O(
        method="post",
        name="service_level_retirement",
        opens_for=DECIDING,
        sends=lambda _f: {"why": "Replaced."},
    ),
    O(method="get", name="service_level_week", opens_for=READING),
    O(
        method="put",
        name="service_level_week",
        opens_for=DECIDING,
        sends=lambda _f: {"text": "Frozen."},
    ),
    O(method="get", name="services", opens_for=READING),
    O(method="get", name="organization", opens_for=READING),
]
