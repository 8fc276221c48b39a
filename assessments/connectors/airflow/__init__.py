"""Airflow: runs of DAGs and their tasks, and the deployments among them.

A user needs to read DAG runs and task instances, and nothing else. Who started a run,
notes, owners and the rest of a run's configuration are not kept.
"""

from __future__ import annotations

from base64 import b64encode
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from assessments.connectors import http
from assessments.connectors.airflow import parsing
from assessments.connectors.airflow.lists import V1, V2, newest_runs, run_of, runs
from assessments.connectors.airflow.rules import RULE_FIELDS, Rules
from assessments.connectors.base import Fields, Refused
from assessments.connectors.base.addresses import web_address
from assessments.connectors.base.previewing import if_understood, judged, preview_of
from assessments.connectors.lists import field, found, newest, read

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


class Airflow:
    """Reads an Airflow 3 (API v2), or an Airflow 2.6 or newer (API v1)."""

    kind: ClassVar[str] = "airflow"
    label: ClassVar[str] = "Airflow"
    family: ClassVar[str] = "models"
    reads: ClassVar[str] = (
        "DAG runs and their tasks as runs of pipelines; by rule, deployments and "
        "trainings of models."
    )
    address_label: ClassVar[str] = "Airflow"
    address_help: ClassVar[str] = (
        "The address of its API server or webserver, for example"
        " https://airflow.example.org."
    )
    secret_label: ClassVar[str] = "Credential"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "user:password of a user with the role Viewer, or a token. A token of",
            "Airflow itself lasts for a day; with user and password new ones are made.",
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
        """Say what can be read, and by which API."""
        with self._open(source) as (client, api):
            listing = runs(client, api, Rules.of(source.rules))
            version = "Airflow 3" if api == V2 else "Airflow 2"
            return found(
                client,
                [listing],
                place=f"{version} at {client.host}",
                refused=_refusal,
            )

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield the runs that were updated, each with its tasks."""
        rules = Rules.of(source.rules)
        with self._open(source) as (client, api):
            yield from read(
                client,
                [runs(client, api, rules)],
                cursor=cursor,
                earliest=now - timedelta(days=rules.history_days),
                now=now,
                refused=_refusal,
                place=f"Airflow at {client.host}",
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the newest runs."""
        rules = Rules.of(source.rules)
        with self._open(source) as (client, api):
            listing = newest_runs(client, api, rules)
            try:
                rows = newest(client, listing, _LOOKED_AT)
            except http.Denied as denied:
                raise _refusal(denied, listing) or denied from None
        looked = [
            _judge({"run": run_of(row, rules)}, rules)
            for row in rows
            if isinstance(row, dict)
        ]
        return preview_of(
            looked,
            looked_at=f"Looked at the {len(rows)} newest DAG runs of {client.host}.",
        )

    @contextmanager
    def _open(self, source: Source) -> Iterator[tuple[http.Client, str]]:
        """Give a client that is signed in, and where the API is."""
        http.refuse_odd_secret(source.secret)
        with self._client(source, None) as stranger:
            api = _api(stranger)
            header = _authorization(stranger, source.secret or "", api)
        with self._client(source, header) as client:
            yield client, api

    def _client(self, source: Source, authorization: str | None) -> http.Client:
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        if authorization:
            headers["Authorization"] = authorization
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


def _api(client: http.Client) -> str:
    """Return where the API is: Airflow 3 has only v2, Airflow 2 only v1."""
    try:
        client.get(f"{V2}/version")
    except http.Denied as denied:
        if denied.status != _MISSING:
            raise _refused(denied) from None
        return V1
    return V2


def _authorization(client: http.Client, secret: str, api: str) -> str | None:
    """Return the header of a user, or of a token; Airflow 3 gives users tokens."""
    if not secret:
        return None
    user, colon, password = secret.partition(":")
    if not colon:
        return f"Bearer {secret}"
    if api == V1:
        return f"Basic {b64encode(secret.encode()).decode()}"
    try:
        answer = client.post("/auth/token", {"username": user, "password": password})
    except http.Denied as denied:
        raise _refused(denied) from None
    return f"Bearer {field(answer.body, 'access_token')}"


def _judge(body: dict[str, Json], rules: Rules) -> Judged:
    def judge() -> Judged:
        run = Fields(body, "").fields("run")
        dag = run.text("dag_id")
        verdict = rules.judge(dag)
        return judged(
            verdict,
            what=f"{dag}: {run.text('dag_run_id')}",
            environment="production" if verdict.counts else "",
            at=run.moment_or_none("end_date") or run.moment_or_none("start_date"),
        )

    return if_understood(judge)


def _refusal(denied: http.Denied, listing: Listing) -> Refused | None:  # noqa: ARG001 -- one signature for all platforms
    return _refused(denied)


def _refused(denied: http.Denied) -> Refused:
    """Return the refusal with what to do about it."""
    if denied.status in {_UNAUTHORIZED, _FORBIDDEN}:
        return Refused(
            "Airflow did not accept the credential, or its user may not read DAG runs:"
            " check user and password, or enter a new token; tokens expire."
        )
    if denied.status == _MISSING:
        return Refused(
            "There is no API of Airflow at this address: enter the address of its API"
            " server, or of the webserver of Airflow 2."
        )
    return Refused(denied.sentence)
