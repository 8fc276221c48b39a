"""Forms about answers."""

from __future__ import annotations

from django import forms


class Answer(forms.Form):
    """What a person says to a question; what fits is for the service to say."""

    choice = forms.CharField(required=False)
    confidence = forms.CharField(required=False)
    vantage = forms.CharField(required=False)
    rationale = forms.CharField(required=False)
    seen = forms.IntegerField(required=False)
    person = forms.IntegerField(required=False)

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
