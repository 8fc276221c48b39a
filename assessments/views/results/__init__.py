"""Pages: the results of a cycle, from the answer down to the events behind it."""

from django.urls import URLPattern, path

from assessments.views.results.deciding import criterion, decide
from assessments.views.results.overview import freshness, results
from assessments.views.results.supposing import what_if
from assessments.views.results.walking import (
    criterion_events,
    domain_figure,
    domain_result,
    topic_why,
)

urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/results/", results, name="results"),
    path("<int:cycle_id>/results/what-if/", what_if, name="what_if"),
    path("<int:cycle_id>/results/freshness/", freshness, name="results_freshness"),
    path(
        "<int:cycle_id>/results/domains/<str:domain>/",
        domain_result,
        name="domain_result",
    ),
    path(
        "<int:cycle_id>/results/domains/<str:domain>/over-time.csv",
        domain_figure,
        name="domain_figure",
    ),
    path("<int:cycle_id>/results/topics/<str:topic>/", topic_why, name="topic_why"),
    path(
        "<int:cycle_id>/results/criteria/<str:criterion>/", criterion, name="criterion"
    ),
    path(
        "<int:cycle_id>/results/criteria/<str:criterion>/decide/",
        decide,
        name="decide",
    ),
    path(
        "<int:cycle_id>/results/criteria/<str:criterion>/events/",
        criterion_events,
        name="criterion_events",
    ),
]
