"""Plans of cycles: what a draft has to hold, and what it may not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.models import Cycle, CycleState, Edition, EditionState, Rhythm, Scope
from assessments.queries.frameworks import framework
from assessments.services.refusals import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scoring.rubric import Edition as Framework

_LONGEST_TITLE = 160
_LONGEST_REST = 90
# Windows reach back from a period: outside of these years they cannot be counted.
_YEARS = range(1970, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a cycle is to be, apart from where; by domain code where it differs."""

    edition_id: int
    title: str
    period_start: date
    period_end: date
    due_on: date | None = None
    targets: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    rescoring: str = Rhythm.NEVER
    unanchored: bool = False
    remind_every_days: int | None = None


class Changes(TypedDict, total=False):
    """Parts of a plan that are to be different; the others stay."""

    edition_id: int
    title: str
    period_start: date
    period_end: date
    due_on: date | None
    targets: Mapping[str, str]
    left_out: Mapping[str, str]
    rescoring: str
    unanchored: bool
    remind_every_days: int | None


def changed(workspace_id: int, plan: Plan, changes: Changes) -> Plan:
    """Return a plan with changes; what another edition does not have is dropped."""
    wanted = replace(plan, **changes)
    if wanted.edition_id == plan.edition_id:
        return wanted
    edition = framework(sha256=edition_row(workspace_id, wanted.edition_id).sha256)
    known = {domain.code for domain in edition.domains}
    return replace(
        wanted,
        targets={code: one for code, one in wanted.targets.items() if code in known},
        left_out={code: one for code, one in wanted.left_out.items() if code in known},
    )


def plan_of(cycle: Cycle) -> Plan:
    """Return what was planned for a cycle."""
    return Plan(
        edition_id=cycle.edition_id,
        title=cycle.title,
        period_start=cycle.period_start,
        period_end=cycle.period_end,
        due_on=cycle.due_on,
        targets=cycle.targets,
        left_out=cycle.left_out,
        rescoring=cycle.rescoring,
        unanchored=cycle.unanchored,
        remind_every_days=cycle.remind_every_days,
    )


def drafted_together(cycle: Cycle) -> list[Cycle]:
    """Return the drafts that share the plan of this cycle: itself, if it stands alone.

    Cycles that were planned for several units share one plan as long as they are
    drafts; once opened, each goes its own way.
    """
    if cycle.campaign_id is None or cycle.state != CycleState.DRAFT:
        return [cycle]
    drafts = Cycle.objects.select_for_update(of=("self",)).filter(
        campaign_id=cycle.campaign_id, state=CycleState.DRAFT
    )
    return list(drafts.order_by("pk"))


def checked_scopes(workspace_id: int, scope_ids: Sequence[int]) -> list[int]:
    """Return the parts of the organization, each once, or refuse them."""
    wanted = list(dict.fromkeys(scope_ids))
    mine = Scope.objects.filter(workspace_id=workspace_id, pk__in=wanted)
    if not wanted or mine.count() != len(wanted):
        raise Unfit("scope", _("Choose a part of this organization."))
    return wanted


def checked(workspace_id: int, plan: Plan) -> dict[str, object]:
    """Return the columns of a plan, or refuse it."""
    title = plan.title.strip()
    if not title:
        raise Unfit("title", _("Give the cycle a title, for example “Q4 2026”."))
    if len(title) > _LONGEST_TITLE:
        raise Unfit(
            "title",
            _("Keep the title within %(n)s characters.") % {"n": _LONGEST_TITLE},
        )
    _check_period(plan)
    if plan.rescoring not in Rhythm.values:
        raise Unfit("rescoring", _("Choose how often the cycle re-scores itself."))
    edition = framework(sha256=edition_row(workspace_id, plan.edition_id).sha256)
    left_out = _left_out(edition, plan.left_out)
    return {
        "edition_id": plan.edition_id,
        "title": title,
        "period_start": plan.period_start,
        "period_end": plan.period_end,
        "due_on": check_due(plan.due_on, plan.period_start),
        "targets": _targets(edition, plan.targets, left_out),
        "left_out": left_out,
        "rescoring": plan.rescoring,
        "unanchored": plan.unanchored,
        "remind_every_days": check_reminders(plan.remind_every_days),
    }


def check_due(due_on: date | None, period_start: date) -> date | None:
    """Return the day on which answers are due, or refuse it."""
    if due_on and due_on < period_start:
        raise Unfit("due_on", _("Answers cannot be due before the period starts."))
    return due_on


def check_reminders(days: int | None) -> int | None:
    """Return the days between reminders, or refuse them."""
    if days is not None and not 1 <= days <= _LONGEST_REST:
        raise Unfit(
            "remind_every_days",
            _("Remind every 1 to %(n)s days, or not at all.") % {"n": _LONGEST_REST},
        )
    return days


def edition_row(workspace_id: int, edition_id: int) -> Edition:
    """Return a published edition that this workspace may use, or refuse it."""
    offered = Q(workspace_id=workspace_id) | Q(workspace=None)
    row = (
        Edition.objects.filter(offered, pk=edition_id, state=EditionState.PUBLISHED)
        .defer("document")
        .first()
    )
    if row is None:
        raise Unfit("edition", _("Choose one of the published editions."))
    return row


def _check_period(plan: Plan) -> None:
    for name, day in (
        ("period_start", plan.period_start),
        ("period_end", plan.period_end),
    ):
        if day.year not in _YEARS:
            raise Unfit(
                name,
                _("The year %(year)s is not believable: correct it.")
                % {"year": day.year},
            )
    if plan.period_end < plan.period_start:
        raise Unfit(
            "period_end", _("The period ends before it starts: swap the dates.")
        )


def _left_out(edition: Framework, given: Mapping[str, str]) -> dict[str, str]:
    known = [domain.code for domain in edition.domains]
    left_out = {}
    for code, reason in given.items():
        if code not in known:
            raise Unfit(f"left_out_{code}", _no_domain(code))
        if not reason.strip():
            raise Unfit(
                f"reason_{code}",
                _("Say why %(code)s is left out, or keep it in.") % {"code": code},
            )
        left_out[code] = reason.strip()
    if len(left_out) == len(known):
        raise Unfit("left_out", _("Keep at least one domain in the cycle."))
    return {code: left_out[code] for code in known if code in left_out}


def _targets(
    edition: Framework, given: Mapping[str, str], left_out: Mapping[str, str]
) -> dict[str, str]:
    targets = {}
    for domain in edition.domains:
        text = given.get(domain.code, "").strip()
        if text and domain.code not in left_out:
            targets[domain.code] = _level(edition, domain.code, text)
    known = {domain.code for domain in edition.domains}
    for code in given:
        if code not in known:
            raise Unfit(f"target_{code}", _no_domain(code))
    return targets


def _level(edition: Framework, code: str, text: str) -> str:
    scale = edition.scale
    refusal = Unfit(
        f"target_{code}",
        _(
            "The target of %(code)s is a level from %(lowest)s to %(highest)s in steps"
            " of %(step)s, or empty."
        )
        % {
            "code": code,
            "lowest": scale.minimum,
            "highest": scale.maximum,
            "step": scale.step,
        },
    )
    try:
        level = Decimal(text)
    except InvalidOperation:
        raise refusal from None
    if not (level.is_finite() and scale.minimum <= level <= scale.maximum):
        raise refusal
    if level % scale.step:
        raise refusal
    return f"{level:.1f}"


def _no_domain(code: str) -> str:
    return _("The edition has no domain %(code)s.") % {"code": code}
