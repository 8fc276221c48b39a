"""Forms about questionnaires that were filled offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile
    from django.utils.datastructures import MultiValueDict


class Upload(forms.Form):
    """Bring a filled questionnaire back."""

    file = forms.FileField(
        label=_("Filled questionnaire"),
        widget=forms.ClearableFileInput(
            attrs={"class": "form-control", "accept": ".xlsx,.csv"}
        ),
        help_text=_("The workbook (.xlsx), or CSV in UTF-8 with the same columns."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty: choose one with answers in it."),
        },
    )

    def __init__(
        self,
        files: MultiValueDict[str, UploadedFile[bytes]] | None = None,
        *,
        most_bytes: int,
    ) -> None:
        super().__init__(None if files is None else {}, files)
        self._most_bytes = most_bytes

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what no questionnaire needs, before it is read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > self._most_bytes:
            raise forms.ValidationError(
                _("Larger than %(most)s MiB: send only the questionnaire."),
                params={"most": self._most_bytes // 1024**2},
            )
        return file


def taken(chosen: Iterable[str]) -> dict[str, int]:
    """Return the topics that were ticked, each with the answer that was shown."""
    found = {}
    for value in chosen:
        topic, _colon, seen = value.rpartition(":")
        if topic and seen.isascii() and seen.isdigit():
            found[topic] = int(seen)
    return found
