"""What the acts of the journal are called on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ACTS: dict[str, StrPromise] = {
    "api_token.made": _("API token made"),
    "api_token.revoked": _("API token revoked"),
    "backfill.asked": _("Backfill asked for"),
    "backfill.cancelled": _("Backfill cancelled"),
    "backfill.paused": _("Backfill paused"),
    "backfill.resumed": _("Backfill resumed"),
    "capability.added": _("Capability added"),
    "capability.provided": _("Capability provided"),
    "capability.removed": _("Capability removed"),
    "capability.revised": _("Capability revised"),
    "comment.withdrawn": _("Comment withdrawn"),
    "comment.written": _("Comment written"),
    "cycle.answers_carried": _("Cycle answers carried"),
    "cycle.created": _("Cycle created"),
    "cycle.discarded": _("Cycle discarded"),
    "cycle.due_set": _("Cycle due set"),
    "cycle.locked": _("Cycle locked"),
    "cycle.opened": _("Cycle opened"),
    "cycle.reopened": _("Cycle reopened"),
    "cycle.review_started": _("Cycle review started"),
    "cycle.revised": _("Cycle revised"),
    "cycle.revision_started": _("Cycle revision started"),
    "cycle.rhythm_set": _("Cycle rhythm set"),
    "cycle.sign_off_asked": _("Cycle sign off asked"),
    "cycle.signed": _("Cycle signed"),
    "decision.taken": _("Decision taken"),
    "demonstration.made": _("Demonstration made"),
    "dispute.opened": _("Dispute opened"),
    "dispute.resolved": _("Dispute resolved"),
    "domain.finished": _("Domain finished"),
    "domain.handed_over": _("Domain handed over"),
    "domain.taken_up_again": _("Domain taken up again"),
    "edition.copied": _("Edition copied"),
    "edition.discarded": _("Edition discarded"),
    "edition.edited": _("Edition edited"),
    "edition.loaded": _("Edition loaded"),
    "edition.part_added": _("Edition part added"),
    "edition.part_moved": _("Edition part moved"),
    "edition.part_removed": _("Edition part removed"),
    "edition.published": _("Edition published"),
    "edition.replaced": _("Edition replaced"),
    "evidence.added": _("Evidence added"),
    "evidence.changed": _("Evidence changed"),
    "evidence.offered": _("Evidence offered"),
    "evidence.withdrawn": _("Evidence withdrawn"),
    "gate.condition_met": _("Gate condition met"),
    "gate.decided": _("Gate decided"),
    "gate.examined": _("Gate examined"),
    "gate.opened": _("Gate opened"),
    "gate.signed": _("Gate signed"),
    "grant.given": _("Grant given"),
    "grant.withdrawn": _("Grant withdrawn"),
    "initiative.moved": _("Initiative moved"),
    "initiative.revised": _("Initiative revised"),
    "initiative.started": _("Initiative started"),
    "invitation.made": _("Invitation made"),
    "invitation.opened": _("Invitation opened"),
    "invitation.renewed": _("Invitation renewed"),
    "invitation.revoked": _("Invitation revoked"),
    "member.added": _("Member added"),
    "member.changed": _("Member changed"),
    "member.removed": _("Member removed"),
    "participant.asked": _("Participant asked"),
    "participant.everybody_asked": _("Participant everybody asked"),
    "participant.removed": _("Participant removed"),
    "participants.reminded": _("Participants reminded"),
    "rating.given": _("Rating given"),
    "report.asked": _("Report asked"),
    "report.made": _("Report made"),
    "scope.moved": _("Scope moved"),
    "scope.renamed": _("Scope renamed"),
    "service.added": _("Service added"),
    "settlement.made": _("Settlement made"),
    "settlement.taken_back": _("Settlement taken back"),
    "share_link.made": _("Link for sharing made"),
    "share_link.revoked": _("Link for sharing revoked"),
    "sheet.applied": _("Answers taken over from a file"),
    "source.changed": _("Source changed"),
    "source.connected": _("Source connected"),
    "source.credential_replaced": _("Source credential replaced"),
    "source.hook_made": _("Address for deliveries made"),
    "source.hook_removed": _("Address for deliveries removed"),
    "source.hook_secret_renewed": _("Secret of deliveries replaced"),
    "source.paused": _("Source paused"),
    "source.quarantine_tried": _("Quarantine of a source tried again"),
    "source.removed": _("Source removed"),
    "source.resumed": _("Source resumed"),
    "source.token_made": _("Source token made"),
    "support.added": _("Support added"),
    "support.removed": _("Support removed"),
    "template.forgotten": _("Template forgotten"),
    "template.kept": _("Template kept"),
    "unit.added": _("Unit added"),
    "workshop.ended": _("Workshop ended"),
    "workshop.started": _("Workshop started"),
    "workshop.taken_over": _("Workshop taken over"),
    "workspace.created": _("Workspace created"),
    "workspace.export_asked": _("Export of the workspace asked"),
    "workspace.people_key_rotated": _("Key of pseudonyms replaced"),
    "workspace.people_set": _("Handling of people’s names set"),
    "workspace.signatures_set": _("Workspace signatures set"),
}

TARGETS: dict[str, StrPromise] = {
    "api_token": _("API token %(number)s"),
    "capability": _("Capability %(number)s"),
    "comment": _("Comment %(number)s"),
    "cycle": _("Cycle %(number)s"),
    "cycle_template": _("Template %(number)s"),
    "edition": _("Edition %(number)s"),
    "evidence": _("Evidence %(number)s"),
    "gate_condition": _("Condition %(number)s"),
    "gate_review": _("Gate %(number)s"),
    "initiative": _("Initiative %(number)s"),
    "member": _("Member %(number)s"),
    "rating": _("Rating %(number)s"),
    "report": _("Report %(number)s"),
    "scope": _("Scope %(number)s"),
    "service": _("Service %(number)s"),
    "share_link": _("Link for sharing %(number)s"),
    "source": _("Source %(number)s"),
    "workspace": _("Workspace %(number)s"),
}


def act(verb: str) -> str:
    """Return the words for an act; of one without, the act's own name."""
    found = ACTS.get(verb)
    return str(found) if found else verb.replace(".", ": ").replace("_", " ")


def target(kind: str, number: int) -> str:
    """Return what an act was about: Cycle 3; of a kind without words, its own name."""
    found = TARGETS.get(kind)
    return str(found) % {"number": number} if found else f"{kind} {number}"


def field(name: str) -> str:
    """Return a field's name as words."""
    words = name.replace("_", " ").replace(".", " ").strip().capitalize()
    return words.replace("Sha256", "SHA-256")
