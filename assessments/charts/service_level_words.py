"""Error budgets, burn rates and what is promised, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from assessments.charts import words

if TYPE_CHECKING:
    from scoring.service_levels import Budget, Definition, Watch

SEVERITIES = {"page": gettext_lazy("page"), "ticket": gettext_lazy("ticket")}
OBSERVED = {
    "signal": gettext_lazy("signals: %(what)s"),
    "pipeline_run": gettext_lazy("runs of pipelines"),
    "incident": gettext_lazy("time without an incident"),
}
_OPERATORS = {"lte": "≤", "lt": "<", "gte": "≥", "gt": ">"}
SIGNALS = {
    "drift": gettext_lazy("drift"),
    "performance": gettext_lazy("performance"),
    "fairness": gettext_lazy("fairness"),
    "freshness": gettext_lazy("freshness"),
    "availability": gettext_lazy("availability"),
    "latency": gettext_lazy("latency"),
    "cost": gettext_lazy("cost"),
    "alert": gettext_lazy("alerts"),
    "rollback": gettext_lazy("rollbacks"),
}


# What is shipped about burn-rate alerts, for translators; a test compares.
POLICY_TEXTS = (
    gettext_noop("Observed all the time"),
    gettext_noop(
        "For what is observed every few minutes. Two rules page somebody, one writes"
        " a ticket."
    ),
    gettext_noop("Observed a few times a day"),
    gettext_noop(
        "For monitors of models and data that look a few times a day: windows of"
        " minutes would hold nothing."
    ),
    gettext_noop("house"),
)


def spoken(text: str) -> str:
    """Return what is shipped about alerts in the reader's language."""
    return _(text)


def budget_left(budget: Budget) -> str:
    """Say what is left of a budget, as a finding."""
    if budget.left is None:
        return _("Unknown: nothing was observed")
    if budget.left < 0:
        return _("Overspent by %(share)s of the budget") % {
            "share": words.percent(-budget.left)
        }
    return _("%(share)s of the budget is left") % {"share": words.percent(budget.left)}


def indicator(budget: Budget) -> str:
    """Say which share was good, with interval and n."""
    if budget.ratio is None or budget.interval is None:
        return words.DASH
    low, high = budget.interval
    return _("%(share)s good (95 %% interval %(interval)s), n %(n)s") % {
        "share": promise(budget.ratio),
        "interval": _("%(first)s to %(last)s")
        % {"first": promise(low), "last": promise(high)},
        "n": words.number(budget.n),
    }


def promise(ratio: float) -> str:
    """Write a share near one with the decimals that matter: 99.95 %."""
    digits = f"{ratio * 100:.3f}".rstrip("0").rstrip(".")
    return words.percentage(words.written(digits))


def window(definition: Definition) -> str:
    """Say over which window the budget is spent."""
    period = definition.period
    names = {
        "d": ngettext("%(n)s day", "%(n)s days", period.count),
        "w": ngettext("%(n)s week", "%(n)s weeks", period.count),
        "M": ngettext("%(n)s month", "%(n)s months", period.count),
        "Q": ngettext("%(n)s quarter", "%(n)s quarters", period.count),
        "Y": ngettext("%(n)s year", "%(n)s years", period.count),
    }
    said = names[period.unit] % {"n": period.count}
    if period.anchor is None:
        return _("the last %(span)s") % {"span": said}
    return _("each %(span)s of the calendar (%(zone)s)") % {
        "span": said,
        "zone": period.zone,
    }


def observed(definition: Definition) -> str:
    """Say what is observed, and what is good."""
    found = definition.indicator
    said = OBSERVED[found.observed.value] % {
        "what": SIGNALS.get(found.signal or "", "")
    }
    if found.pipeline:
        said = f"{said}: {found.pipeline}"
    if definition.line is not None:
        operator = _OPERATORS[definition.line.operator.value]
        said = _("%(what)s, good at a value %(operator)s %(value)s") % {
            "what": said,
            "operator": operator,
            "value": words.written(f"{float(definition.line.value):g}"),
        }
    if definition.slices is None:
        return said
    return _("%(what)s; of slices of %(span)s, good if %(share)s of it is") % {
        "what": said,
        "span": words.duration(definition.slices.minutes * 60),
        "share": promise(float(definition.slices.target)),
    }


def severity(key: str) -> str:
    """Say what a rule asks for: a page, or a ticket."""
    return str(SEVERITIES.get(key, key))


def rate(value: float | None) -> str:
    """Write a burn rate: 2.4×."""
    return words.DASH if value is None else f"{words.number(round(value, 1))}×"


def rule_name(one: Watch) -> str:
    """Name a rule by what it does: 2 % of the budget in 1 h: page."""
    return _("%(share)s of the budget in %(span)s: %(severity)s") % {
        "share": words.percent(float(one.rule.budget_share)),
        "span": words.duration(one.rule.long.total_seconds()),
        "severity": SEVERITIES[one.rule.severity],
    }


def points(change: float | None) -> str:
    """Write how a budget moved, in points of percent with the sign: +3.2 points."""
    if change is None:
        return words.DASH
    moved = round(change * 100, 1)
    if not moved:
        return _("= unchanged")
    sign = "+" if moved > 0 else "\N{MINUS SIGN}"
    return _("%(points)s points") % {"points": f"{sign}{words.number(abs(moved))}"}
