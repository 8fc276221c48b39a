"""Form fields of rules that are more than a text: a table, and several of some choices.

Both work without JavaScript: a table has lines to spare, and more after each preview.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.events import Json

_SPARE = 2
COLUMNS = {
    "service": _("Service"),
    "paths": _("Paths"),
    "environments": _("Environments"),
    "jobs": _("Jobs or workflows"),
    "tags": _("Tags"),
}
_EXAMPLES = {
    "service": "orders",
    "paths": "services/orders, libs/money",
    "environments": "prod-orders*",
    "jobs": "deploy-orders*",
    "tags": "orders/v*",
}


class Choices(Protocol):
    """A rule of several choices, as its field needs it."""

    @property
    def label(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def choices(self) -> tuple[tuple[str, str], ...]: ...


class _Rows(forms.Widget):
    """Reads the lines of a table; the page writes them, cell by cell."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: object, name: str
    ) -> list[dict[str, str]]:
        del files
        return list(_lines(data, name))

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: object, name: str
    ) -> bool:
        del files
        return f"{name}-0-service" not in data


class ServiceTable(forms.Field):
    """A line a service, with its patterns."""

    widget = _Rows
    is_table = True

    def __init__(self, *, label: str, help_text: str, initial: Json) -> None:
        super().__init__(
            label=label, help_text=help_text, initial=initial, required=False
        )

    @property
    def titles(self) -> list[str]:
        """What the columns are called."""
        return [str(title) for title in COLUMNS.values()]


class Several(forms.MultipleChoiceField):
    """Some of the choices; at first all of them."""

    is_several = True

    def __init__(self, rule: Choices, value: Json) -> None:
        every = [each for each, _label in rule.choices]
        super().__init__(
            label=rule.label,
            help_text=rule.help,
            required=False,
            choices=rule.choices,
            initial=value or every,
            widget=forms.CheckboxSelectMultiple,
        )


def cells(bound: forms.BoundField) -> list[list[dict[str, str]]]:
    """Return the cells of a table, line by line, some empty ones at the end."""
    value = bound.value()
    lines = [line for line in value or [] if isinstance(line, dict)]
    filled = [line for line in lines if any(line.values())]
    return [
        [
            {
                "name": f"{bound.html_name}-{number}-{column}",
                "title": str(title),
                "value": _text(line.get(column)),
                "example": _EXAMPLES[column],
            }
            for column, title in COLUMNS.items()
        ]
        for number, line in enumerate([*filled, *({} for _each in range(_SPARE))])
    ]


def filled(line: Mapping[str, object]) -> dict[str, str]:
    """Return every cell of a line, as it is typed."""
    return {column: _text(line.get(column)) for column in COLUMNS}


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _lines(data: Mapping[str, Any], name: str) -> Iterator[dict[str, str]]:
    number = 0
    while f"{name}-{number}-service" in data:
        yield {
            column: str(data.get(f"{name}-{number}-{column}", "")).strip()
            for column in COLUMNS
        }
        number += 1
