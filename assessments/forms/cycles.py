"""Forms about cycles: the steps of a plan, one form each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.forms import BoundField

    from assessments.queries.cycles import DomainOption


def _date() -> forms.DateInput:
    return forms.DateInput(
        format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"}
    )


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class Step(forms.Form):
    """One step; a refusal is put beside the field that it is about."""

    def blame(self, field_name: str, sentence: str) -> None:
        """Put a refusal beside the field that it is about."""
        self.add_error(field_name if field_name in self.fields else None, sentence)

    def _choose(self, name: str, choices: Sequence[tuple[object, object]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
        field.choices = list(choices)


class Period(Step):
    """What a cycle is called, and over which period it looks."""

    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        help_text=_("For example “Q4 2026”. Reports carry it."),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    period_start = forms.DateField(label=_("Period: first day"), widget=_date())
    period_end = forms.DateField(
        label=_("Period: last day"),
        help_text=_("Telemetry is measured up to this day."),
        widget=_date(),
    )


class Start(Period):
    """What is assessed, against what, over which period."""

    edition = forms.TypedChoiceField(coerce=int, label=_("Edition"), widget=_select())
    scope = forms.TypedMultipleChoiceField(
        label=_("Scope"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": _("Choose what is assessed.")},
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        scopes: Sequence[tuple[int, str]],
        editions: Sequence[tuple[int, str]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self._choose("scope", scopes)
        self._choose("edition", editions)

    @property
    def main(self) -> list[BoundField]:
        """The fields beside the list of scopes."""
        names = ("title", "edition", "period_start", "period_end")
        return [self[name] for name in names]


class Domains(Step):
    """Which domains are left out, each with its reason."""

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        domains: Sequence[DomainOption],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.domains = domains
        for domain in domains:
            code = domain.code
            self.fields[f"out_{code}"] = forms.BooleanField(
                label=_("Leave out %(code)s") % {"code": code},
                required=False,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )
            self.fields[f"reason_{code}"] = forms.CharField(
                label=_("Why %(code)s is left out") % {"code": code},
                required=False,
                max_length=500,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )

    def clean(self) -> dict[str, object]:
        """A domain is left out with a reason, or not at all."""
        values = super().clean() or {}
        for domain in self.domains:
            out = values.get(f"out_{domain.code}")
            reason = values.get(f"reason_{domain.code}")
            if out and not reason:
                self.add_error(
                    f"reason_{domain.code}",
                    _("Say why %(code)s is left out, or keep it in.")
                    % {"code": domain.code},
                )
        return values

    @property
    def rows(self) -> Iterator[tuple[DomainOption, BoundField, BoundField]]:
        """Each domain with its two fields."""
        for one in self.domains:
            yield one, self[f"out_{one.code}"], self[f"reason_{one.code}"]

    @property
    def left_out(self) -> dict[str, str]:
        """Reasons, by the code of each domain left out."""
        return {
            domain.code: self.cleaned_data[f"reason_{domain.code}"]
            for domain in self.domains
            if self.cleaned_data.get(f"out_{domain.code}")
        }


class Targets(Step):
    """The level to reach in each domain, or none."""

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        domains: Sequence[DomainOption],
        levels: Sequence[str],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.domains = domains
        for domain in domains:
            self.fields[f"target_{domain.code}"] = forms.ChoiceField(
                label=_("Target of %(code)s") % {"code": domain.code},
                required=False,
                choices=[("", _("No target")), *((level, level) for level in levels)],
                widget=_select(),
            )

    @property
    def rows(self) -> Iterator[tuple[DomainOption, BoundField]]:
        """Each domain with its field."""
        for one in self.domains:
            yield one, self[f"target_{one.code}"]

    @property
    def targets(self) -> dict[str, str]:
        """Levels to reach, by domain code."""
        return {
            domain.code: level
            for domain in self.domains
            if (level := self.cleaned_data[f"target_{domain.code}"])
        }


class Due(Step):
    """Until when answers are due, and how often people are reminded."""

    due_on = forms.DateField(
        label=_("Answers due on"),
        required=False,
        help_text=_("Shown to everybody who answers. Nothing closes by itself."),
        widget=_date(),
    )
    remind_every_days = forms.IntegerField(
        label=_("Remind every … days"),
        required=False,
        help_text=_(
            "By e-mail, and only who is not done; also on the day before answers are"
            " due, and once when they are overdue. Empty: no reminders."
        ),
        widget=forms.NumberInput(
            attrs={"class": "form-control", "min": 1, "max": 90, "inputmode": "numeric"}
        ),
    )


class Course(Due):
    """Dates, reminders, and how the cycle goes about answers and scores."""

    unanchored = forms.BooleanField(
        label=_("Ask for unanchored answers"),
        required=False,
        help_text=_(
            "The last cycle’s answer and what telemetry measured are shown to a person"
            " only after their own first answer."
        ),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    rescoring = forms.ChoiceField(
        label=_("Re-score"),
        help_text=_("Answers and new events move the scores in any case."),
        widget=_select(),
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        rhythms: Sequence[tuple[str, object]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self._choose("rescoring", rhythms)


class TemplateName(Step):
    """The name under which a plan is kept."""

    name = forms.CharField(
        label=_("Name of the template"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
