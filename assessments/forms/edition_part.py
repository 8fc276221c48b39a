"""A form that edits one part of the plain document of an edition.

It shows some fields of the part and gives back, as plain data, those that were changed;
it never touches the others. Nested fields are named with two underscores: `levels__3`
is level 3 of `levels`.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from django import forms

from assessments.forms import edition_fields as fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.forms import BoundField
    from django.utils.datastructures import MultiValueDict

    from scoring.events import Json

Plain = dict[str, "Json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a draft offers to choose from."""

    levels: tuple[tuple[int, str], ...]  # of the scale, with their names
    vantage_points: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    metrics: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, str], ...] = ()  # of the domain in hand


class Part(forms.Form):
    """Some fields of one part, filled from its plain data."""

    kind: ClassVar[str]
    # What a part that is added starts with.
    fresh: ClassVar[Mapping[str, Json]] = {}

    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: MultiValueDict[str, str] | None = None,
        *,
        plain: Mapping[str, Json],
        choices: Choices,
        opened: str = "",
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.plain = plain
        self.choices = choices
        self.build()
        self.initial = {name: self._start(name) for name in self.fields}
        self.initial["opened"] = opened

    def build(self) -> None:
        """Add what depends on the edition; most forms have their sources to choose."""
        if "source" in self.fields:
            self._offer("source", self.choices.sources)

    def changes(self) -> Plain:
        """Return the fields of the part that were changed, as plain data."""
        changed: Plain = {}
        for name in self.changed_data:
            top, _nested, key = name.partition("__")
            if name == "opened":
                continue
            value = fields.plain_of(self.cleaned_data[name])
            if not key:
                changed[top] = value
                continue
            whole = changed.setdefault(top, deepcopy(self.plain.get(top) or {}))
            cast("Plain", whole)[key] = value
            if value in ("", None, []):
                cast("Plain", whole).pop(key)
        return changed

    def field_of(self, place: str) -> str | None:
        """Return the field that shows the place of a defect, or None."""
        name = place.replace(".", "__")
        if name in self.fields:
            return name
        first = place.replace("[", ".").partition(".")[0]
        inside = [one for one in self.fields if one.partition("__")[0] == first]
        return inside[0] if inside else None

    def theirs(self) -> list[tuple[BoundField, str]]:
        """Return the fields that differ from what is saved, with what is saved."""
        told = []
        for name in self.changed_data:
            if name != "opened":
                saved = self.fields[name].prepare_value(self.initial[name])
                told.append((self[name], fields.said_of(saved)))
        return told

    def _start(self, name: str) -> object:
        top, _nested, key = name.partition("__")
        value = self.plain.get(top)
        if key:
            value = value.get(key) if isinstance(value, dict) else None
        field = self.fields[name]
        if isinstance(field, fields.Lines | forms.MultipleChoiceField):
            return [value] if isinstance(value, str) else value or []
        if value is None:
            return None if isinstance(field, fields.Number) else ""
        return (
            fields.decimal_of(value)
            if isinstance(field, fields.Number)
            else str(value).strip()
        )

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices
