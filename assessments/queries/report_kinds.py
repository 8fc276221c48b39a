"""The kinds of reports: for whom, in which form, and what their files are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

BOARD, PROGRAMME, AUDITOR = "board", "programme", "auditor"
PDF, MARKDOWN, WORKBOOK = "pdf", "md", "xlsx"

AUDIENCES: dict[str, tuple[StrPromise, StrPromise]] = {
    BOARD: (
        _("Board report"),
        _("Four to six pages; the first alone holds the answer."),
    ),
    PROGRAMME: (
        _("Programme report"),
        _("Every domain and topic, what moved and why, gaps, measurements, plan."),
    ),
    AUDITOR: (
        _("Auditor report"),
        _("Every answer that counted, decisions, signatures, rules and hashes."),
    ),
}
_MEDIA = {
    PDF: "application/pdf",
    MARKDOWN: "text/markdown; charset=utf-8",
    WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMS = {PDF: "PDF", MARKDOWN: "Markdown", WORKBOOK: "XLSX"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of report: a template for readers, in a form."""

    key: str
    template: str
    form: str
    stem: str
    label: StrPromise

    @property
    def private(self) -> bool:
        """Whether it holds single answers, which few may read."""
        return self.template == AUDITOR

    @property
    def media_type(self) -> str:
        """What browsers and mail programs call the form."""
        return _MEDIA[self.form]

    @property
    def form_label(self) -> str:
        """The form in short."""
        return _FORMS[self.form]

    def file_name(self, period: str, language: str) -> str:
        """Return the name that the file is given away with."""
        return f"{self.stem}-{period}-{language}.{self.form}"


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            key="board_pdf",
            template=BOARD,
            form=PDF,
            stem="board-report",
            label=_("Board report (PDF)"),
        ),
        Kind(
            key="board_md",
            template=BOARD,
            form=MARKDOWN,
            stem="board-report",
            label=_("Board report (Markdown)"),
        ),
        Kind(
            key="programme_pdf",
            template=PROGRAMME,
            form=PDF,
            stem="programme-report",
            label=_("Programme report (PDF)"),
        ),
        Kind(
            key="programme_md",
            template=PROGRAMME,
            form=MARKDOWN,
            stem="programme-report",
            label=_("Programme report (Markdown)"),
        ),
        Kind(
            key="workbook",
            template=PROGRAMME,
            form=WORKBOOK,
            stem="results",
            label=_("Workbook (XLSX)"),
        ),
        Kind(
            key="auditor_pdf",
            template=AUDITOR,
            form=PDF,
            stem="auditor-report",
            label=_("Auditor report (PDF)"),
        ),
        Kind(
            key="auditor_md",
            template=AUDITOR,
            form=MARKDOWN,
            stem="auditor-report",
            label=_("Auditor report (Markdown)"),
        ),
        Kind(
            key="auditor_xlsx",
            template=AUDITOR,
            form=WORKBOOK,
            stem="audit",
            label=_("Auditor workbook (XLSX)"),
        ),
    )
}
# The layout that reports are made in now; another one makes other files.
LAYOUT = 2
