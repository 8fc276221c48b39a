"""Bitbucket Cloud: deployments, pipelines, pull requests, commits, incidents.

A token needs to read one repository, its pull requests, pipelines and issues, and
nothing else. No name and no address of a person is kept.
"""

from __future__ import annotations

from base64 import b64encode
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http, lists
from assessments.connectors.base import Refused
from assessments.connectors.base.previewing import of_kept, preview_of
from assessments.connectors.bitbucket import judging, parsing
from assessments.connectors.bitbucket.address import repository
from assessments.connectors.bitbucket.hooks import BitbucketHooks
from assessments.connectors.bitbucket.reading import listings
from assessments.connectors.bitbucket.rules import RULE_FIELDS, Rules

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
    from assessments.connectors.bitbucket.address import Repository
    from assessments.connectors.lists import Listing
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_FORBIDDEN = 403
# How many a preview looks at.
_LOOKED_AT = 50


class Bitbucket(lists.ReadsLists):
    """Reads one repository of Bitbucket Cloud."""

    kind: ClassVar[str] = "bitbucket"
    label: ClassVar[str] = "Bitbucket Cloud repository"
    family: ClassVar[str] = "code"
    reads: ClassVar[str] = (
        "Deployments or pipelines, pull requests and commits, and issues that are "
        "incidents."
    )
    address_label: ClassVar[str] = "Repository"
    address_help: ClassVar[str] = (
        "workspace/name, or the address of its page on bitbucket.org."
    )
    secret_label: ClassVar[str] = "Token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "A repository access token that may read Repositories, Pull requests and",
            "Pipelines, and nothing else; or email:token, somebody's API token",
            "that may read those and Issues. Public repositories can be read without.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    reads_stretches: ClassVar[bool] = True
    hooks: ClassVar[Hooks] = BitbucketHooks()

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names no repository."""
        repository(source)

    @contextmanager
    def opened(self, source: Source, *, now: datetime) -> Iterator[lists.Opened]:  # noqa: ARG002 -- of the protocol
        """Give the lists of the repository."""
        place = repository(source)
        rules = Rules(source.rules)
        with self._client(source, place) as client:
            yield lists.Opened(
                client=client,
                listings=_listings(client, place, rules),
                place=place.full_name,
                history_days=rules.history_days,
                refused=_ending,
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge some deployments, a page of them."""
        place = repository(source)
        rules = Rules(source.rules)
        judged: list[Judged] = []
        with self._client(source, place) as client:
            for listing in _listings(client, place, rules):
                if listing.sort == "deployment":
                    rows = lists.shown(
                        client,
                        listing,
                        _LOOKED_AT,
                        place=place.full_name,
                        refused=_ending,
                    )
                    judged = [judging.judge(listing, row, rules) for row in rows]
        return preview_of(
            judged,
            looked_at=f"Looked at {len(judged)} deployments of {place.full_name}.",
        )

    def _client(self, source: Source, place: Repository) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        if source.secret:
            headers["Authorization"] = _authorization(source.secret)
        return http.Client(
            place.api,
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged | None:
        """Return a kept deployment with the verdict on it."""
        return of_kept(payload, judging.JUDGES, Rules(source.rules))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload."""
        return parsing.events(payload, source)


def _authorization(secret: str) -> str:
    """Return the header of a token, or of somebody's address and API token."""
    if ":" in secret:
        return f"Basic {b64encode(secret.encode()).decode()}"
    return f"Bearer {secret}"


def _listings(client: http.Client, place: Repository, rules: Rules) -> list[Listing]:
    return listings(client, place, rules, _seen(client, place))


def _seen(client: http.Client, place: Repository) -> dict[str, Json]:
    """Return the repository itself; refuse where it cannot be seen."""
    try:
        body = client.get(place.path).body
    except http.Denied as denied:
        if denied.status == _UNAUTHORIZED:
            raise _not_accepted() from None
        if denied.status == _FORBIDDEN:
            raise Refused(
                "Bitbucket knows the token, but it may not read repositories: give it"
                " the permission Repositories: Read."
            ) from None
        raise Refused(
            f"There is no repository {place.full_name} that this token may see; check"
            " the address, and that the token is of that repository."
        ) from None
    if not isinstance(body, dict) or "full_name" not in body:
        raise Refused(
            f"{client.host} does not answer as Bitbucket Cloud does; check the address."
        )
    return body


def _not_accepted() -> Refused:
    return Refused(
        "Bitbucket did not accept the token: it may have expired or been revoked."
        " Create a new one and enter it; an API token as email:token."
    )


def _ending(denied: http.Denied, _: Listing) -> Refused | None:
    """Return what ends a reading of the whole repository: only the token can."""
    return _not_accepted() if denied.status == _UNAUTHORIZED else None
