"""Azure DevOps: builds, deployments, releases, pull requests and commits.

In the cloud and on a server of one's own. No name and no account of a person is kept.
"""

from __future__ import annotations

from base64 import b64encode
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http
from assessments.connectors.azuredevops import lists as of
from assessments.connectors.azuredevops.address import project
from assessments.connectors.azuredevops.coding import git
from assessments.connectors.azuredevops.hooks import AzureDevOpsHooks
from assessments.connectors.azuredevops.judging import judge, judge_kept
from assessments.connectors.azuredevops.parsing import events
from assessments.connectors.azuredevops.rules import RULE_FIELDS, Rules
from assessments.connectors.base import Refused, listed
from assessments.connectors.base.previewing import preview_of
from assessments.connectors.lists import newest, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.azuredevops.address import Project
    from assessments.connectors.base import (
        Page,
        Payload,
        Plain,
        Preview,
        RuleField,
        Source,
    )
    from assessments.connectors.base.hooking import Hooks
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.lists import Item, Listing
    from scoring.events import Event, Json

    # A host, and the lists that it has.
    Part = tuple[http.Client, list[Listing]]

_UNAUTHORIZED = 401
_LOOKED_AT = 25


class AzureDevOps:
    """Reads a repository of Azure DevOps and its pipelines, or all of a project."""

    kind: ClassVar[str] = "azuredevops"
    label: ClassVar[str] = "Azure DevOps"
    family: ClassVar[str] = "pipelines"
    reads: ClassVar[str] = (
        "Builds, releases and environments as deployments; pull requests and commits "
        "as changes."
    )
    address_label: ClassVar[str] = "Repository or project"
    address_help: ClassVar[str] = " ".join(
        (
            "As the browser shows it: https://dev.azure.com/acme/shop/_git/app. Of a",
            "project alone only pipelines and deployments are read.",
        )
    )
    secret_label: ClassVar[str] = "Personal access token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "A token of this organization alone that may read Code, Build and Release.",
            "Where deployments to environments count it needs Environment too, which",
            "Azure DevOps offers as “Read & manage” only.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS
    hooks: ClassVar[Hooks] = AzureDevOpsHooks()

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names no project."""
        project(source)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say what of the project can be read."""
        place = project(source)
        with ExitStack() as open_until_here:
            readable: list[str] = []
            for client, listings in self._parts(source, place, open_until_here):
                for listing in listings:
                    _newest(client, listing, place, 1)
                    readable.append(listing.permission)
        return f"Found {place.title}. Readable: {listed(readable)}."

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield what is new of each list, of either host."""
        place = project(source)
        days = Rules.of(source.rules).history_days
        at, shut = dict(cursor), None
        with ExitStack() as open_until_here:
            for client, listings in self._parts(source, place, open_until_here):
                try:
                    for page in read(
                        client,
                        listings,
                        cursor=at,
                        earliest=now - timedelta(days=days),
                        now=now,
                        refused=lambda denied, _: _token_refused(denied),
                        place=place.title,
                    ):
                        at = page.cursor
                        yield page
                except Refused as refused:
                    shut = shut or refused
        if shut is not None:
            raise shut

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the newest deployments of each list that may hold some."""
        place = project(source)
        rules = Rules.of(source.rules)
        looked: list[str] = []
        found: list[Judged] = []
        with ExitStack() as open_until_here:
            parts = self._parts(source, place, open_until_here)
            for client, listing in (
                (client, each) for client, listings in parts for each in listings
            ):
                if not rules.looks_at(listing.sort):
                    continue
                rows = _newest(client, listing, place, _LOOKED_AT)
                looked.append(f"{len(rows)} newest {listing.label.lower()}")
                found += [judge(listing, row, rules) for row in rows]
        return preview_of(
            found, looked_at=f"Looked at the {listed(looked)} of {place.title}."
        )

    def _parts(self, source: Source, place: Project, until: ExitStack) -> list[Part]:
        """Return each host with its lists: classic releases have one of their own."""
        rules = Rules.of(source.rules)
        client = until.enter_context(self._client(source, place.api))
        try:
            parts = [(client, _listings(client, place, rules))]
        except http.Denied as denied:
            raise _refusal(denied, place) from None
        if rules.reads_releases:
            other = until.enter_context(self._client(source, place.releases_api))
            parts.append((other, [of.releases(place)]))
        return parts

    def _client(self, source: Source, base: str) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {
            "Accept": "application/json",
            "User-Agent": "compel",
            # Say no, instead of leading to a page for signing in.
            "X-TFS-FedAuthRedirect": "Suppress",
        }
        if source.secret:
            told = b64encode(f":{source.secret}".encode()).decode()
            headers["Authorization"] = f"Basic {told}"
        return http.Client(
            base,
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged | None:
        """Return a kept build or deployment with the verdict on it."""
        return judge_kept(payload, Rules.of(source.rules))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload."""
        yield from events(payload, source)


def _listings(client: http.Client, place: Project, rules: Rules) -> list[Listing]:
    """Return the lists of the project, with those of its repository if it has one."""
    known: Item | None = None
    found: list[Listing] = []
    if place.repository is not None:
        known = of.repository(client, place)
        found += git(client, place, known, rules)
    found.append(of.builds(place, known))
    if rules.reads_environments:
        found += of.environments(client, place, rules)
    return found


def _newest(
    client: http.Client, listing: Listing, place: Project, n: int
) -> list[Json]:
    try:
        return newest(client, listing, n)
    except http.Denied as denied:
        ending = _token_refused(denied) or Refused(
            f"The token may not read {listing.permission} of {place.title}; allow it"
            " to, or leave it out by the rules."
        )
        raise ending from None


def _token_refused(denied: http.Denied) -> Refused | None:
    """Return the refusal that ends all: the token is not accepted."""
    if denied.status != _UNAUTHORIZED:
        return None
    return Refused(
        "Azure DevOps did not accept the token: it may have expired, or be of another"
        " organization. Create a new one and enter it."
    )


def _refusal(denied: http.Denied, place: Project) -> Refused:
    return _token_refused(denied) or Refused(
        f"There is no {place.title} that this token may see, or it may not read"
        " Environment; check the address, and what the token is allowed."
    )
