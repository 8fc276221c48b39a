"""What alerts say: a heading, and a sentence with what to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    About = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alert in words."""

    title: str
    text: str


def told(kind: str, about: About) -> Told:
    """Return an alert in the reader's language."""
    return _SAYING[kind](about)


def _level_lost(about: About) -> Told:
    what = f"{about['code']} {about['name']}".strip() or _("The overall level")
    column = _("measured") if about["column"] == "measured" else _("agreed")
    return Told(
        title=_("{what} fell to {level}").format(
            what=what, level=_level(about["after"])
        ),
        text=_(
            "In “{cycle}” about {scope} the {column} level fell from {before}, the"
            " highest of the last 28 days, to {after}: more than the uncertainty of"
            " {uncertainty}. The page says why."
        ).format(
            cycle=about["cycle"],
            scope=about["scope"],
            column=column,
            before=_level(about["before"]),
            after=_level(about["after"]),
            uncertainty=_level(about["uncertainty"]),
        ),
    )


def _slo_burning(about: About) -> Told:
    return Told(
        title=_("The error budget of {slo} burns").format(slo=about["slo"]),
        text=_(
            "{service} uses up the error budget of {slo} too fast, since {moment}. The"
            " page shows how fast, and the bad events behind it."
        ).format(
            service=about["service"], slo=about["slo"], moment=_moment(about["since"])
        ),
    )


def _source_failing(about: About) -> Told:
    return Told(
        title=_("{source} fails").format(source=about["source"]),
        text=_(
            "The source could not be read three times in a row: {error} What it"
            " brought before stays; measurements grow old meanwhile."
        ).format(error=about["error"]),
    )


def _source_silent(about: About) -> Told:
    return Told(
        title=_("{source} is silent").format(source=about["source"]),
        text=_(
            "Nothing new has come from the source since {moment}. If nothing happened"
            " there, all is well; otherwise look at its rules and its credential."
        ).format(moment=_moment(about["since"])),
    )


def _override_expiring(about: About) -> Told:
    return Told(
        title=_("The override of {criterion} expires on {day}").format(
            criterion=about["criterion"], day=_day(about["on"])
        ),
        text=_(
            "In “{cycle}” the level {level} of {criterion} counts through {day}; after"
            " it the measured level counts again. Decide anew if it should stay."
        ).format(
            cycle=about["cycle"],
            level=_level(about["level"]),
            criterion=about["criterion"],
            day=_day(about["on"]),
        ),
    )


def _override_expired(about: About) -> Told:
    return Told(
        title=_("The override of {criterion} has expired").format(
            criterion=about["criterion"]
        ),
        text=_(
            "In “{cycle}” the level {level} of {criterion} counted through {day} and"
            " counts no more. Accept what is measured, or decide anew."
        ).format(
            cycle=about["cycle"],
            level=_level(about["level"]),
            criterion=about["criterion"],
            day=_day(about["on"]),
        ),
    )


def _schedule_failed(about: About) -> Told:
    return Told(
        title=_("A scheduled run failed"),
        text=_(
            "What was due on {moment} was not done. The page of the schedule says what"
            " happened and what to do."
        ).format(moment=_moment(about["due_at"])),
    )


_SAYING: Mapping[str, Callable[[About], Told]] = {
    "level_lost": _level_lost,
    "slo_burning": _slo_burning,
    "source_failing": _source_failing,
    "source_silent": _source_silent,
    "override_expiring": _override_expiring,
    "override_expired": _override_expired,
    "schedule_failed": _schedule_failed,
}


def _level(stored: str) -> str:
    return words.level(Decimal(stored))


def _moment(stored: str) -> str:
    return words.moment(datetime.fromisoformat(stored))


def _day(stored: str) -> str:
    return words.day(date.fromisoformat(stored))
