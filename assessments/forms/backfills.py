"""Forms about reading the past of a source."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReadBack(forms.Form):
    """Say back to which day the past is to be read."""

    since = forms.DateField(
        label=_("Read back to"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}),
        help_text=_("The first day, in UTC, that is to be read."),
    )
