"""What would change if: a value and a unit for each metric that is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.functional import _StrPromise

# How people write a quantity: (key, words, in the unit of the metric).
_UNITS = {
    "seconds": (
        ("minutes", gettext_lazy("minutes"), 60.0),
        ("hours", gettext_lazy("hours"), 3600.0),
        ("days", gettext_lazy("days"), 86400.0),
        ("weeks", gettext_lazy("weeks"), 604800.0),
    ),
    "ratio": (("percent", gettext_lazy("percent"), 0.01),),
    "points": (("points", gettext_lazy("points"), 0.01),),
    "per_week": (
        ("week", gettext_lazy("per week"), 1.0),
        ("day", gettext_lazy("per day"), 7.0),
    ),
}
_PLAIN = (("number", "", 1.0),)
_WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A metric that may be supposed: its address, and the unit it is measured in."""

    key: str
    label: str
    unit: str


def written(value: float, unit: str) -> dict[str, str]:
    """Return a value as the form takes it, in the largest unit that leaves it whole."""
    units = _UNITS.get(unit, _PLAIN)
    fitting = [one for one in units if value / one[2] >= 1] or [units[0]]
    key, _words, size = next(
        (one for one in reversed(fitting) if (value / one[2]).is_integer()), fitting[0]
    )
    return {"value": f"{round(value / size, 6):g}", "unit": key}


class WhatIf(forms.Form):
    """Everything is optional: what is left empty stays as it was measured."""

    def __init__(self, *args: Any, asked: Sequence[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for one in asked:
            units = _UNITS.get(one.unit, _PLAIN)
            self.fields[one.key] = forms.FloatField(
                label=one.label,
                required=False,
                min_value=0,
                max_value=_WHOLE if one.unit == "ratio" else None,
                localize=True,
                widget=forms.TextInput(
                    attrs={"class": "form-control", "inputmode": "decimal"}
                ),
            )
            self.fields[f"{one.key}.unit"] = forms.ChoiceField(
                label=_("Unit of %(metric)s") % {"metric": one.label},
                required=False,
                choices=[(key, words) for key, words, _size in units],
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def only_unit(self, key: str) -> _StrPromise | str | None:
        """Return the unit of a metric that is written in one only, or None."""
        unit = next(one.unit for one in self.asked if one.key == key)
        units = _UNITS.get(unit, _PLAIN)
        return units[0][1] if len(units) == 1 else None

    def values(self) -> dict[str, float]:
        """Return what is supposed, by key, in the units of the metrics."""
        return dict(self._values())

    def _values(self) -> Iterable[tuple[str, float]]:
        for one in self.asked:
            number = self.cleaned_data.get(one.key)
            if number is None:
                continue
            units = _UNITS.get(one.unit, _PLAIN)
            chosen = self.cleaned_data.get(f"{one.key}.unit") or units[0][0]
            yield one.key, number * {key: size for key, _words, size in units}[chosen]
