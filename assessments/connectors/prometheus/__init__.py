"""Prometheus: values of expressions as signals and, by rule, alerts of the past."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http
from assessments.connectors.alerts.opening import (
    SECRET_HELP,
    SECRET_LABEL,
    opened,
    refusal,
    root,
)
from assessments.connectors.base import Candidate, Garbled, Preview, Refused, listed
from assessments.connectors.prometheus.asking import BadQuery, Span, server_time, values
from assessments.connectors.prometheus.parsing import told_of
from assessments.connectors.prometheus.reading import Reading, payload_of
from assessments.connectors.prometheus.rules import RULE_FIELDS, Rules, series_of
from scoring.events import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import Page, Payload, Plain, RuleField, Source
    from scoring.events import Event

_SERVER = "Prometheus"
_LOOKED_AT = timedelta(days=1)
_MOST_SHOWN = 100
# Of a series, in one answer; Prometheus gives 11,000 and no more.
_MOST_VALUES = 1000


class Prometheus:
    """Reads a Prometheus 2 or 3, or what speaks as it does (Thanos, Mimir)."""

    kind: ClassVar[str] = "prometheus"
    label: ClassVar[str] = _SERVER
    family: ClassVar[str] = "incidents"
    reads: ClassVar[str] = (
        "Values of expressions as signals of drift, performance or fairness; by rule,"
        " alerts of the past as incidents."
    )
    address_label: ClassVar[str] = _SERVER
    address_help: ClassVar[str] = (
        "The address of its start page, for example https://prometheus.example.org."
    )
    secret_label: ClassVar[str] = SECRET_LABEL
    secret_help: ClassVar[str] = SECRET_HELP
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS

    def __init__(
        self, patience: http.Patience | None = None, most: int = _MOST_VALUES
    ) -> None:
        self._patience = patience or http.Patience()
        self._most = most

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names no server, and a line that is no signal."""
        root(source)
        for line in Rules.of(source.rules).lines:
            series_of(line)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say how many series the expressions have by now."""
        found, empty = self._looked(source)
        said = f"Found Prometheus. Series with values in the last day: {len(found)}."
        if empty:
            said += f" Without any: {listed(empty)}."
        return said

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:  # noqa: ARG002 -- its clock counts
        """Yield the values of each expression, then the alerts, part by part."""
        rules = Rules.of(source.rules)
        bad: list[str] = []
        with opened(source, self._patience) as client:
            try:
                reading = Reading(
                    client,
                    rules,
                    cursor=cursor,
                    now=server_time(client),
                    most=self._most,
                )
                for each in rules.series:
                    try:
                        yield from reading.of_series(each)
                    except BadQuery:
                        bad.append(f"“{each.query}”")
                if rules.reads_alerts:
                    yield from reading.of_alerts()
            except http.Denied as denied:
                raise refusal(denied, _SERVER) from None
        if bad:
            raise Refused(
                f"Prometheus cannot evaluate {listed(bad)}; correct the rules."
                " Everything else was read."
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Show the newest value of each series; none is a deployment."""
        found, empty = self._looked(source)
        return Preview(
            counted=(),
            left_out=tuple(map(_candidate, found[:_MOST_SHOWN])),
            looked_at=f"Looked at the last day: {len(found)} series have values,"
            f" {len(empty)} expressions have none. They bring signals, and no"
            " deployments.",
        )

    def _looked(self, source: Source) -> tuple[list[Signal], list[str]]:
        """Return the newest signal of each series, and expressions without any."""
        rules = Rules.of(source.rules)
        newest: list[Signal] = []
        empty: list[str] = []
        with opened(source, self._patience) as client:
            try:
                until = int(server_time(client).timestamp())
                first = until - int(_LOOKED_AT.total_seconds())
                span = Span.between(first, until, rules.step_seconds)
                for each in rules.series:
                    rows = values(client, each.query, span)
                    found = [
                        self._last(payload_of(row, each, span), source) for row in rows
                    ]
                    newest += [signal for signal in found if signal]
                    empty += [] if any(found) else [f"“{each.query}”"]
            except BadQuery as bad:
                raise Refused(
                    f"Prometheus cannot evaluate “{bad}”; correct the rules."
                ) from None
            except http.Denied as denied:
                raise refusal(denied, _SERVER) from None
        return newest, empty

    def _last(self, payload: Payload, source: Source) -> Signal | None:
        """Return the newest signal of a series; None: it has none that makes sense."""
        try:
            found = [
                each for each in told_of(payload, source) if isinstance(each, Signal)
            ]
        except Garbled:
            return None
        return max(found, key=lambda signal: signal.at, default=None)

    # ── no network ─────────────────────────────────────────────────────────────────

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the signals of a series, or what an alert was."""
        yield from told_of(payload, source)


def _candidate(signal: Signal) -> Candidate:
    value = "unlimited" if signal.value is None else f"{signal.value:g}"
    said = {True: "beyond the limit", False: "within the limit", None: "no limit"}
    return Candidate(
        what=f"{signal.signal} of {signal.subject}: {value}",
        at=signal.at,
        environment="",
        reason=f"a signal, {said[signal.breached]}",
    )
