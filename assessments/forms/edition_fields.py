"""Kinds of form fields for plain documents: words, lists of lines, numbers."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrPromise

    from scoring.events import Json

    Words = str | StrPromise

_LONG = 4000
_ONE_A_LINE = gettext_lazy("One a line.")


class Text(forms.CharField):
    """Words, with one kind of line end."""

    def to_python(self, value: object) -> str:
        """Return the words without what browsers add."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class Lines(forms.Field):
    """A list of texts, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: object) -> object:
        """Return the lines of a list as they are typed."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: object) -> object:
        """Return the list without its empty lines."""
        lines = str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]


class Roles(Lines):
    """Whom to hear: a vantage point and a role a line."""

    def prepare_value(self, value: object) -> object:
        """Return each role as a line."""
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return "\n".join(f"{one['vantage_point']}: {one['role']}" for one in value)
        return value

    def to_python(self, value: object) -> object:
        """Return each line as a role."""
        roles = []
        for line in cast("list[str]", super().to_python(value)):
            vantage, colon, role = line.partition(":")
            if not colon or not role.strip():
                raise ValidationError(
                    _(
                        "“%(line)s” lacks the vantage point or the role: write"
                        " “practitioner: Engineer on call”."
                    )
                    % {"line": line}
                )
            roles.append({"vantage_point": vantage.strip(), "role": role.strip()})
        return roles


class Number(forms.DecimalField):
    """A number, given back as the plainest one that says the same."""

    widget = forms.NumberInput(attrs={"class": "form-control", "step": "any"})


def text(
    label: Words, *, rows: int = 0, required: bool = False, hint: Words = ""
) -> Text:
    """Return a field for words, on one line or several."""
    attributes = {"class": "form-control"}
    if rows:
        attributes["rows"] = str(rows)
    widget = forms.Textarea(attrs=attributes) if rows else forms.TextInput(attributes)
    return Text(
        label=label, required=required, widget=widget, help_text=hint, max_length=_LONG
    )


def lines(label: Words, *, rows: int = 4, hint: Words = _ONE_A_LINE) -> Lines:
    """Return a field for a list of texts."""
    widget = forms.Textarea(attrs={"class": "form-control", "rows": rows})
    return Lines(label=label, required=False, widget=widget, help_text=hint)


def number(label: Words, *, required: bool = True, hint: Words = "") -> Number:
    """Return a field for a number."""
    return Number(
        label=label,
        required=required,
        help_text=hint,
        max_digits=12,
        decimal_places=6,
    )


def boxes(
    label: Words, *, required: bool = False, hint: Words = ""
) -> forms.MultipleChoiceField:
    """Return a field for any of some choices."""
    return forms.MultipleChoiceField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )


def select(
    label: Words, choices: Sequence[tuple[str, Words]], *, required: bool = True
) -> forms.ChoiceField:
    """Return a field for one of some choices."""
    return forms.ChoiceField(
        label=label,
        required=required,
        choices=choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )


def plain_of(value: object) -> Json:
    """Return what a field says as plain data."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return cast("Json", value)


def decimal_of(value: object) -> Decimal | str:
    """Return a number of a document, or its text if it is none."""
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return str(value)


def said_of(value: object) -> str:
    """Return a value as it is told beside another one."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
