"""Gitea and Forgejo: releases or tags, Actions, pull requests, commits, incidents.

A token needs to read the repository and its issues, and nothing else. No name and no
address of a person is kept.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http, lists
from assessments.connectors.base import Refused
from assessments.connectors.base.moving import refuse_moved
from assessments.connectors.base.previewing import of_kept, preview_of
from assessments.connectors.gitea import judging, parsing
from assessments.connectors.gitea.address import repository
from assessments.connectors.gitea.hooks import GiteaHooks
from assessments.connectors.gitea.reading import listings
from assessments.connectors.gitea.rules import RULE_FIELDS, Rules

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
    from assessments.connectors.gitea.address import Repository
    from assessments.connectors.lists import Listing
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_FORBIDDEN = 403
# How many a preview looks at.
_LOOKED_AT = 50


class Gitea(lists.ReadsLists):
    """Reads one repository on a server of Gitea or Forgejo."""

    kind: ClassVar[str] = "gitea"
    label: ClassVar[str] = "Gitea or Forgejo repository"
    family: ClassVar[str] = "code"
    reads: ClassVar[str] = (
        "Releases, tags or runs of Actions as deployments, pull requests, and issues "
        "that are incidents."
    )
    address_label: ClassVar[str] = "Repository"
    address_help: ClassVar[str] = (
        "The address of its page, for example https://codeberg.org/owner/name."
    )
    secret_label: ClassVar[str] = "Token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "An access token that may read repositories and issues (read:repository,",
            "read:issue), and nothing else, of a user who sees this repository alone.",
            "Public repositories can be read without one.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    reads_stretches: ClassVar[bool] = True
    hooks: ClassVar[Hooks] = GiteaHooks()

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
            seen = _seen(client, place)
            yield lists.Opened(
                client=client,
                listings=listings(client, place, rules, seen),
                place=place.full_name,
                history_days=rules.history_days,
                refused=_ending,
                leave=lambda: _refuse_moved(place, seen),
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the newest of what may count as deployments, a page."""
        place = repository(source)
        rules = Rules(source.rules)
        sort = judging.SORTS[rules.counts]
        rows: list[Json] = []
        with self._client(source, place) as client:
            for listing in listings(client, place, rules, _seen(client, place)):
                if listing.sort == sort:
                    rows = lists.shown(
                        client,
                        listing,
                        _LOOKED_AT,
                        place=place.full_name,
                        refused=_ending,
                    )
        return preview_of(
            (judging.judge(sort, row, rules) for row in rows),
            looked_at=f"Looked at the {len(rows)} newest {rules.counts} of"
            f" {place.full_name}.",
        )

    def _client(self, source: Source, place: Repository) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        if source.secret:
            headers["Authorization"] = f"token {source.secret}"
        return http.Client(
            place.api,
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged | None:
        """Return a kept release, tag or run with the verdict on it."""
        return of_kept(payload, judging.JUDGES, Rules(source.rules))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload."""
        return parsing.events(payload, source)


def _refuse_moved(place: Repository, seen: dict[str, Json]) -> None:
    below = place.api.removesuffix("/api/v1")
    refuse_moved(place.full_name, seen.get("full_name"), below=below)


def _seen(client: http.Client, place: Repository) -> dict[str, Json]:
    """Return the repository itself; refuse where it cannot be seen."""
    try:
        body = client.get(place.path).body
    except http.Denied as denied:
        if denied.status == _UNAUTHORIZED:
            raise _not_accepted() from None
        if denied.status == _FORBIDDEN:
            raise Refused(
                "The server knows the token, but it may not read repositories: give it"
                " the scope read:repository."
            ) from None
        raise Refused(
            f"There is no repository {place.full_name} that this token may see; check"
            " the address, and that the token's user may read it."
        ) from None
    if not isinstance(body, dict) or "full_name" not in body:
        raise Refused(
            f"{client.host} does not answer as Gitea or Forgejo does; check the"
            " address."
        )
    return body


def _not_accepted() -> Refused:
    return Refused(
        "The server did not accept the token: it may have been deleted. Create a new"
        " one and enter it."
    )


def _ending(denied: http.Denied, _: Listing) -> Refused | None:
    """Return what ends a reading of the whole repository: only the token can."""
    return _not_accepted() if denied.status == _UNAUTHORIZED else None
