"""Addresses of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from assessments.api import (
    answering,
    calibration,
    comments,
    cycles,
    delivery,
    editions,
    evidence,
    evidence_topics,
    gates,
    models,
    movements,
    participants,
    people,
    plan,
    platform,
    prometheus,
    records,
    results,
    service_levels,
)
from assessments.api.events import Events

if TYPE_CHECKING:
    from django.urls import URLPattern

    from assessments.api.rooms import Room


def _at(address: str, room: type[Room], name: str) -> URLPattern:
    """Open a room; how much it takes is known before a form is read."""
    view: Any = room.as_view()
    view.most_bytes = room.most_bytes
    pattern: URLPattern = path(address, view, name=f"api_{name}")
    return pattern


_C = "cycles/<int:cycle_id>"
_T = f"{_C}/topics/<str:topic>"

workspace_patterns = [
    _at("cycles", cycles.Cycles, "cycles"),
    _at(_C, cycles.Cycle, "cycle"),
    _at(f"{_C}/open", cycles.CycleOpen, "cycle_open"),
    _at(f"{_C}/review", cycles.CycleReview, "cycle_review"),
    _at(f"{_C}/reopen", cycles.CycleReopen, "cycle_reopen"),
    _at(f"{_C}/check", cycles.CycleCheck, "cycle_check"),
    _at(f"{_C}/sign", cycles.CycleSign, "cycle_sign"),
    _at(f"{_C}/lock", cycles.CycleLock, "cycle_lock"),
    _at(f"{_C}/correct", cycles.CycleCorrect, "cycle_correct"),
    _at(f"{_C}/changes", cycles.CycleChanges, "cycle_changes"),
    _at(f"{_C}/due", cycles.CycleDue, "cycle_due"),
    _at(f"{_C}/rhythm", cycles.CycleRhythm, "cycle_rhythm"),
    _at(f"{_C}/sealed", cycles.CycleSealed, "cycle_sealed"),
    _at(f"{_C}/participants", participants.Participants, "participants"),
    _at(
        f"{_C}/participants/<int:person_id>", participants.OneParticipant, "participant"
    ),
    _at(f"{_C}/invitations", participants.Invitations, "invitations"),
    _at(
        f"{_C}/invitations/<int:invitation_id>",
        participants.OneInvitation,
        "invitation",
    ),
    _at(f"{_C}/reminders", participants.Reminders, "reminders"),
    _at("asked", answering.Asked, "asked"),
    _at(f"{_C}/asked/<str:domain>", answering.AskedDomain, "asked_domain"),
    _at(f"{_C}/asked/<str:domain>/hand-over", answering.HandOver, "hand_over"),
    _at(f"{_C}/questions", answering.Questions, "questions"),
    _at(f"{_T}/answer", answering.OneQuestion, "answer"),
    _at(f"{_T}/at-hand", answering.Beside, "at_hand"),
    _at(f"{_T}/ratings", answering.Ratings, "ratings"),
    _at(f"{_T}/comments", comments.Comments, "comments"),
    _at(f"{_T}/comments/<int:comment_id>", comments.Comment, "comment"),
    _at(f"{_T}/evidence", evidence_topics.OfTopic, "topic_evidence"),
    _at(f"{_T}/evidence/<int:support_id>", evidence_topics.Support, "support"),
    _at(f"{_C}/evidence", evidence_topics.OfCycle, "cycle_evidence"),
    _at("evidence", evidence.Register, "evidence"),
    _at("evidence/links", evidence.Links, "evidence_links"),
    _at("evidence/telemetry", evidence.Telemetry, "evidence_telemetry"),
    _at("evidence/files", evidence.Files, "evidence_files"),
    _at("evidence/<int:evidence_id>", evidence.Piece, "evidence_piece"),
    _at(
        "evidence/<int:evidence_id>/withdrawal",
        evidence.Withdrawal,
        "evidence_withdrawal",
    ),
    _at("evidence/<int:evidence_id>/file", evidence.Download, "evidence_file"),
    _at(f"{_C}/calibration", calibration.Calibration, "calibration"),
    _at(f"{_C}/blind-spots", calibration.BlindSpots, "blind_spots"),
    _at(f"{_T}/calibration", calibration.Topic, "calibration_topic"),
    _at(f"{_T}/settlement", calibration.Settlement, "settlement"),
    _at(f"{_T}/disputes", calibration.TopicDisputes, "topic_disputes"),
    _at(f"{_C}/disputes", calibration.Disputes, "disputes"),
    _at(
        f"{_C}/disputes/<int:dispute_id>/resolution",
        calibration.Resolution,
        "resolution",
    ),
    _at(f"{_C}/criteria/<str:criterion>/decisions", calibration.Decisions, "decisions"),
    _at(f"{_C}/results", results.CycleResults, "results"),
    _at(f"{_C}/criteria", results.CycleCriteria, "criteria"),
    _at(f"{_C}/measurements", results.CycleMeasurements, "measurements"),
    _at(f"{_C}/gaps", plan.Gaps, "gaps"),
    _at(f"{_C}/shares", records.Shares, "shares"),
    _at(f"{_C}/shares/<int:link_id>", records.Share, "share"),
    _at(
        f"{_C}/exports/<slug:table>.<slug:layout>", records.CycleExport, "cycle_export"
    ),
    _at("exports/<slug:table>.<slug:layout>", records.Export, "export"),
    _at("heat-map", records.HeatMap, "heat_map"),
    _at("movements", movements.Movements, "movements"),
    _at("journal", records.Journal, "journal"),
    _at("initiatives", plan.Initiatives, "initiatives"),
    _at("initiatives/<int:initiative_id>", plan.Initiative, "initiative"),
    _at(
        "initiatives/<int:initiative_id>/status",
        plan.InitiativeStatus,
        "initiative_status",
    ),
    _at("journey", gates.Journey, "journey"),
    _at("gates", gates.Reviews, "gates"),
    _at("gates/<int:review_id>", gates.Review, "gate"),
    _at("gates/<int:review_id>/findings", gates.Findings, "gate_findings"),
    _at("gates/<int:review_id>/decision", gates.Decision, "gate_decision"),
    _at("gates/<int:review_id>/signatures", gates.Signatures, "gate_signatures"),
    _at("gates/conditions/<int:condition_id>/met", gates.Condition, "gate_condition"),
    _at("platform/capabilities", platform.Capabilities, "capabilities"),
    _at("platform/capabilities/<int:capability_id>", platform.Capability, "capability"),
    _at(
        "platform/capabilities/<int:capability_id>/access",
        platform.CapabilityAccess,
        "capability_access",
    ),
    _at("editions", editions.Editions, "editions"),
    _at("editions/<int:edition_id>", editions.Edition, "edition"),
    _at("editions/<int:edition_id>/document", editions.Document, "edition_document"),
    _at("editions/<int:edition_id>/copies", editions.Copies, "edition_copies"),
    _at(
        "editions/<int:edition_id>/publication",
        editions.Publication,
        "edition_publication",
    ),
    _at(
        "editions/<int:edition_id>/compare/<int:before_id>",
        editions.Diff,
        "edition_diff",
    ),
    _at("members", people.Members, "members"),
    _at("members/<int:member_id>", people.Member, "member"),
    _at("members/<int:member_id>/grants", people.Grants, "grants"),
    _at("members/<int:member_id>/grants/<int:grant_id>", people.Grant, "grant"),
    _at("delivery", delivery.Delivery, "delivery"),
    _at("models", models.Models, "models"),
    _at("models/<str:model>/lineage", models.ModelLineage, "model_lineage"),
    _at("service-levels", service_levels.ServiceLevels, "service_levels"),
    _at("service-levels/<int:slo_id>", service_levels.ServiceLevel, "service_level"),
    _at(
        "service-levels/<int:slo_id>/retirement",
        service_levels.Retirement,
        "service_level_retirement",
    ),
    _at("service-levels/weeks/<str:first>", service_levels.Week, "service_level_week"),
    _at("metrics", prometheus.Metrics, "metrics"),
    _at("services", results.Services, "services"),
    _at("organization", results.Organization, "organization"),
]

urlpatterns = [
    path("v1/events", Events.as_view(), name="api_events"),
    path("v1/workspaces/<slug:workspace_slug>/", include(workspace_patterns)),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api_schema"),
        name="api_docs",
    ),
]
