"""What differs between two cycles, in sentences that name no cause. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import reasons, words

if TYPE_CHECKING:
    from assessments.queries.comparison import (
        Comparison,
        Difference,
        Reading,
        Voices,
    )
    from assessments.queries.results import Decided, Measured, Movement
    from assessments.queries.results.agreements import SettlementRow


def summary(found: Comparison) -> tuple[str, ...]:
    """Return what the two cycles come to, in a few sentences."""
    overall = found.overall[-1]
    told = [_overall(overall, found.movement)]
    rose = sum((one.agreed.change or 0) > 0 for one in found.domains)
    fell = sum((one.agreed.change or 0) < 0 for one in found.domains)
    sure = sum(
        one.movement is not None and one.movement.significant for one in found.moved
    )
    told.append(
        _(
            "Of %(all)s domains that both cycles have, %(rose)s stand higher, %(fell)s"
            " lower; %(sure)s of these differences are larger than their uncertainty."
        )
        % {"all": len(found.domains), "rose": rose, "fell": fell, "sure": sure}
    )
    if found.editions_differ:
        told.append(
            _(
                "The two cycles asked with different editions, %(before)s and"
                " %(after)s: only what both have is compared."
            )
            % {
                "before": found.before.edition_version,
                "after": found.after.edition_version,
            }
        )
    return tuple(told)


def _overall(overall: Difference, moved: Movement | None) -> str:
    if overall.change is None:
        return _("The overall levels cannot be compared: one of the two is not known.")
    said = {
        "before": words.level(overall.before),
        "after": words.level(overall.after),
        "change": words.signed(overall.change),
    }
    if not overall.change:
        return _("Overall, both stand at an agreed level of %(after)s.") % said
    told = (
        _("Overall, the agreed level is %(before)s and %(after)s: %(change)s.") % said
    )
    return f"{told} {uncertainty(moved)}".strip()


def uncertainty(moved: Movement | None) -> str:
    """Say in words how a difference compares with its uncertainty."""
    if moved is None or moved.change is None or moved.uncertainty is None:
        return ""
    if not moved.change:
        return _("no difference")
    unsure = {"unsure": words.level(moved.uncertainty)}
    if moved.significant:
        return _("More than its uncertainty of %(unsure)s.") % unsure
    return _("Less than its uncertainty of %(unsure)s: it may mean nothing.") % unsure


def difference(one: Difference) -> str:
    """Write a difference with its direction in words."""
    change = one.change
    if change is None:
        return _("not known")
    if not change:
        return _("as before")
    direction = _("up") if change > 0 else _("down")
    return f"{words.signed(change)} {direction}"


def voices(one: Voices) -> str:
    """Say how many people of a vantage point answered differently, and where."""
    deeds = (
        (one.raised, _("%(n)s answered higher")),
        (one.lowered, _("%(n)s answered lower")),
        (one.joined, _("%(n)s answered only now")),
        (one.left, _("%(n)s answered only before")),
    )
    return _("%(vantage)s: %(deeds)s (%(topics)s)") % {
        "vantage": one.label,
        "deeds": ", ".join(said % {"n": count} for count, said in deeds if count),
        "topics": ", ".join(one.topics),
    }


def intervals(one: Reading) -> str:
    """Say whether two measurements differ by more than chance may do."""
    match one.apart:
        case True:
            return _("The intervals do not overlap.")
        case False:
            return _("The intervals overlap: the difference may be chance.")
    return ""


def measured(one: Measured | None) -> str:
    """Write a measurement with its interval and n, or why there is none."""
    if one is None:
        return _("not measured: no such criterion")
    if one.status == "not_applicable":
        return _("does not apply")
    if one.value is None:
        return _("unknown: %(why)s") % {"why": reasons.said(one.because).rstrip(".")}
    said = {"value": words.quantity(one.value, one.unit), "n": one.n}
    if one.low is None or one.high is None:
        told = _("%(value)s, n = %(n)s") % said
    else:
        between = {"interval": words.interval(one.low, one.high, one.unit)}
        told = _("%(value)s (95 %% interval %(interval)s), n = %(n)s") % (
            said | between
        )
    return _("%(told)s, provisional") % {"told": told} if one.provisional else told


def decided(one: Decided | None) -> str:
    """Say what was decided about a criterion, by whom."""
    if one is None:
        return _("nothing decided")
    said = {"verb": one.verb_label, "by": one.by, "day": words.day(one.at)}
    if one.level is None:
        told = _("%(verb)s by %(by)s on %(day)s") % said
    else:
        level = {"level": words.level(one.level)}
        told = _("%(verb)s at %(level)s by %(by)s on %(day)s") % (said | level)
    return f"{told}: {one.reason}" if one.reason else told


def settled(one: SettlementRow | None) -> str:
    """Say what was settled about a topic, by whom and why."""
    if one is None:
        return _("not settled")
    return _("%(level)s agreed, settled by %(by)s on %(day)s: %(reason)s") % {
        "level": words.level(one.level),
        "by": one.by,
        "day": words.day(one.at),
        "reason": one.reason,
    }
