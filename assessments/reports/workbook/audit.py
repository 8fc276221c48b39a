"""The sheets that an auditor follows: answers, decisions, signatures, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.reports.workbook.sheets import DAY, LEVEL, MOMENT, Field, pairs, table

if TYPE_CHECKING:
    from openpyxl import Workbook

    from assessments.queries.results import Results
    from assessments.queries.trail import Trail


def add(book: Workbook, results: Results, trail: Trail) -> None:
    """Add what the scores came from, row by row."""
    _answers(book, trail)
    _decided(book, trail)
    _evidence(book, trail)
    _signed(book, trail)
    _asked(book, results)


def _answers(book: Workbook, trail: Trail) -> None:
    fields = (
        Field(_("Topic"), 10),
        Field(_("Who"), 20),
        Field(_("Vantage point"), 16),
        Field(_("Answer"), 16),
        Field(_("Level"), 8),
        Field(_("Sure"), 10),
        Field(_("Why"), 60),
        Field(_("Carried over"), 12),
        Field(_("When (UTC)"), 17, MOMENT),
    )
    rows = (
        (
            row.topic,
            row.who,
            row.vantage_label,
            row.answer_label,
            row.level,
            row.confidence_label,
            row.rationale,
            _("yes") if row.carried else "",
            row.rated_at,
        )
        for row in trail.answers
    )
    table(book, _("Answers"), fields, rows)


def _decided(book: Workbook, trail: Trail) -> None:
    fields = (
        Field(_("About"), 12),
        Field(_("Decision"), 16),
        Field(_("Proposed"), 10, LEVEL),
        Field(_("Level"), 10, LEVEL),
        Field(_("By"), 22),
        Field(_("Reason"), 60),
        Field(_("Expires"), 12, DAY),
        Field(_("When (UTC)"), 17, MOMENT),
    )
    decided = [
        (
            row.criterion,
            row.verb_label,
            row.proposed,
            row.level,
            row.by,
            row.reason,
            row.expires_on,
            row.at,
        )
        for row in trail.decisions
    ]
    settled = [
        (row.topic, _("Settled"), None, row.level, row.by, row.reason, None, row.at)
        for row in trail.settlements
    ]
    table(book, _("Decisions"), fields, [*decided, *settled])


def _evidence(book: Workbook, trail: Trail) -> None:
    fields = (
        Field(_("Topic"), 10),
        Field(_("Evidence"), 44),
        Field(_("Kind"), 14),
        Field(_("Owner"), 22),
        Field(_("Dated"), 12, DAY),
        Field(_("Expires"), 12, DAY),
        Field("SHA-256", 66),
    )
    rows = (
        (
            row.topic,
            row.title,
            row.kind_label,
            row.owner,
            row.dated_on,
            row.expires_on,
            row.sha256,
        )
        for row in trail.evidence
    )
    table(book, _("Evidence"), fields, rows)


def _signed(book: Workbook, trail: Trail) -> None:
    fields = (
        Field(_("By"), 22),
        Field(_("When (UTC)"), 17, MOMENT),
        Field(_("Signed content (SHA-256)"), 66),
        Field(_("Statement"), 60),
    )
    signed = [(row.by, row.at, row.sha256, row.statement) for row in trail.signatures]
    table(book, _("Signatures"), fields, signed)
    if trail.chain is not None:
        chain = trail.chain
        pairs(
            book,
            _("Journal"),
            [
                (_("Last entry when sealed"), chain.sequence, "0"),
                (_("SHA-256 of that entry"), chain.sha256, ""),
            ],
        )


def _asked(book: Workbook, results: Results) -> None:
    fields = (
        Field(_("Topic"), 10),
        Field(_("Name"), 30),
        Field(_("Question"), 60),
        Field(_("Level"), 8),
        Field(_("What it looks like"), 80),
    )
    rows = [
        (topic.code, topic.name, topic.question, level, text)
        for topic in results.topics
        for level, text in topic.levels.items()
    ]
    table(book, _("Questions"), fields, rows)
