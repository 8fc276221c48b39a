"""The form on people's names in telemetry."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

PSEUDONYMS = "pseudonyms"
NOTHING = "nothing"


class Handling(forms.Form):
    """What is kept of people."""

    keep = forms.ChoiceField(
        label=_("What is kept of people"),
        choices=(
            (PSEUDONYMS, _("A pseudonym, by a key of this workspace")),
            (NOTHING, _("Nothing at all")),
        ),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
