"""The last changes as strips of stages, from their first commit to production. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import figures, words
from assessments.charts.figures import Column, Figure, Table
from assessments.charts.pictures.gantt import gantt
from assessments.charts.stage_names import pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from assessments.charts.figures import Cell
    from assessments.queries.strips import Strip

    Href = Callable[[Strip], str]


def figure(
    found: Sequence[Strip], *, first: date, last: date, most: int, href: Href
) -> Figure:
    """Return the strips, the newest first."""
    facts = (
        figures.window(first, last),
        ("n", _("%(n)s of at most %(most)s") % {"n": len(found), "most": most}),
        (_("Coverage"), _told(found)),
    )
    if not found:
        return Figure(
            name="strips",
            title=_("The last ways to production: none is known"),
            facts=facts,
            empty=_("No change with a known start went to production in this period."),
        )
    title = _title(found)
    return Figure(
        name="strips",
        title=title,
        note=_(
            "Each strip begins with the first commit or data; all on one scale."
            " ◆ marks models."
        ),
        facts=facts,
        picture=gantt(found, title=title, href=href),
        table=Table(
            caption=_("The last changes that went to production, the newest first"),
            columns=(
                Column(label=_("Change")),
                Column(label=_("Service")),
                Column(label=_("Deployed")),
                Column(label=_("Lead time"), number=True),
                Column(label=_("Stages")),
            ),
            rows=tuple(_row(one, href) for one in found),
        ),
    )


def _title(found: Sequence[Strip]) -> str:
    longest = max(found, key=lambda one: one.seconds)
    return ngettext(
        "The last way to production took %(longest)s",
        "The last %(n)s ways to production: from %(shortest)s to %(longest)s, the"
        " longest of %(service)s",
        len(found),
    ) % {
        "n": len(found),
        "shortest": words.duration(min(one.seconds for one in found)),
        "longest": words.duration(longest.seconds),
        "service": longest.service,
    }


def _told(found: Sequence[Strip]) -> str:
    """Say which part of the time of all strips is told apart by stage."""
    whole = sum(one.seconds for one in found)
    if not whole:
        return words.DASH
    told = sum(piece.seconds for one in found for piece in one.pieces if piece.stage)
    return words.share(told / whole)


def _row(one: Strip, href: Href) -> tuple[Cell, ...]:
    return (
        figures.text(one.change[:12], href(one)),
        figures.text(one.service),
        figures.Cell(text=words.moment(one.deployed_at), value=one.deployed_at),
        figures.quantity(one.seconds, "seconds"),
        figures.text(pieces(one)),
    )
