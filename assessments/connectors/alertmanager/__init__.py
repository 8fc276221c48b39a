"""Alertmanager: the alerts that fire, as incidents and signals.

Pushed by its webhook, or found by looking. No annotation, no name and no account of a
person is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http
from assessments.connectors.alertmanager.hooks import AlertmanagerHooks
from assessments.connectors.alertmanager.looking import Look
from assessments.connectors.alertmanager.parsing import kept_of, labels_of, told_of
from assessments.connectors.alerts import RULE_FIELDS, Rules, judge
from assessments.connectors.alerts.opening import (
    SECRET_HELP,
    SECRET_LABEL,
    opened,
    refusal,
    root,
)
from assessments.connectors.base import Fields, Unreachable
from assessments.connectors.base.previewing import if_understood, judged, preview_of
from assessments.connectors.lists import field, moment_of
from assessments.connectors.lists.windowing import window_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import (
        Page,
        Payload,
        Plain,
        Preview,
        RuleField,
        Source,
    )
    from assessments.connectors.base.hooking import Hooks
    from assessments.connectors.base.previewing import Judged
    from scoring.events import Event, Json

_SERVER = "Alertmanager"
_PAGE = 500
_LOOKED_AT = 100


class Alertmanager:
    """Reads the alerts of an Alertmanager, 0.16 or newer (API v2)."""

    kind: ClassVar[str] = "alertmanager"
    label: ClassVar[str] = _SERVER
    family: ClassVar[str] = "incidents"
    reads: ClassVar[str] = (
        "Alerts that fire, by their labels as incidents and as signals; best by its"
        " webhook, because it forgets what ended."
    )
    address_label: ClassVar[str] = _SERVER
    address_help: ClassVar[str] = (
        "The address of its start page, for example https://alerts.example.org."
    )
    secret_label: ClassVar[str] = SECRET_LABEL
    secret_help: ClassVar[str] = SECRET_HELP
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    hooks: ClassVar[Hooks] = AlertmanagerHooks()

    def __init__(
        self, patience: http.Patience | None = None, page: int = _PAGE
    ) -> None:
        self._patience = patience or http.Patience()
        self._page = page

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names no server."""
        root(source)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say how many alerts fire, and how many of them are incidents."""
        status, rows = self._asked(source)
        version = field(status, "versionInfo", "version")
        found = [_judge(row, source) for row in rows]
        counted = sum(each.counts for each in found)
        return (
            f"Found Alertmanager {version}. Alerts that fire: {len(found)}, counting as"
            f" incidents: {counted}."
        )

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield what fires, and what ended since the last look."""
        if window_in(cursor):
            return  # it knows nothing of the past
        status, rows = self._asked(source)
        started_at = moment_of(field(status, "uptime"))
        look = Look(rows, cursor=cursor, now=now, started_at=started_at)
        yield from look.pages(self._page)

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the alerts that fire."""
        _, rows = self._asked(source)
        looked = [_judge(row, source) for row in rows[:_LOOKED_AT]]
        return preview_of(
            looked,
            looked_at=f"Looked at {len(looked)} of {len(rows)} alerts that fire now.",
        )

    def _asked(self, source: Source) -> tuple[Json, list[Json]]:
        """Return how the server is, and its alerts."""
        with opened(source, self._patience) as client:
            try:
                status = client.get("/api/v2/status").body
                # Silenced ones too: they fire, and one that is missing has ended.
                rows = client.get("/api/v2/alerts").body
            except http.Denied as denied:
                raise refusal(denied, _SERVER) from None
            if not isinstance(status, dict) or "versionInfo" not in status:
                raise Unreachable(
                    f"{client.host} answered with something else than its status."
                )
            if not isinstance(rows, list):
                raise Unreachable(
                    f"{client.host} answered with something else than a list of alerts."
                )
        return status, rows

    # ── no network ─────────────────────────────────────────────────────────────────

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of an alert."""
        yield from told_of(payload, source)


def _judge(row: Json, source: Source) -> Judged:
    def judge_row() -> Judged:
        alert = Fields(kept_of(row), "alert")
        labels = labels_of(alert)
        return judged(
            judge(labels, Rules.of(source.rules)),
            what=labels.get("alertname") or alert.text("fingerprint"),
            environment=labels.get("environment", ""),
            at=alert.moment_or_none("startsAt"),
            url=alert.text_or_none("generatorURL"),
        )

    return if_understood(judge_row)
