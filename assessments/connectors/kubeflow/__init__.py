"""Kubeflow Pipelines: runs and their tasks, and the deployments of models among them.

A service account needs to read runs and pipelines, and nothing else. No parameter, no
account and no description is kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from assessments.connectors import http
from assessments.connectors.base import Fields, Refused
from assessments.connectors.base.addresses import web_address
from assessments.connectors.base.previewing import if_understood, judged, preview_of
from assessments.connectors.kubeflow import parsing
from assessments.connectors.kubeflow.lists import runs
from assessments.connectors.kubeflow.rules import RULE_FIELDS, Rules
from assessments.connectors.lists import found, newest, read

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
    from assessments.connectors.lists import Listing
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_FORBIDDEN = 403
_MISSING = 404
_LOOKED_AT = 100


class Kubeflow:
    """Reads the runs of a Kubeflow Pipelines 2, by its API v2beta1."""

    kind: ClassVar[str] = "kubeflow"
    label: ClassVar[str] = "Kubeflow Pipelines"
    family: ClassVar[str] = "models"
    reads: ClassVar[str] = (
        "Runs of pipelines; by rule, trainings and deployments of models."
    )
    address_label: ClassVar[str] = "Kubeflow Pipelines"
    address_help: ClassVar[str] = (
        "The address that the API is below, for example"
        " https://kubeflow.example.org/pipeline."
    )
    secret_label: ClassVar[str] = "Token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "Of a service account of the namespace with the role kubeflow-view, for",
            "the audience pipelines.kubeflow.org. None where the API is open.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names no server."""
        _root(source)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say what can be read."""
        with self._client(source) as client:
            return found(
                client,
                [_runs(client, Rules.of(source.rules))],
                place=f"Kubeflow Pipelines at {client.host}",
                refused=_refusal,
            )

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield the runs that are new or have ended."""
        rules = Rules.of(source.rules)
        with self._client(source) as client:
            yield from read(
                client,
                [_runs(client, rules)],
                cursor=cursor,
                earliest=now - timedelta(days=rules.history_days),
                now=now,
                refused=_refusal,
                place=f"Kubeflow Pipelines at {client.host}",
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the newest runs."""
        rules = Rules.of(source.rules)
        with self._client(source) as client:
            listing = _runs(client, rules)
            try:
                rows = newest(client, listing, _LOOKED_AT)
            except http.Denied as denied:
                raise _refused(denied) from None
        bodies = [listing.body(row) for row in rows if isinstance(row, dict)]
        return preview_of(
            [_judge(body, rules) for body in bodies if body],
            looked_at=f"Looked at the {len(rows)} newest runs of {client.host}.",
        )

    def _client(self, source: Source) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        if source.secret:
            headers["Authorization"] = f"Bearer {source.secret}"
        return http.Client(
            _root(source),
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged:
        """Return a kept run with the verdict on it."""
        return _judge(payload.body, Rules.of(source.rules))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload."""
        return parsing.events(payload, source)


def _root(source: Source) -> str:
    web = web_address(source)
    return "/".join([web.origin, *map(quote, web.names)])


def _runs(client: http.Client, rules: Rules) -> Listing:
    try:
        return runs(client, rules)
    except http.Denied as denied:
        raise _refused(denied) from None


def _judge(body: dict[str, Json], rules: Rules) -> Judged:
    def judge() -> Judged:
        told = Fields(body, "")
        run = told.fields("run")
        name = run.text("display_name")
        verdict = rules.judge(told.text_or_none("pipeline") or name)
        return judged(
            verdict,
            what=name,
            environment="production" if verdict.counts else "",
            at=run.moment_or_none("created_at"),
        )

    return if_understood(judge)


def _refusal(denied: http.Denied, listing: Listing) -> Refused | None:  # noqa: ARG001 -- one signature for all platforms
    return _refused(denied)


def _refused(denied: http.Denied) -> Refused:
    """Return the refusal with what to do about it."""
    if denied.status == _UNAUTHORIZED:
        return Refused(
            "Kubeflow did not accept the token: it may have expired, or be for another"
            " audience. Create a new one and enter it."
        )
    if denied.status == _FORBIDDEN:
        return Refused(
            "The token may not read runs of this namespace: give its account the role"
            " kubeflow-view there, or name the right namespace in the rules."
        )
    if denied.status == _MISSING:
        return Refused(
            "There is no API of Kubeflow Pipelines at this address; it is often below"
            " /pipeline."
        )
    return Refused(denied.sentence)
