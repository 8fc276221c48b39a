"""Jira: issues that are incidents, in the cloud and on a server of one’s own.

No name and no account of a person is kept.
"""

from __future__ import annotations

from base64 import b64encode
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http, lists
from assessments.connectors.base import Fields, Refused
from assessments.connectors.base.incidents import refuse_odd_keys
from assessments.connectors.base.previewing import if_understood, judged, preview_of
from assessments.connectors.jira import parsing
from assessments.connectors.jira.address import place
from assessments.connectors.jira.hooks import JiraHooks
from assessments.connectors.jira.reading import Issues
from assessments.connectors.jira.rules import RULE_FIELDS, Rules

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
    from assessments.connectors.jira.address import Place
    from assessments.connectors.lists import Listing
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_MISSING = 404
_UNFIT = 400
# How many incidents a preview looks at.
_LOOKED_AT = 50


class Jira(lists.ReadsLists):
    """Reads the issues of a Jira that are incidents."""

    kind: ClassVar[str] = "jira"
    label: ClassVar[str] = "Jira"
    family: ClassVar[str] = "incidents"
    reads: ClassVar[str] = (
        "Issues that are incidents by their type or a label, with when they were"
        " resolved, and which deployment they name."
    )
    address_label: ClassVar[str] = "Jira or project"
    address_help: ClassVar[str] = (
        "As the browser shows it: https://acme.atlassian.net, a Jira of your own, or a"
        " project such as https://acme.atlassian.net/browse/OPS."
    )
    secret_label: ClassVar[str] = "Token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "Cloud: mail address, colon and API token, as in bot@acme.example:token. A",
            "server of your own: a personal access token. Its user needs to browse the",
            "project, and nothing else.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    hooks: ClassVar[Hooks] = JiraHooks()

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that nothing can come of."""
        place(source)

    @contextmanager
    def opened(self, source: Source, *, now: datetime) -> Iterator[lists.Opened]:  # noqa: ARG002 -- of the protocol
        """Give the list of incidents."""
        where, rules = _asked(source)
        with self._client(source, where) as client:
            yield lists.Opened(
                client=client,
                listings=[_incidents(client, where, rules)],
                place=where.title,
                history_days=rules.history_days,
                refused=_ending,
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the issues that changed last, whatever their type."""
        where, rules = _asked(source)
        with self._client(source, where) as client:
            try:
                listing = Issues(client, where, rules).any()
                rows = lists.newest(client, listing, _LOOKED_AT)
                found = [_judged(_body(listing, row), rules) for row in rows]
            except http.Denied as denied:
                raise _ending(denied) from None
        return preview_of(
            found,
            looked_at=f"Looked at the {len(rows)} issues of {where.title} that changed"
            " last.",
        )

    def _client(self, source: Source, where: Place) -> http.Client:
        http.refuse_odd_secret(source.secret)
        return http.Client(
            where.root,
            headers={
                "Accept": "application/json",
                "User-Agent": "compel",
                **_authorization(source.secret),
            },
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged:
        """Return a kept issue with the verdict on it."""
        return _judged(payload.body, Rules.of(source.rules))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the incident of a payload."""
        yield from parsing.events(payload, source)


def _asked(source: Source) -> tuple[Place, Rules]:
    """Return where to ask and by which rules; refuse rules that make no sense."""
    rules = Rules.of(source.rules)
    refuse_odd_keys(rules.service_entries)
    return place(source), rules


def _incidents(client: http.Client, where: Place, rules: Rules) -> Listing:
    try:
        return Issues(client, where, rules).incidents()
    except http.Denied as denied:
        raise _ending(denied) from None


def _authorization(secret: str | None) -> dict[str, str]:
    """Return how a token is sent: with a mail address as Basic, else by itself."""
    if not secret:
        return {}
    if "@" in secret.partition(":")[0] and ":" in secret:
        return {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}
    return {"Authorization": f"Bearer {secret}"}


def _ending(denied: http.Denied, _: Listing | None = None) -> Refused:
    """Return the refusal with what to do about it: there is only one list."""
    if denied.status == _UNAUTHORIZED:
        return Refused(
            "Jira did not accept the token: it may have expired or been revoked. In the"
            " cloud, the mail address of its user and a colon stand before it."
        )
    if denied.status == _UNFIT:
        return Refused(
            "Jira does not know one of these projects, or the token may not see it;"
            " check the address and the rules."
        )
    if denied.status == _MISSING:
        return Refused("There is no Jira at this address; check it.")
    return Refused(
        "The token may not read these issues; give its user the permission Browse"
        " projects."
    )


def _body(listing: Listing, row: Json) -> Json:
    return listing.body(row) if isinstance(row, dict) else row


def _judged(body: Json | Plain, rules: Rules) -> Judged:
    def judge() -> Judged:
        seen = parsing.read(Fields(body, ""))
        return judged(
            seen.judge(rules),
            what=f"{seen.key} {seen.title or ''}".strip(),
            environment="",
            at=seen.opened_at,
        )

    return if_understood(judge)
