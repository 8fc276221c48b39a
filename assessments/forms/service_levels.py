"""Forms about service level objectives; what they make is an OpenSLO document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.events import Json

_SIGNALS = (
    ("signal:availability", _("Signals: availability")),
    ("signal:latency", _("Signals: latency")),
    ("signal:freshness", _("Signals: freshness")),
    ("signal:performance", _("Signals: performance of a model")),
    ("signal:drift", _("Signals: drift")),
    ("signal:fairness", _("Signals: fairness")),
)
_OBSERVED = (
    *_SIGNALS,
    ("pipeline_run", _("Runs of a pipeline: succeeded or failed")),
    ("incident", _("Incidents: time without one")),
)
_JUDGED = (
    ("breached", _("By what the monitor says (breached)")),
    ("lte", _("Good at a value ≤ the line")),
    ("lt", _("Good at a value < the line")),
    ("gte", _("Good at a value ≥ the line")),
    ("gt", _("Good at a value > the line")),
)
_WINDOWS = (
    ("7d", _("The last 7 days")),
    ("28d", _("The last 28 days")),
    ("30d", _("The last 30 days")),
    ("90d", _("The last 90 days")),
    ("1M", _("Each calendar month")),
    ("1Q", _("Each calendar quarter")),
)
_SLICES = (
    ("", pgettext_lazy("slices of time", "None: each observation counts")),
    ("5m", _("5 minutes")),
    ("15m", _("15 minutes")),
    ("60m", _("1 hour")),
    ("1440m", _("1 day")),
)
_CATEGORIES = (
    ("software", _("Software")),
    ("model-quality", _("Model quality")),
)
_ROLLING = re.compile(r"\d+[dw]")
# Where windows of the calendar begin.
_BEGIN = "2026-01-01 00:00:00"
# Which field is about which part of a document.
_FIELD_OF = {
    "metadata.name": "name",
    "metadata.displayName": "title",
    "spec.description": "description",
    "spec.service": "service",
    "spec.timeWindow": "window",
    "spec.budgetingMethod": "slices",
    "spec.objectives[0].targetPercent": "target",
    "spec.objectives[0].value": "line",
    "spec.objectives[0].timeSliceTarget": "slice_target",
    "spec.objectives[0].timeSliceWindow": "slices",
}


def _select(**more: str) -> forms.Select:
    return forms.Select(attrs={"class": "form-select", **more})


def _number(**more: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "form-control", "step": "any", **more})


class Objective(forms.Form):
    """Promise a service level, or change what is promised."""

    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("What is promised, in a few words."),
    )
    service = forms.ChoiceField(label=_("Service or model"), widget=_select())
    category = forms.ChoiceField(
        label=_("What is promised"),
        choices=_CATEGORIES,
        widget=_select(),
        help_text=_("Budgets of software and of model quality are kept apart."),
    )
    observed = forms.ChoiceField(
        label=_("What is observed"), choices=_OBSERVED, widget=_select()
    )
    pipeline = forms.CharField(
        label=_("Only this pipeline"),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("For runs: its name, or empty for all."),
    )
    judged = forms.ChoiceField(
        label=_("What is good"), choices=_JUDGED, widget=_select()
    )
    line = forms.DecimalField(
        label=_("The line"),
        required=False,
        widget=_number(),
        help_text=_("Where good ends, if values are held against a line."),
    )
    target = forms.DecimalField(
        label=_("How much has to be good, in percent"),
        widget=_number(min="0", max="100"),
        help_text=_("99.5 leaves an error budget of half a percent. 100 leaves none."),
    )
    window = forms.ChoiceField(label=_("Over"), choices=_WINDOWS, widget=_select())
    slices = forms.ChoiceField(
        label=_("Slices of time"),
        required=False,
        choices=_SLICES,
        widget=_select(),
        help_text=_(
            "With slices, a slice counts instead of each observation. Incidents are"
            " always counted by slices."
        ),
    )
    slice_target = forms.DecimalField(
        label=_("How much of a slice has to be good, in percent"),
        required=False,
        widget=_number(min="0", max="100"),
    )
    alerts = forms.ChoiceField(label=_("Burn-rate alerts"), widget=_select())
    description = forms.CharField(
        label=_("Why this promise"),
        required=False,
        max_length=1050,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    name = forms.CharField(
        label=_("Name in OpenSLO"),
        required=False,
        max_length=63,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("Made of the title if left empty; it never changes."),
    )
    why = forms.CharField(
        label=_("Why it is changed"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        services: Iterable[tuple[str, str]],
        alerts: Iterable[tuple[str, str]],
        zone: str,
        standing: str = "",
        kept: Mapping[str, Json] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """Offer services and alerts; `standing` is the name of what is changed.

        `kept` are labels and annotations that the form does not show.
        """
        super().__init__(data, initial=dict(initial or {}))
        for name, choices in (("service", services), ("alerts", alerts)):
            self._offer(name, choices)
        self._zone, self._standing, self._kept = zone, standing, dict(kept or {})
        if standing:
            del self.fields["name"], self.fields["service"]
            self._service = str(self.initial["service"])
        else:
            del self.fields["why"]
        # A window that was read in from a file stays on offer.
        if (window := self.initial.get("window")) not in (None, *dict(_WINDOWS)):
            self._offer("window", [*_WINDOWS, (window, window)])
        if (span := self.initial.get("slices")) not in (None, *dict(_SLICES)):
            self._offer("slices", [*_SLICES, (span, span)])

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """Hold what belongs together to each other."""
        values = super().clean() or {}
        if self._by_value(values) and values.get("line") is None:
            self.add_error("line", gettext("Write the line, too."))
        if values.get("observed") == "incident" and not values.get("slices"):
            self.add_error("slices", gettext("Choose slices: incidents take time."))
        if values.get("slices") and values.get("slice_target") is None:
            values["slice_target"] = 100
        return values

    @staticmethod
    def _by_value(values: Mapping[str, Any]) -> bool:
        signal = str(values.get("observed", "")).startswith("signal")
        return signal and values.get("judged") != "breached"

    def document(self) -> dict[str, Json]:
        """Return what was entered as OpenSLO has it."""
        values = self.cleaned_data
        objective: dict[str, Json] = {"targetPercent": str(values["target"])}
        if self._by_value(values):
            objective |= {"op": values["judged"], "value": str(values["line"])}
        if values["slices"]:
            objective |= {
                "timeSliceWindow": values["slices"],
                "timeSliceTarget": str(values["slice_target"] / 100),
            }
        head: dict[str, Json] = {
            "name": self._standing or values["name"] or slugify(values["title"])[:63],
            "displayName": values["title"],
            **self._kept,
        }
        annotations = self._kept.get("annotations")
        head["annotations"] = {
            **(annotations if isinstance(annotations, dict) else {}),
            "compel/category": values["category"],
            "compel/burn-alerts": values["alerts"],
        }
        spec: dict[str, Json] = {
            "description": values["description"],
            "service": self._service if self._standing else values["service"],
            "indicator": {"spec": self._indicator(values)},
            "timeWindow": [self._window(values["window"])],
            "budgetingMethod": "Timeslices" if values["slices"] else "Occurrences",
            "objectives": [objective],
        }
        return {
            "apiVersion": "openslo/v1",
            "kind": "SLO",
            "metadata": head,
            "spec": spec,
        }

    def _indicator(self, values: Mapping[str, Any]) -> dict[str, Json]:
        events, _colon, signal = values["observed"].partition(":")
        source: dict[str, Json] = {"events": events}
        if signal:
            source["signal"] = signal
        if events == "pipeline_run" and values["pipeline"]:
            source["pipeline"] = values["pipeline"]
        if self._by_value(values):
            return {"thresholdMetric": _metric(source)}
        good = _metric({**source, "judged": "good"})
        return {"ratioMetric": {"good": good, "total": _metric(source)}}

    def _window(self, said: str) -> dict[str, Json]:
        if said == self.initial.get("window") and "calendar" in self.initial:
            return {"duration": said, "calendar": self.initial["calendar"]}
        if _ROLLING.fullmatch(said):
            return {"duration": said, "isRolling": True}
        calendar: dict[str, Json] = {"startTime": _BEGIN, "timeZone": self._zone}
        return {"duration": said, "calendar": calendar}

    def blame(self, place: str, why: str) -> None:
        """Show what is wrong with the document at the field that it came from."""
        found = next(
            (field for part, field in _FIELD_OF.items() if place.startswith(part)), None
        )
        self.add_error(found if found in self.fields else None, why)


def _metric(source: dict[str, Json]) -> dict[str, Json]:
    return {"metricSource": {"type": "Compel", "spec": source}}
