"""GitLab: deployments, jobs, pipelines, merge requests, commits, incidents.

A token needs the scope read_api on one project, as Reporter, and nothing else. No name
and no address of a person is kept.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http, lists
from assessments.connectors.base import Refused, listed
from assessments.connectors.base.moving import refuse_moved
from assessments.connectors.base.previewing import of_kept, preview_of
from assessments.connectors.gitlab import judging, parsing
from assessments.connectors.gitlab.address import project
from assessments.connectors.gitlab.hooks import GitLabHooks
from assessments.connectors.gitlab.reading import listings
from assessments.connectors.gitlab.rules import RULE_FIELDS, Rules

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
    from assessments.connectors.gitlab.address import Project
    from assessments.connectors.lists import Listing
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_FORBIDDEN = 403
# How many of each list a preview looks at.
_LOOKED_AT = 50


class GitLab(lists.ReadsLists):
    """Reads one project of GitLab, in the cloud or on a server of one's own."""

    kind: ClassVar[str] = "gitlab"
    label: ClassVar[str] = "GitLab project"
    family: ClassVar[str] = "code"
    reads: ClassVar[str] = (
        "Deployments by environment or jobs, pipelines, merge requests, and incidents."
    )
    address_label: ClassVar[str] = "Project"
    address_help: ClassVar[str] = (
        "group/name, or the address of its page, also on a server of your own."
    )
    secret_label: ClassVar[str] = "Token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "A project access token with the role Reporter and the scope read_api, and",
            "no other; or a personal access token with that scope of somebody who may",
            "see this project. Public projects can be read without one, but not all of",
            "their lists.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    tells_paths: ClassVar[bool] = True
    reads_stretches: ClassVar[bool] = True
    hooks: ClassVar[Hooks] = GitLabHooks()

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names no project."""
        project(source)

    @contextmanager
    def opened(self, source: Source, *, now: datetime) -> Iterator[lists.Opened]:  # noqa: ARG002 -- of the protocol
        """Give the lists of the project."""
        place = project(source)
        rules = Rules(source.rules)
        with self._client(source, place) as client:
            seen = _seen(client, place)
            yield lists.Opened(
                client=client,
                listings=listings(client, place, rules, seen),
                place=place.name,
                history_days=rules.history_days,
                refused=_ending,
                leave=lambda: _refuse_moved(place, seen),
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:
        """Judge the newest deployments and jobs, a page of each."""
        place = project(source)
        rules = Rules(source.rules)
        looked: list[str] = []
        judged: list[Judged] = []
        with self.opened(source, now=now) as there:
            for listing in there.listings:
                if listing.sort not in judging.JUDGES:
                    continue
                rows = lists.shown(
                    there.client,
                    listing,
                    _LOOKED_AT,
                    place=place.name,
                    refused=_ending,
                )
                looked.append(f"{len(rows)} newest {listing.label.lower()}")
                judged += [judging.judge(listing, row, rules) for row in rows]
        return preview_of(
            judged, looked_at=f"Looked at the {listed(looked)} of {place.name}."
        )

    def _client(self, source: Source, place: Project) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        if source.secret:
            headers["PRIVATE-TOKEN"] = source.secret
        return http.Client(
            place.api,
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged | None:
        """Return a kept deployment or job with the verdict on it."""
        return of_kept(payload, judging.JUDGES, Rules(source.rules))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload."""
        return parsing.events(payload, source)


def _seen(client: http.Client, place: Project) -> dict[str, Json]:
    """Return the project itself; refuse where it cannot be seen."""
    try:
        body = client.get(place.path).body
    except http.Denied as denied:
        if denied.status == _UNAUTHORIZED:
            raise _not_accepted() from None
        if denied.status == _FORBIDDEN:
            raise Refused(
                "GitLab knows the token, but it may not use the API: give it the scope"
                " read_api."
            ) from None
        raise Refused(
            f"There is no project {place.name} that this token may see; check the"
            " address, and that the token's owner is a member of the project."
        ) from None
    if not isinstance(body, dict) or "id" not in body:
        raise Refused(
            f"{client.host} does not answer as GitLab does; check the address."
        )
    return body


def _refuse_moved(place: Project, seen: dict[str, Json]) -> None:
    if "/" in place.name:  # a project named by its number stays where it is
        refuse_moved(place.name, seen.get("path_with_namespace"), below=place.below)


def _not_accepted() -> Refused:
    return Refused(
        "GitLab did not accept the token: it may have expired or been revoked. Create a"
        " new one and enter it."
    )


def _ending(denied: http.Denied, _: Listing) -> Refused | None:
    """Return what ends a reading of the whole project: only the token can."""
    return _not_accepted() if denied.status == _UNAUTHORIZED else None
