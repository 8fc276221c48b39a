"""The words of a questionnaire: written in the reader's language, read in any."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Answer, Confidence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMAT = "compel-questionnaire/1"
# Without one of these a table is no questionnaire.
REQUIRED = ("code", "answer", "confidence", "rationale")
# What no cell of a workbook holds, and what nobody means to write.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# "3", "3.0" and "3 Defined" are level 3; "3.5" is none.
_LEVEL = re.compile(r"(\d{1,2})(?:[.,]0+)?(?![.,]?\d)(?:\W.*)?$", re.DOTALL)
_NO_CELLS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """For which cycle, edition and person a file was made; 0: for anybody."""

    cycle_id: int
    edition_sha256: str
    person_id: int
    person_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """One row of a file, as text by column; or why a cell of it cannot be read."""

    number: int
    cells: Mapping[str, str] = field(default_factory=lambda: _NO_CELLS)
    problem: tuple[str, str] | None = None  # column, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A file, read. Whether it fits a cycle is not known yet."""

    identity: Identity | None  # None: the file says nothing of where it comes from
    rows: tuple[ReadRow, ...]


def headings() -> dict[str, str]:
    """Return the columns by their keys, named in the reader's language."""
    return {
        "domain": _("Domain"),
        "code": _("Code"),
        "question": _("Question"),
        "answer": _("Your answer"),
        "confidence": _("How sure you are"),
        "rationale": _("What you have seen"),
        "known": _("Answer at download"),
    }


def answer_words() -> dict[str, str]:
    """Return the answers without a level, in the reader's language."""
    absent = (Answer.UNKNOWN, Answer.NOT_APPLICABLE)
    return {one.value: str(one.label) for one in absent}


def confidence_words() -> dict[str, str]:
    """Return the degrees of confidence, in the reader's language."""
    return {one.value: str(one.label) for one in Confidence}


def column_of(heading: str) -> str | None:
    """Return the key of a column by its heading, in whatever language it is."""
    return _column_names().get(_folded(heading))


def read_answer(text: str) -> tuple[str, int | None] | None:
    """Return an answer and its level; None: the text says neither."""
    absent = _absences().get(_folded(text))
    if absent is not None:
        return absent, None
    level = _LEVEL.match(text.strip())
    return (Answer.LEVEL.value, int(level[1])) if level else None


def read_confidence(text: str) -> str | None:
    """Return a degree of confidence, empty for an empty text; None: it is none."""
    return _degrees().get(_folded(text)) if text.strip() else ""


def comparable(text: str) -> str:
    """Return a text as a file keeps it: plain line ends, no control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


@cache
def _column_names() -> dict[str, str]:
    return _in_every_language(headings)


@cache
def _absences() -> dict[str, str]:
    return _in_every_language(answer_words)


@cache
def _degrees() -> dict[str, str]:
    return _in_every_language(confidence_words)


def _in_every_language(words: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Return the keys by what they are called in each language, and by themselves."""
    found = {_folded(key): key for key in words()}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {_folded(word): key for key, word in words().items()}
    return found


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())
