"""Addresses of the application: each room of views lists its own."""

from django.urls import include, path

from assessments.views import shared

# Pages of one workspace live under its slug; another workspace's object is a 404.
workspace_patterns = [
    path("", include("assessments.views.home")),
    path("", include("assessments.views.asked")),
    path("organization/", include("assessments.views.organization")),
    path("members/", include("assessments.views.members")),
    path("members/", include("assessments.views.api_tokens")),
    path("editions/", include("assessments.views.editions")),
    path("editions/", include("assessments.views.edition_drafts")),
    path("editions/", include("assessments.views.edition_editor")),
    path("editions/", include("assessments.views.edition_diffs")),
    path("cycles/", include("assessments.views.cycles")),
    path("cycles/", include("assessments.views.cycle_setup")),
    path("cycles/", include("assessments.views.cycle_templates")),
    path("cycles/", include("assessments.views.participants")),
    path("cycles/", include("assessments.views.signing")),
    path("cycles/", include("assessments.views.comments")),
    path("cycles/", include("assessments.views.answering")),
    path("heatmap/", include("assessments.views.heatmap")),
    path("cycles/", include("assessments.views.sheets")),
    path("", include("assessments.views.exports")),
    path("cycles/", include(shared.workspace_patterns)),
    path("cycles/", include("assessments.views.results")),
    path("cycles/", include("assessments.views.comparison")),
    path("cycles/", include("assessments.views.calibration")),
    path("cycles/", include("assessments.views.workshop")),
    path("cycles/", include("assessments.views.reports")),
    path("cycles/", include("assessments.views.gaps")),
    path("plan/", include("assessments.views.plan")),
    path("plan/journey/", include("assessments.views.gates")),
    path("plan/platform/", include("assessments.views.platform")),
    path("", include("assessments.views.audit")),
    path("", include("assessments.views.transfer")),
    path("sources/", include("assessments.views.sources")),
    path("sources/", include("assessments.views.source_health")),
    path("sources/", include("assessments.views.source_hooks")),
    path("sources/", include("assessments.views.mappings")),
    path("sources/", include("assessments.views.source_setup")),
    path("sources/", include("assessments.views.source_trials")),
    path("sources/", include("assessments.views.uploads")),
    path("sources/", include("assessments.views.facts")),
    path("delivery/", include("assessments.views.delivery")),
    path("cycles/", include("assessments.views.evidence_topics")),
    path("evidence/", include("assessments.views.evidence")),
    path("evidence/", include("assessments.views.evidence_files")),
]

urlpatterns = [
    path("", include("assessments.views.entrance")),
    path("", include("assessments.views.invitations")),
    path("", include("assessments.views.shared")),
    path("", include("assessments.views.health")),
    path("", include("assessments.views.hooks")),
    path("", include("assessments.views.language")),
    path("account/", include("assessments.views.accounts")),
    path("api/", include("assessments.api.urls")),
    path("w/<slug:workspace_slug>/", include(workspace_patterns)),
]
