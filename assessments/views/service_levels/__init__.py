"""Pages: what is promised, what is left of the error budgets, and the weekly review."""

from django.urls import URLPattern, path, register_converter

from assessments.views.service_levels import defining, reviewing, showing
from assessments.views.service_levels.days import Day

register_converter(Day, "day")

urlpatterns: list[URLPattern] = [
    path("", showing.service_levels, name="service_levels"),
    path("openslo.yaml", showing.service_levels_file, name="service_levels_file"),
    path("new/", defining.service_level_new, name="service_level_new"),
    path("read-in/", defining.service_levels_read_in, name="service_levels_read_in"),
    path("weeks/", reviewing.this_week, name="service_level_weeks"),
    path("weeks/<day:first>/", reviewing.week, name="service_level_week"),
    path("<int:slo_id>/", showing.service_level, name="service_level"),
    path(
        "<int:slo_id>/openslo.yaml",
        showing.service_level_file,
        name="service_level_file",
    ),
    path(
        "<int:slo_id>/figures/<slug:name>.csv",
        showing.service_level_figure,
        name="service_level_figure",
    ),
    path(
        "<int:slo_id>/change/", defining.service_level_edit, name="service_level_edit"
    ),
    path(
        "<int:slo_id>/retire/",
        defining.service_level_retire,
        name="service_level_retire",
    ),
]
