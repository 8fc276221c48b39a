"""The forms of calibration: settle, take back, dispute, resolve, and what to show."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MOST = 4000


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "form-control", "rows": rows})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class Settle(forms.Form):
    """The level agreed on, and why."""

    level = forms.TypedChoiceField(
        label=_("Agreed level"),
        coerce=Decimal,
        widget=_select(),
        error_messages={"required": _("Choose the level that was agreed on.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=_MOST,
        widget=_text(),
        help_text=_(
            "What convinced you? Everybody who reads the results sees it, with your"
            " name."
        ),
        error_messages={"required": _("Say why this level was agreed on.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        levels: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(data, auto_id="settle_%s")
        choose(self, "level", [("", "—"), *levels])


class TakeBack(forms.Form):
    """Why a settlement counts no more."""

    reason = forms.CharField(
        label=_("Why is it taken back?"),
        max_length=_MOST,
        widget=_text(2),
        error_messages={"required": _("Say why it is taken back.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="back_%s")


class Dispute(forms.Form):
    """What is disputed, who sees to it, and until when."""

    text = forms.CharField(
        label=_("What is disputed?"),
        max_length=_MOST,
        widget=_text(),
        error_messages={"required": _("Say what is disputed.")},
    )
    owner = forms.TypedChoiceField(
        label=_("Who sees to it?"),
        coerce=int,
        widget=_select(),
        help_text=_("They are told by e-mail."),
        error_messages={"required": _("Choose who sees to it.")},
    )
    due_on = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"}
        ),
        error_messages={
            "required": _("Give a day."),
            "invalid": _("Write the date as year-month-day."),
        },
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        owners: Iterable[tuple[int, str]],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, auto_id="dispute_%s", initial=dict(initial or {}))
        choose(self, "owner", [("", "—"), *((str(pk), name) for pk, name in owners)])


class Resolve(forms.Form):
    """How a dispute ended, perhaps with a level."""

    resolution = forms.CharField(
        label=_("How was it resolved?"),
        max_length=_MOST,
        widget=_text(),
        error_messages={"required": _("Say in a sentence how it was resolved.")},
    )
    level = forms.TypedChoiceField(
        label=_("Settle the topic at"),
        required=False,
        coerce=Decimal,
        empty_value=None,
        widget=_select(),
        help_text=_("The sentence above is the reason then."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        levels: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(data, auto_id="resolve_%s")
        choose(self, "level", [("", _("leave it as it is")), *levels])
        if not levels:
            del self.fields["level"]


class Show(forms.Form):
    """Which topics to show, and in which order; what is not understood is the usual."""

    show = forms.ChoiceField(label=_("Show"), required=False, widget=_select())
    domain = forms.ChoiceField(label=_("Domain"), required=False, widget=_select())
    sort = forms.ChoiceField(label=_("Order"), required=False, widget=_select())

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        shows: Iterable[tuple[str, str]],
        domains: Iterable[tuple[str, str]],
        sorts: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(data, auto_id="show_%s")
        choose(self, "show", shows)
        choose(self, "domain", [("", _("all domains")), *domains])
        choose(self, "sort", sorts)


def choose(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Hand a field its choices."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)
