"""Addresses of the application: each room of views lists its own."""

from django.urls import include, path

# Pages of one workspace live under its slug; another workspace's object is a 404.
workspace_patterns = [
    path("", include("assessments.views.home")),
    path("organization/", include("assessments.views.organization")),
    path("members/", include("assessments.views.members")),
    path("members/", include("assessments.views.api_tokens")),
    path("editions/", include("assessments.views.editions")),
    path("cycles/", include("assessments.views.cycles")),
    path("cycles/", include("assessments.views.answering")),
    path("cycles/", include("assessments.views.results")),
    path("cycles/", include("assessments.views.reports")),
    path("sources/", include("assessments.views.sources")),
    path("sources/", include("assessments.views.source_setup")),
    path("sources/", include("assessments.views.source_trials")),
    path("sources/", include("assessments.views.uploads")),
    path("sources/", include("assessments.views.facts")),
    path("delivery/", include("assessments.views.delivery")),
]

urlpatterns = [
    path("", include("assessments.views.entrance")),
    path("", include("assessments.views.health")),
    path("account/", include("assessments.views.accounts")),
    path("api/", include("assessments.api.urls")),
    path("w/<slug:workspace_slug>/", include(workspace_patterns)),
]
