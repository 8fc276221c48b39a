"""What a look at delivery is narrowed by: whose, when, and which deployments.

A field that cannot be read says why and falls back to its default; the others hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT_DAYS = 90
_LONGEST = timedelta(days=3 * 366)
_YEARS = range(1970, 2200)
PERIODS = (
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("180", _("180 days")),
    ("365", _("365 days")),
)
LANES = (("", _("Both lanes")), ("code", _("Software")), ("model", _("Models")))
ONLY = (
    ("", _("All deployments")),
    ("failed", _("Failed")),
    ("rework", _("Rework")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is looked at, always complete."""

    scope_id: int | None
    first: date
    last: date
    days: int | None  # None: from and to were given
    lane: str = ""
    only: str = ""

    def query(self, **changed: str) -> str:
        """Return the address' query that gives this choice again."""
        given = {
            "scope": str(self.scope_id or ""),
            "lane": self.lane,
            "only": self.only,
        }
        if self.days is not None:
            given["days"] = str(self.days)
        else:
            given |= {"from": self.first.isoformat(), "to": self.last.isoformat()}
        return urlencode({k: v for k, v in (given | changed).items() if v})


def _date(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}),
        error_messages={
            "invalid": _("Write a day as year-month-day, for example 2026-03-31.")
        },
    )


class Filters(forms.Form):
    """The filters of the dashboard and of the list of deployments."""

    scope = forms.ChoiceField(
        label=_("Service or unit"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={
            "invalid_choice": _("This workspace has no such unit or service.")
        },
    )
    days = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=(("", _("From and to")), *PERIODS),
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": _("Choose 30, 90, 180 or 365 days.")},
    )
    lane = forms.ChoiceField(
        label=_("Lane"),
        required=False,
        choices=LANES,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": _("There are two lanes: code and model.")},
    )
    only = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=ONLY,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": _("Choose all, failed or rework.")},
    )

    def __init__(
        self,
        given: Mapping[str, str],
        *,
        scopes: Sequence[tuple[int, str]],
        today: date,
    ) -> None:
        asked = any(given.get(name) for name in ("days", "from", "to"))
        super().__init__(dict(given) | ({} if asked else {"days": str(DEFAULT_DAYS)}))
        # Named as in the address; `from` cannot be an attribute.
        self.fields["from"] = _date(_("From"))
        self.fields["to"] = _date(_("To"))
        self.fields["scope"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("Whole workspace")),
            *((str(pk), label) for pk, label in scopes),
        ]
        self._today = today

    def chosen(self) -> Chosen:
        """Return what to look at: what was valid, and defaults for the rest."""
        self.is_valid()
        clean = self.cleaned_data
        first, last, days = self._period(clean)
        scope = clean.get("scope") or ""
        return Chosen(
            scope_id=int(scope) if scope else None,
            first=first,
            last=last,
            days=days,
            lane=clean.get("lane") or "",
            only=clean.get("only") or "",
        )

    def _period(self, clean: dict[str, Any]) -> tuple[date, date, int | None]:
        first, last = clean.get("from"), clean.get("to") or self._today
        # A number of days wins: the two days beside it may be left from before.
        if first and not clean.get("days"):
            why = self._unusable(first, last)
            if why is None:
                return first, last, None
            self.add_error("from", why)
        days = int(clean.get("days") or DEFAULT_DAYS)
        return self._today - timedelta(days=days - 1), self._today, days

    @staticmethod
    def _unusable(first: date, last: date) -> str | None:
        if first.year not in _YEARS or last.year not in _YEARS:
            return str(_("Choose days between 1970 and 2199."))
        if first > last:
            return str(_("“From” is after “to”. Swap them, or choose a period."))
        if last - first > _LONGEST:
            return str(_("Look at three years at most. Move “from” or “to”."))
        return None


def place(text: str) -> tuple[datetime, int] | None:
    """Read where a list goes on, "moment,number"; None if it cannot be read."""
    moment, _comma, number = text.rpartition(",")
    try:
        at, pk = datetime.fromisoformat(moment), int(number)
        # At the ends of all time there is no such moment in UTC.
        return (at.astimezone(UTC), pk) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
