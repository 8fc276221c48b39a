"""Jenkins: builds of jobs, their stages, and the deployments among them.

A user needs Overall/Read and Job/Read, and nothing else. No name and no account of a
person is asked for or kept.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http
from assessments.connectors.base import Fields, Refused
from assessments.connectors.base.previewing import if_understood, judged, preview_of
from assessments.connectors.jenkins import parsing
from assessments.connectors.jenkins.address import place
from assessments.connectors.jenkins.lists import jobs, listings
from assessments.connectors.jenkins.rules import RULE_FIELDS, Rules
from assessments.connectors.lists import newest, of_lists, read

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
    from assessments.connectors.jenkins.address import Place
    from assessments.connectors.lists import Listing
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_FORBIDDEN = 403
# What a preview looks at: builds of a job, and jobs, those that deploy first.
_LOOKED_AT = 5
_MOST_JOBS = 10


class Jenkins:
    """Reads the builds of a Jenkins, of one of its folders, or of one job."""

    kind: ClassVar[str] = "jenkins"
    label: ClassVar[str] = "Jenkins"
    family: ClassVar[str] = "pipelines"
    reads: ClassVar[str] = (
        "Builds and their stages as runs of pipelines; by rule, deployments."
    )
    address_label: ClassVar[str] = "Jenkins, folder or job"
    address_help: ClassVar[str] = (
        "The address as the browser shows it, for example"
        " https://ci.example.org/job/shop/."
    )
    secret_label: ClassVar[str] = "User and API token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "user:token, of a user that may read (Overall/Read, Job/Read) and nothing",
            "else. Users make tokens on their own page, under Security.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that is none of Jenkins, or a credential of one part."""
        place(source)
        _authorization(source.secret)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say which jobs were found, and that builds can be read."""
        where = place(source)
        rules = Rules.of(source.rules)
        with self._client(source, where) as client:
            names = _found(client, where, rules)
            if not names:
                return (
                    f"Found {where.title}, but no job that the rules read. Check the"
                    " patterns, and that the user may read jobs (Job/Read)."
                )
            for listing in listings(client, names[:1], rules):
                _newest(client, listing, where, 1)
        deploying = len([name for name in names if _deploys(name, rules)])
        return (
            f"Found {where.title}: {len(names)} jobs to read, {deploying} of them"
            " deploy by their name. Builds are readable."
        )

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield the builds that are new, job by job."""
        where = place(source)
        rules = Rules.of(source.rules)
        with self._client(source, where) as client:
            found = listings(client, _found(client, where, rules), rules)
            # Jobs of branches come and go; nothing is kept of those that went.
            known = {listing.name for listing in found}
            yield from read(
                client,
                found,
                cursor=of_lists(cursor, known),
                earliest=now - timedelta(days=rules.history_days),
                now=now,
                refused=lambda denied, _: _token_refused(denied),
                place=where.title,
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the newest builds of some jobs, those that deploy first."""
        where = place(source)
        rules = Rules.of(source.rules)
        found: list[Judged] = []
        with self._client(source, where) as client:
            names = _found(client, where, rules)
            names.sort(key=lambda name: not _deploys(name, rules))
            looked_at = names[:_MOST_JOBS]
            for listing in listings(client, looked_at, rules):
                rows = _newest(client, listing, where, _LOOKED_AT)
                bodies = [listing.body(row) for row in rows if isinstance(row, dict)]
                found += [_judge(body, rules) for body in bodies]
        return preview_of(
            found,
            looked_at=f"Looked at the {len(found)} newest builds of {len(looked_at)}"
            f" of {len(names)} jobs.",
        )

    def _client(self, source: Source, where: Place) -> http.Client:
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        return http.Client(
            where.root,
            headers=headers | _authorization(source.secret),
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged:
        """Return a kept build with the verdict on it."""
        return _judge(payload.body, Rules.of(source.rules))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a build."""
        yield from list(parsing.events(payload, source))


def _authorization(secret: str | None) -> dict[str, str]:
    http.refuse_odd_secret(secret)
    if not secret:
        return {}
    if ":" not in secret:
        raise Refused("Enter the credential as user:token, with a colon between.")
    return {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}


def _found(client: http.Client, where: Place, rules: Rules) -> list[str]:
    try:
        return jobs(client, where, rules)
    except http.Denied as denied:
        raise _refusal(denied, where) from None


def _newest(client: http.Client, listing: Listing, where: Place, n: int) -> list[Json]:
    try:
        return newest(client, listing, n)
    except http.Denied as denied:
        raise _refusal(denied, where) from None


def _token_refused(denied: http.Denied) -> Refused | None:
    """Return the refusal that ends all: the token is not accepted."""
    if denied.status != _UNAUTHORIZED:
        return None
    return Refused(
        "Jenkins did not accept user and token: the token may have been revoked. Make"
        " a new one on the user's page and enter it as user:token."
    )


def _refusal(denied: http.Denied, where: Place) -> Refused:
    """Return what to do where a folder or a job cannot be read."""
    if denied.status == _FORBIDDEN:
        return Refused(
            f"The user may not read {where.title}; an administrator of Jenkins can"
            " allow Overall/Read and Job/Read."
        )
    return _token_refused(denied) or Refused(
        f"There is no {where.title} that this user may see; check the address, and"
        " that the user may read jobs (Job/Read)."
    )


def _deploys(job: str, rules: Rules) -> bool:
    return rules.judge(job=job, stages=(), branch=None).counts


def _judge(body: dict[str, Json] | None, rules: Rules) -> Judged:
    def judge() -> Judged:
        build = parsing.build_of(Fields(body, ""), rules)
        verdict = build.judge(rules)
        return judged(
            verdict,
            what=f"Build {build.number} of {build.job}",
            environment="production" if verdict.counts else "",
            at=build.itself.started_at,
            url=build.url,
        )

    return if_understood(judge)
