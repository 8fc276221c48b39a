"""Forms about what is done with objectives: retired, read in, reviewed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Retire(forms.Form):
    """Promise it no longer."""

    why = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


class ReadIn(forms.Form):
    """Objectives as OpenSLO YAML: a file, or a text."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=forms.FileInput(
            attrs={"class": "form-control", "accept": ".yaml,.yml,.json"}
        ),
    )
    text = forms.CharField(
        label=_("Or the text itself"),
        required=False,
        max_length=2_000_000,
        strip=False,
        widget=forms.Textarea(
            attrs={"class": "form-control font-monospace", "rows": 16}
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Take the file, or the text; a file becomes text, so that it can be mended."""
        values = super().clean() or {}
        if not values.get("file") and not values.get("text", "").strip():
            self.add_error("file", gettext("Choose a file, or write the text."))
        return values


class Note(forms.Form):
    """What is noted about a week; `seen` is the note that it replaces."""

    text = forms.CharField(
        label=_("Note of this week"),
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 5}),
        help_text=_("What was decided: what is frozen, what is mended first, and why."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput(), strip=False)
