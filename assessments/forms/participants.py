"""Forms about participants: who is asked what, invited, and handed a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def _choose(
    form: forms.Form, name: str, choices: Sequence[tuple[object, object]]
) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
    field.choices = list(choices)


def _boxes() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", **attributes})


class Blamed(forms.Form):
    """A form that puts a refusal beside the field that it is about."""

    def blame(self, field_name: str, sentence: str) -> None:
        """Put a refusal beside the field that it is about."""
        self.add_error(field_name if field_name in self.fields else None, sentence)


class Asked(Blamed):
    """What people are asked: from where they look, and for which domains."""

    vantage = forms.ChoiceField(label=_("Vantage point"), widget=_select())
    domains = forms.MultipleChoiceField(
        label=_("Domains"),
        widget=_boxes(),
        error_messages={"required": _("Choose at least one domain.")},
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        domains: Sequence[tuple[str, str]],
        vantages: Sequence[tuple[str, object]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        _choose(self, "domains", [(code, f"{code} {name}") for code, name in domains])
        _choose(self, "vantage", vantages)


class AddPeople(Asked):
    """Members who are asked too."""

    people = forms.TypedMultipleChoiceField(
        label=_("People"),
        coerce=int,
        widget=_boxes(),
        error_messages={"required": _("Choose at least one person.")},
    )
    field_order = ("people", "vantage", "domains")

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        people: Sequence[tuple[int, str]],
        domains: Sequence[tuple[str, str]],
        vantages: Sequence[tuple[str, object]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, domains=domains, vantages=vantages, initial=initial)
        _choose(self, "people", people)
        # Without one, each person's own counts.
        self.fields["vantage"].required = False


class Invite(Asked):
    """Somebody without an account, by a link."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        widget=_text(autocomplete="off"),
    )
    expires_on = forms.DateField(
        label=_("The link opens until"),
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"}
        ),
    )
    field_order = ("email", "name", "vantage", "expires_on", "domains")


class DomainPeople(Blamed):
    """The members who are asked for one domain."""

    people = forms.TypedMultipleChoiceField(
        label=_("People"), coerce=int, required=False, widget=_boxes()
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        people: Sequence[tuple[int, str]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        _choose(self, "people", people)


class HandOver(Blamed):
    """A colleague who knows better: a member, or somebody by e-mail."""

    to = forms.TypedChoiceField(
        label=_("Colleague"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=_select(),
    )
    email = forms.CharField(
        label=_("Or by e-mail"),
        required=False,
        max_length=254,
        help_text=_("A colleague without an account gets a link of their own."),
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        help_text=_("For example why you think of them. It is sent along."),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        colleagues: Sequence[tuple[int, str]],
    ) -> None:
        super().__init__(data)
        _choose(self, "to", [("", _("Choose somebody")), *colleagues])
        if not colleagues:
            del self.fields["to"]
            self.fields["email"].required = True
            self.fields["email"].label = _("E-mail")

    def clean(self) -> dict[str, object]:
        """Exactly one way to say who."""
        values = super().clean() or {}
        values.setdefault("to", None)
        if values.get("to") and values.get("email"):
            self.add_error(
                "email", _("Choose a colleague or enter an address, not both.")
            )
        return values
