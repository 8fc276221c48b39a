"""Objectives as OpenSLO writes them (apiVersion openslo/v1), read with every defect.

Indicators of this product have the metric source type `Compel`: its `spec` names the
events (`events: signal`, `pipeline_run` or `incident`) and, of signals, the kind. What
OpenSLO can say and this product cannot hold is a defect, never left out in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.events import SignalKind
from scoring.rubric.reader import Defect, Defects, Reader
from scoring.service_levels.definition import (
    Category,
    Definition,
    Indicator,
    Method,
    Observed,
    Period,
)
from scoring.service_levels.openslo_parts import (
    OF,
    any_of,
    choice,
    duration,
    moment,
    name,
    objective,
    or_first,
)
from scoring.service_levels.openslo_writing import ALERTS, API_VERSION, CATEGORY, TYPE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from scoring.events import Json

_DEFAULT_ALERTS = "sre-workbook"
_QUALITY = {SignalKind.DRIFT, SignalKind.PERFORMANCE, SignalKind.FAIRNESS}
_GOOD, _BAD = "good", "bad"


def parse(
    plain: Mapping[str, Json],
    *,
    zones: Collection[str],
    alerts: Collection[str],
    indicators: Mapping[str, Json] | None = None,
) -> Definition:
    """Read one document of kind SLO; raises `Defects` with every defect.

    `indicators` are the specs of documents of kind SLI that it may refer to by name.
    """
    defects: list[Defect] = []
    reader = Reader(dict(plain), "", defects)
    if reader.text("apiVersion") != API_VERSION:
        reader.note("apiVersion", f"must be {API_VERSION}")
    if reader.text("kind") != "SLO":
        reader.note("kind", "must be SLO")
    definition = _Parsing(zones, alerts, indicators or {}).definition(reader)
    reader.done(OF)
    if defects:
        raise Defects(defects)
    return definition


class _Parsing:
    """Reads the parts of one document; defects are kept by the readers."""

    def __init__(
        self,
        zones: Collection[str],
        alerts: Collection[str],
        indicators: Mapping[str, Json],
    ) -> None:
        self._zones = zones
        self._alerts = alerts
        self._indicators = indicators

    def definition(self, reader: Reader) -> Definition:
        head, spec = reader.child("metadata"), reader.child("spec")
        called = name(head, "name")
        title = head.text("displayName", called)
        if len(title) > 160:
            head.note("displayName", "must have at most 160 characters")
        labels, annotations = (
            dict(head.keyed(field)) if head.has(field) else {}
            for field in ("labels", "annotations")
        )
        head.done(OF)
        description = spec.text("description", "")
        if len(description) > 1050:
            spec.note("description", "must have at most 1050 characters")
        service = spec.text("service")
        indicator, by_value = self._indicator(spec)
        period = self._period(spec)
        method = choice(spec, "budgetingMethod", Method)
        if method is Method.OCCURRENCES and indicator.observed is Observed.INCIDENT:
            spec.note("budgetingMethod", "must be Timeslices: incidents take time")
        target, line, slices = objective(spec, method, by_value=by_value)
        if spec.has("alertPolicies"):
            spec.note(
                "alertPolicies", f"are not taken over: name them by `{ALERTS}` instead"
            )
        spec.raw("alertPolicies")
        spec.done(OF)
        category = annotations.pop(CATEGORY, None) or (
            Category.MODEL_QUALITY
            if indicator.signal in _QUALITY
            else Category.SOFTWARE
        )
        watched = str(annotations.pop(ALERTS, None) or _DEFAULT_ALERTS)
        self._check_annotations(head, category, watched)
        return Definition(
            name=called,
            title=title,
            description=description,
            service=service,
            category=or_first(Category, category),
            indicator=indicator,
            method=method,
            target=target,
            line=line,
            slices=slices,
            period=period,
            alerts=watched,
            labels=labels,
            annotations=annotations,
        )

    def _check_annotations(self, head: Reader, category: Json, watched: str) -> None:
        if category not in {one.value for one in Category}:
            head.note(f"annotations.{CATEGORY}", f"must be one of {any_of(Category)}")
        if watched not in self._alerts:
            known = ", ".join(sorted(self._alerts))
            head.note(f"annotations.{ALERTS}", f"must be one of {known}")

    def _indicator(self, spec: Reader) -> tuple[Indicator, bool]:
        """Return the indicator, and whether its values are held against a line."""
        if spec.has("indicatorRef"):
            meant = spec.text("indicatorRef")
            if meant not in self._indicators:
                spec.note("indicatorRef", f"there is no SLI `{meant}` in this file")
                return Indicator(observed=Observed.SIGNAL), False
            inner = Reader(
                self._indicators[meant], spec.at("indicatorRef"), spec.defects
            )
        else:
            outer = spec.child("indicator")
            outer.raw("metadata")
            inner = outer.child("spec")
            outer.done(OF)
        inner.raw("description")
        by_value = inner.has("thresholdMetric")
        if by_value:
            found = _source(inner.child("thresholdMetric"))
            if found.observed is not Observed.SIGNAL:
                inner.note("thresholdMetric", "only signals have a value")
        else:
            found = _ratio(inner)
        inner.done(OF)
        return found, by_value

    def _period(self, spec: Reader) -> Period:
        rows = spec.rows("timeWindow", required=True)
        if len(rows) != 1:
            if rows:
                spec.note("timeWindow", "must have exactly one entry")
            return Period(count=1, unit="d")
        row = rows[0]
        count, unit = duration(row)
        calendar = row.has("calendar")
        rolling = row.flag("isRolling", default=not calendar)
        if rolling == calendar:
            row.note("isRolling", "is true without `calendar`, false with it")
        if not calendar:
            if unit not in "dw":
                row.note("duration", "of a rolling window must be of days or weeks")
            row.done(OF)
            return Period(count=count, unit=unit)
        inner = row.child("calendar")
        anchor = moment(inner)
        zone = inner.text("timeZone")
        if zone not in self._zones:
            inner.note("timeZone", f"`{zone}` is not a name of the time zone database")
        inner.done(OF)
        row.done(OF)
        return Period(count=count, unit=unit, anchor=anchor, zone=zone)


def _ratio(inner: Reader) -> Indicator:
    """Read good and total, or bad and total, of the same events."""
    metric = inner.child("ratioMetric")
    metric.raw("counter")
    side = _BAD if metric.has(_BAD) else _GOOD
    total = _source(metric.child("total"))
    if _source(metric.child(side), judged=side) != total:
        metric.note(side, f"must name the same events as `total`, `judged: {side}`")
    for field in ("raw", "rawType"):
        if metric.has(field):
            metric.note(field, "is not held here: give `good` or `bad`, and `total`")
        metric.raw(field)
    metric.done(OF)
    return total


def _source(reader: Reader, *, judged: str = "") -> Indicator:
    source = reader.child("metricSource")
    if source.text("type") != TYPE:
        source.note("type", f"must be {TYPE}: only its own events are counted here")
    spec = source.child("spec")
    observed = choice(spec, "events", Observed)
    signal = None
    if observed is Observed.SIGNAL:
        signal = choice(spec, "signal", SignalKind)
    pipeline = ""
    if observed is Observed.PIPELINE_RUN:
        pipeline = spec.text("pipeline", "")
    if judged and spec.text("judged") != judged:
        spec.note("judged", f"must be {judged}")
    for each in (spec, source, reader):
        each.done(OF)
    return Indicator(observed=observed, signal=signal, pipeline=pipeline)
