"""What a level rests on, in words: a flag that moves no score. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.queries.results import DomainRow, Foundation


def flags(row: DomainRow) -> Iterator[tuple[Foundation, str]]:
    """Yield what is weaker than the level of a domain asks for, or not known."""
    for one in row.foundations:
        if one.standing != "firm":
            yield one, _flag(row, one)


def _flag(row: DomainRow, one: Foundation) -> str:
    said = {
        "code": row.code,
        "level": words.level(row.agreed.level),
        "other": one.code,
        "there": words.level(one.level),
        "needed": one.needed,
    }
    if one.standing == "unknown":
        told = _(
            "%(code)s at %(level)s rests on %(other)s, whose level is not known"
            " (asked: %(needed)s)"
        )
    else:
        told = _(
            "%(code)s at %(level)s rests on %(other)s at %(there)s (asked: %(needed)s)"
        )
    return told % said
