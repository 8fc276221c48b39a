"""Addresses of the API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from assessments.api import delivery, results
from assessments.api.events import Events

workspace_patterns = [
    path("cycles", results.Cycles.as_view(), name="api_cycles"),
    path(
        "cycles/<int:cycle_id>/results",
        results.CycleResults.as_view(),
        name="api_results",
    ),
    path(
        "cycles/<int:cycle_id>/criteria",
        results.CycleCriteria.as_view(),
        name="api_criteria",
    ),
    path(
        "cycles/<int:cycle_id>/measurements",
        results.CycleMeasurements.as_view(),
        name="api_measurements",
    ),
    path("delivery", delivery.Delivery.as_view(), name="api_delivery"),
    path("services", results.Services.as_view(), name="api_services"),
    path("organization", results.Organization.as_view(), name="api_organization"),
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
