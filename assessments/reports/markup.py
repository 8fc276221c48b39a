"""Any report as one HTML document: what PDF and Markdown are made of."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from assessments.charts.answer import tell
from assessments.charts.palette import Palette
from assessments.reports import drawings
from assessments.reports.material import NothingScored
from assessments.reports.sections import TEMPLATES

if TYPE_CHECKING:
    from assessments.queries.results import Results
    from assessments.reports.material import Material


def markup(template: str, material: Material) -> str:
    """Return the report for one sort of reader."""
    results, brand = material.results, material.brand
    if not results.scored:
        raise NothingScored(results.header.cycle_id)
    palette = Palette(brand.primary, brand.accent) if brand else Palette()
    return render_to_string(
        "reports/paper/report.html",
        {
            "paper": TEMPLATES[template],
            "results": results,
            "header": results.header,
            "story": tell(results),
            "figures": drawings.levels(results, palette)
            | drawings.delivery(material.trends),
            "lanes": [(one, drawings.weeks(one)) for one in material.trends],
            "plan": material.plan,
            "trail": material.trail,
            "brand": brand,
            "logo": _inline(brand.logo) if brand and brand.logo else "",
            "palette": palette,
            "live": _address(results),
            "language": get_language() or settings.LANGUAGE_CODE,
        },
    )


def _address(results: Results) -> str:
    header = results.header
    path = reverse("results", args=[header.workspace_slug, header.cycle_id])
    return f"{settings.PUBLIC_URL}{path}"


def _inline(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
