"""Opsgenie: incidents, with the services that they impact.

No name and no account of a person is kept.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http, lists
from assessments.connectors.base import Fields, Refused, listed
from assessments.connectors.base.incidents import refuse_odd_keys
from assessments.connectors.base.previewing import if_understood, judged, preview_of
from assessments.connectors.opsgenie import parsing
from assessments.connectors.opsgenie.address import place
from assessments.connectors.opsgenie.hooks import OpsgenieHooks
from assessments.connectors.opsgenie.reading import incidents
from assessments.connectors.opsgenie.rules import RULE_FIELDS, Rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import (
        Payload,
        Plain,
        Preview,
        RuleField,
        Source,
    )
    from assessments.connectors.base.hooking import Hooks
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.lists import Listing
    from assessments.connectors.opsgenie.address import Place
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_MISSING = 404
# How many incidents a preview looks at.
_LOOKED_AT = 50


class Opsgenie(lists.ReadsLists):
    """Reads the incidents of an Opsgenie account."""

    kind: ClassVar[str] = "opsgenie"
    label: ClassVar[str] = "Opsgenie"
    family: ClassVar[str] = "incidents"
    reads: ClassVar[str] = (
        "Incidents: which services they impact and how long, how severe they are, and"
        " which deployment they name."
    )
    address_label: ClassVar[str] = "Opsgenie"
    address_help: ClassVar[str] = (
        "As the browser shows it, https://acme.app.opsgenie.com or"
        " https://acme.app.eu.opsgenie.com."
    )
    secret_label: ClassVar[str] = "API key"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "The key of an API integration that has Read access and Configuration",
            "access, and may change nothing.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    hooks: ClassVar[Hooks] = OpsgenieHooks()

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that nothing can come of."""
        place(source)

    @contextmanager
    def opened(self, source: Source, *, now: datetime) -> Iterator[lists.Opened]:
        """Give the list of incidents."""
        where, rules = _asked(source)
        with self._client(source, where) as client:
            yield lists.Opened(
                client=client,
                listings=[incidents(client, now)],
                place=where.title,
                history_days=rules.history_days,
                refused=_ending,
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:
        """Judge the newest incidents."""
        where, rules = _asked(source)
        with self._client(source, where) as client:
            listing = incidents(client, now)
            try:
                rows = lists.newest(client, listing, _LOOKED_AT)
                found = [_judged(_body(listing, row), rules) for row in rows]
            except http.Denied as denied:
                raise _ending(denied, listing) from None
        return preview_of(
            found,
            looked_at=f"Looked at the {len(rows)} newest incidents of {where.title}.",
        )

    def _client(self, source: Source, where: Place) -> http.Client:
        http.refuse_odd_secret(source.secret)
        return http.Client(
            where.api,
            headers={
                "Accept": "application/json",
                "Authorization": f"GenieKey {source.secret or ''}",
                "User-Agent": "compel",
            },
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged:
        """Return a kept incident with the verdict on it."""
        return _judged(payload.body, Rules.of(source.rules))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the incident of a payload."""
        yield from parsing.events(payload, source)


def _asked(source: Source) -> tuple[Place, Rules]:
    """Return where to ask and by which rules; refuse rules that make no sense."""
    rules = Rules.of(source.rules)
    refuse_odd_keys(rules.service_entries)
    return place(source), rules


def _ending(denied: http.Denied, _: Listing) -> Refused:
    """Return the refusal with what to do about it: there is only one list."""
    if denied.status == _UNAUTHORIZED:
        return Refused(
            "Opsgenie did not accept the API key: it may have been removed, or be one"
            " of another region. Create an API integration and enter its key."
        )
    if denied.status == _MISSING:
        return Refused(
            "Opsgenie knows no such incidents; check the address, and its region."
        )
    return Refused(
        "The API key may not read incidents, services or teams; give its integration"
        " Read access and Configuration access."
    )


def _body(listing: Listing, row: Json) -> Json:
    return listing.body(row) if isinstance(row, dict) else row


def _judged(body: Json | Plain, rules: Rules) -> Judged:
    def judge() -> Judged:
        seen = parsing.read(Fields(body, ""))
        return judged(
            seen.judge(rules),
            what=seen.title or "Incident",
            environment=listed(seen.services) if seen.services else "",
            at=seen.opened_at,
        )

    return if_understood(judge)
