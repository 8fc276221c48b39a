"""What a filled questionnaire would do, held against the answers as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.utils.translation import gettext as _

from assessments.models import Answer, AnswerSheet, Confidence
from assessments.queries import answers
from assessments.queries.frameworks import spoken
from assessments.queries.sheets.words import comparable

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.queries.answers import AnswerRow
    from scoring.rubric import Edition

BAD, SAME, NEW, CHANGE, CONFLICT = "bad", "same", "new", "change", "conflict"


class Stored(TypedDict):
    """A row as it is kept until its answer is taken over."""

    row: int
    topic: str
    answer: str
    level: int | None
    confidence: str
    vantage: str
    rationale: str
    known: int | None  # None: the file does not say what it knew
    column: str  # where the problem is
    problem: str  # empty: the row is good


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer in words."""

    label: str
    confidence: str
    rationale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the file, and what it would do."""

    number: int
    topic: str
    name: str
    state: str  # bad | same | new | change | conflict
    new: Said | None
    old: Said | None
    old_at: datetime | None
    seen: int  # the newest rating that this was held against
    column: str
    problem: str

    @property
    def open(self) -> bool:
        """Whether it says something that is not kept yet."""
        return self.state in (NEW, CHANGE, CONFLICT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A filled questionnaire, before and after its answers are taken over."""

    id: int
    cycle_id: int
    file_name: str
    uploaded_at: datetime
    applied_at: datetime | None
    rows: tuple[Row, ...]

    def of(self, state: str) -> tuple[Row, ...]:
        """Return the rows of one state."""
        return tuple(row for row in self.rows if row.state == state)

    @property
    def bad(self) -> tuple[Row, ...]:
        """Rows that say nothing that can be kept."""
        return self.of(BAD)

    @property
    def same(self) -> tuple[Row, ...]:
        """Rows that say what is kept already."""
        return self.of(SAME)

    @property
    def fresh(self) -> tuple[Row, ...]:
        """Answers to questions that had none."""
        return self.of(NEW)

    @property
    def changes(self) -> tuple[Row, ...]:
        """Other answers than those that the file began with."""
        return self.of(CHANGE)

    @property
    def conflicts(self) -> tuple[Row, ...]:
        """Other answers than those that were given after the file was made."""
        return self.of(CONFLICT)

    @property
    def open(self) -> bool:
        """Whether there is anything to take over."""
        return any(row.open for row in self.rows)


def sheet(*, cycle_id: int, sheet_id: int, person_id: int) -> Sheet | None:
    """Return a person's own filled questionnaire, held against their answers."""
    found = AnswerSheet.objects.filter(
        pk=sheet_id, cycle_id=cycle_id, person_id=person_id
    )
    row = found.select_related("cycle__edition").first()
    if row is None:
        return None
    edition = spoken(sha256=row.cycle.edition.sha256)
    mine = answers.my_answers(cycle_id=cycle_id, person_id=person_id)
    return Sheet(
        id=row.pk,
        cycle_id=cycle_id,
        file_name=row.file_name,
        uploaded_at=row.uploaded_at,
        applied_at=row.applied_at,
        rows=tuple(_row(edition, one, mine.get(one["topic"])) for one in row.rows),
    )


def _row(edition: Edition, one: Stored, last: AnswerRow | None) -> Row:
    state = BAD if one["problem"] else _state(one, last)
    old = last if last and not last.carried_from else None
    return Row(
        number=one["row"],
        topic=one["topic"],
        name=_name(edition, one["topic"]),
        state=state,
        new=None if one["problem"] else _new(one),
        old=_old(old) if old else None,
        old_at=old.rated_at if old else None,
        seen=last.id if last else 0,
        column=one["column"],
        problem=one["problem"],
    )


def _state(one: Stored, last: AnswerRow | None) -> str:
    if last is None or last.carried_from:
        return NEW
    said = (one["answer"], one["level"], one["confidence"], one["rationale"])
    kept = (last.answer, last.level, last.confidence, comparable(last.rationale))
    if said == kept:
        return SAME
    return CHANGE if one["known"] in (None, last.id) else CONFLICT


def _new(one: Stored) -> Said:
    level = one["answer"] == Answer.LEVEL
    return Said(
        label=_("Level %(level)s") % {"level": one["level"]}
        if level
        else str(Answer(one["answer"]).label),
        confidence=str(Confidence(one["confidence"]).label)
        if one["confidence"]
        else "",
        rationale=one["rationale"],
    )


def _old(last: AnswerRow) -> Said:
    return Said(
        label=last.label,
        confidence=last.confidence_label,
        rationale=comparable(last.rationale),
    )


def _name(edition: Edition, topic: str) -> str:
    try:
        return edition.topic(topic).name
    except KeyError:
        return ""
