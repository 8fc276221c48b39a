"""Verifying a sealed cycle from its exported file alone: no database, no network.

The hash is held against the text, the edition against the hash in the text, and all
that was proposed and scored is computed again from what people said and what was
measured. Whoever rewrites a file with everything that follows from it, hash included,
makes another sealed cycle: what tells the two apart is the SHA-256, noted elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from scoring import engine, rubric, rules
from scoring.events import Lane, Window
from scoring.metrics import Known, Measurement, Unit
from scoring.sealing import EXPORT, FORMATS, canonical, digest, signed_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.events import Json
    from scoring.rubric import Edition
    from scoring.verifying_shapes import (
        Content,
        Decided,
        Measured,
        Rated,
        Row,
        Settled,
    )

    R = TypeVar("R", bound=Row)

_KEYS = {"format", "content", "sha256", "edition"}
_MALFORMED = (
    AttributeError,
    ArithmeticError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    rubric.Defects,
)


class NotSealed(Exception):
    """A file is not the export of a sealed cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of verifying: no difference means that the cycle holds."""

    sha256: str
    facts: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything is as it was sealed."""
        return not self.differences


def read(text: str) -> dict[str, Json]:
    """Return the exported document in a text, or refuse it."""
    try:
        found = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_such_number
        )
    except (ValueError, RecursionError) as error:
        raise NotSealed(f"it is not JSON: {error}") from None
    if not isinstance(found, dict) or found.get("format") != EXPORT:
        raise NotSealed(f"it is not of the format {EXPORT}.")
    return found


def verify(document: Mapping[str, Json], *, expected: str = "") -> Verdict:
    """Hold an exported document against itself, and against a hash noted elsewhere."""
    content = document.get("content")
    text = content if isinstance(content, str) else ""
    sha256 = digest(text)
    differences = list(_of_envelope(document, sha256, expected))
    facts: list[str] = []
    try:
        plain = json.loads(text)
        facts = list(_facts(plain))
        differences += _of_content(plain, text, document["edition"])
    except _MALFORMED as error:
        differences.append(f"content: it cannot be computed again: {error}")
    return Verdict(sha256=sha256, facts=tuple(facts), differences=tuple(differences))


def _once(pairs: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object names a key twice")
    return found


def _no_such_number(name: str) -> Json:
    raise ValueError(f"{name} is no number")


def _of_envelope(
    document: Mapping[str, Json], sha256: str, expected: str
) -> Iterator[str]:
    if set(document) != _KEYS:
        yield f"file: it has {', '.join(sorted(document))} instead of what is exported."
    if document.get("sha256") != sha256:
        yield f"content: its SHA-256 is {sha256}, not the one that the file names."
    if expected and expected.lower() != sha256:
        yield f"content: its SHA-256 is {sha256}, not the one that was expected."


def _facts(plain: Content) -> Iterator[str]:
    cycle, edition = plain["cycle"], plain["edition"]
    yield f"cycle {cycle['id']}: {cycle['title']}"
    yield f"period: {plain['period']['start']} to {plain['period']['end']}"
    yield f"edition: {edition['key']} {edition['version']}"
    yield f"locked: {cycle['locked_at']} by person {cycle['locked_by']}"
    for one in plain.get("signatures", ()):
        yield f"signed: {one['signed_at']} by person {one['person']}"
    revised = plain.get("revises")
    if revised:
        yield f"revises: cycle {revised['cycle']}, {revised['sha256']}"


def _of_content(plain: Content, text: str, document: Json) -> Iterator[str]:
    if canonical(json.loads(text)) != text:
        yield "content: it is not in its canonical form."
    if plain["format"] not in FORMATS:
        yield f"content: the format {plain['format']} is not known here."
        return
    if not isinstance(document, dict):
        yield "edition: it is none."
        return
    found = rubric.digest(document)
    if found != plain["edition"]["sha256"]:
        yield f"edition: its SHA-256 is {found}, not the one that was sealed."
    edition = rubric.parse(document)
    if (edition.key, edition.version) != (
        plain["edition"]["key"],
        plain["edition"]["version"],
    ):
        yield "edition: it is another one than was sealed."
    yield from _of_scores(plain, edition)
    if plain["format"] != FORMATS[0]:
        yield from _of_signatures(plain, digest(signed_part(json.loads(text))))


def _of_signatures(plain: Content, sha256: str) -> Iterator[str]:
    """Say whether too few people signed this, or not the one who locked it."""
    people = {one["person"] for one in plain["signatures"] if one["sha256"] == sha256}
    if len(people) < plain["signatures_needed"]:
        yield (
            f"signatures: {len(people)} of {plain['signatures_needed']} hold for this"
            " content."
        )
    if plain["cycle"]["locked_by"] not in people:
        yield "signatures: who locked it has not signed it."


# ── computed again ─────────────────────────────────────────────────────────────────


def _of_scores(plain: Content, edition: Edition) -> Iterator[str]:
    on = datetime.fromisoformat(plain["scored"]["on"]).astimezone(UTC).date()
    measured = [(one["criterion"], _measurement(one)) for one in plain["measurements"]]
    proposals = [
        rules.propose(
            criterion,
            {one.metric: one for code, one in measured if code == criterion.code},
        )
        for domain in edition.domains
        if domain.code not in plain["left_out"]
        for criterion in domain.criteria
    ]
    yield from _differing(
        "proposal",
        [(str(one["criterion"]), one) for one in plain["proposals"]],
        [(one.criterion, _proposal(one)) for one in proposals],
    )
    scores = engine.score(
        edition,
        [_rating(one) for one in _newest(plain["ratings"], "topic", "person")],
        proposals,
        [_decision(one) for one in _newest(plain["decisions"], "criterion")],
        [_settlement(one) for one in _newest(plain.get("settlements", []), "topic")],
        left_out=plain["left_out"],
        on=on,
    )
    if digest(engine.canonical(scores)) != plain["scored"]["card_sha256"]:
        yield "scores: computed again, their card has another SHA-256."
    yield from _differing(
        "score",
        [(f"{one['kind']} {one['code']}", one) for one in plain["scores"]],
        [(f"{one.kind} {one.code}", _score(one)) for one in scores],
    )
    yield from _of_last(plain)


def _of_last(plain: Content) -> Iterator[str]:
    """Say whether the scoring saw something else than the last of each kind."""
    scored = plain["scored"]
    for section, seen, rows in (
        ("ratings", scored["last_rating"], plain["ratings"]),
        ("decisions", scored["last_decision"], plain["decisions"]),
        # The first format knew of none.
        ("settlements", scored.get("last_settlement", 0), plain.get("settlements", [])),
    ):
        last = max((one["id"] for one in rows), default=0)
        if seen != last:
            yield f"{section}: the last one is {last}, which was not scored."


def _differing(
    what: str,
    sealed: Sequence[tuple[str, Json]],
    again: Sequence[tuple[str, Json]],
) -> Iterator[str]:
    before, after = dict(sealed), dict(again)
    if len(before) != len(sealed):
        yield f"{what}: one is there twice."
    for name in sorted(before.keys() | after.keys()):
        if canonical(before.get(name)) != canonical(after.get(name)):
            yield f"{what} {name}: computed again it is not what was sealed."


def _newest(rows: Sequence[R], *names: str) -> list[R]:
    key = itemgetter(*names)
    return list({key(one): one for one in sorted(rows, key=itemgetter("id"))}.values())


def _rating(one: Rated) -> engine.Rating:
    return engine.Rating(
        topic=one["topic"],
        person=str(one["person"]),
        vantage=one["vantage"],
        answer=one["answer"],
        level=_decimal(one["level"]),
        confidence=one["confidence"],
    )


def _decision(one: Decided) -> engine.Decision:
    ends = one["expires_on"]
    return engine.Decision(
        criterion=one["criterion"],
        verb=one["verb"],
        level=_decimal(one["level"]),
        reason=one["reason"],
        expires_on=None if ends is None else date.fromisoformat(ends),
    )


def _settlement(one: Settled) -> engine.Settlement:
    return engine.Settlement(
        topic=one["topic"], level=_decimal(one["level"]), reason=one["reason"]
    )


def _measurement(one: Measured) -> Measurement:
    start, end = one["window"]
    return Measurement(
        metric=one["metric"],
        lane=Lane(one["lane"]),
        window=Window(datetime.fromisoformat(start), datetime.fromisoformat(end)),
        known=Known(one["status"]),
        unit=Unit(one["unit"]),
        value=one["value"],
        low=one["low"],
        high=one["high"],
        n=one["n"],
        coverage=one["coverage"],
        provisional=one["provisional"],
        detail=one["detail"],
        because=one["because"],
    )


def _proposal(one: rules.Proposal) -> Json:
    return {
        "criterion": one.criterion,
        "topic": one.topic,
        "level": None if one.level is None else f"{one.level:.1f}",
        "because": list(one.because),
        "applicable": one.applicable,
    }


def _score(one: engine.Score) -> Json:
    return {
        "kind": one.kind.value,
        "code": one.code,
        "declared": [
            _text(one.declared.level),
            _text(one.declared.coverage),
            _text(one.declared.confidence),
        ],
        "measured": [_text(one.measured.level), _text(one.measured.coverage)],
        "agreed": [
            _text(one.agreed.level),
            _text(one.agreed.coverage),
            _text(one.agreed.confidence),
        ],
        "lowest": _text(one.lowest),
        "highest": _text(one.highest),
        "raters": one.raters,
        "because": list(one.because),
    }


def _decimal(value: int | str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
