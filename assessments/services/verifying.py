"""Verifying: the stored scores of a cycle computed again from its stored inputs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments import models
from assessments.models import CycleState
from assessments.queries import journal
from assessments.services import computing, contents
from assessments.services.rescoring import day_of
from scoring import engine, rubric

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.events import Json


# What held when a cycle was sealed, and is in its content alone.
_SEALING = ("signatures_needed", "journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What came of computing a cycle again: no difference means that it holds."""

    cycle_id: int
    title: str
    locked: bool
    scoring_id: int | None
    card_sha256: str
    content_sha256: str
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything came out the same, byte for byte."""
        return not self.differences


def verify(*, cycle_id: int) -> Verification:
    """Compute the newest scoring of a cycle again and compare every byte."""
    cycle = models.Cycle.objects.select_related("edition").get(pk=cycle_id)
    scoring = cycle.scorings.order_by("-pk").first()
    return Verification(
        cycle_id=cycle.pk,
        title=cycle.title,
        locked=cycle.state == CycleState.LOCKED,
        scoring_id=scoring.pk if scoring else None,
        card_sha256=scoring.card_sha256 if scoring else "",
        content_sha256=cycle.content_sha256,
        differences=tuple(_differences(cycle, scoring)),
    )


def cycle_ids() -> list[int]:
    """Return every cycle that can be verified, oldest first."""
    scored = Q(pk__in=models.Scoring.objects.values("cycle_id"))
    cycles = models.Cycle.objects.filter(scored | Q(state=CycleState.LOCKED))
    return list(cycles.order_by("pk").values_list("pk", flat=True))


def _differences(cycle: models.Cycle, scoring: models.Scoring | None) -> Iterator[str]:
    found = rubric.digest(cycle.edition.document)
    if found != cycle.edition.sha256:
        yield f"edition: its document has the SHA-256 {found}, not the stored one."
    if scoring is None:
        if cycle.state == CycleState.LOCKED:
            yield "scoring: the locked cycle has none."
        return
    yield from _of_scoring(cycle, scoring)
    if cycle.state == CycleState.LOCKED:
        yield from _of_content(cycle, scoring)


def _of_scoring(cycle: models.Cycle, scoring: models.Scoring) -> Iterator[str]:
    measured = computing.stored_measurements(scoring.measurements.order_by("pk"))
    try:
        again = computing.compute(
            edition=rubric.parse(cycle.edition.document),
            left_out=cycle.left_out,
            given=computing.inputs(
                cycle_id=cycle.pk,
                as_of=(
                    scoring.last_rating,
                    scoring.last_decision,
                    scoring.last_settlement,
                ),
            ),
            measured=measured,
            on=day_of(scoring.made_at),
        )
    except (rubric.Defects, ValueError) as error:
        yield f"inputs: they can no longer be computed: {error}"
        return
    if again.card_sha256 != scoring.card_sha256:
        yield f"card: computed again its SHA-256 is {again.card_sha256}."
    if again.card != scoring.card:
        yield from _cards("card", scoring.card, again.card)
    # The rows that pages read, held against what was computed.
    rows = engine.canonical(computing.stored_scores(scoring.scores.order_by("pk")))
    if rows != again.card:
        yield from _cards("score row", rows, again.card)
    yield from _proposals(scoring, again)


def _proposals(scoring: models.Scoring, again: computing.Outcome) -> Iterator[str]:
    stored = {row.criterion: row for row in scoring.proposals.order_by("pk")}
    for one in again.proposals:
        row = stored.pop(one.criterion, None)
        if row is None:
            yield f"proposal {one.criterion}: it is missing."
        elif (row.topic, row.level, tuple(row.because), row.applicable) != (
            one.topic,
            one.level,
            one.because,
            one.applicable,
        ):
            yield (
                f"proposal {one.criterion}: stored {row.level},"
                f" computed again {one.level}."
            )
    for criterion in stored:
        yield f"proposal {criterion}: nothing proposes it."


def _cards(what: str, stored: str, again: str) -> Iterator[str]:
    """Say which scores differ between two cards."""
    before, after = _by_code(stored), _by_code(again)
    if before is None or after is None:
        yield f"{what}: it is not a card."
        return
    named = False
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            named = True
            yield (
                f"{what} {' '.join(key)}: stored {_short(before.get(key))},"
                f" computed again {_short(after.get(key))}."
            )
    if not named:
        yield f"{what}: the same scores in other bytes."


def _by_code(card: str) -> Mapping[tuple[str, str], dict[str, Json]] | None:
    try:
        return {(one["kind"], one["code"]): one for one in json.loads(card)}
    except (ValueError, TypeError, KeyError):
        return None


def _short(one: dict[str, Json] | None) -> str:
    return "nothing" if one is None else contents.canonical(one)


def _of_content(cycle: models.Cycle, scoring: models.Scoring) -> Iterator[str]:
    if contents.digest(cycle.content) != cycle.content_sha256:
        yield "content: the stored text does not have the stored SHA-256."
    try:
        then = json.loads(cycle.content)
        layout = then["format"]
    except (ValueError, TypeError, KeyError):
        yield "content: the stored text is not the content of a cycle."
        return
    now = contents.content(
        cycle=cycle,
        scoring_id=scoring.pk,
        layout=layout,
        sealing={key: then[key] for key in _SEALING if key in then},
    )
    if now != cycle.content:
        today = json.loads(now)
        for key in sorted(then.keys() | today.keys()):
            if then.get(key) != today.get(key):
                yield f"content, {key}: the rows are not what was locked."
    if layout != contents.FIRST:
        yield from _of_signatures(cycle, scoring, then)
        yield from journal.missing(
            workspace_id=cycle.workspace_id, noted=then.get("journal")
        )


def _of_signatures(
    cycle: models.Cycle, scoring: models.Scoring, then: dict[str, Json]
) -> Iterator[str]:
    """Say whether too few people signed what was locked."""
    sha256 = contents.signable(cycle=cycle, scoring_id=scoring.pk)
    signed = cycle.signatures.filter(sha256=sha256).values("person").distinct().count()
    needed = then.get("signatures_needed")
    if not isinstance(needed, int) or signed < needed:
        yield f"signatures: {signed} of {needed} hold for what was locked."
