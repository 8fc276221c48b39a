"""Questionnaires that were filled offline: looked at first, taken over row by row.

A sheet is kept as it was read. What it would do is told against the answers of the
moment, and an answer is taken over only as it was shown: if the person has answered
otherwise meanwhile, that one row is refused and shown again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import AnswerSheet, Assignment, Cycle, CycleState, Rating
from assessments.queries import answers
from assessments.queries.frameworks import framework
from assessments.queries.sheets import (
    answerable,
    headings,
    read_answer,
    read_confidence,
)
from assessments.queries.sheets import sheet as shown_sheet
from assessments.services import answering, journal
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from assessments.queries.sheets import Identity, Read, ReadRow
    from assessments.queries.sheets.previewing import Stored
    from scoring.rubric import Edition

_SAID = ("answer", "confidence", "rationale")


class NotTaken(Refusal):
    """The file does not belong here, or there is nothing in it."""


class NoSuchSheet(Refusal):
    """It was discarded, or another one took its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of the rows that were chosen."""

    written: int
    refused: tuple[tuple[int, str], ...]  # number of the row, why


@transaction.atomic
def keep(
    *,
    cycle_id: int,
    person: User,
    vantage: str,
    file_name: str,
    read: Read,
    now: datetime,
) -> int:
    """Keep a filled questionnaire to be looked at; nothing is answered by it yet.

    It takes the place of the person's earlier ones that were not taken over.
    """
    cycle = _cycle(cycle_id)
    _check_open(cycle)
    if read.identity:
        _check_identity(cycle, person, read.identity)
    rows = _Reader(cycle, person, vantage).rows(read)
    if not rows:
        raise NotTaken(
            _("No row of the file has an answer. Fill in the answers, then try again.")
        )
    mine = AnswerSheet.objects.filter(cycle=cycle, person=person)
    mine.filter(applied_at=None).delete()
    sheet = AnswerSheet.objects.create(
        cycle=cycle,
        person=person,
        file_name=file_name[-200:],
        rows=rows,
        uploaded_at=now,
    )
    return sheet.pk


def apply(
    *,
    cycle_id: int,
    sheet_id: int,
    person: User,
    taken: Mapping[str, int],
    now: datetime,
) -> Applied:
    """Take over the answers to these topics; each with the answer that it replaces.

    Every answer is a transaction of its own, as if given by hand: what was taken over
    before something broke stays, and doing it again writes nothing twice.
    """
    mine = AnswerSheet.objects.filter(cycle_id=cycle_id, person=person)
    sheet = mine.filter(pk=sheet_id).first()
    shown = shown_sheet(cycle_id=cycle_id, sheet_id=sheet_id, person_id=person.pk)
    if sheet is None or shown is None:
        raise NoSuchSheet(
            _("This file is not there any more. Upload it again, please.")
        )
    _check_open(_cycle(cycle_id))
    written, refused = 0, []
    for row, told in zip(sheet.rows, shown.rows, strict=True):
        if not told.open or row["topic"] not in taken:
            continue
        try:
            seen = taken[row["topic"]]
            _rate(cycle_id, person, row, seen=seen, now=now)
        except answering.Conflict:
            refused.append((row["row"], _("You have answered it anew meanwhile.")))
        except Refusal as refusal:
            refused.append((row["row"], refusal.sentence))
        else:
            written += 1
    _note_down(sheet, person, written, now)
    return Applied(written=written, refused=tuple(refused))


@transaction.atomic
def discard(*, cycle_id: int, sheet_id: int, person: User) -> None:
    """Forget a filled questionnaire; answers that were taken over stay."""
    AnswerSheet.objects.filter(pk=sheet_id, cycle_id=cycle_id, person=person).delete()


# ── does it belong here ────────────────────────────────────────────────────────────


def _cycle(cycle_id: int) -> Cycle:
    rows = Cycle.objects.select_related("edition", "scope")
    return rows.defer("content", "edition__document").get(pk=cycle_id)


def _check_open(cycle: Cycle) -> None:
    if cycle.state != CycleState.OPEN:
        raise NotTaken(answering.closed(state=cycle.state))


def _check_identity(cycle: Cycle, person: User, said: Identity) -> None:
    if said.cycle_id != cycle.pk:
        raise NotTaken(
            _("This questionnaire is of another cycle. Bring it back there.")
        )
    if said.edition_sha256 != cycle.edition.sha256:
        raise NotTaken(
            _(
                "This questionnaire was made from another edition than this cycle"
                " uses. Download it again and copy your answers into it."
            )
        )
    if said.person_id not in (0, person.pk):
        raise NotTaken(
            _(
                "This questionnaire was made for %(name)s. Only they can bring it"
                " back: nobody answers in another's name."
            )
            % {"name": said.person_name or _("somebody else")}
        )


# ── from texts to answers ──────────────────────────────────────────────────────────


class _Bad(Exception):
    """A row says nothing that can be kept: the column and why."""


class _Reader:
    """Reads the rows of one person's file against one cycle."""

    def __init__(self, cycle: Cycle, person: User, vantage: str) -> None:
        self.cycle = cycle
        self.person = person
        self.vantage = vantage
        self.edition: Edition = framework(sha256=cycle.edition.sha256)
        self.domains = answerable(
            cycle=cycle, edition=self.edition, person_id=person.pk
        )
        asked = Assignment.objects.filter(cycle=cycle, person=person)
        self.vantages = dict(asked.values_list("domain", "vantage"))
        self.given = answers.my_answers(cycle_id=cycle.pk, person_id=person.pk)
        self.seen: dict[str, int] = {}

    def rows(self, read: Read) -> list[Stored]:
        """Return what is to be kept of a file: every row that says something."""
        return [self._row(row) for row in read.rows if not _is_blank(row)]

    def _row(self, row: ReadRow) -> Stored:
        stored = _nothing(row)
        try:
            self._fill(stored, row)
        except _Bad as bad:
            column, stored["problem"] = bad.args
            stored["column"] = headings()[column]
        return stored

    def _fill(self, stored: Stored, row: ReadRow) -> None:
        if row.problem:
            raise _Bad(*row.problem)
        code = self._topic(row)
        said = read_answer(row.cells["answer"]) if row.cells["answer"] else None
        if said is None:
            raise _Bad("answer", self._no_answer(row.cells["answer"]))
        confidence = read_confidence(row.cells["confidence"])
        if confidence is None:
            raise _Bad("confidence", _("Choose how sure you are: low, medium or high."))
        last = self.given.get(code)
        vantage = self.vantages.get(self.domains[code]) or self.vantage
        stored["answer"], stored["level"] = said
        stored["confidence"] = confidence
        stored["vantage"] = last.vantage if last else vantage
        self._check(stored)

    def _topic(self, row: ReadRow) -> str:
        code = row.cells["code"]
        if not code:
            raise _Bad("code", _("The code of the question is missing."))
        if code not in self.domains:
            raise _Bad(
                "code",
                _("%(code)s is not asked of you in this cycle.") % {"code": code[:40]},
            )
        first = self.seen.setdefault(code, row.number)
        if first != row.number:
            raise _Bad(
                "code",
                _("Row %(row)s has answered %(code)s already; that one counts.")
                % {"row": first, "code": code},
            )
        return code

    def _no_answer(self, text: str) -> str:
        if not text:
            return _("There is no answer in this row, only something beside it.")
        scale = self.edition.scale
        return _(
            "“%(text)s” is no answer. Enter a level from %(lowest)s to %(highest)s,"
            " “unknown” or “not applicable”."
        ) % {"text": text[:40], "lowest": scale.minimum, "highest": scale.maximum}

    def _check(self, stored: Stored) -> None:
        """Hold an answer against the rules for all answers."""
        given = Rating(
            cycle=self.cycle,
            topic=stored["topic"],
            person=self.person,
            vantage=stored["vantage"],
            answer=stored["answer"],
            level=stored["level"],
            confidence=stored["confidence"],
            rationale=stored["rationale"],
        )
        try:
            answering.check_answer(self.edition, given)
        except Unfit as unfit:
            column = unfit.field_name if unfit.field_name in _SAID else "answer"
            raise _Bad(column, unfit.sentence) from unfit


def _is_blank(row: ReadRow) -> bool:
    """Say whether a row holds a question that was left alone."""
    return row.problem is None and not any(row.cells[key] for key in _SAID)


def _nothing(row: ReadRow) -> Stored:
    known = row.cells.get("known", "")
    return {
        "row": row.number,
        "topic": row.cells["code"][:40],
        "answer": "",
        "level": None,
        "confidence": "",
        "vantage": "",
        "rationale": row.cells["rationale"],
        "known": int(known) if known.isascii() and known.isdigit() else None,
        "column": "",
        "problem": "",
    }


# ── taking over ────────────────────────────────────────────────────────────────────


def _rate(cycle_id: int, person: User, row: Stored, *, seen: int, now: datetime) -> int:
    kept = answering.rate(
        cycle_id=cycle_id,
        topic=row["topic"],
        person=person,
        vantage=row["vantage"],
        answer=row["answer"],
        level=row["level"],
        confidence=row["confidence"],
        rationale=row["rationale"],
        now=now,
        seen=seen,
    )
    return kept.id


@transaction.atomic
def _note_down(sheet: AnswerSheet, person: User, written: int, now: datetime) -> None:
    if not written:
        return
    AnswerSheet.objects.filter(pk=sheet.pk).update(applied_at=now)
    journal.record(
        workspace_id=sheet.cycle.workspace_id,
        verb="sheet.applied",
        target=("cycle", sheet.cycle_id),
        by=person,
        at=now,
        detail={"title": sheet.cycle.title, "answers": written},
    )
