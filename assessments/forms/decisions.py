"""The form with which an assessor decides about a measured level."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Decide(forms.Form):
    """Accept, dispute or override; which parts are needed, the service says."""

    verb = forms.ChoiceField(
        label=_("Your decision"),
        widget=forms.RadioSelect(),
        error_messages={"required": _("Choose what you decide.")},
    )
    level = forms.TypedChoiceField(
        label=_("Level that counts instead"),
        required=False,
        coerce=Decimal,
        empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("For an override only."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
        help_text=_(
            "Needed to dispute and to override. Everybody who reads the results sees"
            " it, with your name."
        ),
    )
    expires_on = forms.DateField(
        label=_("Counts through"),
        required=False,
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}),
        help_text=_(
            "Needed to override. From the next day on the declared level counts again."
        ),
        error_messages={"invalid": _("Write the date as year-month-day.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        verbs: Iterable[tuple[str, str]],
        levels: Iterable[tuple[str, str]],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        _choose(self, "verb", verbs)
        _choose(self, "level", [("", "—"), *levels])


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)
