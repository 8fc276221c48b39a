"""From plain data to what an edition says around its questions."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from scoring.rubric import translating
from scoring.rubric.context import (
    EvidenceStandard,
    Fact,
    Gate,
    GateCriterion,
    Prerequisite,
    RationaleRule,
    Relation,
)

if TYPE_CHECKING:
    from scoring.rubric.edition import Scale
    from scoring.rubric.reader import Reader

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_ANSWERS = ("unknown", "not_applicable")


def fact(row: Reader) -> Fact:
    """Read a fact of a domain or topic."""
    read = Fact(label=row.text("label"), items=row.texts("items", required=True))
    row.done()
    return read


def prerequisite(row: Reader, *, scale: Scale) -> Prerequisite:
    """Read what a domain rests on."""
    read = Prerequisite(
        from_level=_level(row, "from_level", scale),
        domain=row.text("domain"),
        level=_level(row, "level", scale),
        why=row.text("why", ""),
        source=row.texts("source", required=True),
    )
    row.done()
    return read


def gate(row: Reader) -> Gate:
    """Read a gate with its criteria."""
    read = Gate(
        code=row.code(),
        opens=row.text("opens"),
        name=row.text("name"),
        purpose=row.text("purpose", ""),
        criteria=tuple(map(_criterion, row.rows("criteria", required=True))),
        source=row.texts("source", required=True),
    )
    row.done()
    return read


def relation(row: Reader, *, scale: Scale) -> Relation:
    """Read how a part relates to another edition."""
    read = Relation(
        of=row.text("of", ""),
        level=_level(row, "level", scale) if row.has("level") else None,
        edition=row.text("edition"),
        to=row.text("to"),
        low=row.number("low", least=Decimal(0)) if row.has("low") else None,
        high=row.number("high", least=Decimal(0)) if row.has("high") else None,
        text=row.text("text", ""),
        indicative=row.flag("indicative", default=True),
        source=row.texts("source", required=True),
    )
    row.done()
    if (read.low is None) is not (read.high is None):
        row.note("low", "and `high` stand together or not at all")
    elif read.low is not None and read.high is not None and read.low > read.high:
        row.note("low", f"must not be above `high`, which is {read.high}")
    return read


def rationale_required(row: Reader, *, scale: Scale) -> RationaleRule:
    """Read which answers need a reason."""
    read = RationaleRule(
        from_level=_level(row, "from_level", scale) if row.has("from_level") else None,
        answers=row.texts("answers"),
    )
    row.done()
    for answer in read.answers:
        if answer not in _ANSWERS:
            row.note("answers", f"`{answer}` is not one of {', '.join(_ANSWERS)}")
    return read


def evidence_standard(row: Reader) -> EvidenceStandard:
    """Read how much a domain needs before its level is trusted."""
    read = EvidenceStandard(
        sources=row.whole("sources", 0, least=0),
        vantage_points=row.whole("vantage_points", 0, least=0),
    )
    row.done()
    return read


def translations(root: Reader) -> dict[str, dict[str, str]]:
    """Read the texts of every further language, by address."""
    if not root.has("translations"):
        root.raw("translations")
        return {}
    found: dict[str, dict[str, str]] = {}
    for language, tree in root.keyed("translations").items():
        if not _LANGUAGE.fullmatch(language):
            root.note("translations", f"`{language}` is no language, such as de or fr")
            continue
        at = f"translations.{language}"
        if not isinstance(tree, dict):
            root.note(at, "must be a mapping of codes and fields to texts")
            continue
        words = found.setdefault(language, {})
        for address, text in translating.flat(tree):
            if isinstance(text, str) and text.strip():
                words[address] = text.strip()
            else:
                root.note(f"{at}.{address}", "needs a text")
    return found


def _criterion(row: Reader) -> GateCriterion:
    read = GateCriterion(
        code=row.code(),
        text=row.text("text"),
        evidence=row.texts("evidence"),
        source=row.texts("source", required=True),
    )
    row.done()
    return read


def _level(row: Reader, field: str, scale: Scale) -> int:
    level = row.whole(field, least=0)
    if row.has(field) and level not in scale.span:
        row.note(field, f"{level} is not a level of the scale")
    return level
