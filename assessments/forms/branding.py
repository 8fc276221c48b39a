"""The form about how a workspace's documents look."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

_COLOR = {"class": "form-control", "spellcheck": "false", "autocapitalize": "none"}


class Brand(forms.Form):
    """Choose a logo, two colors and words for the cover."""

    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("A PNG or JPEG picture of at most 2 MB, best on white."),
        widget=forms.FileInput(
            attrs={"class": "form-control", "accept": "image/png,image/jpeg"}
        ),
    )
    without = forms.BooleanField(
        label=_("Print no logo"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    primary = forms.CharField(
        label=_("Main color"),
        max_length=7,
        help_text=_("Of headings, levels and bars, as #rrggbb."),
        widget=forms.TextInput(attrs=_COLOR),
    )
    accent = forms.CharField(
        label=_("Second color"),
        max_length=7,
        help_text=_("Of links and lines, as #rrggbb."),
        widget=forms.TextInput(attrs=_COLOR),
    )
    cover_text = forms.CharField(
        label=_("Words on the cover"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
