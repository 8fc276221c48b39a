"""PagerDuty: incidents of services, with what they name.

No name and no account of a person is kept.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http, lists
from assessments.connectors.base import Fields, Refused
from assessments.connectors.base.incidents import refuse_odd_keys
from assessments.connectors.base.previewing import if_understood, judged, preview_of
from assessments.connectors.pagerduty import parsing
from assessments.connectors.pagerduty.address import place
from assessments.connectors.pagerduty.hooks import PagerDutyHooks
from assessments.connectors.pagerduty.reading import incidents
from assessments.connectors.pagerduty.rules import RULE_FIELDS, Rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import (
        Payload,
        Preview,
        RuleField,
        Source,
    )
    from assessments.connectors.base.hooking import Hooks
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.lists import Listing
    from assessments.connectors.pagerduty.address import Place
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_MISSING = 404
# How many incidents a preview looks at.
_LOOKED_AT = 50


class PagerDuty(lists.ReadsLists):
    """Reads the incidents of a PagerDuty account, or of one service of it."""

    kind: ClassVar[str] = "pagerduty"
    label: ClassVar[str] = "PagerDuty"
    family: ClassVar[str] = "incidents"
    reads: ClassVar[str] = (
        "Incidents of services: when they were opened and resolved, how severe they"
        " are, and which deployment they name."
    )
    address_label: ClassVar[str] = "PagerDuty"
    address_help: ClassVar[str] = (
        "As the browser shows it, https://acme.pagerduty.com or"
        " https://acme.eu.pagerduty.com. The page of a service reads that one alone."
    )
    secret_label: ClassVar[str] = "API key"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "A read-only REST API key, of the account or of a user who sees these",
            "services.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    hooks: ClassVar[Hooks] = PagerDutyHooks()

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
                listings=[incidents(client, where, rules, now)],
                place=where.title,
                history_days=rules.history_days,
                refused=_ending,
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:
        """Judge the newest incidents of the last six months."""
        where, rules = _asked(source)
        with self._client(source, where) as client:
            listing = incidents(client, where, rules, now)
            rows = lists.shown(
                client, listing, _LOOKED_AT, place=where.title, refused=_ending
            )
        return preview_of(
            [_judged(row, rules) for row in rows],
            looked_at=f"Looked at the {len(rows)} newest incidents of {where.title}.",
        )

    def _client(self, source: Source, where: Place) -> http.Client:
        http.refuse_odd_secret(source.secret)
        return http.Client(
            where.api,
            headers={
                "Accept": "application/vnd.pagerduty+json;version=2",
                "Authorization": f"Token token={source.secret or ''}",
                "User-Agent": "compel",
            },
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged:
        """Return a kept incident with the verdict on it."""
        return _judged(payload.body.get("incident"), Rules.of(source.rules))

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
            "PagerDuty did not accept the API key: it may have been removed, or be one"
            " of another region. Create a read-only key and enter it."
        )
    if denied.status == _MISSING:
        return Refused(
            "PagerDuty knows no such incidents; check the address, and its region."
        )
    return Refused(
        "The API key may not read these incidents; enter a read-only key of the"
        " account, or of a user who sees these services."
    )


def _judged(row: Json, rules: Rules) -> Judged:
    def judge() -> Judged:
        seen = parsing.read(Fields(row, "incident"))
        return judged(
            seen.judge(rules),
            what=seen.title or "Incident",
            environment=seen.service,
            at=seen.opened_at,
        )

    return if_understood(judge)
