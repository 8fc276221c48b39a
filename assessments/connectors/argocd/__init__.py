"""Argo CD: what applications were synced to, as deployments.

No name and no account of a person is kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http
from assessments.connectors.argocd.address import place
from assessments.connectors.argocd.lists import listings
from assessments.connectors.argocd.parsing import events, sync_of
from assessments.connectors.argocd.rules import RULE_FIELDS, Rules
from assessments.connectors.base import Fields, Refused, left_out, listed
from assessments.connectors.base.previewing import if_understood, judged, preview_of
from assessments.connectors.lists import newest, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.argocd.address import Place
    from assessments.connectors.base import (
        Page,
        Payload,
        Plain,
        Preview,
        RuleField,
        Source,
    )
    from assessments.connectors.base.previewing import Judged
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_LOOKED_AT = 50
_ALL = 100_000


class ArgoCD:
    """Reads the applications of an Argo CD, or one of them."""

    kind: ClassVar[str] = "argocd"
    label: ClassVar[str] = "Argo CD"
    family: ClassVar[str] = "pipelines"
    reads: ClassVar[str] = (
        "Applications of Argo CD: each sync to production is a deployment."
    )
    address_label: ClassVar[str] = "Argo CD or application"
    address_help: ClassVar[str] = (
        "As the browser shows it: https://argocd.example.org, or"
        " https://argocd.example.org/applications/argocd/shop-production."
    )
    secret_label: ClassVar[str] = "Token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "A token of a project's role that may get applications and nothing else;",
            "or of an account with that permission, for several projects.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that is none."""
        place(source)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say which applications tell of syncs."""
        where = place(source)
        rows = self._rows(source, where, _ALL)
        names = {str(_name(row)) for row in rows}
        if not names:
            return (
                f"Found {where.title}, but no application that was synced. Check the"
                " projects, and what the token may get."
            )
        shown = listed(sorted(names)[:5])
        return f"Found {len(names)} applications, among them {shown}."

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield the syncs that are new."""
        where = place(source)
        rules = Rules.of(source.rules)
        with self._client(source, where) as client:
            yield from read(
                client,
                listings(where, rules),
                cursor=cursor,
                earliest=now - timedelta(days=rules.history_days),
                now=now,
                refused=lambda denied, _: _token_refused(denied),
                place=where.title,
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the syncs that applications tell of."""
        where = place(source)
        rules = Rules.of(source.rules)
        rows = self._rows(source, where, _LOOKED_AT)
        return preview_of(
            [_judge(row, rules) for row in rows],
            looked_at=f"Looked at {len(rows)} syncs of {where.title}.",
        )

    def _rows(self, source: Source, where: Place, n: int) -> list[Json]:
        rules = Rules.of(source.rules)
        with self._client(source, where) as client:
            try:
                return [
                    row
                    for listing in listings(where, rules)
                    for row in newest(client, listing, n)
                ]
            except http.Denied as denied:
                raise _token_refused(denied) or Refused(
                    f"The token may not read applications of {where.title}; check the"
                    " address and the projects, and that its role may get applications."
                ) from None

    def _client(self, source: Source, where: Place) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        if source.secret:
            headers["Authorization"] = f"Bearer {source.secret}"
        return http.Client(
            where.api,
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged:
        """Return a kept sync with the verdict on it."""
        return _judge(payload.body, Rules.of(source.rules))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the event of a sync."""
        yield from events(payload, source)


def _token_refused(denied: http.Denied) -> Refused | None:
    """Return the refusal that ends all: the token is not accepted."""
    if denied.status != _UNAUTHORIZED:
        return None
    return Refused(
        "Argo CD did not accept the token: it may have expired or been revoked. Create"
        " a new one and enter it."
    )


def _name(row: Json) -> Json:
    head = row.get("application") if isinstance(row, dict) else None
    return head.get("name") if isinstance(head, dict) else None


def _judge(row: Json, rules: Rules) -> Judged:
    def judge() -> Judged:
        sync = sync_of(Fields(row, ""))
        if sync is None:
            verdict = left_out("the history tells of it, or it changed nothing")
            return judged(verdict, what=f"Last sync of {_name(row)}", environment="")
        return judged(
            sync.judge(rules),
            what=f"Sync of {sync.application} to {sync.revision or '?'}",
            environment=listed(sync.goes_to) if sync.goes_to else "",
            at=sync.started_at,
        )

    return if_understood(judge)
