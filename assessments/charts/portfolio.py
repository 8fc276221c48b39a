"""The figures of the portfolio: what moved, what is stale, how models are. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.charts import figures, reasons, words
from assessments.charts.figures import Column, Figure, Table
from assessments.charts.pictures.dumbbells import dumbbells

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from assessments.queries.heatmap import HeatMap
    from assessments.queries.portfolio import Age, Moved, Mover
    from assessments.services.model_health import Health

# More than these would hide the large ones; the table has them all.
_DRAWN = 10
_WHAT = {
    "deployments": gettext_lazy("Newest deployment"),
    "assessment": gettext_lazy("Newest scoring"),
    "source": gettext_lazy("Newest event of a source"),
}


def standing(found: HeatMap) -> str:
    """Say which units stand highest and lowest, and of how many nothing is known."""
    known = [one for one in found.units if one.level is not None]
    what = {"title": found.edition_title, "n": len(found.units)}
    if not known:
        return (
            ngettext(
                "%(title)s in %(n)s unit: no overall level is known yet",
                "%(title)s in %(n)s units: no overall level is known yet",
                len(found.units),
            )
            % what
        )
    high = max(known, key=lambda one: one.level or 0)
    low = min(known, key=lambda one: one.level or 0)
    if high.level == low.level:
        return _("%(title)s: %(known)s of %(n)s units known, agreed at %(level)s") % (
            what | {"known": len(known), "level": words.level(high.level)}
        )
    return _(
        "%(title)s: %(high)s is highest at %(highest)s, %(low)s lowest at %(lowest)s"
        " (%(known)s of %(n)s units known)"
    ) % (
        what
        | {
            "known": len(known),
            "high": high.name,
            "highest": words.level(high.level),
            "low": low.name,
            "lowest": words.level(low.level),
        }
    )


def movers(found: HeatMap, moved: Moved, href: Callable[[Mover], str]) -> Figure:
    """Return what rose and fell by more than its uncertainty."""
    title = _moved_title(moved)
    facts = (
        ("n", _("%(n)s compared of %(of)s") % {"n": moved.compared, "of": moved.cells}),
        (
            _("Coverage"),
            words.share(moved.compared / moved.cells) if moved.cells else words.DASH,
        ),
        (_("Window"), _("since the last locked cycle of each unit")),
    )
    if not moved.movers:
        return Figure(name="movers", title=title, facts=facts, empty=_why_none(moved))
    return Figure(
        name="movers",
        title=title,
        note=_(
            "Hollow: before; filled: now. Only what moved by at least its uncertainty;"
            " the ten largest are drawn, the table has all."
        ),
        facts=facts,
        picture=dumbbells(
            moved.movers[:_DRAWN],
            scale=(found.lowest, found.highest),
            title=title,
            href=href,
        ),
        table=Table(
            caption=_("Significant movements, the largest first"),
            columns=(
                Column(label=_("Domain")),
                Column(label=_("Unit")),
                Column(label=_("Since")),
                Column(label=_("Before"), number=True),
                Column(label=_("Now"), number=True),
                Column(label=_("Change"), number=True),
                Column(label=_("Uncertainty"), number=True),
            ),
            rows=tuple(
                (
                    figures.text(f"{one.code} {one.name}", href(one)),
                    figures.text(one.unit),
                    figures.text(one.since),
                    figures.level(one.before),
                    figures.level(one.now),
                    figures.Cell(text=words.signed(one.change), value=one.change),
                    figures.level(one.uncertainty),
                )
                for one in moved.movers
            ),
        ),
    )


def _moved_title(moved: Moved) -> str:
    if not moved.movers:
        return _("Movers: nothing moved by more than its uncertainty")
    first = moved.movers[0]
    counts = {"rises": moved.rises, "falls": moved.falls}
    if any(abs(one.change) == abs(first.change) for one in moved.movers[1:]):
        return _("Movers: %(rises)s up, %(falls)s down; none by more than %(most)s") % (
            counts | {"most": words.level(abs(first.change))}
        )
    return _(
        "Movers: %(rises)s up, %(falls)s down; the largest is %(name)s in %(unit)s,"
        " %(change)s"
    ) % (
        counts
        | {
            "name": first.name,
            "unit": first.unit,
            "change": words.signed(first.change),
        }
    )


def _why_none(moved: Moved) -> str:
    if moved.compared:
        return _("What changed lies within its uncertainty.")
    return _("No unit has an earlier locked cycle of this framework to compare with.")


def freshness(ages: Sequence[Age], today: date, href: Callable[[Age], str]) -> Figure:
    """Return how old what is known is, what is stale first."""
    stale = [one for one in ages if one.stale(today)]
    ordered = sorted(
        ages,
        key=lambda one: (not one.stale(today), -(one.days(today) or 0), one.name),
    )
    title = (
        ngettext(
            "Freshness: %(n)s of %(of)s is stale",
            "Freshness: %(n)s of %(of)s are stale",
            len(stale),
        )
        % {"n": len(stale), "of": len(ages)}
        if stale
        else _("Freshness: nothing is stale")
        if ages
        else _("Freshness: nothing is known")
    )
    return Figure(
        name="freshness",
        title=title,
        note=_(
            "Deployments and events are stale after 14 days without any, scorings after"
            " 184 days. Never seen counts as stale."
        ),
        facts=(("n", str(len(ages))), (_("As of"), words.day(today))),
        table=Table(
            caption=_("How old what is known is, what is stale first"),
            columns=(
                Column(label=_("Unit or source")),
                Column(label=_("What")),
                Column(label=_("Newest")),
                Column(label=_("Days ago"), number=True),
                Column(label=_("State")),
            ),
            rows=tuple(_age(one, today, href) for one in ordered),
        ),
        empty="" if ages else _("There is no unit and no source yet."),
    )


def _age(one: Age, today: date, href: Callable[[Age], str]) -> tuple[figures.Cell, ...]:
    state = _("stale") if one.stale(today) else _("fresh")
    return (
        figures.text(one.name, href(one)),
        figures.text(str(_WHAT[one.what])),
        figures.day(one.at) if one.at else figures.Cell(text=_("never")),
        figures.count(one.days(today)),
        figures.text(f"{state} · {one.state}" if one.state else state),
    )


def health(found: Health) -> Figure:
    """Return how models are made and watched."""
    known = [one for one in found.rows if one.now.value is not None]
    facts = (
        figures.window(found.first, found.last),
        ("n", _("%(n)s live models") % {"n": found.live}),
    )
    if not known:
        return Figure(
            name="models",
            title=_("Models: nothing is known"),
            facts=facts,
            empty=reasons.said(found.rows[0].now.because),
        )
    low = min(known, key=lambda one: one.now.value or 0)
    return Figure(
        name="models",
        title=_("Care for live models, lowest: %(name)s, %(value)s")
        % {"name": low.name, "value": words.quantity(low.now.value, low.now.unit)},
        facts=facts,
        table=Table(
            caption=_("How live models are made and watched"),
            columns=(
                Column(label=_("What")),
                Column(label=_("Share"), number=True),
                Column(label=_("Interval from"), number=True),
                Column(label=_("Interval to"), number=True),
                Column(label="n", number=True),
                Column(label=_("Coverage"), number=True),
                Column(label=_("Why unknown")),
            ),
            rows=tuple(
                (
                    figures.text(one.name),
                    figures.quantity(one.now.value, one.now.unit),
                    figures.quantity(one.now.low, one.now.unit),
                    figures.quantity(one.now.high, one.now.unit),
                    figures.count(one.now.n),
                    figures.share(one.now.coverage),
                    figures.text(reasons.said(one.now.because)),
                )
                for one in found.rows
            ),
        ),
    )
