"""Forms about workspaces, their trees and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", **attributes})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class NewWorkspace(forms.Form):
    """Found a workspace."""

    name = forms.CharField(
        label=_("Name of the organization"),
        max_length=120,
        widget=_text(autocomplete="organization"),
    )


class NewUnit(forms.Form):
    """Add a unit to the tree."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=_text())
    parent = forms.TypedChoiceField(label=_("Below"), coerce=int, widget=_select())

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        parents: Iterable[tuple[str, str]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        _choose(self, "parent", parents)


class NewService(NewUnit):
    """Add a service or a model to the tree."""

    key = forms.CharField(
        label=_("Key"),
        max_length=200,
        widget=_text(autocapitalize="none", spellcheck="false"),
        help_text=_(
            "What events call it, for example checkout. It cannot be changed later."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            ("service", _("Service: delivers code")),
            ("model", _("Model: delivers trained models")),
        ],
        widget=_select(),
    )
    field_order = ("name", "key", "kind", "parent")


class Rename(forms.Form):
    """Give a node another name, and another place unless it is the root."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=_text())


class Move(forms.Form):
    """Put a node somewhere else in the tree."""

    parent = forms.TypedChoiceField(label=_("Below"), coerce=int, widget=_select())

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        parents: Iterable[tuple[str, str]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        _choose(self, "parent", parents)


class ChangeMember(forms.Form):
    """Give a member another role or vantage point."""

    role = forms.ChoiceField(label=_("Role"), widget=_select())
    vantage = forms.ChoiceField(
        label=_("Vantage point"),
        widget=_select(),
        help_text=_("From where this person sees the work; answers start from it."),
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        roles: Iterable[tuple[str, str]],
        vantages: Iterable[tuple[str, str]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        _choose(self, "role", roles)
        _choose(self, "vantage", vantages)


class NewGrant(forms.Form):
    """Give a role over one part of the organization."""

    scope = forms.TypedChoiceField(
        label=_("Part of the organization"), coerce=int, widget=_select()
    )
    role = forms.ChoiceField(label=_("Role there"), widget=_select())

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        scopes: Iterable[tuple[str, str]],
        roles: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(data, prefix="grant")
        _choose(self, "scope", scopes)
        _choose(self, "role", roles)


class NewMember(ChangeMember):
    """Let a person join, by user name or e-mail."""

    login = forms.CharField(
        label=_("User name or e-mail"),
        max_length=150,
        widget=_text(autocapitalize="none", spellcheck="false", autocomplete="off"),
        help_text=_("Without an account, one is made and its first password shown."),
    )
    field_order = ("login", "role", "vantage")


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
    field.choices = list(choices)
