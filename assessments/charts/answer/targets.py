"""What lies furthest from its target, and where people and telemetry differ. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assessments.queries.results import CriterionRow, DomainRow, Results, TopicRow

_MOST = 3
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a topic stands in the edition's words, and what comes next."""

    topic: TopicRow
    now: str
    next_level: int
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A domain below its target, with the topics that hold it back most."""

    row: DomainRow
    held_back: tuple[TopicRow, ...]

    @property
    def steps(self) -> list[Step]:
        """What the level above asks for, topic by topic, where the edition says it."""
        return [step for topic in self.held_back if (step := _step(topic))]


def in_full(results: Results) -> list[Gap]:
    """Return every gap with its lowest topics below the target."""
    return [Gap(row=row, held_back=_held_back(row)) for row in by_gap(results.domains)]


def by_gap(domains: Iterable[DomainRow]) -> list[DomainRow]:
    """Return the domains below their targets, the furthest first."""
    short = [one for one in domains if one.short and not one.left_out]
    return sorted(short, key=_shortest)


def _shortest(domain: DomainRow) -> Decimal:
    return -domain.short


def furthest(domains: Iterable[DomainRow]) -> list[DomainRow]:
    """Return the first few below their targets, and whoever is just as far below."""
    short = by_gap(domains)
    return [one for one in short if one.short >= short[:_MOST][-1].short]


def reached(results: Results) -> str:
    """Say how many targets are reached; of what is not known, nothing is said."""
    aimed = [row for row in results.domains if row.target is not None]
    aimed = [row for row in aimed if not row.left_out]
    if not aimed:
        return ""
    there = sum(row.gap is not None and row.gap <= 0 for row in aimed)
    blind = sum(row.gap is None for row in aimed)
    said = ngettext(
        "%(there)s of %(count)s target is reached.",
        "%(there)s of %(count)s targets are reached.",
        len(aimed),
    ) % {"there": there, "count": len(aimed)}
    if not blind:
        return said
    untold = ngettext(
        "%(count)s cannot be told: its level is not known.",
        "%(count)s cannot be told: their levels are not known.",
        blind,
    ) % {"count": blind}
    return f"{said} {untold}"


def gaps(domains: Sequence[DomainRow]) -> str:
    """Name the domains that are furthest from their targets."""
    aimed = [one for one in domains if one.target is not None and not one.left_out]
    if not aimed:
        return _("No targets are set, so no gap can be named.")
    short = by_gap(aimed)
    unknown = sum(one.gap is None for one in aimed)
    silent = (
        ngettext(
            "%(count)s domain with a target has no level yet.",
            "%(count)s domains with a target have no level yet.",
            unknown,
        )
        % {"count": unknown}
        if unknown
        else ""
    )
    if not short:
        reached = _("Every target whose level is known is reached.")
        return f"{reached} {silent}".strip() if unknown < len(aimed) else silent
    named = _listed(
        [
            _("%(domain)s (%(gap)s below its target of %(target)s)")
            % {
                "domain": _titled(one),
                "gap": words.level(one.short),
                "target": words.level(one.target),
            }
            for one in short[:_MOST]
        ]
    )
    said = [_("Furthest from target: %(domains)s.") % {"domains": named}]
    # Whoever is left out for want of room is no nearer: readers are told.
    if alike := furthest(aimed)[_MOST:]:
        codes = _listed([one.code for one in alike])
        said.append(_("Just as far: %(domains)s.") % {"domains": codes})
    return " ".join([*said, silent]).strip()


def disagreements(results: Results) -> str:
    """Name the domains of which people and telemetry tell most differently."""
    both = [
        (one, abs(one.disagreement))
        for one in results.domains
        if one.disagreement is not None
    ]
    if not both:
        if results.measured_anything:
            return _(
                "Telemetry measures too little yet to stand beside what people say"
                " of a whole domain."
            )
        return _("Nothing is measured yet: every level here is what people say.")
    gap = results.thresholds.discussion_gap
    apart = sorted((pair for pair in both if pair[1] >= gap), key=_by_size)
    if not apart:
        return _(
            "Where a domain is measured, people and telemetry lie less than %(gap)s"
            " apart."
        ) % {"gap": words.level(gap)}
    named = _listed(
        [
            _("%(domain)s (declared %(declared)s, measured %(measured)s)")
            % {
                "domain": _titled(one),
                "declared": words.level(one.declared.level),
                "measured": words.level(one.measured.level),
            }
            for one, _size in apart[:_MOST]
        ]
    )
    said = _("People and telemetry disagree most on %(domains)s.") % {"domains": named}
    alike = [one.code for one, size in apart[_MOST:] if size == apart[_MOST - 1][1]]
    if not alike:
        return said
    return f"{said} " + _("Just as much: %(domains)s.") % {"domains": _listed(alike)}


def _by_size(pair: tuple[DomainRow, Decimal]) -> Decimal:
    return -pair[1]


def apart(results: Results) -> list[CriterionRow]:
    """Return the criteria worth speaking of, those furthest apart first."""
    rows = [
        row
        for row in results.criteria
        if row.disagreement is not None
        and abs(row.disagreement) >= results.thresholds.discussion_gap
    ]
    return sorted(rows, key=lambda row: -abs(row.disagreement or _ZERO))


def _held_back(row: DomainRow) -> tuple[TopicRow, ...]:
    target = row.target or _ZERO
    below = [
        (level, place, topic)
        for place, topic in enumerate(row.topics)
        if (level := topic.agreed.level) is not None and level < target
    ]
    return tuple(topic for _level, _place, topic in sorted(below, key=_by_level))[:3]


def _step(topic: TopicRow) -> Step | None:
    level = int(topic.agreed.level or _ZERO)
    if level + 1 not in topic.levels:
        return None
    return Step(
        topic=topic,
        now=topic.levels.get(level, ""),
        next_level=level + 1,
        next=topic.levels[level + 1],
    )


def _by_level(found: tuple[Decimal, int, TopicRow]) -> tuple[Decimal, int]:
    return found[:2]


def _titled(domain: DomainRow) -> str:
    return f"{domain.code} {domain.name}"


def _listed(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s and %(last)s") % {
        "first": ", ".join(parts[:-1]),
        "last": parts[-1],
    }
