"""Forms about initiatives."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.queries.plan import DomainChoice

# How many domains one initiative may be expected to change.
LINES = 6


class Initiative(forms.Form):
    """Write an initiative down, or change it."""

    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("What will be done, in a few words."),
    )
    text = forms.CharField(
        label=_("Why, and how"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 5}),
    )
    scope = forms.TypedChoiceField(
        label=_("Part of the organization"),
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    owner = forms.TypedChoiceField(
        label=_("Owner"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    start_on = forms.DateField(
        label=_("Starts"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}),
        error_messages={"invalid": _("Write the date as year-month-day.")},
    )
    due_on = forms.DateField(
        label=_("Due"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}),
        error_messages={"invalid": _("Write the date as year-month-day.")},
    )
    effort = forms.TypedChoiceField(
        label=_("Effort"),
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("How long it takes those who do it. Your estimate is enough."),
    )
    marker = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        scopes: Iterable[tuple[int, str]],
        owners: Iterable[tuple[int, str]],
        efforts: Iterable[tuple[int, object]],
        domains: Iterable[DomainChoice] = (),
        levels: Iterable[str] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        _choose(self, "scope", scopes)
        _choose(self, "owner", [("", gettext("Nobody yet")), *owners])
        _choose(self, "effort", efforts)
        offered = [("", "—"), *((one.code, _told(one)) for one in domains)]
        rungs = [("", "—"), *((one, one) for one in levels)]
        for line in range(1, LINES + 1) if len(offered) > 1 else ():
            self.fields[f"domain_{line}"] = forms.ChoiceField(
                label=gettext("Domain %(line)s") % {"line": line},
                choices=offered,
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"level_{line}"] = forms.TypedChoiceField(
                label=gettext("Expected level %(line)s") % {"line": line},
                choices=rungs,
                coerce=Decimal,
                empty_value=None,
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def clean(self) -> dict[str, Any]:
        """Hold each domain to its level, and each domain to one line."""
        values = super().clean() or {}
        expected: dict[str, Decimal] = {}
        for line in range(1, LINES + 1):
            code = values.get(f"domain_{line}")
            level = values.get(f"level_{line}")
            if not code and level is None:
                continue
            if not code:
                self.add_error(f"domain_{line}", gettext("Choose the domain, too."))
            elif level is None:
                self.add_error(f"level_{line}", gettext("Choose the level, too."))
            elif code in expected:
                self.add_error(
                    f"domain_{line}", gettext("This domain is above already.")
                )
            else:
                expected[code] = level
        values["expected"] = expected
        return values

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields that every initiative has, in their order."""
        return [
            self[name]
            for name in (
                "title",
                "text",
                "scope",
                "owner",
                "start_on",
                "due_on",
                "effort",
            )
        ]

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The pairs of a domain and its expected level."""
        return [
            (self[f"domain_{line}"], self[f"level_{line}"])
            for line in range(1, LINES + 1)
            if f"domain_{line}" in self.fields
        ]


class Status(forms.Form):
    """Give an initiative another status."""

    status = forms.ChoiceField(
        label=_("Status"), widget=forms.Select(attrs={"class": "form-select"})
    )
    why = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("Needed to drop it."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        statuses: Iterable[tuple[str, object]],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        _choose(self, "status", statuses)


class Filter(forms.Form):
    """What of the list is shown; a value that is not offered counts as none."""

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    owner = forms.TypedChoiceField(
        label=_("Owner"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    domain = forms.CharField(
        label=_("Domain"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "form-control", "size": "8"}),
    )
    late = forms.BooleanField(
        label=_("Overdue only"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        statuses: Iterable[tuple[str, object]],
        owners: Iterable[tuple[int, str]],
    ) -> None:
        super().__init__(data)
        _choose(
            self, "status", [("", gettext("All")), ("open", gettext("Open")), *statuses]
        )
        _choose(self, "owner", [("", gettext("Everybody")), *owners])


def _told(one: DomainChoice) -> str:
    level = "—" if one.level is None else f"{one.level:.1f}"
    return gettext("%(code)s %(name)s (now %(level)s)") % {
        "code": one.code,
        "name": one.name,
        "level": level,
    }


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
    field.choices = list(choices)
