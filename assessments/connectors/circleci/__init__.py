"""CircleCI: workflows and jobs of a project, and the deployments among them.

Read over API v2. No name and no account of a person is kept.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http
from assessments.connectors.base import Fields, Garbled, Refused, left_out
from assessments.connectors.base.previewing import foremost, judged, preview_of
from assessments.connectors.circleci import parsing
from assessments.connectors.circleci.address import project
from assessments.connectors.circleci.hooks import CircleCIHooks
from assessments.connectors.circleci.lists import pipelines
from assessments.connectors.circleci.rules import RULE_FIELDS, Rules
from assessments.connectors.lists import Opened, ReadsLists, newest

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
    from assessments.connectors.circleci.address import Project
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_LOOKED_AT = 10


class CircleCI(ReadsLists):
    """Reads one project of CircleCI, in the cloud or on a server."""

    kind: ClassVar[str] = "circleci"
    label: ClassVar[str] = "CircleCI project"
    family: ClassVar[str] = "pipelines"
    reads: ClassVar[str] = "Pipelines, workflows and jobs; by rule, deployments."
    address_label: ClassVar[str] = "Project"
    address_help: ClassVar[str] = (
        "gh/acme/shop, or the address of its pipelines as the browser shows it."
    )
    secret_label: ClassVar[str] = "Token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "A personal API token of a machine user that may view this project and",
            "nothing else. Tokens of projects do not work with API v2.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    hooks: ClassVar[Hooks] = CircleCIHooks()

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names no project."""
        project(source)

    @contextmanager
    def opened(self, source: Source, *, now: datetime) -> Iterator[Opened]:  # noqa: ARG002 -- of the protocol
        """Give the list of pipelines."""
        place = project(source)
        with self._client(source, place) as client:
            yield Opened(
                client=client,
                listings=[pipelines(client, place)],
                place=place.name,
                history_days=Rules.of(source.rules).history_days,
                refused=lambda denied, _: _refusal(denied, place),
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the workflows of the newest pipelines."""
        place = project(source)
        rules = Rules.of(source.rules)
        with self._client(source, place) as client:
            listing = pipelines(client, place)
            try:
                rows = newest(client, listing, _LOOKED_AT)
                bodies = [listing.body(row) for row in rows if isinstance(row, dict)]
            except http.Denied as denied:
                raise _refusal(denied, place) from None
        return preview_of(
            [each for body in bodies for each in _judge(body, rules)],
            looked_at=f"Looked at the workflows of the {len(bodies)} newest pipelines"
            f" of {place.name}.",
        )

    def _client(self, source: Source, place: Project) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        if source.secret:
            headers["Circle-Token"] = source.secret
        return http.Client(
            place.api,
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged | None:
        """Return a kept pipeline with the verdict on it."""
        return foremost(_judge(payload.body, Rules.of(source.rules)))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a pipeline."""
        yield from list(parsing.events(payload, source))


def _refusal(denied: http.Denied, place: Project) -> Refused:
    """Return the refusal with what to do about it: there is only one list."""
    if denied.status == _UNAUTHORIZED:
        return Refused(
            "CircleCI did not accept the token: it may have been revoked, or be one of"
            " a project. Create a personal API token and enter it."
        )
    return Refused(
        f"There is no project {place.name} that this token may see; check the address,"
        " and that the token's user may view the project."
    )


def _judge(body: Json, rules: Rules) -> list[Judged]:
    try:
        workflows = parsing.workflows_of(Fields(body, ""))
    except Garbled as flaw:
        verdict = left_out(f"cannot be understood: {flaw.reason}")
        return [judged(verdict, what="?", environment="")]
    return [_judged(workflow, rules) for workflow in workflows]


def _judged(workflow: parsing.Workflow, rules: Rules) -> Judged:
    verdict = workflow.judge(rules)
    pipeline = workflow.pipeline
    return judged(
        verdict,
        what=f"Workflow {workflow.itself.name} of pipeline {pipeline.number}"
        f" on {pipeline.branch or '?'}",
        environment="production" if verdict.counts else "",
        at=workflow.itself.started_at,
    )
