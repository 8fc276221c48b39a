"""Forms about the platform's catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.queries.platform import Cell, Suggestion

_HOUR = 3600


class Offer(forms.Form):
    """Describe a capability."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("What a team gets: a training environment, a model registry …"),
    )
    text = forms.CharField(
        label=_("What it is, and how one gets it"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    area = forms.CharField(
        label=_("Area"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("Capabilities of one area stand together."),
    )
    team = forms.TypedChoiceField(
        label=_("Platform team"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("Who offers it."),
    )
    url = forms.URLField(
        label=_("Where it is got"),
        required=False,
        max_length=1000,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "form-control"}),
        error_messages={
            "invalid": _("Write a whole web address, with https:// before it.")
        },
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        teams: Iterable[tuple[int, str]],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        team = self.fields["team"]
        assert isinstance(team, forms.ChoiceField)  # noqa: S101  # narrows the type
        team.choices = [("", gettext("Nobody yet")), *teams]


class Access(forms.Form):
    """Say for each part of the organization how it gets a capability."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        cells: Iterable[Cell],
        provisions: Iterable[tuple[str, object]],
    ) -> None:
        super().__init__(data)
        self.cells = list(cells)
        choices = [("", gettext("As the part above")), *provisions]
        for cell in self.cells:
            name = cell.unit.name
            self.fields[f"provision_{cell.unit.id}"] = forms.ChoiceField(
                label=name,
                choices=choices,
                required=False,
                initial=cell.provision if cell.own else "",
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"wait_{cell.unit.id}"] = forms.IntegerField(
                label=gettext("Hours of waiting, %(name)s") % {"name": name},
                required=False,
                min_value=0,
                max_value=24 * 365 * 2,
                initial=_hours(cell) if cell.own else None,
                widget=forms.NumberInput(
                    attrs={"class": "form-control", "inputmode": "numeric"}
                ),
            )

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The pairs of a provision and its waiting time."""
        return [
            (self[f"provision_{cell.unit.id}"], self[f"wait_{cell.unit.id}"])
            for cell in self.cells
        ]

    def said(self) -> dict[int, tuple[str, int | None]]:
        """Return provision and waiting time by part."""
        values = self.cleaned_data
        return {
            cell.unit.id: (
                values[f"provision_{cell.unit.id}"],
                values[f"wait_{cell.unit.id}"],
            )
            for cell in self.cells
        }


class Start(forms.Form):
    """Choose from the starting list."""

    chosen = forms.MultipleChoiceField(
        label=_("Capabilities"),
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"required": _("Choose at least one, or go back.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        suggestions: Iterable[Suggestion],
    ) -> None:
        super().__init__(data)
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101  # narrows the type
        chosen.choices = [(one.code, f"{one.name} ({one.area})") for one in suggestions]


def _hours(cell: Cell) -> int | None:
    return None if cell.wait_seconds is None else cell.wait_seconds // _HOUR
