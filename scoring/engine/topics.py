"""The score of one topic: what people say, what telemetry says, what was decided."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.engine.parts import NOT_APPLICABLE, Part, Parts
from scoring.engine.values import Level, Score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scoring.engine.values import Decision, Rating, Settlement
    from scoring.rubric import Criterion, Scoring
    from scoring.rules import Proposal

# What people are told, in order; every sentence names its column first.
Sentences = list[str]


def declared(ratings: Sequence[Rating], scoring: Scoring) -> tuple[Part, Sentences]:
    """Return what people say: the lower middle of their levels, an answer by somebody.

    Unknown answers lower the coverage; a topic that nobody finds applicable counts for
    nothing.
    """
    if not ratings:
        return Part(), ["Declared: no answer yet."]
    asked = [one for one in ratings if one.answer != "not_applicable"]
    if not asked:
        every = "the one answer" if len(ratings) == 1 else f"all {len(ratings)} answers"
        return NOT_APPLICABLE, [f"Declared: does not apply, according to {every}."]
    known = [one for one in asked if one.level is not None]
    coverage = Fraction(len(known), len(asked))
    silent = _silence(known, asked, coverage, scoring)
    if silent:
        return Part(coverage=coverage), [silent]
    levels = sorted(one.level for one in known if one.level is not None)
    middle = levels[(len(levels) - 1) // 2]
    weights = [
        Fraction(scoring.confidence[one.confidence or "not_stated"]) for one in known
    ]
    part = Part(
        level=Fraction(middle),
        coverage=coverage,
        confidence=sum(weights, Fraction(0)) / len(weights),
    )
    return part, _spread(levels, len(asked), scoring)


def _silence(
    known: Sequence[Rating],
    asked: Sequence[Rating],
    coverage: Fraction,
    scoring: Scoring,
) -> str:
    """Return why no level is shown, or nothing."""
    if not known:
        every = (
            "the one answer is" if len(asked) == 1 else f"all {len(asked)} answers are"
        )
        return f"Declared: no level, {every} unknown."
    if len(known) < scoring.minimum_raters:
        return (
            f"Declared: no level, {len(known)} of {scoring.minimum_raters} people"
            " needed gave one."
        )
    if coverage < Fraction(scoring.minimum_coverage):
        return (
            f"Declared: no level, {len(known)} of {len(asked)} answers name one and"
            f" {percent(scoring.minimum_coverage)} are needed."
        )
    return ""


def _spread(levels: Sequence[Decimal], asked: int, scoring: Scoring) -> Sentences:
    said = []
    if len(levels) == 1:
        said.append("Declared: one person's answer.")
    elif levels[0] == levels[-1]:
        said.append(f"Declared: {len(levels)} people agree.")
    else:
        said.append(
            f"Declared: the lower middle of {len(levels)} answers that go from"
            f" {_said(levels[0])} to {_said(levels[-1])}."
        )
    apart = levels[-1] - levels[0]
    if apart >= scoring.spread_gap:
        said.append(
            f"Declared: the answers lie {_said(apart)} levels apart; settle that by"
            " name and reason, no average hides it."
        )
    if asked > len(levels):
        unknown = asked - len(levels)
        verb = "is" if unknown == 1 else "are"
        said.append(f"Declared: {unknown} of {asked} answers {verb} unknown.")
    return said


def measured(
    criteria: Sequence[Criterion], proposals: Mapping[str, Proposal]
) -> tuple[Part, Sentences]:
    """Return what telemetry says: the lowest proposal that is known."""
    found = {one.code: proposals.get(one.code) for one in criteria}
    applicable = {
        code: one for code, one in found.items() if one is None or one.applicable
    }
    if not criteria:
        return NOT_APPLICABLE, []
    if not applicable:
        return NOT_APPLICABLE, ["Measured: nothing of the sort is delivered here."]
    known = {
        code: one.level
        for code, one in applicable.items()
        if one is not None and one.level is not None
    }
    unknown = [code for code in applicable if code not in known]
    said = [f"Measured: {', '.join(unknown)} unknown."] if unknown else []
    if not known:
        return Part(), said
    lowest = min(known.values())
    each = ", ".join(f"{code} proposes {_said(level)}" for code, level in known.items())
    rule = "; the lowest counts" if len(known) > 1 else ""
    coverage = Fraction(len(known), len(applicable))
    part = Part(level=Fraction(lowest), coverage=coverage)
    return part, [f"Measured: {each}{rule}.", *said]


def agreed(
    criteria: Sequence[Criterion],
    proposals: Mapping[str, Proposal],
    decisions: Mapping[str, Decision],
    settlement: Settlement | None = None,
    *,
    otherwise: Part,
    decided: Decimal,
    on: date,
) -> tuple[Part, Sentences]:
    """Return what counts: what was settled, or the lowest decided level, or the word.

    People who settle a topic have both columns before them; hence theirs is the last
    word, whatever was decided on single criteria. It stands until it is taken back.
    """
    if settlement is not None and settlement.level is not None:
        at, why = _said(settlement.level), _sentence(settlement.reason)
        return _settled(settlement.level, decided), [
            f"Agreed: settled at {at} in calibration: {why}",
            *_given_way(criteria, decisions, on),
        ]
    said: Sentences = []
    levels: list[Decimal] = []
    for criterion in criteria:
        proposal = proposals.get(criterion.code)
        level, sentence = _decided(
            criterion.code, proposal, decisions.get(criterion.code), on
        )
        said += [f"Agreed: {sentence}"] if sentence else []
        levels += [level] if level is not None else []
    if not levels:
        if said:
            said.append("Agreed: the declared level stands.")
        return otherwise, said
    return _settled(min(levels), decided), said


def _settled(level: Decimal, decided: Decimal) -> Part:
    """Return the column of a level that somebody answers for by name."""
    return Part(
        level=Fraction(level), coverage=Fraction(1), confidence=Fraction(decided)
    )


def _given_way(
    criteria: Sequence[Criterion], decisions: Mapping[str, Decision], on: date
) -> Sentences:
    """Return which decisions a settlement stands above, if there are any."""
    found = [
        one.code
        for one in criteria
        if one.code in decisions and not decisions[one.code].expired(on)
    ]
    if not found:
        return []
    return [f"Agreed: what was decided on {', '.join(found)} gives way to that."]


def _decided(
    code: str, proposal: Proposal | None, decision: Decision | None, on: date
) -> tuple[Decimal | None, str]:
    """Return the level that a decision sets, if it sets one, and what to say of it."""
    proposed = proposal.level if proposal else None
    if decision is None:
        if proposed is None:
            return None, ""
        return None, f"nobody has decided on {code} yet."
    if decision.expired(on):
        return None, (
            f"the {decision.verb} of {code} expired on {decision.expires_on} and counts"
            " no more."
        )
    if decision.verb == "dispute":
        return None, f"the proposal of {code} is disputed."
    level = proposed if decision.level is None else decision.level
    if level is None:
        return None, f"{code} was accepted, but nothing is proposed."
    if decision.verb == "override":
        until = f" until {decision.expires_on}" if decision.expires_on else ""
        return level, f"{code} is overridden to {_said(level)}{until}."
    now = ""
    if proposed is not None and proposed != level:
        now = f"; the proposal has since moved to {_said(proposed)}"
    return level, f"{code} was accepted at {_said(level)}{now}."


def discussion(parts: Parts, gap: Decimal) -> Sentences:
    """Return the sentence that opens a discussion, if the columns lie apart."""
    said, seen = parts.declared.level, parts.measured.level
    if said is None or seen is None or abs(said - seen) < Fraction(gap):
        return []
    way = "higher" if said > seen else "lower"
    apart = f"{float(abs(said - seen)):.3g}"
    levels = "level" if apart == "1" else "levels"
    return [f"Declared is {way} than measured by {apart} {levels}."]


def topic_score(
    code: str,
    parts: Parts,
    ratings: Sequence[Rating],
    *,
    step: Decimal,
    because: Sentences,
) -> Score:
    """Return the row of a topic."""
    levels = [one.level for one in ratings if one.level is not None]
    return Score(
        kind=Level.TOPIC,
        code=code,
        declared=parts.declared.column(step),
        measured=parts.measured.column(step),
        agreed=parts.agreed.column(step),
        lowest=_shown(min(levels, default=None)),
        highest=_shown(max(levels, default=None)),
        raters=len(levels),
        because=tuple(because),
    )


def percent(share: Decimal) -> str:
    """Return a share in words."""
    return f"{float(share) * 100:.3g} percent"


def _sentence(text: str) -> str:
    """Return what somebody wrote as one line that ends like a sentence."""
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?")) else f"{line}."


def _said(level: Decimal) -> str:
    """Return a level in a sentence, the same for 2 and 2.0."""
    return f"{level.normalize():f}"


def _shown(level: Decimal | None) -> Decimal | None:
    return None if level is None else level.quantize(Decimal("0.1"))
