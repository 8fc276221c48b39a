"""From a kind of report and its material to the bytes of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.queries.report_kinds import KINDS, MARKDOWN, PDF, WORKBOOK
from assessments.reports import markdown, pdf, workbook
from assessments.reports.markup import markup
from assessments.reports.sections import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessments.reports.material import Material


def _pdf(template: str, material: Material) -> bytes:
    return pdf.render(markup(template, material))


def _markdown(template: str, material: Material) -> bytes:
    return markdown.render(markup(template, material)).encode()


def _workbook(_template: str, material: Material) -> bytes:
    return workbook.render(material)


_FORMS: Mapping[str, Callable[[str, Material], bytes]] = {
    PDF: _pdf,
    MARKDOWN: _markdown,
    WORKBOOK: _workbook,
}


def wants(kind: str) -> frozenset[str]:
    """Return what a kind of report wants beside the results."""
    return TEMPLATES[KINDS[kind].template].wants


def render(kind: str, material: Material) -> bytes:
    """Return a report; the same material always gives the same bytes."""
    made = KINDS[kind]
    return _FORMS[made.form](made.template, material)
