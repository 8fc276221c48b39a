"""Forms about sources: connecting one and changing one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.forms.service_table import ServiceTable, Several, filled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.events import Json

_RULE = "rule_"
# Fields that are shown with the rules.
_BESIDE_RULES = ("note", "suggest")
_EVERY = [
    ("15", _("Every 15 minutes")),
    ("60", _("Every hour")),
    ("360", _("Every 6 hours")),
    ("1440", _("Once a day")),
]


class Rule(Protocol):
    """A rule of a connector, as its form field needs it."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def choices(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def least(self) -> int: ...
    @property
    def most(self) -> int: ...
    @property
    def optional(self) -> bool: ...
    @property
    def plain_default(self) -> Json: ...

    def clean(self, raw: object) -> Json:
        """Return the answer as it is stored; raise ValueError with a sentence."""
        ...


class Kind(Protocol):
    """A kind of source, as its form needs it."""

    @property
    def kind(self) -> str: ...
    @property
    def fetches(self) -> bool: ...
    @property
    def address_label(self) -> str: ...
    @property
    def address_help(self) -> str: ...
    @property
    def secret_label(self) -> str: ...
    @property
    def secret_help(self) -> str: ...
    @property
    def rule_fields(self) -> tuple[Rule, ...]: ...


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", **attributes})


class ChangeSource(forms.Form):
    """Change a source: its name, address, schedule and rules."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=_text(),
        help_text=_(
            "How this source is called on pages, for example “Shop repository”."
        ),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=_text(autocapitalize="none", spellcheck="false", autocomplete="off"),
    )
    every_minutes = forms.TypedChoiceField(
        label=_("Synchronize"),
        coerce=int,
        choices=_EVERY,
        initial="60",
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    note = forms.CharField(
        label=_("Why the rules change"),
        required=False,
        max_length=300,
        widget=_text(),
        help_text=_("Kept with this version of the rules."),
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        kind: Kind,
        initial: Mapping[str, object] | None = None,
        rules: Mapping[str, Json] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.kind = kind
        if kind.fetches:
            self.fields["address"].label = kind.address_label
            self.fields["address"].help_text = kind.address_help
        else:
            del self.fields["address"]
            del self.fields["every_minutes"]
        if not kind.rule_fields:
            del self.fields["note"]
        for rule in kind.rule_fields:
            value = (rules or {}).get(rule.name, rule.plain_default)
            self.fields[_RULE + rule.name] = rule_field(rule, value)

    def clean(self) -> dict[str, object]:
        """Let each rule judge its answer in its own words."""
        values = super().clean() or {}
        for rule in self.kind.rule_fields:
            name = _RULE + rule.name
            if name not in values:
                continue
            try:
                values[name] = rule.clean(values[name])
            except ValueError as defect:
                self.add_error(name, str(defect))
        return values

    @property
    def rules(self) -> dict[str, object]:
        """The answers to the rules, by the rules' own names."""
        return {
            name.removeprefix(_RULE): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_RULE) and not self._is_silent(name, value)
        }

    def _is_silent(self, name: str, value: object) -> bool:
        """Whether it is a table or a choice that says nothing: none is kept."""
        return not value and isinstance(self.fields[name], ServiceTable | Several)

    def refuse(self, defects: Mapping[str, str]) -> None:
        """Put each defect beside its field."""
        for name, sentence in defects.items():
            known = next(
                (each for each in (name, _RULE + name) if each in self.fields), None
            )
            self.add_error(known, sentence)

    @property
    def rule_bounds(self) -> list[forms.BoundField]:
        """The fields of the rules, to be shown together."""
        return [self[name] for name in self.fields if name.startswith(_RULE)]

    @property
    def plain_bounds(self) -> list[forms.BoundField]:
        """The other fields."""
        return [
            self[name]
            for name in self.fields
            if not name.startswith(_RULE) and name not in _BESIDE_RULES
        ]


class NewSource(ChangeSource):
    """Connect a source."""

    suggest = forms.BooleanField(
        label=_("Choose rules from what the platform shows, where I changed none"),
        required=False,
        initial=True,
        help_text=_("Which rules were chosen, and why, is said afterwards."),
    )

    secret = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.PasswordInput(
            attrs={"class": "form-control", "autocomplete": "off"}
        ),
    )
    scope = forms.TypedChoiceField(
        label=_("Belongs to"),
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_(
            "Services that this source names for the first time are put below it."
        ),
    )
    service = forms.CharField(
        label=_("Service"),
        required=False,
        max_length=200,
        widget=_text(autocapitalize="none", spellcheck="false"),
        help_text=_(
            "The key of the service that it delivers; empty: the last part of the"
            " address."
        ),
    )
    field_order = ("name", "address", "secret", "scope", "service", "every_minutes")

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        kind: Kind,
        scopes: Iterable[tuple[str, str]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, kind=kind, initial=initial)
        scope = self.fields["scope"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101  # narrows the type
        scope.choices = list(scopes)
        if kind.fetches:
            self.fields["secret"].label = kind.secret_label
            self.fields["secret"].help_text = kind.secret_help
        else:
            del self.fields["secret"]
            del self.fields["service"]
        # There is nothing yet that rules could be changed from.
        self.fields.pop("note", None)
        if not kind.rule_fields:
            del self.fields["suggest"]


def used(packed: str) -> dict[str, str]:
    """Return the fields of a suggestion as a form sends them; nothing of nonsense."""
    try:
        suggestion = json.loads(packed)
        name, value = _RULE + str(suggestion["rule"]), suggestion["value"]
    except (ValueError, KeyError, TypeError):
        return {}
    lines = value if isinstance(value, list) else [value]
    if all(isinstance(line, dict) for line in lines):
        return {
            f"{name}-{number}-{column}": text
            for number, line in enumerate(lines)
            for column, text in filled(line).items()
        }
    return {name: "\n".join(map(str, lines))}


class ReplaceCredential(forms.Form):
    """Give a source another credential; the old one is never shown."""

    secret = forms.CharField(
        label=_("New credential"),
        max_length=4000,
        widget=forms.PasswordInput(
            attrs={"class": "form-control", "autocomplete": "off"}
        ),
    )


class HookSecret(forms.Form):
    """Say the secret of a webhook where the platform made it up."""

    secret = forms.CharField(
        label=_("Secret from over there"),
        help_text=_("Only where the platform makes it up. Empty: we make one."),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(
            attrs={"class": "form-control", "autocomplete": "off"}
        ),
    )


def rule_field(rule: Rule, value: Json) -> forms.Field:
    """Return the form field of a rule."""
    required = not rule.optional
    if rule.kind == "table":
        return ServiceTable(label=rule.label, help_text=rule.help, initial=value)
    if rule.kind == "several":
        return Several(rule, value)
    if rule.kind == "choice":
        return forms.ChoiceField(
            label=rule.label,
            help_text=rule.help,
            required=required,
            initial=value,
            choices=rule.choices,
            widget=forms.Select(attrs={"class": "form-select"}),
        )
    if rule.kind == "number":
        return forms.IntegerField(
            label=rule.label,
            help_text=rule.help,
            required=required,
            initial=value,
            min_value=rule.least,
            max_value=rule.most,
            widget=forms.NumberInput(attrs={"class": "form-control"}),
        )
    entries = isinstance(value, list)
    many = rule.kind == "list"
    look = {"class": "form-control", "spellcheck": "false", "autocapitalize": "none"}
    return forms.CharField(
        label=rule.label,
        help_text=rule.help,
        required=required,
        initial="\n".join(map(str, value)) if isinstance(value, list) else value,
        widget=forms.Textarea(attrs={**look, "rows": 3})
        if many or entries
        else forms.TextInput(attrs=look),
    )
