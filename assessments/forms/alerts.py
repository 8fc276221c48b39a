"""The form of a channel of alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import _StrPromise

    Choices = Sequence[tuple[str, str | _StrPromise]]


class Channel(forms.Form):
    """How, where and of what a channel tells."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("For example “Platform team”."),
    )
    kind = forms.ChoiceField(
        label=_("How"), widget=forms.Select(attrs={"class": "form-select"})
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=1000,
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
        help_text=_(
            "An e-mail address, or the whole web address that takes messages. It is"
            " kept sealed and not shown again."
        ),
    )
    topics = forms.MultipleChoiceField(
        label=_("Of what"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        kinds: Choices,
        topics: Choices,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        for name, offered in (("kind", kinds), ("topics", topics)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the types
            field.choices = list(offered)

    def keep_kind(self, shown: str) -> None:
        """Ask for what may be changed: the kind stays, and an address is there."""
        del self.fields["kind"]
        address = self.fields["address"]
        address.required = False
        address.help_text = _(
            "Empty: the one that is there stays (%(shown)s). It is kept sealed."
        ) % {"shown": shown}

    def blame(self, field_name: str, sentence: str) -> None:
        """Put a refusal beside the field that it is about."""
        self.add_error(field_name if field_name in self.fields else None, sentence)
