"""The form with which a link for sharing is made."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class Share(forms.Form):
    """Say for whom a link is, and until when it opens."""

    label = forms.CharField(
        label=_("For whom is it?"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text=_("For example: board meeting in March. Only you and leads see it."),
    )
    expires_on = forms.DateField(
        label=_("It opens until"),
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"}
        ),
        help_text=_("The last day; at most a year from now."),
    )
