"""GitHub: deployments, workflow runs, pull requests, commits, incidents.

A token needs to read Contents, Deployments, Actions, Pull requests and Issues of one
repository, and nothing else. No name and no address of a person is kept.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http, lists
from assessments.connectors.base import Refused, listed
from assessments.connectors.base.assigning import reads_paths
from assessments.connectors.base.moving import refuse_moved
from assessments.connectors.base.previewing import preview_of
from assessments.connectors.github import parsing
from assessments.connectors.github.address import repository
from assessments.connectors.github.app import Bearing, app_of
from assessments.connectors.github.hooks import GitHubHooks
from assessments.connectors.github.judging import judge, judge_kept, judged_sorts
from assessments.connectors.github.reading import listings
from assessments.connectors.github.rules import RULE_FIELDS, Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from assessments.connectors.base import (
        Payload,
        Preview,
        RuleField,
        Source,
    )
    from assessments.connectors.base.hooking import Hooks
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.github.address import Repository
    from assessments.connectors.lists import Item, Listing
    from scoring.events import Event

_UNAUTHORIZED = 401
_MISSING = 404
# How many of each list a preview looks at.
_LOOKED_AT = 50


class GitHub(lists.ReadsLists):
    """Reads one repository of GitHub, in the cloud or on an Enterprise server."""

    kind: ClassVar[str] = "github"
    label: ClassVar[str] = "GitHub repository"
    family: ClassVar[str] = "code"
    reads: ClassVar[str] = (
        "A repository on GitHub: deployments or workflow runs, pull requests, and "
        "issues that are incidents."
    )
    address_label: ClassVar[str] = "Repository"
    address_help: ClassVar[str] = (
        "owner/name, or the address of its page, also on GitHub Enterprise."
    )
    secret_label: ClassVar[str] = "Token or GitHub App"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "A fine-grained token for this repository alone, which may read Contents,",
            "Deployments, Actions, Pull requests and Issues, and write nothing. Public",
            "repositories can be read without one, but slowly. Of a GitHub App its id,",
            "a colon, the id of its installation, and the whole private key.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    tells_paths: ClassVar[bool] = True
    reads_stretches: ClassVar[bool] = True
    hooks: ClassVar[Hooks] = GitHubHooks()

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names no repository."""
        repository(source)

    @contextmanager
    def opened(self, source: Source, *, now: datetime) -> Iterator[lists.Opened]:
        """Give the lists of the repository."""
        place = repository(source)
        with self._client(source, place, now) as client:
            yield lists.Opened(
                client=client,
                listings=_listings(client, place, source),
                place=place.full_name,
                history_days=Rules.of(source.rules).history_days,
                refused=_ending(place),
                leave=lambda: _refuse_moved(client, place),
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:
        """Judge the newest deployments and workflow runs, a page of each."""
        place = repository(source)
        rules = Rules.of(source.rules)
        looked: list[str] = []
        judged: list[Judged] = []
        with self._client(source, place, now) as client:
            for listing in _listings(client, place, source):
                if listing.sort not in judged_sorts(rules):
                    continue
                try:
                    rows = lists.newest(client, listing, _LOOKED_AT)
                except http.Denied as denied:
                    raise _refusal(denied, listing, place) from None
                looked.append(f"{len(rows)} newest {listing.label.lower()}")
                judged += [judge(listing.sort, row, rules, place) for row in rows]
        looked_at = f"Looked at the {listed(looked)} of {place.full_name}."
        return preview_of(judged, looked_at=looked_at)

    def _client(self, source: Source, place: Repository, now: datetime) -> http.Client:
        app = app_of(source.secret)
        if app is None:
            http.refuse_odd_secret(source.secret)
            borne = {"Authorization": f"Bearer {source.secret}"}
            return self._asking(source, place, borne if source.secret else {})
        # Whoever asks for a page is patient; asking for its token need not be.
        once = replace(self._patience, attempts=1)
        asking = partial(self._asking, source, place, patience=once)
        bearing = Bearing(app, place, client=asking, now=now)
        return self._asking(source, place, {}, bearing=bearing)

    def _asking(
        self,
        source: Source,
        place: Repository,
        borne: Mapping[str, str],
        *,
        patience: http.Patience | None = None,
        bearing: Bearing | None = None,
    ) -> http.Client:
        return http.Client(
            place.api,
            headers={
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "compel",
                **borne,
            },
            allow_local=source.allow_local,
            patience=patience or self._patience,
            house=source.house,
            bearing=bearing,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged | None:
        """Return a kept deployment or run with the verdict on it."""
        return judge_kept(payload, source)

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload."""
        return parsing.events(payload, source)


def _listings(client: http.Client, place: Repository, source: Source) -> list[Listing]:
    rules = Rules.of(source.rules)

    def counts(deployment: Item) -> bool:
        environment = deployment.get("environment")
        return isinstance(environment, str) and (
            rules.judge_deployment(environment).counts
        )

    found = listings(
        client,
        place,
        reads_statuses=counts,
        reads_paths=reads_paths(source.rules),
        branch=rules.branch,
        incident_labels=rules.incident_labels,
    )
    return [listing for listing in found if rules.reads(listing.sort)]


def _refuse_moved(client: http.Client, place: Repository) -> None:
    """Refuse what answers at its old address alone; a new repository may take it."""
    if client.moved:
        seen = client.get(place.path).body
        below = place.web.removesuffix(f"/{place.full_name}")
        refuse_moved(place.full_name, lists.field(seen, "full_name"), below=below)


def _ending(
    place: Repository,
) -> Callable[[http.Denied, Listing], Refused | None]:
    """Return what ends a reading of the whole repository."""
    return lambda denied, listing: (
        _refusal(denied, listing, place) if _ends_all(denied, listing) else None
    )


def _ends_all(denied: http.Denied, listing: Listing) -> bool:
    """Whether nothing else can be read either: the token, or the repository itself."""
    if denied.status == _UNAUTHORIZED:
        return True
    return denied.status == _MISSING and listing.sort == "commit"


def _refusal(denied: http.Denied, listing: Listing, place: Repository) -> Refused:
    """Return the refusal with what to do about it."""
    if denied.status == _UNAUTHORIZED:
        return Refused(
            "GitHub did not accept the token: it may have expired. Create a new one"
            " and enter it."
        )
    if _ends_all(denied, listing):
        return Refused(
            f"There is no repository {place.full_name} that this token may see; check"
            " the address, and that the token may read its Contents."
        )
    return Refused(
        f"The token may not read {listing.permission} of {place.full_name}; allow it"
        " to, or enter another one."
    )
