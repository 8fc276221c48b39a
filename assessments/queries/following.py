"""What became of the levels that initiatives were expected to change.

A movement after a piece of work is no proof that the work caused it: rows say what
moved, by how much, and how sure that is, never why.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from assessments.models import Cycle, CycleState, Score, ScoreKind, Scoring
from assessments.queries.frameworks import spoken
from assessments.queries.results.comparing import movement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from assessments.models import Expectation, Initiative


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One domain of an initiative: before, expected, and now."""

    edition_key: str
    domain: str
    name: str
    before: Decimal | None
    expected: Decimal
    # The latest cycle since then on the same part and framework; None: not yet.
    cycle_id: int | None
    cycle_title: str
    final: bool  # that cycle is locked
    now: Decimal | None
    coverage: Decimal | None
    change: Decimal | None  # None: one of the two has no level
    uncertainty: Decimal | None  # of the change; None: cannot be told
    standing: str  # waiting | unknown | no_before | same | unsure | up | down
    reached: bool  # the expected level


def follow(
    initiatives: Sequence[Initiative], *, in_cycle: int | None = None
) -> dict[int, tuple[Followed, ...]]:
    """Return what became of each expectation, in the latest cycle or in that one.

    Needs initiatives with `cycle` and `expectations` at hand; asks the same number of
    queries however many there are.
    """
    expected = [one for each in initiatives for one in each.expectations.all()]
    look = _Look(initiatives, {one.edition_key for one in expected}, in_cycle)
    return {
        each.pk: tuple(look.followed(each, one) for one in each.expectations.all())
        for each in initiatives
    }


class _Look:
    """The cycles and scores that expectations are held against."""

    def __init__(
        self,
        initiatives: Sequence[Initiative],
        keys: Iterable[str],
        in_cycle: int | None,
    ) -> None:
        scopes = {_watched(one) for one in initiatives}
        cycles = (
            Cycle.objects.filter(scope__in=scopes, edition__key__in=set(keys))
            .exclude(state=CycleState.DRAFT)
            .select_related("edition")
            .defer("content", "edition__document")
            .order_by("period_end", "pk")
        )
        self.cycles: dict[int, Cycle] = {one.pk: one for one in cycles}
        self.in_cycle = in_cycle
        newest = (
            Scoring.objects.filter(cycle__in=list(self.cycles))
            .order_by()
            .values("cycle")
            .annotate(newest=Max("pk"))
        )
        self.scores: dict[int, dict[str, Score]] = defaultdict(dict)
        for score in Score.objects.filter(
            scoring__in=newest.values("newest"), kind=ScoreKind.DOMAIN
        ).select_related("scoring"):
            self.scores[score.scoring.cycle_id][score.code] = score

    def followed(self, initiative: Initiative, one: Expectation) -> Followed:
        cycle = self._since(initiative, one)
        origin = self.scores.get(initiative.cycle_id or 0, {}).get(one.domain)
        score = self.scores[cycle.pk].get(one.domain) if cycle else None
        now = score.agreed if score else None
        moved = movement(score, origin)
        unsure = moved.uncertainty if moved else None
        change = (
            None if now is None or one.level_before is None else now - one.level_before
        )
        return Followed(
            edition_key=one.edition_key,
            domain=one.domain,
            name=self._name(one),
            before=one.level_before,
            expected=one.level_after,
            cycle_id=cycle.pk if cycle else None,
            cycle_title=cycle.title if cycle else "",
            final=cycle is not None and cycle.state == CycleState.LOCKED,
            now=now,
            coverage=score.agreed_coverage if score else None,
            change=change,
            uncertainty=unsure,
            standing=_standing(cycle, now, change, unsure),
            reached=now is not None and now >= one.level_after,
        )

    def _since(self, initiative: Initiative, one: Expectation) -> Cycle | None:
        """Return the latest scored cycle since the one that asked for the work."""
        origin = initiative.cycle
        begins = origin.period_end if origin else initiative.start_on
        fitting = [
            cycle
            for cycle in self.cycles.values()
            if cycle.scope_id == _watched(initiative)
            and cycle.edition.key == one.edition_key
            and cycle.period_end > begins
            and cycle.pk in self.scores
            and self.in_cycle in (None, cycle.pk)
        ]
        return fitting[-1] if fitting else None

    def _name(self, one: Expectation) -> str:
        for cycle in self.cycles.values():
            if cycle.edition.key == one.edition_key:
                for domain in spoken(sha256=cycle.edition.sha256).domains:
                    if domain.code == one.domain:
                        return domain.name
        return ""


def _watched(initiative: Initiative) -> int:
    """Return the part whose cycles show the change: that of the cycle that asked."""
    cycle = initiative.cycle
    return cycle.scope_id if cycle else initiative.scope_id


def _standing(
    cycle: Cycle | None,
    now: Decimal | None,
    change: Decimal | None,
    unsure: Decimal | None,
) -> str:
    if cycle is None:
        return "waiting"
    if now is None:
        return "unknown"
    if change is None:
        return "no_before"
    if not change:
        return "same"
    if unsure is None or abs(change) < unsure:
        return "unsure"
    return "up" if change > 0 else "down"
