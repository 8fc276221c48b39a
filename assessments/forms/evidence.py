"""The forms of evidence: add a file, a link or a measurement, describe, look for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.core.files.uploadedfile import UploadedFile
    from django.utils.datastructures import MultiValueDict
    from django.utils.functional import _StrPromise

    # What a choice may be made of: options, or groups of them.
    Options = Sequence[tuple[object, object]]

_INPUT = {"class": "form-control"}
_SELECT = {"class": "form-select"}


def _day(label: _StrPromise, *, required: bool, help_text: _StrPromise) -> forms.Field:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=_INPUT | {"type": "date"}),
        error_messages={"invalid": _("Write the date as year-month-day.")},
    )


class Particulars(forms.Form):
    """What is said about any piece of evidence."""

    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=_INPUT),
        help_text=_("Left empty, it is named after the file, the site or the metric."),
    )
    dated_on = _day(_("From"), required=True, help_text=_("The day that it speaks of."))
    expires_on = _day(
        _("Expires"),
        required=False,
        help_text=_("The last day on which it still counts."),
    )
    origin = forms.CharField(
        label=_("Where it comes from"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs=_INPUT),
        help_text=_(
            "The system or the team. What comes from one place counts as one source."
        ),
    )
    owner = forms.ChoiceField(
        label=_("Owner"),
        widget=forms.Select(attrs=_SELECT),
        help_text=_("Who is asked about it, and renews it."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs=_INPUT | {"rows": 2}),
    )

    field_order: Iterable[str] | None = None

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        files: MultiValueDict[str, UploadedFile[bytes]] | None = None,
        *,
        owners: Options | None,
        initial: Mapping[str, object] | None = None,
        prefix: str | None = None,
    ) -> None:
        """Offer owners; without any, whoever fills it in is the owner."""
        super().__init__(data, files, initial=dict(initial or {}), prefix=prefix)
        if owners is None:
            del self.fields["owner"]
        else:
            _offer(self, "owner", owners)


class AddFile(Particulars):
    """Add a file."""

    file = forms.FileField(
        label=_("File"),
        max_length=None,
        widget=forms.FileInput(attrs=_INPUT),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty: choose the one that holds something."),
        },
    )
    field_order = ("file", "title")


class AddLink(Particulars):
    """Add a link."""

    url = forms.CharField(
        label=_("Web address"),
        max_length=1000,
        widget=forms.URLInput(
            attrs=_INPUT | {"placeholder": "https://", "inputmode": "url"}
        ),
        help_text=_("Whoever follows it signs in there as usual; nothing is copied."),
    )
    field_order = ("url", "title")


class AddTelemetry(Particulars):
    """Add a reference to a stored measurement."""

    measurement = forms.ChoiceField(
        label=_("Measurement"), widget=forms.Select(attrs=_SELECT)
    )
    field_order = ("measurement", "title")

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        measurements: Options,
        owners: Options | None,
        initial: Mapping[str, object] | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, owners=owners, initial=initial, prefix=prefix)
        _offer(self, "measurement", measurements)
        # It is dated by its window, and moves with it.
        del self.fields["dated_on"]


class Attach(forms.Form):
    """Attach what is in the register already."""

    evidence = forms.ChoiceField(
        label=_("Evidence"),
        widget=forms.Select(attrs=_SELECT),
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        offers: Options,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix)
        _offer(self, "evidence", offers)


class AttachTo(forms.Form):
    """Let a piece support a topic of a cycle."""

    topic = forms.ChoiceField(
        label=_("Topic"),
        widget=forms.Select(attrs=_SELECT),
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )

    def __init__(
        self, data: Mapping[str, str] | None = None, *, topics: Options
    ) -> None:
        super().__init__(data)
        _offer(self, "topic", topics)


class Look(forms.Form):
    """Look for evidence in the register; what cannot be is looked past."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=_INPUT | {"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, widget=forms.Select(attrs=_SELECT)
    )
    domain = forms.ChoiceField(
        label=_("Domain"), required=False, widget=forms.Select(attrs=_SELECT)
    )
    owner = forms.ChoiceField(
        label=_("Owner"), required=False, widget=forms.Select(attrs=_SELECT)
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, widget=forms.Select(attrs=_SELECT)
    )

    def __init__(
        self, data: Mapping[str, str], *, choices: Mapping[str, Options]
    ) -> None:
        super().__init__(data)
        for name, options in choices.items():
            _offer(self, name, [("", _("All")), *options])


def _offer(form: forms.Form, name: str, options: Options) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
    field.choices = [*options]
