"""The form of how a person wants the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise

# Names such as "Etc/GMT+5" or "EST5EDT" are for machines.
_FOR_PEOPLE = frozenset(
    ["Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Pacific"]
)


def time_zones() -> list[tuple[str, str]]:
    """Return the time zones that people choose from, UTC first."""
    named = sorted(
        name for name in available_timezones() if name.split("/")[0] in _FOR_PEOPLE
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in named)]


class Preferences(forms.Form):
    """Language, time zone and theme; the choices of the theme are handed in."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    theme = forms.ChoiceField(label=_("Light or dark"))

    def __init__(
        self,
        *args: object,
        themes: Sequence[tuple[str, str | _StrPromise]],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Form's own
        choices: dict[str, list[tuple[str, str | _StrPromise]]] = {
            "language": [
                ("", _("As the browser asks")),
                *((code, lazystr(name)) for code, name in settings.LANGUAGES),
            ],
            "time_zone": [("", _("As the workspace")), *time_zones()],
            "theme": list(themes),
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the types
            field.choices = offered
            field.widget.attrs["class"] = "form-select"
