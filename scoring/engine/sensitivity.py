"""Sensitivity: how far levels move within the intervals of what was measured.

Every measurement is put to the worse end of its 95 % interval, all at once, and then to
the better end; levels are proposed and scored anew each time. That all ends come
together is less likely than that each does, so a span is wide rather than narrow: a
level that holds at both ends stands firm, one that does not stands on a thin edge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scoring import rules
from scoring.engine.scoring import score
from scoring.metrics import End, at_end

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from scoring.engine.values import Decision, Level, Rating, Settlement
    from scoring.metrics import Measurement
    from scoring.rubric import Edition


@dataclass(frozen=True, slots=True)
class Span:
    """A level at the worse and at the better end of all intervals; None is no level."""

    worst: Decimal | None
    best: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """The spans of proposals by criterion, and of scores by kind and code."""

    proposals: Mapping[str, Span]
    measured: Mapping[tuple[Level, str], Span]
    agreed: Mapping[tuple[Level, str], Span]


def propose_all(
    edition: Edition,
    measured: Mapping[tuple[str, str], Measurement],
    *,
    left_out: Collection[str] = (),
) -> tuple[rules.Proposal, ...]:
    """Propose a level for every criterion; `measured` is keyed by criterion and metric.

    Domains in `left_out` have no proposals.
    """
    return tuple(
        rules.propose(
            criterion,
            {
                metric: measured[criterion.code, metric]
                for metric in criterion.metrics
                if (criterion.code, metric) in measured
            },
        )
        for domain in edition.domains
        if domain.code not in left_out
        for criterion in domain.criteria
    )


def sensitivity(
    edition: Edition,
    ratings: Sequence[Rating],
    measured: Mapping[tuple[str, str], Measurement],
    proposals: Iterable[rules.Proposal],
    decisions: Iterable[Decision],
    settlements: Sequence[Settlement] = (),
    *,
    left_out: Collection[str] = (),
    on: date,
) -> Sensitivity:
    """Return how far proposals and scores move.

    The arguments are those of `score`, and what the proposals were made from.
    A decision that accepts what is proposed moves with the proposal. Overrides,
    settlements and what was accepted of an earlier proposal stay where they are.
    """
    now = {one.criterion: one for one in proposals}
    decided = tuple(decisions)
    ends = {}
    for end in End:
        moved = propose_all(
            edition,
            {key: at_end(one, end) for key, one in measured.items()},
            left_out=left_out,
        )
        levels = {one.criterion: one.level for one in moved}
        following = [_following(one, now, levels) for one in decided]
        scores = score(
            edition,
            ratings,
            moved,
            following,
            settlements,
            left_out=left_out,
            on=on,
        )
        ends[end] = levels, {(one.kind, one.code): one for one in scores}
    (worst, scored_worst), (best, scored_best) = ends[End.WORST], ends[End.BEST]
    return Sensitivity(
        proposals={code: Span(worst[code], best[code]) for code in worst},
        measured={
            key: Span(low.measured.level, scored_best[key].measured.level)
            for key, low in scored_worst.items()
        },
        agreed={
            key: Span(low.agreed.level, scored_best[key].agreed.level)
            for key, low in scored_worst.items()
        },
    )


def _following(
    decision: Decision,
    now: Mapping[str, rules.Proposal],
    levels: Mapping[str, Decimal | None],
) -> Decision:
    proposal = now.get(decision.criterion)
    if (
        decision.verb != "accept"
        or proposal is None
        or proposal.level != decision.level
        or levels.get(decision.criterion) is None
    ):
        return decision
    return replace(decision, level=levels[decision.criterion])
