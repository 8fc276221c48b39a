"""The form with which a member makes a token for the API."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class NewToken(forms.Form):
    """Name a token for the API."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=80,
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "off"},
        ),
        help_text=_("For example: quarterly slides."),
    )
    scope = forms.ChoiceField(
        label=_("What may it do?"),
        choices=(
            ("read", _("Read what I may read")),
            ("write", _("Read and write: all that I may do here")),
        ),
        initial="read",
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("What it writes bears your name."),
    )
