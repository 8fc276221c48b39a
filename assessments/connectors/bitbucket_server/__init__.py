"""Bitbucket Data Center: tags or builds, pull requests, commits.

A token needs to read one repository, and nothing else. No name and no address of a
person is kept.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http, lists
from assessments.connectors.base import Refused
from assessments.connectors.base.previewing import foremost, preview_of
from assessments.connectors.bitbucket_server import judging, parsing
from assessments.connectors.bitbucket_server.address import repository
from assessments.connectors.bitbucket_server.hooks import BitbucketServerHooks
from assessments.connectors.bitbucket_server.reading import listings
from assessments.connectors.bitbucket_server.rules import BY_TAGS, RULE_FIELDS, Rules

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
    from assessments.connectors.bitbucket_server.address import Repository
    from assessments.connectors.lists import Listing
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_FORBIDDEN = 403
_MISSING = 404
# How many a preview looks at.
_LOOKED_AT = 25


class BitbucketServer(lists.ReadsLists):
    """Reads one repository on a server of Bitbucket Data Center."""

    kind: ClassVar[str] = "bitbucket_server"
    label: ClassVar[str] = "Bitbucket Data Center repository"
    family: ClassVar[str] = "code"
    reads: ClassVar[str] = (
        "Pull requests and commits as changes; tags or builds as deployments."
    )
    address_label: ClassVar[str] = "Repository"
    address_help: ClassVar[str] = (
        "The address of its page: https://git.example.org/projects/KEY/repos/name."
    )
    secret_label: ClassVar[str] = "Token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "An HTTP access token of this repository that may read repositories, and",
            "nothing else. Public repositories can be read without one.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    reads_stretches: ClassVar[bool] = True
    hooks: ClassVar[Hooks] = BitbucketServerHooks()

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
        """Judge the newest tags, or the builds of the newest commits."""
        place = repository(source)
        rules = Rules(source.rules)
        sort = "tag" if rules.counts == BY_TAGS else "commit"
        found: list[Judged] = []
        with self._client(source, place) as client:
            for listing in _listings(client, place, rules):
                if listing.sort == sort:
                    bodies = _newest(client, listing, place)
                    found = [each for body in bodies for each in _judged(body, rules)]
        return preview_of(
            found,
            looked_at=f"Looked at the {len(found)} newest {rules.counts} of"
            f" {place.full_name}.",
        )

    def _client(self, source: Source, place: Repository) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        if source.secret:
            headers["Authorization"] = f"Bearer {source.secret}"
        return http.Client(
            place.rest,
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged | None:
        """Return a kept tag, or the build of a kept commit with the verdict on it."""
        return foremost(_judged_kept(payload, Rules(source.rules)))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload."""
        return parsing.events(payload, source)


def _listings(client: http.Client, place: Repository, rules: Rules) -> list[Listing]:
    return listings(client, place, rules, _default_branch(client, place))


def _default_branch(client: http.Client, place: Repository) -> str | None:
    """Return the default branch; None: there is none yet. Refuse what is not seen."""
    try:
        seen = client.get(place.path).body
    except http.Denied as denied:
        raise _not_seen(denied, place) from None
    if not isinstance(seen, dict) or "slug" not in seen:
        raise Refused(
            f"{client.host} does not answer as Bitbucket Data Center does; check the"
            " address."
        )
    # Since version 7.5, and before.
    for name in ("default-branch", "branches/default"):
        try:
            body = client.get(f"{place.path}/{name}").body
        except http.Denied as denied:
            if denied.status != _MISSING:
                raise _not_seen(denied, place) from None
            continue
        if not isinstance(body, dict) or not isinstance(body.get("displayId"), str):
            raise Refused(
                f"{client.host} does not tell the default branch as Bitbucket Data"
                " Center does; check the address."
            )
        return str(body["displayId"])
    return None


def _not_seen(denied: http.Denied, place: Repository) -> Refused:
    if denied.status == _UNAUTHORIZED:
        return _not_accepted()
    if denied.status == _FORBIDDEN:
        return Refused(
            "Bitbucket knows the token, but it may not read this repository: give it"
            " the permission Repository read."
        )
    return Refused(
        f"There is no repository {place.full_name} that this token may see; check the"
        " address, and that the token is of that repository."
    )


def _not_accepted() -> Refused:
    return Refused(
        "Bitbucket did not accept the token: it may have expired or been revoked."
        " Create a new one and enter it."
    )


def _ending(denied: http.Denied, _: Listing) -> Refused | None:
    """Return what ends a reading of the whole repository: only the token can."""
    return _not_accepted() if denied.status == _UNAUTHORIZED else None


def _newest(
    client: http.Client, listing: Listing, place: Repository
) -> list[dict[str, Json]]:
    """Return the newest rows of a list with their details."""
    try:
        bodies: list[dict[str, Json] | None] = [
            listing.body(row) if isinstance(row, dict) else {"row": row}
            for row in lists.newest(client, listing, _LOOKED_AT)
        ]
        return [body for body in bodies if body is not None]
    except http.Denied as denied:
        raise _ending(denied, listing) or Refused(
            f"The token may not read {listing.label.lower()} of {place.full_name};"
            " allow it to, or enter another one."
        ) from None


def _judged_kept(payload: Payload, rules: Rules) -> list[Judged]:
    counts = "tag" if rules.counts == BY_TAGS else "commit"
    return _judged(payload.body, rules) if payload.sort == counts else []


def _judged(body: dict[str, Json], rules: Rules) -> list[Judged]:
    if rules.counts == BY_TAGS:
        return [judging.judge_tag(body, rules)]
    builds = body.get("builds")
    every = builds if isinstance(builds, list) else []
    return [judging.judge_build(build, rules) for build in every]
