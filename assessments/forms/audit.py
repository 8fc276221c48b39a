"""Forms of the audit trail and of signing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _day() -> forms.DateInput:
    return forms.DateInput(
        attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"
    )


class Wanted(forms.Form):
    """What of the journal is asked for; every field may stay empty."""

    actor = forms.TypedChoiceField(
        label=_("Person"), required=False, coerce=int, empty_value=None
    )
    act = forms.ChoiceField(label=_("Kind of act"), required=False)
    kind = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    target = forms.IntegerField(
        min_value=0, max_value=2**62, required=False, widget=forms.HiddenInput
    )
    first = forms.DateField(label=_("From"), required=False, widget=_day())
    last = forms.DateField(label=_("To"), required=False, widget=_day())

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        people: Iterable[tuple[int, str]],
        acts: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        _offer(
            self, "actor", [("", _("Everybody")), ("0", _("Compel itself")), *people]
        )
        _offer(self, "act", [("", _("Every act")), *acts])


class Signatures(forms.Form):
    """How many people sign a cycle before it is locked."""

    needed = forms.TypedChoiceField(
        label=_("How many people sign a cycle before it is locked?"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=(
            (1, _("One: whoever locks it")),
            (2, _("Two different people; whoever locks it may be one of them")),
        ),
    )


def _offer(form: forms.Form, name: str, choices: list[tuple[object, object]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
    field.widget = _select()
    field.choices = choices
