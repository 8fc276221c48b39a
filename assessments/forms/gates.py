"""Forms about gates: what was found, and what is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from assessments.queries.gates import FindingRow

# How many conditions fit on the form.
LINES = 4
_MET = (
    ("yes", _("Met")),
    ("no", _("Not met")),
    ("unknown", _("Unknown")),
)
_WORDS = {True: "yes", False: "no", None: "unknown"}
_VALUES = {word: value for value, word in _WORDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The fields of one criterion."""

    row: FindingRow
    met: forms.BoundField
    note: forms.BoundField
    link: forms.BoundField


class Findings(forms.Form):
    """Say for each criterion of a gate whether it is met."""

    marker = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        rows: Iterable[FindingRow],
        marker: str,
    ) -> None:
        super().__init__(data, initial={"marker": marker})
        self.rows = list(rows)
        for row in self.rows:
            self._add(row)

    def _add(self, row: FindingRow) -> None:
        self.fields[f"met_{row.code}"] = forms.ChoiceField(
            label=gettext("Is %(code)s met?") % {"code": row.code},
            choices=_MET,
            initial=_WORDS[row.met],
            widget=forms.RadioSelect(),
        )
        self.fields[f"note_{row.code}"] = forms.CharField(
            label=gettext("What was seen"),
            initial=row.note,
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
        )
        self.fields[f"link_{row.code}"] = forms.URLField(
            label=gettext("Link to evidence"),
            initial=row.link,
            required=False,
            max_length=1000,
            assume_scheme="https",
            widget=forms.URLInput(attrs={"class": "form-control"}),
            error_messages={
                "invalid": gettext(
                    "Write a whole web address, with https:// before it."
                )
            },
        )
        link = self.fields[f"link_{row.code}"]
        link.validators = [_web, *link.validators]

    @property
    def lines(self) -> list[Line]:
        """The fields, criterion by criterion."""
        return [
            Line(
                row=row,
                met=self[f"met_{row.code}"],
                note=self[f"note_{row.code}"],
                link=self[f"link_{row.code}"],
            )
            for row in self.rows
        ]

    def found(self) -> dict[str, tuple[bool | None, str, str]]:
        """Return what was found, by criterion: met, note and link."""
        values = self.cleaned_data
        return {
            row.code: (
                _VALUES[values[f"met_{row.code}"]],
                values[f"note_{row.code}"],
                values[f"link_{row.code}"],
            )
            for row in self.rows
        }


def _web(address: str) -> None:
    if not address.lower().startswith(("https://", "http://")):
        raise forms.ValidationError(
            gettext("Write a web address that begins with https:// or http://.")
        )


class Decide(forms.Form):
    """Decide at a gate, with a reason and perhaps conditions."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect(),
        error_messages={"required": _("Choose a decision.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
        error_messages={"required": _("Give the reason: it is kept with your name.")},
    )
    marker = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        decisions: Iterable[tuple[str, object]],
        people: Iterable[tuple[int, str]],
        marker: str,
    ) -> None:
        super().__init__(data, initial={"marker": marker})
        decision = self.fields["decision"]
        assert isinstance(decision, forms.ChoiceField)  # noqa: S101  # narrows the type
        decision.choices = list(decisions)
        owners = [("", "—"), *people]
        for line in range(1, LINES + 1):
            self.fields[f"text_{line}"] = forms.CharField(
                label=gettext("Condition %(line)s") % {"line": line},
                required=False,
                max_length=1000,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
            self.fields[f"owner_{line}"] = forms.TypedChoiceField(
                label=gettext("Owner of condition %(line)s") % {"line": line},
                required=False,
                coerce=int,
                empty_value=None,
                choices=owners,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"due_{line}"] = forms.DateField(
                label=gettext("Condition %(line)s is due") % {"line": line},
                required=False,
                widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}),
                error_messages={
                    "invalid": gettext("Write the date as year-month-day.")
                },
            )

    def clean(self) -> dict[str, Any]:
        """Hold each condition to its three parts."""
        values = super().clean() or {}
        conditions: list[tuple[str, int, date]] = []
        for line in range(1, LINES + 1):
            names = [f"{part}_{line}" for part in ("text", "owner", "due")]
            given = [values.get(name) for name in names]
            if not any(given):
                continue
            for name, one in zip(names, given, strict=True):
                if not one and name not in self.errors:
                    self.add_error(
                        name,
                        gettext("A condition needs a text, an owner and a due date."),
                    )
            text, owner, due = given
            if text and owner and due:
                conditions.append((text, owner, due))
        values["conditions"] = conditions
        return values

    @property
    def lines(self) -> list[tuple[forms.BoundField, ...]]:
        """The three fields of each condition."""
        return [
            tuple(self[f"{part}_{line}"] for part in ("text", "owner", "due"))
            for line in range(1, LINES + 1)
        ]
