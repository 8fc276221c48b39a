"""The board report: results and trends into a tagged, deterministic PDF."""

from __future__ import annotations

import gc
import hashlib
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from assessments.charts import findings, print_delivery
from assessments.charts import print as print_charts
from assessments.reports.answer import answer, gaps_in_full

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.utils.safestring import SafeString

    from assessments.charts.trends import Trend
    from assessments.queries.results import DomainRow, Results

_STYLE = "css/board.css"


class NothingScored(Exception):
    """Results without a scoring have no numbers to print."""


class Unstyled(Exception):
    """A style sheet or font of the product is missing from the installation."""


@lru_cache(maxsize=1)
def _style() -> tuple[CSS, FontConfiguration]:
    """Parse the style sheet and load its fonts once a process: they never change."""
    place = finders.find(_STYLE)
    if not isinstance(place, str):
        raise Unstyled(_STYLE)
    fonts = FontConfiguration()
    # Nothing but our own files: a report never asks the network for anything.
    own = URLFetcher(allowed_protocols=("file",), allow_redirects=False)
    base = Path(place).parent.as_uri() + "/"
    sheet = CSS(
        string=Path(place).read_text(encoding="utf-8"),
        base_url=base,
        font_config=fonts,
        url_fetcher=own,
    )
    return sheet, fonts


def _bar(row: DomainRow, *, heads: bool) -> print_charts.Bar:
    return print_charts.Bar(
        code=row.code,
        name=row.name,
        level=row.agreed.level,
        declared=row.declared.level,
        measured=row.measured.level,
        target=row.target,
        heading=row.pillar_name if heads else "",
    )


def _bars(results: Results) -> list[print_charts.Bar]:
    seen: set[str] = set()
    bars = []
    for row in results.domains:
        bars.append(_bar(row, heads=row.pillar not in seen))
        seen.add(row.pillar)
    return bars


def _safe(svg: str) -> SafeString:
    # Charts escape every text that they are given.
    return mark_safe(svg)  # noqa: S308  # drawn by assessments.charts, texts escaped


def _charts(results: Results, trends: Sequence[Trend]) -> dict[str, SafeString]:
    bars = _bars(results)
    levels = results.thresholds
    scale = print_charts.Scale(lowest=levels.lowest, highest=levels.highest)
    drawn = {
        "profile": print_charts.profile(
            bars,
            scale=scale,
            title=_("Agreed level of each domain on a scale of %(from)d to %(to)d")
            % {"from": levels.lowest, "to": levels.highest},
        ),
        "radar": print_charts.radar(
            bars, scale=scale, title=_("Agreed levels as an outline, targets dashed")
        ),
    } | print_delivery.charts(trends)
    return {name: _safe(svg) for name, svg in drawn.items() if svg}


def _address(results: Results) -> str:
    header = results.header
    path = reverse("results", args=[header.workspace_slug, header.cycle_id])
    return f"{settings.PUBLIC_URL}{path}"


def markup(results: Results, trends: Sequence[Trend] = ()) -> str:
    """Return the report as one HTML document."""
    return render_to_string(
        "reports/board/report.html",
        {
            "results": results,
            "header": results.header,
            "answer": answer(results),
            "gaps": gaps_in_full(results),
            "charts": _charts(results, trends),
            "titles": findings.titles(trends),
            "trends": trends,
            "live": _address(results),
            "language": get_language() or "en",
        },
    )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let a layout's many small boxes pile up: sweeping among them costs a quarter."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def render(results: Results, trends: Sequence[Trend] = ()) -> bytes:
    """Return the report as PDF bytes; the same input always gives the same bytes."""
    if not results.scored:
        raise NothingScored(results.header.cycle_id)
    sheet, fonts = _style()
    html = markup(results, trends)
    nothing = URLFetcher(allowed_protocols=(), allow_redirects=False)
    page = HTML(string=html, base_url=settings.PUBLIC_URL, url_fetcher=nothing)
    with _undisturbed():
        pdf = page.write_pdf(
            stylesheets=[sheet],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
            # Taken from the content and not from the clock or chance.
            pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
        )
    if not isinstance(pdf, bytes):
        raise TypeError("WeasyPrint gave no document")
    return pdf
