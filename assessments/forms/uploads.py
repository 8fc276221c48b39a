"""The form that takes a file of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.core.files.uploadedfile import UploadedFile
    from django.utils.datastructures import MultiValueDict

# The choice that makes a source with the upload.
NEW_SOURCE = "new"


class UploadEvents(forms.Form):
    """Upload a file of events to a source, or to one that is made with it."""

    source = forms.ChoiceField(
        label=_("Source"),
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("Sending a file again to the same source changes nothing."),
    )
    name = forms.CharField(
        label=_("Name of the new source"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("For example “Releases by hand”. Only for a new source."),
    )
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(
            attrs={"class": "form-control", "accept": ".jsonl,.ndjson,.json,.csv,.gz"}
        ),
        help_text=_("JSON Lines, a JSON array or CSV; gzip is fine."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty: choose one that holds an event."),
        },
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        files: MultiValueDict[str, UploadedFile[bytes]] | None = None,
        *,
        sources: Iterable[tuple[str, str]],
        most_bytes: int,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}))
        self._most_bytes = most_bytes
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)  # noqa: S101  # narrows the type
        source.choices = [*sources, (NEW_SOURCE, _("A new source, named below"))]

    def clean(self) -> dict[str, object]:
        """Ask for a name where a source is made."""
        values = super().clean() or {}
        if values.get("source") == NEW_SOURCE and not values.get("name"):
            self.add_error("name", _("Give the new source a name."))
        return values

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what is too large to be read while somebody waits."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > self._most_bytes:
            raise forms.ValidationError(
                _(
                    "Larger than %(most)s MiB: pack it with gzip, split it, or use"
                    " “manage.py import_events” on the server."
                ),
                params={"most": self._most_bytes // 1024**2},
            )
        return file


class UploadTable(forms.Form):
    """Upload a file of rows, whatever their columns are."""

    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.ClearableFileInput(
            attrs={"class": "form-control", "accept": ".csv,.tsv,.txt"}
        ),
        help_text=_("Separators and encoding are found out."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty: choose one that has rows."),
        },
    )
    bare = forms.BooleanField(
        label=_("The first row is data: the file does not name its columns"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        files: MultiValueDict[str, UploadedFile[bytes]] | None = None,
        *,
        most_bytes: int,
    ) -> None:
        super().__init__(data, files)
        self._most_bytes = most_bytes

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what is too large to be read while somebody waits."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > self._most_bytes:
            raise forms.ValidationError(
                _("Larger than %(most)s MiB: upload it in parts."),
                params={"most": self._most_bytes // 1024**2},
            )
        return file
