"""The form with which a workspace takes in an edition of its own."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class NewEdition(forms.Form):
    """A file or its text; what was given comes back as text, so nothing is lost."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=forms.FileInput(
            attrs={"class": "form-control", "accept": ".yaml,.yml,.json"}
        ),
        help_text=_("YAML or JSON, at most 2 MB."),
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "class": "form-control edition-text",
                "rows": 24,
                "spellcheck": "false",
                "autocapitalize": "none",
            }
        ),
        help_text=_("If you choose a file, the file counts."),
    )
    publish = forms.BooleanField(
        label=_("Publish it now: from then on it cannot be changed"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
