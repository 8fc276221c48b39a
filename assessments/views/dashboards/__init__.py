"""Pages that answer where things stand, what moved and what is stale."""

from django.urls import URLPattern, path

from assessments.views.dashboards import portfolio, practices

urlpatterns: list[URLPattern] = [
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path(
        "portfolio/figures/<slug:name>.csv",
        portfolio.portfolio_figure,
        name="portfolio_figure",
    ),
    path("portfolio/practices/", practices.practices, name="practices"),
    path(
        "portfolio/practices/figures/<slug:name>.csv",
        practices.practices_figure,
        name="practices_figure",
    ),
]
