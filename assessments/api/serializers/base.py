"""What every noun of the API is written with: levels are numbers, unknown is null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework import serializers

if TYPE_CHECKING:
    from collections.abc import Sequence

Plain = serializers.Serializer[Any]


class Sent(Plain):
    """A body; a field that is not known is refused, not forgotten."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what no field takes."""
        if isinstance(data, dict):
            strange = sorted(str(name) for name in data if name not in self.fields)
            if strange:
                sentence = _("There is no such field: leave it out.")
                raise serializers.ValidationError({strange[0]: [sentence]})
        return super().to_internal_value(data)


class Problem(Plain):
    """Why a request was not let in."""

    detail = serializers.CharField()


class Wrong(Plain):
    """What of a request cannot be, and what to do about it."""

    field = serializers.CharField(
        allow_blank=True, help_text="Which field or filter; empty: the whole."
    )
    sentence = serializers.CharField()


class Refused(Plain):
    """Why something cannot be done as things stand."""

    sentence = serializers.CharField()
    newest = serializers.IntegerField(
        required=False,
        help_text="Of a conflict about an answer: the rating that is newest now.",
    )


class Made(Plain):
    """What was made, or was there already."""

    id = serializers.IntegerField()


def number(help_text: str) -> serializers.FloatField:
    """Return a field for a number that may be unknown."""
    return serializers.FloatField(allow_null=True, help_text=help_text)


def half_steps(help_text: str, **options: Any) -> serializers.DecimalField:
    """Return a field that takes a level in half steps."""
    return serializers.DecimalField(
        max_digits=3, decimal_places=1, help_text=help_text, **options
    )


def free_text(help_text: str = "", **options: Any) -> serializers.CharField:
    """Return a field that takes a text, perhaps none."""
    return serializers.CharField(
        allow_blank=True, default="", help_text=help_text, **options
    )


def codes(help_text: str, **options: Any) -> serializers.ListField:
    """Return a field for codes, such as those of domains."""
    return serializers.ListField(
        child=serializers.CharField(), help_text=help_text, **options
    )


def ids(help_text: str, **options: Any) -> serializers.ListField:
    """Return a field for ids."""
    return serializers.ListField(
        child=serializers.IntegerField(), help_text=help_text, **options
    )


def one_of(choices: Sequence[Any], **options: Any) -> serializers.ChoiceField:
    """Return a field that takes one of the choices."""
    return serializers.ChoiceField(choices=list(choices), **options)


def page_of(row: type[Plain]) -> type[Plain]:
    """Return the shape of a page of rows, and where to go on."""
    parts = {
        "__doc__": "Rows, and where to go on.",
        "next": serializers.URLField(allow_null=True),
        "results": row(many=True),
    }
    return type(f"{row.__name__}Page", (serializers.Serializer,), parts)
