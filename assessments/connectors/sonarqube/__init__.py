"""SonarQube: the quality gate of a project and its measures, as signals.

On a server and in the cloud. No name and no account of a person is kept.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http
from assessments.connectors.base import Fields, Refused, left_out
from assessments.connectors.base.previewing import if_understood, judged, preview_of
from assessments.connectors.lists import newest, read
from assessments.connectors.sonarqube.address import project
from assessments.connectors.sonarqube.lists import analyses
from assessments.connectors.sonarqube.parsing import events
from assessments.connectors.sonarqube.rules import RULE_FIELDS, Rules

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
    from assessments.connectors.sonarqube.address import Project
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_MISSING = 404
_LOOKED_AT = 25


class SonarQube:
    """Reads one project of SonarQube, on a server or in the cloud."""

    kind: ClassVar[str] = "sonarqube"
    label: ClassVar[str] = "SonarQube project"
    family: ClassVar[str] = "pipelines"
    reads: ClassVar[str] = "Quality gates and measures of a project as signals."
    address_label: ClassVar[str] = "Project"
    address_help: ClassVar[str] = (
        "The overview of the project as the browser shows it, for example"
        " https://sonarqube.example.org/dashboard?id=shop."
    )
    secret_label: ClassVar[str] = "User token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "A token of a user that may browse this project and nothing else. Tokens",
            "for analysis do not work. Public projects can be read without one.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names no project."""
        project(source)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say when the project was last analyzed, and that measures can be read."""
        rows, where = self._newest(source, 1, with_measures=True)
        if not rows:
            return f"Found {where.key}, which has not been analyzed yet."
        (row,) = rows
        date = row.get("date") if isinstance(row, dict) else None
        return f"Found {where.key}, last analyzed at {date}. Measures are readable."

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield the analyses that are new, with what they measured."""
        where = project(source)
        rules = Rules.of(source.rules)
        with self._client(source, where) as client:
            yield from read(
                client,
                [analyses(client, where, rules)],
                cursor=cursor,
                earliest=now - timedelta(days=rules.history_days),
                now=now,
                refused=lambda denied, _: _refusal(denied, where),
                place=where.key,
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Show the newest analyses, of which none is a deployment."""
        rows, where = self._newest(source, _LOOKED_AT)
        return preview_of(
            [_judge(row) for row in rows],
            looked_at=f"Looked at the {len(rows)} newest analyses of {where.key}. They"
            " bring signals on quality, and no deployments.",
        )

    def _newest(
        self, source: Source, n: int, *, with_measures: bool = False
    ) -> tuple[list[Json], Project]:
        where = project(source)
        with self._client(source, where) as client:
            listing = analyses(client, where, Rules.of(source.rules))
            try:
                rows = newest(client, listing, n)
                for row in rows if with_measures else ():
                    if isinstance(row, dict):
                        listing.body(row)
            except http.Denied as denied:
                raise _refusal(denied, where) from None
        return rows, where

    def _client(self, source: Source, where: Project) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        if source.secret:
            # Old servers know tokens as the name of Basic, with no password.
            told = b64encode(f"{source.secret}:".encode()).decode()
            headers["Authorization"] = f"Basic {told}"
        return http.Client(
            where.root,
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the signals of an analysis."""
        yield from events(payload, source)


def _refusal(denied: http.Denied, where: Project) -> Refused:
    """Return the refusal with what to do about it: there is only one project."""
    if denied.status == _UNAUTHORIZED:
        return Refused(
            "SonarQube did not accept the token: it may have expired or been revoked."
            " Create a user token and enter it."
        )
    if denied.status == _MISSING:
        return Refused(
            f"There is no project {where.key}, or it has no such branch or measure;"
            " check the address and the rules."
        )
    return Refused(
        f"The token may not browse {where.key}; give its user the permission Browse"
        " on this project."
    )


def _judge(row: Json) -> Judged:
    def judge() -> Judged:
        analysis = Fields(row, "analysis")
        return judged(
            left_out("an analysis is no deployment"),
            what=f"Analysis {analysis.text('key')}",
            environment="",
            at=analysis.moment_or_none("date"),
        )

    return if_understood(judge)
