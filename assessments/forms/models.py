"""Forms about models: how their inventory is narrowed, and what people note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHOWN = (
    ("", _("Live models")),
    ("problems", _("Live models with problems")),
    ("all", _("All, retired and never deployed too")),
)
SORTED = (
    ("", _("Problems first")),
    ("name", _("Name")),
    ("age", _("Oldest first")),
    ("review", _("Review due first")),
)
_CHOOSE = _("Choose one from the list.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What of the inventory is looked at, and in which order."""

    scope_id: int | None
    show: str
    sort: str

    def query(self, **changed: str) -> str:
        """Return the address' query that gives this choice again."""
        given = {
            "scope": str(self.scope_id or ""),
            "show": self.show,
            "sort": self.sort,
        }
        return urlencode({k: v for k, v in (given | changed).items() if v})


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=choices,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": _CHOOSE},
    )


class Filters(forms.Form):
    """The filters of the inventory; one that cannot be read falls back."""

    scope = _choice(_("Unit or model"), ())
    show = _choice(_("Show"), SHOWN)
    sort = _choice(_("Order"), SORTED)

    def __init__(
        self, given: Mapping[str, str], *, scopes: Sequence[tuple[int, str]]
    ) -> None:
        super().__init__(given)
        self.fields["scope"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("Whole workspace")),
            *((str(pk), label) for pk, label in scopes),
        ]

    def chosen(self) -> Chosen:
        """Return what to look at: what was valid, and defaults for the rest."""
        self.is_valid()
        clean = self.cleaned_data
        scope = clean.get("scope") or ""
        return Chosen(
            scope_id=int(scope) if scope else None,
            show=clean.get("show") or "",
            sort=clean.get("sort") or "",
        )


def _day(label: Any, help_text: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(
            attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"
        ),
        error_messages={
            "invalid": _("Write a day as year-month-day, for example 2026-03-31.")
        },
    )


def _text(label: Any, help_text: Any, longest: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=longest,
        help_text=help_text,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


class Note(forms.Form):
    """What a person notes about a model."""

    owner = _text(_("Owner"), _("A team or a role that answers for it."), 120)
    review_on = _day(_("Review due"), _("By this day somebody looks at it again."))
    retired_on = _day(
        _("Retired"), _("From this day on it no longer serves and is left out.")
    )
    model_card = _text(_("Model card"), _("Its address, or where it is kept."), 500)
    shared_on_call = forms.TypedChoiceField(
        label=_("Shared on-call"),
        required=False,
        choices=(("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))),
        coerce=lambda value: value == "yes",
        empty_value=None,
        help_text=_("Data scientists and engineers are on call for it together."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
