"""The form of a schedule, in plain words; a cron line for those who want one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from assessments.forms.preferences import time_zones

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import _StrPromise

    Choices = Sequence[tuple[str, str | _StrPromise]]

_LAST = "L"
_LONGEST_DAY = 28
_DAYS = [(str(day), str(day)) for day in range(1, _LONGEST_DAY + 1)]


def _select(**more: str) -> forms.Select:
    return forms.Select(attrs={"class": "form-select", **more})


class Plan(forms.Form):
    """What is done, of which cycle, when, and who gets it."""

    task = forms.ChoiceField(label=_("What is done"), widget=_select())
    cycle = forms.TypedChoiceField(
        label=_("Of which cycle"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=_select(),
        help_text=_("“All open cycles” goes on when one is locked and another begins."),
    )
    every = forms.ChoiceField(label=_("How often"), widget=_select())
    at = forms.TimeField(
        label=_("At what time"),
        required=False,
        widget=forms.TimeInput(
            format="%H:%M", attrs={"class": "form-control", "type": "time"}
        ),
    )
    weekday = forms.TypedChoiceField(
        label=_("On which weekday"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        widget=_select(),
        help_text=_("If it is every week."),
    )
    day = forms.ChoiceField(
        label=_("On which day"),
        required=False,
        choices=[*_DAYS, (_LAST, _("The last day"))],
        widget=_select(),
        help_text=_(
            "If it is every month, or every quarter: then of January, April, July and"
            " October."
        ),
    )
    line = forms.CharField(
        label=_("Cron line"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"class": "form-control", "placeholder": "0 6 * * 1-5"}
        ),
        help_text=_(
            "Only if it is by a cron line: minute, hour, day, month, weekday."
            " “0 6 * * 1-5” is every working day at six."
        ),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        widget=_select(),
        help_text=_(
            "When the clocks change, it still runs once: right after a time that is"
            " skipped, and at the first of a time that comes twice."
        ),
    )
    report_kind = forms.ChoiceField(
        label=_("Report"),
        required=False,
        widget=_select(),
        help_text=_("This and what follows counts if a report is made."),
    )
    language = forms.ChoiceField(
        label=_("Language of the report"),
        required=False,
        choices=settings.LANGUAGES,
        widget=_select(),
    )
    people = forms.TypedMultipleChoiceField(
        label=_("Members who get it"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    emails = forms.CharField(
        label=_("Other addresses"),
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
        help_text=_(
            "One a line. Who has no account cannot open a link: send the file along."
        ),
    )
    attached = forms.BooleanField(
        label=_("Send the file along"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text=_("Otherwise the mail says where to download it."),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        choices: Mapping[str, Choices],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the types
            field.choices = list(offered)

    def clean_emails(self) -> tuple[str, ...]:
        """Return the addresses one by one, each once."""
        found = re.split(r"[\s,;]+", self.cleaned_data["emails"])
        return tuple(dict.fromkeys(one.lower() for one in found if one))

    def blame(self, field_name: str, sentence: str) -> None:
        """Put a refusal beside the field that it is about."""
        self.add_error(field_name if field_name in self.fields else None, sentence)
