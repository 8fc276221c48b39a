"""The form with which a dashboard is kept under a name."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 80
# The dashboards that can be kept, by the names of their addresses.
PAGES = {
    "portfolio": _("Portfolio"),
    "heatmap": _("Heat map"),
    "practices": _("Practices"),
    "delivery": _("Delivery"),
    "deployments": _("Deployments"),
}


class Name(forms.Form):
    """What a view is called."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class Keep(Name):
    """A page with its filters under a name, for oneself or for everybody here."""

    page = forms.ChoiceField(choices=list(PAGES.items()), widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    shared = forms.BooleanField(
        label=_("Everybody in this workspace may open it"), required=False
    )
