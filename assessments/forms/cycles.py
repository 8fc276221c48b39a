"""Forms about cycles: a cycle's plan, and its rhythm."""

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


class Plan(forms.Form):
    """What a cycle is about: the same form for a new cycle and for a draft."""

    scope = forms.TypedChoiceField(
        coerce=int, label=_("Scope"), widget=forms.HiddenInput
    )
    edition = forms.TypedChoiceField(
        coerce=int, label=_("Edition"), widget=forms.HiddenInput
    )
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
    due_on = forms.DateField(
        label=_("Answers due on"),
        required=False,
        help_text=_("Shown to everybody who answers. Nothing closes by itself."),
        widget=_date(),
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
        scopes: Sequence[tuple[int, str]],
        editions: Sequence[tuple[int, str]],
        rhythms: Sequence[tuple[str, str]],
        domains: Sequence[DomainOption],
        levels: Sequence[str],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        for name, choices in (
            ("scope", scopes),
            ("edition", editions),
            ("rescoring", rhythms),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
            field.choices = list(choices)
        self.domains = domains
        for domain in domains:
            self._add(domain, levels)

    def _add(self, domain: DomainOption, levels: Sequence[str]) -> None:
        code = domain.code
        self.fields[f"target_{code}"] = forms.ChoiceField(
            label=_("Target of %(code)s") % {"code": code},
            required=False,
            choices=[("", _("No target")), *((level, level) for level in levels)],
            widget=_select(),
        )
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
    def main(self) -> list[BoundField]:
        """The fields above the table of domains."""
        names = ("title", "period_start", "period_end", "due_on", "rescoring")
        return [self[name] for name in names]

    @property
    def rows(
        self,
    ) -> Iterator[tuple[DomainOption, BoundField, BoundField, BoundField]]:
        """Each domain with its three fields."""
        for domain in self.domains:
            code = domain.code
            yield (
                domain,
                self[f"target_{code}"],
                self[f"out_{code}"],
                self[f"reason_{code}"],
            )

    @property
    def targets(self) -> dict[str, str]:
        """Levels to reach, by domain code."""
        return {
            domain.code: self.cleaned_data[f"target_{domain.code}"]
            for domain in self.domains
            if self.cleaned_data.get(f"target_{domain.code}")
            and not self.cleaned_data.get(f"out_{domain.code}")
        }

    @property
    def left_out(self) -> dict[str, str]:
        """Reasons, by the code of each domain left out."""
        return {
            domain.code: self.cleaned_data[f"reason_{domain.code}"]
            for domain in self.domains
            if self.cleaned_data.get(f"out_{domain.code}")
        }

    def blame(self, field_name: str, sentence: str) -> None:
        """Put a refusal beside the field that it is about."""
        known = field_name in self.fields and field_name not in ("scope", "edition")
        self.add_error(field_name if known else None, sentence)


class Answer(forms.Form):
    """What a person says to a question; what fits is for the service to say."""

    choice = forms.CharField(required=False)
    confidence = forms.CharField(required=False)
    vantage = forms.CharField(required=False)
    rationale = forms.CharField(required=False)

    @property
    def answer(self) -> str:
        """level, unknown, not_applicable, or whatever was sent instead."""
        choice = self.cleaned_data["choice"]
        return "level" if self.level is not None else str(choice)

    @property
    def level(self) -> int | None:
        """The level, if one was chosen."""
        choice = self.cleaned_data["choice"]
        short = len(choice) <= 2  # a level has one or two digits
        return int(choice) if short and choice.isascii() and choice.isdigit() else None
