"""Frameworks of practices as figures: rings, a pipeline, a grid, planes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.charts import figures, words
from assessments.charts.figures import Column, Figure, Table
from assessments.charts.pictures import canvas
from assessments.charts.pictures.ladder_grid import ladder_grid
from assessments.charts.pictures.planes import planes
from assessments.charts.pictures.rings import rings
from assessments.charts.pictures.stages import stages
from assessments.charts.reasons import about

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assessments.charts.figures import Picture
    from assessments.queries.drifting import Stream
    from assessments.queries.practices import Practice, Standing

    Href = Callable[[Standing, str], str]

# A practice is lit from two thirds of its scale on: from there it is the rule.
_LIT_FROM = Fraction(2, 3)
_NAMES = {
    "calms-ml": gettext_lazy("CALMS"),
    "unified-pipeline": gettext_lazy("Pipeline"),
    "mlops-levels": gettext_lazy("MLOps levels"),
    "three-planes": gettext_lazy("Three planes"),
}
KEYS = tuple(_NAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lit:
    """A practice for the eye, and in words."""

    name: str
    group: str
    value: Decimal | None
    level: str
    lit: bool
    state: str
    why: str  # it is unknown
    said: str
    notes: tuple[str, ...]
    ground: str
    ink: str
    href: str

    @property
    def known(self) -> bool:
        """Whether it has a level."""
        return self.value is not None


def figure(found: Standing, *, stream: Stream, href: Href) -> Figure:
    """Return the figure of a framework where a unit stands in it."""
    lit = [_lit(found, one, href) for one in found.practices]
    title = _title(found, lit, stream)
    return Figure(
        name=found.edition_key,
        title=title,
        note=_note(found),
        facts=_facts(found),
        table=_table(found, lit),
        picture=_picture(found, lit, title, stream),
    )


def unassessed(key: str, edition_title: str, *, unit: str) -> Figure:
    """Return the figure of a framework that nobody was assessed against."""
    return Figure(
        name=key,
        title=_("%(subject)s: not assessed yet") % {"subject": _NAMES[key]},
        empty=(
            _("There is no scored assessment of “%(edition)s” for %(unit)s.")
            % {"edition": edition_title, "unit": unit}
            if unit
            else _("There is no scored assessment of “%(edition)s” yet.")
            % {"edition": edition_title}
        ),
    )


def _lit(found: Standing, one: Practice, href: Href) -> Lit:
    ground, ink = canvas.shade(one.level, found.lowest, found.highest)
    state = _state(found, one)
    level = words.level(one.level)
    why = " ".join(about(one.because, "agreed")) if one.level is None else ""
    said = _("%(name)s: %(level)s, %(state)s.") % {
        "name": one.name,
        "level": level,
        "state": state,
    }
    return Lit(
        name=one.name,
        group=one.group,
        value=one.level,
        level=level,
        lit=one.level is not None and one.level >= _line(found),
        state=state,
        why=why,
        said=f"{said} {why}".strip(),
        notes=_notes(one),
        ground=ground,
        ink=ink,
        href=href(found, one.code),
    )


def _line(found: Standing) -> Decimal:
    reach = found.lowest + _LIT_FROM * (found.highest - found.lowest)
    return Decimal(reach.numerator) / reach.denominator


def _state(found: Standing, one: Practice) -> str:
    if one.level is None:
        return _("unknown")
    name = found.steps[int(one.level) - found.lowest]
    covered = words.share(one.coverage or 0)
    if one.measured:
        return _("%(step)s, measured only, coverage %(share)s") % {
            "step": name,
            "share": covered,
        }
    return _("%(step)s, coverage %(share)s") % {"step": name, "share": covered}


def _notes(one: Practice) -> tuple[str, ...]:
    """Say who should own a practice and how far each of its parts is."""
    owners = [
        words.labelled(label, ", ".join(items))
        for label, items in list(one.facts.items())[:1]
    ]
    parts = [
        _unbroken(words.labelled(topic.name, words.level(topic.level)))
        for topic in one.topics
    ]
    return (*owners, *parts)


def _unbroken(said: str) -> str:
    """Keep the level with what stands before it: never alone on a line."""
    return "\N{NO-BREAK SPACE}".join(said.rsplit(" ", 1))


def _title(found: Standing, lit: Sequence[Lit], stream: Stream) -> str:
    said = _finding(found, lit)
    unknown = [one.name for one in lit if not one.known]
    if unknown:
        said = ngettext(
            "%(said)s; %(names)s is unknown", "%(said)s; unknown: %(names)s",
            len(unknown),
        ) % {"said": said, "names": ", ".join(unknown)}  # fmt: skip
    if found.edition_key == "three-planes" and stream.seen:
        said = _("%(said)s; drift went over its line %(times)s times") % {
            "said": said,
            "times": stream.breached,
        }
    return _("%(subject)s in %(unit)s: %(said)s") % {
        "subject": _NAMES[found.edition_key],
        "unit": found.unit,
        "said": said,
    }


def _finding(found: Standing, lit: Sequence[Lit]) -> str:
    count = {"n": sum(one.lit for one in lit), "of": len(lit)}
    known = [one for one in lit if one.value is not None]
    if not known:
        return _("nothing is known yet")
    match found.edition_key:
        case "calms-ml":
            return _("%(n)s of %(of)s rings are lit") % count
        case "unified-pipeline":
            return _("%(n)s of %(of)s stages are covered") % count
        case "three-planes":
            return _("%(n)s of %(of)s planes stand") % count
    low = min(known, key=lambda one: one.value or 0)
    return _("%(name)s is lowest, at level %(level)s") % {
        "name": low.name,
        "level": low.level,
    }


def _note(found: Standing) -> str:
    step = found.steps[ceil(_line(found)) - found.lowest]
    match found.edition_key:
        case "calms-ml":
            said = _("A ring is lit from “%(step)s” on.")
        case "unified-pipeline":
            said = _("A stage counts as covered from “%(step)s” on.")
        case "three-planes":
            said = _("A plane stands from “%(step)s” on.")
        case _:
            return _("Filled up to the level that is reached; dashed is unknown.")
    return said % {"step": step} + " " + _("The darker, the higher; dashed is unknown.")


def _facts(found: Standing) -> tuple[tuple[str, str], ...]:
    state = _("locked") if found.locked else _("not locked")
    known = Fraction(len(found.known), len(found.practices))
    return (
        (_("Cycle"), f"{found.cycle_title} ({state})"),
        (_("Period ends"), words.day(found.period_end)),
        (
            "n",
            _("%(n)s of %(of)s") % {"n": len(found.known), "of": len(found.practices)},
        ),
        (_("Coverage"), words.share(float(known))),
    )


def _table(found: Standing, lit: Sequence[Lit]) -> Table:
    return Table(
        caption=found.edition_title,
        columns=(
            Column(label=_("Practice")),
            Column(label=_("Part")),
            Column(label=_("Level"), number=True),
            Column(label=_("Coverage"), number=True),
            Column(label=_("State")),
            Column(label=_("Details")),
        ),
        rows=tuple(
            (
                figures.text(one.name, one.href),
                figures.text(one.group),
                figures.level(practice.level),
                figures.share(practice.coverage),
                figures.text(one.state),
                figures.text("; ".join(filter(None, (one.why, *one.notes)))),
            )
            for one, practice in zip(lit, found.practices, strict=True)
        ),
    )


def _picture(
    found: Standing, lit: Sequence[Lit], title: str, stream: Stream
) -> Picture:
    match found.edition_key:
        case "calms-ml":
            return rings(lit, title=title)
        case "unified-pipeline":
            return stages(lit, title=title)
        case "three-planes":
            return planes(lit, stream=streaming(stream), title=title)
    return ladder_grid(lit, found.steps, lowest=found.lowest, title=title)


def streaming(stream: Stream) -> str:
    """Say what flows back from production: drift, and who reacted."""
    if not stream.seen:
        return _(
            "Drift alerts: no signal in the window. Whether nothing drifted or nothing"
            " is watched is unknown."
        )
    counts: Mapping[str, object] = {
        "breached": stream.breached,
        "seen": stream.seen,
        "reactions": stream.reactions,
        "degradations": stream.degradations,
    }
    return (
        _(
            "Drift alerts: %(breached)s of %(seen)s drift signals over their line;"
            " machines answered %(reactions)s of %(degradations)s degradations."
        )
        % counts
    )
