"""MLflow: training runs, versions of registered models, what of them is in production.

A user needs to read experiments and registered models, and nothing else. No user id, no
description and no tag that the rules do not name is kept.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from assessments.connectors import http
from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address
from assessments.connectors.base.previewing import judged, preview_of
from assessments.connectors.lists import found, newest, read
from assessments.connectors.mlflow import parsing
from assessments.connectors.mlflow.lists import listings
from assessments.connectors.mlflow.production import REMEMBERED, Production, ways
from assessments.connectors.mlflow.rules import RULE_FIELDS, Rules

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
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.lists import Item, Listing
    from scoring.events import Event

_UNAUTHORIZED = 401
_MISSING = 404
_LOOKED_AT = 50


class MLflow:
    """Reads a tracking server and the model registry beside it."""

    kind: ClassVar[str] = "mlflow"
    label: ClassVar[str] = "MLflow"
    family: ClassVar[str] = "models"
    reads: ClassVar[str] = (
        "Versions of models with their data and code, trainings, and what is live by "
        "alias or stage."
    )
    address_label: ClassVar[str] = "Tracking server"
    address_help: ClassVar[str] = (
        "The address of the server, for example https://mlflow.example.org."
    )
    secret_label: ClassVar[str] = "Credential"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "user:password of a user with the permission READ, or a token for a proxy",
            "in front of it. None for a server that is open to this machine.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names no server."""
        _root(source)

    def test(self, source: Source, *, now: datetime) -> str:
        """Say what of the server can be read."""
        rules = Rules.of(source.rules)
        with self._client(source) as client:
            return found(
                client,
                self._listings(client, rules, _nothing(client, rules, now)),
                place=f"MLflow at {client.host}",
                refused=_refusal,
            )

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield versions and runs that are new, and what came into production."""
        rules = Rules.of(source.rules)
        with self._client(source) as client:
            production = Production(
                client, rules, remembered=cursor.get(REMEMBERED), now=now
            )
            for page in read(
                client,
                self._listings(client, rules, production),
                cursor=cursor,
                earliest=now - timedelta(days=rules.history_days),
                now=now,
                refused=_refusal,
                place=f"MLflow at {client.host}",
            ):
                yield production.remembered_with(page)

    def preview(self, source: Source, *, now: datetime) -> Preview:
        """Judge aliases and stages of some registered models."""
        rules = Rules.of(source.rules)
        looked: list[Judged] = []
        with self._client(source) as client:
            listing = next(
                each
                for each in self._listings(client, rules, _nothing(client, rules, now))
                if each.sort == "production"
            )
            try:
                rows = newest(client, listing, _LOOKED_AT)
            except http.Denied as denied:
                raise _refusal(denied, listing) or denied from None
        for row in rows:
            if isinstance(row, dict) and rules.reads(str(row.get("name"))):
                looked += _judge(row, rules)
        return preview_of(
            looked,
            looked_at=f"Looked at the aliases and stages of {len(rows)} registered"
            f" models of {client.host}.",
        )

    def _listings(
        self, client: http.Client, rules: Rules, production: Production
    ) -> list[Listing]:
        try:
            return listings(client, rules, production)
        except http.Denied as denied:
            raise _whole_refusal(denied) or Refused(
                "The user may not read experiments; allow it to, or empty the rule"
                " that names experiments."
            ) from None

    def _client(self, source: Source) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        secret = source.secret or ""
        if ":" in secret:
            headers["Authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
        elif secret:
            headers["Authorization"] = f"Bearer {secret}"
        return http.Client(
            _root(source),
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload."""
        return parsing.events(payload, source)


def _root(source: Source) -> str:
    """Return where the server is: what the browser shows goes on with a hash."""
    web = web_address(source)
    return "/".join([web.origin, *map(quote, web.names)])


def _nothing(client: http.Client, rules: Rules, now: datetime) -> Production:
    return Production(client, rules, remembered=None, now=now)


def _judge(row: Item, rules: Rules) -> list[Judged]:
    return [
        judged(
            verdict,
            what=f"{row.get('name')}, version {version}: {way}",
            environment="production" if verdict.counts else "",
        )
        for version, way, verdict in ways(row, rules)
    ]


def _refusal(denied: http.Denied, listing: Listing) -> Refused | None:  # noqa: ARG001 -- one signature for all platforms
    return _whole_refusal(denied)


def _whole_refusal(denied: http.Denied) -> Refused | None:
    """Return the refusal that ends all, with what to do about it."""
    if denied.status == _UNAUTHORIZED:
        return Refused(
            "MLflow did not accept the credential: check user and password, or the"
            " token; it may have expired."
        )
    if denied.status == _MISSING:
        return Refused(
            "There is no MLflow at this address: enter the address of the tracking"
            " server, without what follows the #."
        )
    return None
